"""Names outside expressions: indicators, tables, columns, scales, axes, and whether they are of a fitting type."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.engine.check.scalars import expected
from fenji.engine.check.walk import issue, key_issue, periods, steps
from fenji.engine.contract import ColumnType
from fenji.engine.expression.types import DATE, NUMBER, Type
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.spec.indicators import Indicator, Measure, ModelValue
from fenji.engine.view import AS_OF, View
from fenji.i18n import Message

_ORDERED = ("number", "date")
_PLACED = ("number", "label")
"""What can be ranked and cut into equal parts: a label counts by its number on the scale."""


def indicator(view: View, path: Path, name: str, *kinds: str, key: bool = False) -> Iterator[Issue]:
    """Whether ``name`` is an indicator of one of the kinds (none: any kind)."""
    place = key_issue if key else issue
    if name not in view.regulation.indicators:
        yield place(view, path, "names", unknown(Message("indicator"), name, view.regulation.indicators))
        return
    found = view.indicator_type(name)
    if kinds and found.kind not in (*kinds, "unknown"):
        yield place(view, path, "types", expected(Type(kinds[0]), found))


def references(view: View) -> Iterator[Issue]:
    """Unknown names, and known ones of a wrong type, outside expressions."""
    for name, found in view.regulation.indicators.items():
        yield from _indicator(view, ("indicators", name), found)
    for name, parameter in view.regulation.parameters.items():
        if parameter.by is not None:
            yield from indicator(view, ("parameters", name, "by"), parameter.by, "text", "label", "code")
    for step in steps(view):
        if step.kind in ("bands", "rank", "share"):
            kinds = {"bands": _ORDERED, "rank": _PLACED, "share": ("number",)}[step.kind]
            yield from indicator(view, (*step.path, "of"), step.body.of, *kinds)
        elif step.kind == "matrix":
            yield from _axes(view, (*step.path, "of"), step.body.of)
            if step.axis is not None:
                message = Message("a matrix of axes stands in the steps of the grade, not of an axis")
                yield key_issue(view, step.path, "matrix.axis", message)
    if view.regulation.cells:
        yield from _axes(view, ("grades", "cells"), view.regulation.cells.cells)
    yield from _dates(view)


def own_columns(view: View) -> Iterator[Issue]:
    """Columns that the regulation declares: not the contract's own, and dates that say what they tell."""
    for table, columns in view.regulation.facts.items():
        for name, column in columns.items():
            path: Path = ("facts", table, name)
            if table in view.contract.tables and name in view.contract.tables[table].columns:
                message = Message("'{table}' has a column '{name}' already", table=table, name=name)
                yield key_issue(view, path, "identity", message)
            if column.type is ColumnType.DATE and column.moment is None:
                message = Message("a date needs 'moment: happened' (hidden after the as-of date) or 'moment: planned'")
                yield issue(view, path, "structure.missing", message)


def _axes(view: View, path: Path, names: tuple[str, ...]) -> Iterator[Issue]:
    for index, name in enumerate(names):
        if name not in view.regulation.axes:
            yield issue(view, (*path, index), "names", unknown(Message("axis"), name, view.regulation.axes))


def _indicator(view: View, path: Path, found: Indicator) -> Iterator[Issue]:
    if found.measure:
        yield from _measure(view, (*path, "measure"), found.measure)
    if found.attribute:
        columns = view.facts.tables["customers"].columns
        if found.attribute not in columns:
            yield issue(
                view,
                (*path, "attribute"),
                "names",
                unknown(Message("column of '{table}'", table="customers"), found.attribute, columns),
            )
    if found.judged:
        if found.judged.scale is not None and found.judged.scale not in view.regulation.scales:
            yield issue(
                view,
                (*path, "judged", "scale"),
                "names",
                unknown(Message("scale"), found.judged.scale, view.regulation.scales),
            )
        for index, name in enumerate(found.judged.evidence):
            yield from indicator(view, (*path, "judged", "evidence", index), name)
    if found.points:
        for name, line in found.points.lines.items():
            here = (*path, "points", "lines", name)
            yield from indicator(view, (*here, "of") if line.of else here, line.of or name, key=line.of is None)
    if found.tile:
        yield from indicator(view, (*path, "tile", "of"), found.tile.of, *_PLACED)
    if found.grade_of:
        yield from _grade_of(view, path, found)
    if found.model:
        yield from _model(view, (*path, "model"), found.model)


