"""The list of customers, as a sheet or, when it is too long for one, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from xlsxwriter.workbook import Workbook

from fenji.documents.colours import tint
from fenji.documents.figures import Figure, Kind, title_of
from fenji.documents.result import Result
from fenji.documents.words import axis_title, standing
from fenji.documents.workbook.sheet import RISKY, Column, Sheet, Styles
from fenji.i18n import _

if TYPE_CHECKING:
    from fenji.documents.workbook.book import Notes

Cells = Callable[[pa.Table], list[Any]]
WIDTHS = {Kind.MONEY: 16, Kind.RATIO: 11, Kind.NUMBER: 11, Kind.WHOLE: 11, Kind.DATE: 12, Kind.TEXT: 14}


@dataclass(frozen=True)
class Field:
    """One column of a list and how its cells are read from a batch."""

    column: Column
    cells: Cells


def plain(name: str) -> Cells:
    """A column as it is."""
    return lambda rows: list(rows.column(name).to_pylist())


def of_figure(figure: Figure) -> Field:
    """A figure as a column."""
    return Field(Column(figure.heading, figure.kind, WIDTHS[figure.kind]), figure.values)


def identity() -> list[Field]:
    """Who it is."""
    return [
        Field(Column(_("Customer number"), width=16), plain("customer_id")),
        Field(Column(_("Customer name"), width=28), plain("customer_name")),
    ]


def outcome(result: Result) -> list[Field]:
    """Grade, standing, axes."""
    regulation = result.view.regulation
    fields = [
        Field(Column(_("Grade"), width=11), plain("grade")),
        Field(Column(_("Standing"), width=11), lambda rows: [standing(v) for v in rows.column("standing").to_pylist()]),
    ]
    if any(name == "previous" for name in result.schema) and regulation.movement.tenure:
        fields.append(Field(Column(_("Previous grade"), width=11), plain("previous")))
    for name, axis in regulation.axes.items():
        if f"a_{name}" in result.schema:
            fields.append(Field(Column(title_of(axis.title, name), width=13), axis_cells(result, name)))
    return fields


def axis_cells(result: Result, name: str) -> Cells:
    """The titles of an axis' codes."""
    titles: dict[str | None, str | None] = {None: None}

    def cells(rows: pa.Table) -> list[Any]:
        found = rows.column(f"a_{name}").to_pylist()
        for code in set(found) - set(titles):
            titles[code] = axis_title(result.view.regulation, name, code)
        return [titles[code] for code in found]

    return cells


def fields_of(result: Result, notes: Notes) -> list[Field]:
    """The columns of the list: who, what, why, what would raise it, and the figures."""
    fields = [*identity(), *outcome(result)]
    if notes.why is not None:
        fields.append(Field(Column(_("Why"), width=46, wrap=True), notes.why))
    if notes.path is not None:
        fields.append(Field(Column(_("What would raise it"), width=40, wrap=True), notes.path))
    fields += [of_figure(figure) for figure in result.figures]
    return fields + [of_figure(line) for line in result.score_lines]


def add_list(book: Workbook, styles: Styles, result: Result, notes: Notes) -> None:
    """Every graded customer, best first, then those without a grade."""
    fields = fields_of(result, notes)
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    sheet = Sheet(book, styles, _("List"), title, [field.column for field in fields])
    sheet.headings(freeze=3)
    for rows in result.rows():
        for values in zip(*(field.cells(rows) for field in fields), strict=True):
            sheet.add(values)
    sheet.finish()
    colour_grades(sheet, result, 2)


def colour_grades(sheet: Sheet, result: Result, column: int) -> None:
    """Colours the grade by its code, so that it stays right when someone sorts or edits."""
    if sheet.row == sheet.first:
        return
    for grade in result.grades:
        text = grade.replace('"', '""')
        style = sheet.book.add_format({"bg_color": tint(grade, result.grades), "bold": True})
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": style}
        sheet.sheet.conditional_format(sheet.first, column, sheet.row - 1, column, rule)


def write_csv(result: Result, path: Path, notes: Notes) -> None:
    """The same list as UTF-8 CSV with a byte order mark, which spreadsheets need to recognise it."""
    fields = fields_of(result, notes)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([harmless(field.column.heading) for field in fields])
        for rows in result.rows():
            writer.writerows(harmless_rows(field.cells(rows) for field in fields))


def harmless_rows(columns: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """Rows out of columns, no cell of which executes."""
    for values in zip(*columns, strict=True):
        yield [harmless(value) if isinstance(value, str) else value for value in values]


def harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula: an apostrophe stands before a risky beginning."""
    return "'" + text if text.startswith(RISKY) else text
