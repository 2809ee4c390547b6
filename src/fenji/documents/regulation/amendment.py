"""What changed between two versions, written as an amendment: a sentence for each change, by article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import zip_longest

from fenji.documents.regulation.numbering import article_number
from fenji.documents.regulation.tree import Article, Block, Chapter, Document, Grid, Items, Paragraph
from fenji.documents.regulation.words import day_text, listed
from fenji.i18n import _, speaking

TOLD_APART = ("in_force",)
"""Articles whose changes stand in the head of the amendment."""


def amendment(old: Document, new: Document) -> Document:
    """The amendment that makes ``old`` into ``new``, both in the same language, as a document of its own.

    Articles are cited by the number they have in ``old``; added ones by that in ``new``.
    """
    with speaking(new.lang):
        chapters = tuple(chapter for chapter in _chapters(old, new) if chapter.articles)
        lead = _(
            "Version {before} of '{title}' is amended as follows; version {after} is in force from {day}.",
            before=old.version, after=new.version, title=old.title, day=day_text(new.in_force),
        )  # fmt: skip
        if not chapters:
            lead = _(
                "Versions {before} and {after} of '{title}' say the same.",
                before=old.version,
                after=new.version,
                title=old.title,
            )
        title = _("Amendment of '{title}'", title=new.title)
        history = (*old.history, replace(new.history[-1], remark=_("Amended")))
        return replace(new, title=title, chapters=chapters, lead=lead, history=history)


def sentences(made: Document) -> list[str]:
    """The changes of an amendment, each with the number of its article."""
    with speaking(made.lang):
        return [
            f"{article_number(article.number)} {text}"
            for article in made.articles()
            for block in article.blocks
            for text in _texts(block)
        ]


def _chapters(old: Document, new: Document) -> Iterator[Chapter]:
    before = {chapter.key: chapter for chapter in old.chapters}
    keys = list(dict.fromkeys([c.key for c in old.chapters] + [c.key for c in new.chapters]))
    after = {chapter.key: chapter for chapter in new.chapters}
    for key in keys:
        was, now = before.get(key), after.get(key)
        shown = was or now
        assert shown is not None
        articles = _articles(was.articles if was else (), now.articles if now else ())
        yield replace(shown, articles=tuple(articles))


def _articles(old: Sequence[Article], new: Sequence[Article]) -> Iterator[Article]:
    after = {a.key: a for a in new}
    before = {a.key: a for a in old}
    for was in old:
        now = after.get(was.key)
        if now is None:
            yield _article(was, [_("This article is deleted.")])
        elif was.key not in TOLD_APART and (said := list(changes(was, now))):
            yield _article(was, said)
    for now in new:
        if now.key not in before:
            added = Paragraph(_("This article is added:"))
            yield replace(now, blocks=(added, *now.blocks))


def _article(article: Article, said: list[str]) -> Article:
    block: Block = Paragraph(said[0]) if len(said) == 1 else Items(tuple(said))
    return replace(article, blocks=(block,))


def changes(old: Article, new: Article) -> Iterator[str]:
    """A sentence for each difference between two versions of an article."""
    if old.title != new.title:
        yield _("The title '{old}' becomes '{new}'.", old=old.title, new=new.title)
    yield from _text_changes(_all_texts(old), _all_texts(new))
    grids = zip_longest(_grids(old), _grids(new))
    for was, now in grids:
        if was and now:
            yield from grid_changes(was, now)
        elif now:
            yield from (_added(now, row) for row in now.rows)
        elif was:
            yield from (_removed(was, row) for row in was.rows)


def _texts(block: Block) -> tuple[str, ...]:
    if isinstance(block, Paragraph):
        return (block.text,)
    if isinstance(block, Items):
        return block.items
    return tuple(_row(block, row) for row in block.rows)


def _all_texts(article: Article) -> list[str]:
    return [text for block in article.blocks if not isinstance(block, Grid) for text in _texts(block)]


def _grids(article: Article) -> list[Grid]:
    return [block for block in article.blocks if isinstance(block, Grid)]


def _text_changes(old: list[str], new: list[str]) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for was, now in zip_longest(old[a:b], new[c:d]):
            if was is None:
                yield _("Added: '{new}'", new=now)
            elif now is None:
                yield _("Deleted: '{old}'", old=was)
            else:
                yield _("'{old}' becomes '{new}'.", old=was, new=now)


# tables
def grid_changes(old: Grid, new: Grid) -> Iterator[str]:
    """A sentence for each changed, added or removed line of a table, and for each added or removed column."""
    before, after = _by_name(old), _by_name(new)
    yield from (_removed(old, row) for name, row in before.items() if name not in after)
    same = [head for head in new.head if head in old.head]
    for name, row in after.items():
        if name not in before:
            yield _added(new, row)
            continue
        for head in same[new.side :]:
            if head == _("Where"):
                continue  # the numbers of articles follow from the other changes
            was, now = before[name][old.head.index(head)], row[new.head.index(head)]
            if was != now:
                yield _cell(name[0], head, was, now)
    for head in [h for h in new.head if h not in old.head]:
        yield _("The column '{name}' is added: {values}.", name=head, values=_column(new, head))
    for head in [h for h in old.head if h not in new.head]:
        yield _("The column '{name}' is deleted.", name=head)


def _by_name(grid: Grid) -> dict[tuple[str, int], tuple[str, ...]]:
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for row in grid.rows:
        name = listed(row[: grid.side])
        again = 0
        while (name, again) in found:
            again += 1
        found[name, again] = row
    return found


def _cell(name: str, head: str, was: str, now: str) -> str:
    if head == _("Value"):
        return _("{name} changes from {old} to {new}.", name=name, old=was, new=now)
    return _("{name}: {column} changes from {old} to {new}.", name=name, column=head, old=was, new=now)


def _row(grid: Grid, row: tuple[str, ...]) -> str:
    pairs = [
        _("{name}: {means}", name=head, means=cell)
        for head, cell in zip(grid.head[grid.side :], row[grid.side :], strict=True)
        if cell != "-"
    ]
    name = listed(row[: grid.side])
    return _("'{name}' ({means})", name=name, means=_("; ").join(pairs)) if pairs else _("'{text}'", text=name)


def _added(grid: Grid, row: tuple[str, ...]) -> str:
    return _("Added: {row}.", row=_row(grid, row))


def _removed(grid: Grid, row: tuple[str, ...]) -> str:
    return _("Deleted: {row}.", row=_("'{text}'", text=listed(row[: grid.side])))


def _column(grid: Grid, head: str) -> str:
    at = grid.head.index(head)
    return _("; ").join(_("{name}: {means}", name=row[0], means=row[at]) for row in grid.rows if row[at] != "-")
