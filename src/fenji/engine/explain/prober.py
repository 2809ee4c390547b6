"""Grading rows again with one value changed: the base rows come back from the trace, the plan grades them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fenji.engine.backends.duck import compiled
from fenji.engine.explain.borders import Borders, Lever
from fenji.engine.expression.nodes import Node
from fenji.engine.plan import Plan, calendar, numbers
from fenji.engine.plan.base import PREVIOUS, PREVIOUS_FROM, PREVIOUS_SINCE, sees_previous
from fenji.engine.plan.indicators import Indicators
from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.numbers import Num
from fenji.engine.plan.probes import PROBE, PROBE_ID
from fenji.engine.plan.values import Day, Value

_TABLE = "probes"
Change = tuple[int, Lever, Any]
"""A row of the base table, a lever, and its new value: in steps, an ordinal day, a label or a text."""


@dataclass(frozen=True)
class Outcome:
    """What a changed row is graded as: the target's code and whether people are awaited."""

    code: str | None
    standing: str


class Prober:
    """Grades changed rows of one trace.

    Args:
        trace: every row of the run; customers that are compared with each other must all be there.
    """

    def __init__(self, plan: Plan, trace: pa.Table, borders: Borders) -> None:
        self.plan, self.borders = plan, borders
        self.base = base_of(plan, trace)
        self.compared = bool(borders.populations)
        self.schema = self.base.schema.append(pa.field(PROBE_ID, pa.int64()))
        if self.compared:
            self.schema = self.schema.append(pa.field(PROBE, pa.bool_()))
        self.con = duckdb.connect()

    @property
    def source(self) -> ir.Table:
        return ibis.table(ibis.Schema.from_pyarrow(self.schema), name=_TABLE)

    @cached_property
    def graded_sql(self) -> str:
        sql = compiled(self.plan.graded(self.source))
        axes = "".join(f', "a_{a}", "a_{a}_open"' for a in self.plan.axes)
        return f"SELECT {PROBE_ID}, grade, standing{axes} FROM ({sql}) WHERE {PROBE_ID} IS NOT NULL ORDER BY {PROBE_ID}"

    @cached_property
    def trace_sql(self) -> str:
        sql = compiled(self.plan.graded(self.source))
        return f"SELECT * FROM ({sql}) WHERE {PROBE_ID} IS NOT NULL ORDER BY {PROBE_ID}"

    @cached_property
    def watched_sql(self) -> str:
        """The computed values and expressions whose borders are looked for, as numerator and denominator."""
        some = Indicators(self.plan.resolver, dict(self.plan.number_columns))
        some.specs = {n: spec for n, spec in some.specs.items() if n in self.borders.needed}
        table = some.add_all(self.source)
        lookup = some.expressions(table)
        columns: dict[str, ir.Value] = {PROBE_ID: table[PROBE_ID]}
        for at, node in enumerate(self.borders.watched):
            columns |= _fraction(f"w{at}", lookup.value(node))
        for at, (left, right) in enumerate(self.borders.pairs):
            columns |= _fraction(f"v{at}", _difference(lookup.value(left), lookup.value(right)))
        sql = compiled(table.select(**columns))
        return f"SELECT * FROM ({sql}) WHERE {PROBE_ID} IS NOT NULL ORDER BY {PROBE_ID}"

    # running
    def outcomes(self, changes: Sequence[Change], target: str = "grade") -> list[Outcome]:
        """What each change would lead to."""
        if not changes:
            return []
        found = self.run(self.graded_sql, self.table(changes))
        if target == "grade":
            codes, standings = found["grade"].to_pylist(), found["standing"].to_pylist()
        else:
            codes = found[f"a_{target}"].to_pylist()
            standings = ["proposed" if o else "computed" for o in found[f"a_{target}_open"].to_pylist()]
        return [Outcome(c, s) for c, s in zip(codes, standings, strict=True)]

    def alone(self, change: Change) -> Outcome:
        """What one change leads to when everybody is graded again with it, on the grade."""
        row = self.changed([(0, change)])
        others = pa.concat_tables([self.base.slice(0, change[0]), self.base.slice(change[0] + 1)])
        others = others.append_column(PROBE_ID, pa.nulls(others.num_rows, pa.int64()))
        both = []
        for part in (row.drop_columns([PROBE]), others):
            part = part.append_column(PROBE, pa.array([False] * part.num_rows))
            both.append(part.select(self.schema.names).cast(self.schema))
        found = self.run(self.graded_sql, pa.concat_tables(both))
        return Outcome(found["grade"][0].as_py(), found["standing"][0].as_py())

    def rows(self, changes: Sequence[Change]) -> pa.Table:
        """The whole trace of each change."""
        return self.run(self.trace_sql, self.table(changes))

    def watched(self, changes: Sequence[Change]) -> dict[Node | int, list[Fraction | None]]:
        """The watched values under each change; differences of pairs by their number."""
        found = self.run(self.watched_sql, self.table(changes))
        result: dict[Node | int, list[Fraction | None]] = {}
        for at, node in enumerate(self.borders.watched):
            result[node] = _exact(found, f"w{at}")
        for at in range(len(self.borders.pairs)):
            result[at] = _exact(found, f"v{at}")
        return result

    def run(self, sql: str, probes: pa.Table) -> pa.Table:
        self.con.register(_TABLE, probes)
        try:
            return self.con.sql(sql).to_arrow_table()
        finally:
            self.con.unregister(_TABLE)

    # building
    def table(self, changes: Sequence[Change]) -> pa.Table:
        """The changed rows, numbered in their order, with everybody else where customers are compared."""
        grouped: dict[str, list[tuple[int, Change]]] = {}
        for at, change in enumerate(changes):
            grouped.setdefault(change[1].name, []).append((at, change))
        parts = [self.changed(found) for found in grouped.values()]
        if self.compared:
            nothing = pa.nulls(self.base.num_rows, pa.int64())
            all_rows = self.base.append_column(PROBE_ID, nothing)
            parts.append(all_rows.append_column(PROBE, pa.array([False] * self.base.num_rows)))
        return pa.concat_tables([part.select(self.schema.names).cast(self.schema) for part in parts])

    def changed(self, found: list[tuple[int, Change]]) -> pa.Table:
        """The rows of changes to one lever."""
        lever = found[0][1][1]
        rows = self.base.take(pa.array([change[0] for _, change in found], pa.int64()))
        for column, values in self.encoded(lever, [change[2] for _, change in found]).items():
            at = rows.schema.get_field_index(column)
            rows = rows.set_column(at, rows.schema.field(at), column_of(values, rows.schema.field(at).type))
        rows = rows.append_column(PROBE_ID, pa.array([at for at, _ in found], pa.int64()))
        return rows.append_column(PROBE, pa.array([True] * len(found))) if self.compared else rows

    def encoded(self, lever: Lever, values: list[Any]) -> dict[str, list[Any]]:
        """The columns that hold new values of a lever."""
        column = f"i_{lever.name}"
        mark = {f"m_{lever.name}": [False] * len(values)} if f"m_{lever.name}" in self.base.schema.names else {}
        if lever.kind == "text":
            return {column: values, **mark}
        if lever.kind == "label":
            judged = self.plan.regulation.indicators[lever.name].judged
            assert judged is not None and judged.scale is not None
            scale = self.plan.regulation.scales[judged.scale]
            return {column: [scale[v] for v in values], **mark}
        if lever.kind == "date":
            return {column: [dt.date.fromordinal(v) for v in values], **mark}
        return {**self.encoded_numbers(lever, values), **mark}

    def encoded_numbers(self, lever: Lever, values: list[int]) -> dict[str, list[Any]]:
        """A number is kept as a decimal (here in its smallest unit), a whole number over a divisor, or a quotient."""
        column = f"i_{lever.name}"
        how = self.plan.number_columns.get(lever.name)
        if how is not None and how.quotient:
            exact = [v * lever.step for v in values]
            return {column: [v.numerator for v in exact], f"{column}__d": [v.denominator for v in exact]}
        kind = self.base.schema.field(column).type
        unit = 10**kind.scale if pa.types.is_decimal(kind) else 1
        factor = lever.step * (how.divisor if how is not None and how.scale is None else unit)
        found = values if factor == 1 else [int(v * factor) for v in values]
        below = f"{column}__d"
        return {column: found, below: [1] * len(values)} if below in self.base.schema.names else {column: found}


