"""The sheet of movers: every customer whose grade is another than in the earlier run, most money first."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from fenji.documents.figures import Kind, title_of
from fenji.documents.movers import Mover, Movers, moving
from fenji.documents.result import Result
from fenji.documents.workbook.sheet import Column, Sheet, Styles
from fenji.i18n import _

LARGEST = 1_000_000


def add_movers(book: Workbook, result: Result, moved: Movers) -> None:
    """One row a mover; the colour says whether it rose or fell."""
    columns = [
        Column(_("Customer number"), width=16), Column(_("Customer name"), width=28), Column(_("Before"), width=12),
        Column(_("Now"), width=12), Column(_("Move"), width=10),
    ]  # fmt: skip
    if result.money is not None:
        columns.append(Column(result.money.heading, Kind.MONEY, 18))
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    sheet = Sheet(book, Styles(book), _("Movers"), title, columns)
    since = _("Since {as_of} ({regulation}): {risen} rose, {fallen} fell, {came} came, {left} left.",
              as_of=moved.as_of, regulation=moved.regulation, risen=f"{moved.risen:,}", fallen=f"{moved.fallen:,}",
              came=f"{moved.came:,}", left=f"{moved.left:,}")  # fmt: skip
    sheet.head_line(since)
    sheet.headings(freeze=2)
    colours = {True: {"font_color": "#1B7F5C"}, False: {"font_color": "#B5432F"}, None: {}}
    for one in moving(result, LARGEST):
        sheet.add(cells(one)[: len(columns)], **colours[one.better])
    sheet.finish()


def cells(one: Mover) -> list[object]:
    """The cells of a mover."""
    none = _("No grade")
    move = {True: _("rose"), False: _("fell"), None: _("other")}[one.better]
    return [one.customer, one.name, one.before or none, one.now or none, move, one.money]