def _measure(view: View, path: Path, measure: Measure) -> Iterator[Issue]:
    table = view.facts.tables.get(measure.from_)
    if table is None:
        yield issue(view, (*path, "from"), "names", unknown(Message("table"), measure.from_, view.facts.tables))
        return
    if table.date is None and (measure.over != "all" or measure.aggregate in ("active", "first", "last")):
        yield issue(
            view,
            (*path, "from"),
            "types",
            Message("table '{table}' has no date of its own; take 'over: all' or another table", table=table.name),
        )
    if measure.aggregate in ("count", "active"):
        return
    scope = view.columns(measure.from_)
    column = table.columns.get(measure.column)
    here = (*path, measure.aggregate)
    if column is None or scope is None:
        yield issue(
            view,
            here,
            "names",
            unknown(Message("column of '{table}'", table=table.name), measure.column, table.columns),
        )
        return
    found = scope.type_of(measure.column) or NUMBER
    if measure.aggregate in ("sum", "average") and found.kind != "number":
        yield issue(view, here, "types", expected(NUMBER, found))
    if measure.aggregate in ("min", "max") and found.kind not in _ORDERED:
        yield issue(view, here, "types", expected(NUMBER, found))


def _grade_of(view: View, path: Path, found: Indicator) -> Iterator[Issue]:
    assert found.grade_of is not None
    name, part = found.grade_of.regulation, found.grade_of.part
    written = view.source.place((*path, "grade_of", "regulation"))
    here = (
        (*path, "grade_of", "regulation") if written != view.source.place((*path, "grade_of")) else (*path, "grade_of")
    )
    if name == view.regulation.regulation:
        yield issue(view, here, "formula.ring", Message("a regulation cannot use its own grade"))
    elif name not in view.others:
        known = unknown(Message("regulation"), name, view.others)
        yield issue(view, here, "names", known)
    elif part != "grade" and part not in view.others[name].axes:
        yield issue(
            view,
            (*path, "grade_of", "part"),
            "names",
            unknown(Message("axis"), part, ["grade", *view.others[name].axes]),
        )


def _model(view: View, path: Path, model: ModelValue) -> Iterator[Issue]:
    for index, name in enumerate(model.inputs):
        yield from indicator(view, (*path, "inputs", index), name)
    if model.nearest:
        for code, centre in model.nearest.centres.items():
            for name in centre:
                yield from indicator(view, (*path, "nearest", "centres", code, name), name, "number", key=True)
        for name in model.nearest.units:
            yield from indicator(view, (*path, "nearest", "units", name), name, "number", key=True)
    if model.topsis:
        for name in model.topsis.criteria:
            yield from indicator(view, (*path, "topsis", "criteria", name), name, "number", key=True)


def _dates(view: View) -> Iterator[Issue]:
    """The dates that periods, windows and moves are counted from."""
    for name, found in view.regulation.indicators.items():
        since = found.measure.over.since if found.measure and not isinstance(found.measure.over, str) else None
        if since:
            yield from _date(view, ("indicators", name, "measure", "over", "since"), since)
    for path, period in periods(view):
        for key, value in (("after", period.after), ("before", period.before)):
            if value is not None:
                yield from _date(view, (*path, key), value)
    for index, move in enumerate(view.regulation.movement.moves):
        if move.counted_from is not None:
            yield from _date(view, ("movement", "moves", index, "counted_from"), move.counted_from)


def _date(view: View, path: Path, name: str) -> Iterator[Issue]:
    if name == AS_OF:
        return
    found = view.values.type_of(name)
    if found is None:
        yield issue(view, path, "names", unknown(Message("date indicator or parameter"), name, view.values.names()))
    elif found.kind not in ("date", "unknown"):
        yield issue(view, path, "types", expected(DATE, found))