def column_of(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as a column; a decimal's come in its smallest unit."""
    if not pa.types.is_decimal(kind):
        return pa.array(values, kind)
    whole = pa.array(values, pa.int64()).cast(pa.decimal128(kind.precision if kind.precision > 18 else 19, 0))
    return pa.Array.from_buffers(pa.decimal128(38, kind.scale), len(values), whole.buffers()).cast(kind)


def base_of(plan: Plan, trace: pa.Table) -> pa.Table:
    """The base rows that a trace came from."""
    specs = plan.regulation.indicators
    columns: dict[str, Any] = {OWNER: trace[OWNER]}
    for name, spec in specs.items():
        if plan.indicators.computed(spec):
            continue
        for column in (f"i_{name}", f"i_{name}__d", f"m_{name}"):
            if column in trace.schema.names:
                columns[column] = trace[column]
    columns |= {c: trace[c] for c in trace.schema.names if c.startswith("d_")}
    scope = pc.not_equal(pc.fill_null(trace["ungraded"], ""), "scope")
    columns["x_scope"] = pc.if_else(scope, pa.scalar(True), pa.scalar(None, pa.bool_()))
    if sees_previous(plan.regulation):
        codes = pa.array(plan.grade.codes.names)
        place = pc.index_in(trace["previous"], value_set=codes)
        columns[PREVIOUS] = pc.add(place, 1).cast(pa.int16())
        columns[PREVIOUS_FROM], columns[PREVIOUS_SINCE] = trace["previous_from"], trace["previous_since"]
    return pa.table(columns)


def _fraction(name: str, value: Value) -> dict[str, ir.Value]:
    if not isinstance(value, Num):
        return {name: ibis.null("int64"), f"{name}d": ibis.literal(1, "int64")}
    above, below = (numbers.whole(side) if isinstance(side, int) else side for side in (value.n, value.d))
    return {name: above.cast("decimal(38, 0)"), f"{name}d": below.cast("decimal(38, 0)")}


def _difference(left: Value, right: Value) -> Value:
    if isinstance(left, Num) and isinstance(right, Num):
        return numbers.add(left, right, -1)
    if isinstance(left, Day) and isinstance(right, Day):
        days = calendar.days_between(right.expr, left.expr)
        return Num(days, 1, 7, 1)
    return None


def _exact(found: pa.Table, name: str) -> list[Fraction | None]:
    pairs = zip(found[name].to_pylist(), found[f"{name}d"].to_pylist(), strict=True)
    return [None if n is None or not d else Fraction(int(n), int(d)) for n, d in pairs]
