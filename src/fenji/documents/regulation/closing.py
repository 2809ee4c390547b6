"""The last chapters: who may see what, the defaults chosen, in force and origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fenji.documents.regulation.numbering import article_number
from fenji.documents.regulation.tree import Article, Block, Chapter, Grid, Paragraph
from fenji.documents.regulation.vocabulary import role
from fenji.documents.regulation.words import Words, day_text, listed
from fenji.engine.explain.words import text
from fenji.i18n import _


def visibility(words: Words) -> Iterator[Article]:
    """Who may see which parts of a result."""
    rows = tuple(
        (
            listed(words.part(part) for part in entry.show),
            role(entry.to) if isinstance(entry.to, str) else words.roles(entry.to),
        )
        for entry in words.regulation.visibility
    )
    if rows:
        grid = Grid((_("Shown"), _("To")), rows, (45, 55))
        note = Paragraph(_("Whoever is not named here sees none of it."))
        yield Article("visibility", _("Who sees what"), (note, grid))


def choices(words: Words, chapters: Sequence[Chapter]) -> Iterator[Article]:
    """Places where the source is silent."""
    rows = tuple(
        (choice.id, place(words, choice.at, chapters), text(choice.what), text(choice.why))
        for choice in words.regulation.choices
    )
    if rows:
        grid = Grid((_("Requirement"), _("Where"), _("Chosen"), _("Grounds")), rows, (14, 20, 38, 28))
        note = Paragraph(
            _(
                "Where the document this regulation comes from is silent or unclear, "
                "the following was chosen; the company may decide otherwise."
            )
        )
        yield Article("choices", _("Defaults chosen"), (note, grid))


def place(words: Words, path: str, chapters: Sequence[Chapter]) -> str:
    """A path of the regulation as the number of its article."""
    articles = [a for chapter in chapters for a in chapter.articles]
    parts = path.split(".")
    if parts[0] == "indicators" and len(parts) > 1 and parts[1] in words.regulation.indicators:
        kind = words.regulation.indicators[parts[1]].kind
        parts_key = f"indicators.{parts[1]}" if kind in ("points", "model") else f"indicators.{kind}"
        named = words.name(parts[1])
    else:
        parts_key, named = path, words.name(parts[-1]) if parts[0] == "parameters" and len(parts) > 1 else ""
    while parts_key:
        found = [a for a in articles if a.key == parts_key or a.key.startswith(f"{parts_key}.")]
        if found:
            return place_text(found, named)
        parts_key = parts_key.rpartition(".")[0]
    return path


def place_text(found: Sequence[Article], named: str) -> str:
    """The articles of a place."""
    first, last = article_number(found[0].number), article_number(found[-1].number)
    where = first if first == last else _("{first} to {last}", first=first, last=last)
    return _("{title} ({unit})", title=where, unit=named or found[0].title) if named or first == last else where


def final(words: Words) -> Iterator[Article]:
    """In force, number, origin."""
    regulation = words.regulation
    yield Article("in_force", _("In force"), tuple(in_force(words)))
    blocks: list[Block] = []
    if regulation.origin:
        blocks.append(Paragraph(_("It was written from the document {document}.", document=regulation.origin.document)))
        if regulation.origin.requirements:
            listed_ids = listed(regulation.origin.requirements)
            blocks.append(Paragraph(_("It answers the requirements: {ids}.", ids=listed_ids)))
        yield Article("origin", _("Origin"), tuple(blocks))


def in_force(words: Words) -> Iterator[Block]:
    """Which days, which version."""
    regulation = words.regulation
    first = day_text(regulation.in_force.from_)
    if regulation.in_force.to:
        yield Paragraph(
            _("This regulation is in force from {first} to {last}.", first=first, last=day_text(regulation.in_force.to))
        )
    else:
        yield Paragraph(_("This regulation is in force from {first}.", first=first))
    yield Paragraph(
        _("Its number is {code}, version {version}.", code=regulation.regulation, version=regulation.version)
    )
