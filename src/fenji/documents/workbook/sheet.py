"""One worksheet: typed cells that never execute, headings, widths, print set-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from fenji.documents.figures import Kind
from fenji.i18n import _, language

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Beginnings of a text that a spreadsheet may take for a formula."""
LONGEST = 32_767
EXACT = 10**15
"""Spreadsheets keep 15 digits; a longer number is written as text."""
FONTS = {"zh": "\u5fae\u8f6f\u96c5\u9ed1", "en": "Calibri"}
NUMBER_FORMATS: Mapping[Kind, str] = {
    Kind.MONEY: "#,##0.00;[Red]-#,##0.00",
    Kind.RATIO: "0.0%",
    Kind.NUMBER: "#,##0.####",
    Kind.WHOLE: "#,##0",
    Kind.DATE: "yyyy-mm-dd",
    Kind.TEXT: "@",
}
INK, ACCENT, LINE, BAND = "#1F2933", "#1F4E79", "#D5DCE4", "#F3F6FA"


@dataclass(frozen=True)
class Column:
    """One column of a sheet."""

    heading: str
    kind: Kind = Kind.TEXT
    width: float = 14
    wrap: bool = False


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """A format with the house's font and these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            base = {"font_name": FONTS[language()], "font_size": 10, "font_color": INK, "valign": "vcenter"}
            self.made[key] = self.book.add_format({**base, **properties})
        return self.made[key]

    def cell(self, kind: Kind, *, wrap: bool = False, **more: Any) -> Format:
        """The format of a body cell."""
        shape = {"num_format": NUMBER_FORMATS[kind], "bottom": 1, "bottom_color": LINE}
        return self.get(**shape, **({"text_wrap": True, "valign": "top"} if wrap else {}), **more)

    @property
    def head(self) -> Format:
        """The format of a heading."""
        return self.get(
            bold=True,
            font_color="#FFFFFF",
            bg_color=ACCENT,
            text_wrap=True,
            align="center",
            border=1,
            border_color="#FFFFFF",
        )


@dataclass
class Sheet:
    """Writes rows downwards; each cell by its type, texts always as texts."""

    book: Workbook
    styles: Styles
    name: str
    title: str
    columns: Sequence[Column]
    sheet: Worksheet = field(init=False)
    row: int = field(default=0, init=False)
    first: int = field(default=0, init=False)
    plain: dict[int, Format] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.sheet = self.book.add_worksheet(self.name)
        self.sheet.hide_gridlines(2)
        for number, column in enumerate(self.columns):
            self.sheet.set_column(number, number, column.width)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer(f"&L&8{self.title.replace('&', '&&')}&C&8{self.name}&R&8&P / &N")

    def head_line(self, text: str, note: str = "") -> None:
        """The title above the table."""
        self.sheet.set_row(self.row, 26)
        self.sheet.write_string(self.row, 0, safe(text), self.styles.get(bold=True, font_size=15, font_color=ACCENT))
        self.row += 1
        for line in filter(None, note.split("\n")):
            self.sheet.write_string(self.row, 0, safe(line), self.styles.get(font_color="#5F6B7A"))
            self.row += 1

    def headings(self, *, freeze: int = 0) -> None:
        """The heading row, frozen and repeated on each printed page."""
        self.sheet.set_row(self.row, 32)
        for number, column in enumerate(self.columns):
            self.sheet.write_string(self.row, number, safe(column.heading), self.styles.head)
        self.row += 1
        self.first = self.row
        self.sheet.freeze_panes(self.row, freeze)
        self.sheet.repeat_rows(self.row - 1)

    def add(self, values: Sequence[Any], **more: Any) -> None:
        """One row; ``more`` are properties of its format."""
        for number, (column, value) in enumerate(zip(self.columns, values, strict=True)):
            self.cell(number, value, column, more)
        self.row += 1

    def style(self, number: int, column: Column, more: Mapping[str, Any]) -> Format:
        """The format of a column's cells; looked up once for plain rows, of which there may be a million."""
        if more:
            return self.styles.cell(column.kind, wrap=column.wrap, **more)
        if number not in self.plain:
            self.plain[number] = self.styles.cell(column.kind, wrap=column.wrap)
        return self.plain[number]

    def cell(self, number: int, value: Any, column: Column, more: Mapping[str, Any]) -> None:
        """One cell, by the type of its value."""
        style = self.style(number, column, more)
        if value is None:
            self.sheet.write_blank(self.row, number, None, style)
        elif isinstance(value, bool):
            self.sheet.write_string(self.row, number, _("yes") if value else _("no"), style)
        elif isinstance(value, dt.date):
            self.date(number, value, style)
        elif isinstance(value, int | Decimal) and -EXACT < value < EXACT:
            self.sheet.write_number(self.row, number, value, style)
        else:
            self.text(number, str(value), column, more)

    def date(self, number: int, value: dt.date, style: Format) -> None:
        """A date; spreadsheets know none before 1900."""
        if value.year >= 1900:
            self.sheet.write_datetime(self.row, number, dt.datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
        else:
            self.sheet.write_string(self.row, number, value.isoformat(), style)

    def text(self, number: int, value: str, column: Column, more: Mapping[str, Any]) -> None:
        """A text; one that looks like a formula keeps its quote mark when it is edited."""
        if value.startswith(RISKY):
            style = self.styles.cell(Kind.TEXT, wrap=column.wrap, **more, quote_prefix=True)
        elif column.kind is Kind.TEXT:
            style = self.style(number, column, more)
        else:
            style = self.styles.cell(Kind.TEXT, wrap=column.wrap, **more)
        self.sheet.write_string(self.row, number, safe(value), style)

    def finish(self) -> None:
        """The filter over what was written."""
        if self.row > self.first:
            self.sheet.autofilter(self.first - 1, 0, self.row - 1, len(self.columns) - 1)


def safe(text: str) -> str:
    """A text that fits a cell."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "\u2026"
