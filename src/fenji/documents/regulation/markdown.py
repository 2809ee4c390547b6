"""The document as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fenji.documents.regulation.numbering import article_number, chapter_number, item_text
from fenji.documents.regulation.tree import Block, Document, Grid, Items, Paragraph
from fenji.documents.regulation.words import day_text
from fenji.i18n import _, speaking

BLANK = "\\_" * 12

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def markdown(document: Document) -> str:
    """The whole text."""
    with speaking(document.lang):
        return "\n".join(_lines(document)).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", " ")


def _lines(document: Document) -> Iterator[str]:
    if document.company:
        yield from (escaped(document.company), "")
    yield from (
        f"# {escaped(document.title)}",
        "",
        " | ".join(f"{name}: {escaped(value)}" for name, value in head_facts(document)),
        "",
    )
    if document.lead:
        yield from (escaped(document.lead), "")
    for chapter in document.chapters:
        yield from (f"## {chapter_number(chapter.number)} {escaped(chapter.title)}", "")
        for article in chapter.articles:
            yield from (f"**{article_number(article.number)} {escaped(article.title)}**", "")
            for block in article.blocks:
                yield from _block(block)
    yield from _history(document)


def head_facts(document: Document) -> tuple[tuple[str, str], ...]:
    """Number, version and first day in force."""
    return (
        (_("Number"), document.code),
        (_("Version"), str(document.version)),
        (_("In force from"), day_text(document.in_force)),
    )


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield escaped(block.text)
    elif isinstance(block, Items):
        for number, item in enumerate(block.items, 1):
            if number > 1:
                yield ""
            yield f"{item_text(number, escaped(item))}"
    else:
        yield from _grid(block)
    yield ""


def _grid(grid: Grid) -> Iterator[str]:
    if grid.title:
        yield from (escaped(grid.title), "")
    yield f"| {' | '.join(map(escaped, grid.head))} |"
    yield f"|{'---|' * len(grid.head)}"
    for row in grid.rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def history_grid(document: Document) -> Grid:
    """The version history."""
    rows = tuple(
        (str(r.version), day_text(r.in_force), day_text(r.until) if r.until else "-", r.remark)
        for r in document.history
    )
    return Grid((_("Version"), _("In force from"), _("Until"), _("Remark")), rows, (12, 26, 26, 36))


def _history(document: Document) -> Iterator[str]:
    heading = _("Version history")
    yield from (f"## {heading}", "")
    yield from _grid(history_grid(document))
    yield ""
    for label, filled in signatures(document):
        yield from (f"{label}: {escaped(filled) or BLANK}", "")


def signatures(document: Document) -> tuple[tuple[str, str], ...]:
    """Who signs, and the date of issue; an empty text is a line to write on."""
    issued = day_text(document.issued) if document.issued else ""
    return ((_("Drafted by"), ""), (_("Examined by"), ""), (_("Approved by"), ""), (_("Issued on"), issued))
