"""The document as one HTML file that also prints: A4, page numbers, table heads repeated."""

from __future__ import annotations

from fenji.documents.regulation.markdown import head_facts, history_grid, signatures
from fenji.documents.regulation.numbering import article_number, chapter_number, item_text
from fenji.documents.regulation.tree import Block, Document, Grid, Items
from fenji.documents.report.page import page
from fenji.i18n import _, speaking

SHORT = 9
"""Characters up to which a text counts as short."""


def html(document: Document) -> str:
    """The whole page; it loads nothing and runs nothing."""
    with speaking(document.lang):
        return page(
            "regulation.html", "regulation.css",
            document=document, title=document.title, facts=head_facts(document),
            chapter_number=chapter_number, article_number=article_number, item_text=item_text,
            kind=kind, shares=shares, centred=centred, history=history_grid(document), signatures=signatures(document),
            company=document.company or _("(company)"),
        )  # fmt: skip


def kind(block: Block) -> str:
    """Which kind a block is."""
    if isinstance(block, Grid):
        return "grid"
    return "items" if isinstance(block, Items) else "paragraph"


def shares(grid: Grid) -> tuple[int, ...]:
    """The widths of the columns in percent, from stated shares or from how much the cells hold; together 100."""
    asked = grid.widths or tuple(content(grid, at) for at in range(len(grid.head)))
    total = sum(asked)
    found = [max(1, 100 * width // total) for width in asked]
    found[-1] += 100 - sum(found)
    return tuple(found)


def centred(grid: Grid) -> frozenset[int]:
    """The columns whose texts are all short: they stand in the middle."""
    return frozenset(at for at in range(grid.side, len(grid.head)) if all(len(row[at]) <= SHORT for row in grid.rows))


def content(grid: Grid, column: int) -> int:
    """How much a column holds: its longest text, within bounds that keep a table readable."""
    longest = max([len(grid.head[column]) + 1, *(len(row[column]) for row in grid.rows)])
    return max(5, min(longest, 40))
