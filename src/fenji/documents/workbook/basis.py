"""The sheet of reasons: what each step said about each customer, one row a customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from xlsxwriter.workbook import Workbook

from fenji.documents.figures import title_of
from fenji.documents.result import Result
from fenji.documents.workbook.listing import Cells, Field, identity, outcome, plain
from fenji.documents.workbook.sheet import Column, Sheet, Styles
from fenji.engine.spec.steps import GRADERS, body
from fenji.i18n import _


def add_basis(book: Workbook, styles: Styles, result: Result) -> None:
    """One column a step: a grader's answer, whether an adjuster acted, what people decided."""
    fields = [*identity(), *outcome(result)]
    if any(name == "reason" for name in result.schema):
        fields.append(Field(Column(_("Reason"), width=20), reason_cells(result)))
    fields += step_fields(result)
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    sheet = Sheet(book, styles, _("Basis"), title, [field.column for field in fields])
    sheet.headings(freeze=3)
    for rows in result.rows():
        for values in zip(*(field.cells(rows) for field in fields), strict=True):
            sheet.add(values)
    sheet.finish()


def step_fields(result: Result) -> list[Field]:
    """The steps of the axes, then those of the grade, in the order in which they run."""
    regulation = result.view.regulation
    codes = result.manifest["codes"]
    fields = []
    for name, axis in regulation.axes.items():
        fields += target_fields(result, axis.grading, list(codes.get(f"a_{name}", ())))
    return fields + target_fields(result, regulation.grading, list(codes.get("x_grade", ())))


def target_fields(result: Result, steps: Sequence[Any], codes: list[str]) -> list[Field]:
    """The steps of one target; a grader that came after an answer was not asked, so it says nothing here."""
    fields: list[Field] = []
    graders: list[Cells] = []
    for step in steps:
        kind, spec = body(step)
        for field in step_field(result, kind, spec, codes):
            if kind in GRADERS:
                fields.append(Field(field.column, unanswered(list(graders), field.cells)))
                graders.append(field.cells)
            else:
                fields.append(field)
    return fields


def unanswered(earlier: list[Cells], cells: Cells) -> Cells:
    """The cells of a grader, empty where an earlier one has answered."""

    def found(rows: pa.Table) -> list[Any]:
        before = [one(rows) for one in earlier]
        return [None if any(b[at] is not None for b in before) else v for at, v in enumerate(cells(rows))]

    return found


def step_field(result: Result, kind: str, spec: Any, codes: list[str]) -> list[Field]:
    """A step as a column, where the trace kept what it said."""
    heading = step_heading(result, spec)
    if kind in GRADERS and (kind == "rules" or f"s_{spec.id}" in result.schema):
        cells = rule_cells(result, spec) if kind == "rules" else code_cells(f"s_{spec.id}", codes)
        gate = f"s_{spec.id}_met"
        return [Field(Column(heading, width=14), gated(gate, cells) if gate in result.schema else cells)]
    if kind == "judgement" and f"d_{spec.id}" in result.schema:
        return [Field(Column(heading, width=14), code_cells(f"d_{spec.id}", codes))]
    if f"s_{spec.id}_met" in result.schema:
        return [Field(Column(heading, width=12), plain(f"s_{spec.id}_met"))]
    return []


def gated(gate: str, cells: Cells) -> Cells:
    """The cells of a grader that acts only while its own condition holds."""

    def found(rows: pa.Table) -> list[Any]:
        return [v if open_ else None for v, open_ in zip(cells(rows), rows.column(gate).to_pylist(), strict=True)]

    return found


def step_heading(result: Result, spec: Any) -> str:
    """The step's title; without one the figure that it looks at, else its id."""
    if spec.title:
        return title_of(spec.title, spec.id)
    of = getattr(spec, "of", None)
    found = result.view.regulation.indicators.get(of) if isinstance(of, str) else None
    return _("By: {name}", name=title_of(found.title, str(of))) if found else str(spec.id)


def code_cells(column: str, codes: list[str]) -> Cells:
    """Code numbers as codes; a decision that keeps several codes is their text already."""

    def cell(value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value
        return codes[int(value) - 1] if 0 < int(value) <= len(codes) else str(value)

    def cells(rows: pa.Table) -> list[Any]:
        return [cell(value) for value in rows.column(column).to_pylist()]

    return cells


def rule_cells(result: Result, spec: Any) -> Cells:
    """The code of the first rule line that was true."""
    lines = [(f"s_{spec.id}_{n}", line.to) for n, line in enumerate(spec.lines) if f"s_{spec.id}_{n}" in result.schema]

    def cells(rows: pa.Table) -> list[Any]:
        found: list[Any] = [None] * rows.num_rows
        for column, code in reversed(lines):
            for at, true in enumerate(rows.column(column).to_pylist()):
                if true:
                    found[at] = code
        return found

    return cells


def reason_cells(result: Result) -> Cells:
    """The reason of the deciding step, in words where the regulation has them."""
    texts = because(result)
    return lambda rows: [None if v is None else texts.get(v, v) for v in rows.column("reason").to_pylist()]


def because(result: Result) -> dict[str, str]:
    """The words of each reason."""
    found = {}
    for step in result.view.regulation.grading:
        _kind, spec = body(step)
        for block in (*getattr(spec, "lines", ()), spec):
            reason, text = getattr(block, "reason", None), getattr(block, "because", None)
            if reason and text:
                found[reason] = title_of(text, reason)
    return found
