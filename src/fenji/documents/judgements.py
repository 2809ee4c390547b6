"""The workbook in which one role judges customers: evidence beside drop-downs, and hidden what brings it back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from fenji.documents.figures import Figure, Kind, title_of
from fenji.documents.result import Result
from fenji.documents.workbook.listing import Field, identity, of_figure, outcome
from fenji.documents.workbook.sheet import Column, Sheet, Styles
from fenji.engine.explain.words import role as role_name
from fenji.engine.expression import literals
from fenji.engine.spec.steps import body
from fenji.engine.view import View, grade_codes
from fenji.i18n import _

HIDDEN = "fenji.judgements"
"""The hidden sheet by which an import recognises such a workbook; its columns stand in ``HEAD``."""
HEAD = ("kind", "header", "name", "labels", "low", "high", "regulation", "version", "role")
LABELS = "fenji.labels"
INLINE = 250
FILL = "#FFF8DC"


@dataclass(frozen=True)
class Matter:
    """Something a role judges: an indicator, or the decision of a judgement step."""

    name: str
    heading: str
    labels: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    evidence: tuple[str, ...] = ()
    asks: str = ""


def matters(view: View, role: str) -> list[Matter]:
    """What a role judges, in the order of the file: indicators, then decisions of axes and of the grade."""
    regulation = view.regulation
    found = []
    for name, spec in regulation.indicators.items():
        if spec.judged and spec.judged.by == role:
            labels = tuple(regulation.scales[spec.judged.scale]) if spec.judged.scale else ()
            between = tuple(map(figure_of(view), spec.judged.between)) if spec.judged.between else None
            asks = title_of(spec.judged.sheet, "")
            found.append(Matter(name, title_of(spec.title, name), labels, between, spec.judged.evidence, asks))
    steps: list[tuple[Any, tuple[str, ...]]] = [
        (step, tuple(v.code for v in axis.values)) for axis in regulation.axes.values() for step in axis.grading
    ]
    steps += [(step, tuple(v.code for v in grade_codes(regulation))) for step in regulation.grading]
    for step, codes in steps:
        kind, spec = body(step)
        if kind == "judgement" and spec.by == role:
            found.append(Matter(spec.id, title_of(spec.title, spec.id), tuple(spec.may) or codes))
    return found


def figure_of(view: View) -> Any:
    """A bound of a number people give, parameters replaced by their first figure."""
    parameters = view.regulation.parameters

    def figure(text: str) -> str:
        if text in parameters:
            text = str(next(iter(parameters[text].values.values())))
        value = literals.number(text)
        return text if value is None else f"{float(value):g}"

    return figure


def roles(view: View) -> list[str]:
    """Every role that judges something."""
    regulation = view.regulation
    found = [spec.judged.by for spec in regulation.indicators.values() if spec.judged]
    every = [*regulation.grading, *(step for axis in regulation.axes.values() for step in axis.grading)]
    found += [spec.by for kind, spec in map(body, every) if kind == "judgement"]
    return list(dict.fromkeys(found))


def write_sheet(result: Result, role: str, path: Path, *, judge: str = "", day: dt.date | None = None) -> int:
    """Writes the workbook of a role from a run; the number of customers in it.

    Args:
        judge: who will judge, filled in beforehand.
        day: the day of the judgement, filled in beforehand.

    Raises:
        OSError: when the file cannot be written.
    """
    asked = matters(result.view, role)
    scratch = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(str(scratch), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    styles = Styles(book)
    fields = [*identity(), *outcome(result), *(of_figure(f) for f in evidence(result, asked))]
    sheet = answers(book, styles, result, fields, asked, (judge, day))
    explain(book, styles, result, role, asked)
    hide(book, result, role, asked, [column.heading for column in sheet.columns])
    book.close()
    scratch.replace(path)
    return sheet.row - sheet.first


def evidence(result: Result, asked: Sequence[Matter]) -> Iterator[Figure]:
    """The figures that the matters name, each once, in the order of the regulation."""
    names = {name for matter in asked for name in matter.evidence}
    yield from (figure for figure in result.figures if figure.name in names)


def answers(
    book: Workbook,
    styles: Styles,
    result: Result,
    fields: Sequence[Field],
    asked: Sequence[Matter],
    given: tuple[str, dt.date | None],
) -> Sheet:
    """The sheet to fill: one row a customer."""
    headings = [field.column.heading for field in fields]
    own = [Column(free(matter.heading, matter.name, headings), Kind.TEXT, 16) for matter in asked]
    tail = [
        Column(_("Date of the judgement"), Kind.DATE, 14),
        Column(_("Judge"), width=14),
        Column(_("Note"), width=30),
    ]
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    sheet = Sheet(book, styles, _("Judgements"), title, [*(field.column for field in fields), *own, *tail])
    sheet.headings(freeze=2)
    judge, day = given
    blank: list[Any] = [None] * len(asked)
    fill = {"bg_color": FILL}
    for rows in result.rows():
        for values in zip(*(field.cells(rows) for field in fields), strict=True):
            for number, value in enumerate(values):
                sheet.cell(number, value, sheet.columns[number], {})
            for number, value in enumerate([*blank, day, judge or None, None], len(fields)):
                sheet.cell(number, value, sheet.columns[number], fill)
            sheet.row += 1
    if sheet.row > sheet.first:
        for number, matter in enumerate(asked):
            validate(book, sheet, len(fields) + number, matter, number)
        validate_date(sheet, len(fields) + len(asked))
    sheet.finish()
    return sheet


def free(heading: str, name: str, taken: list[str]) -> str:
    """A heading that no other column has."""
    found = heading if heading not in taken else f"{heading} ({name})"
    taken.append(found)
    return found


def validate(book: Workbook, sheet: Sheet, column: int, matter: Matter, number: int) -> None:
    """The drop-down of a matter, or its bounds."""
    options: dict[str, Any] = {
        "input_title": matter.heading[:32],
        "input_message": matter.asks[:250],
        "ignore_blank": True,
    }
    if matter.between:
        low, high = (float(bound) for bound in matter.between)
        options |= {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    else:
        options |= {"validate": "list", "source": labels_source(book, matter, number)}
    sheet.sheet.data_validation(sheet.first, column, sheet.row - 1, column, options)


def validate_date(sheet: Sheet, column: int) -> None:
    """The date cells take dates only."""
    options = {"validate": "date", "criteria": ">=", "value": dt.date(2000, 1, 1)}
    options["error_message"] = _("A date such as 2026-01-31")
    sheet.sheet.data_validation(sheet.first, column, sheet.row - 1, column, options)


def labels_source(book: Workbook, matter: Matter, number: int) -> Any:
    """The labels themselves, or where they stand when they are too long for a drop-down."""
    if len(",".join(matter.labels)) <= INLINE and not any("," in label for label in matter.labels):
        return list(matter.labels)
    found: Worksheet | None = book.get_worksheet_by_name(LABELS)
    if found is None:
        found = book.add_worksheet(LABELS)
        found.very_hidden()
    for row, label in enumerate(matter.labels):
        found.write_string(row, number, label)
    column = xl_col_to_name(number, col_abs=True)
    return f"='{LABELS}'!{column}$1:{column}${len(matter.labels)}"


def explain(book: Workbook, styles: Styles, result: Result, role: str, asked: Sequence[Matter]) -> None:
    """The sheet that says how to fill the other."""
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    columns = [
        Column(_("Matter"), width=28),
        Column(_("What is judged"), width=60, wrap=True),
        Column(_("Answers"), width=40, wrap=True),
    ]
    sheet = Sheet(book, styles, _("How to fill"), title, columns)
    note = _(
        "Fill the yellow cells: an answer, the date, your name. An empty answer stays missing.\n"
        "Then: fenji import THIS_FILE --into STORE"
    )
    sheet.head_line(_("{title}: judgements by {role}", title=title, role=role_name(role)), note)
    sheet.headings()
    for matter in asked:
        choice = " / ".join(matter.labels) if matter.labels else " - ".join(matter.between or ())
        sheet.add([matter.heading, matter.asks, choice])


def hide(book: Workbook, result: Result, role: str, asked: Sequence[Matter], headings: Sequence[str]) -> None:
    """The hidden sheet that says which column is which."""
    sheet = book.add_worksheet(HIDDEN)
    sheet.hide()
    first = len(headings) - len(asked) - 3
    known = [("customer", headings[0]), ("date", headings[-3]), ("judge", headings[-2]), ("note", headings[-1])]
    regulation = result.view.regulation
    base = (regulation.regulation, str(regulation.version), role)
    rows: list[tuple[str, ...]] = [HEAD, *((kind, header, "", "[]", "", "", *base) for kind, header in known)]
    for number, matter in enumerate(asked):
        labels = json.dumps(matter.labels, ensure_ascii=False)
        rows.append(("matter", headings[first + number], matter.name, labels, *(matter.between or ("", "")), *base))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
