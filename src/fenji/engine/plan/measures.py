"""One GROUP BY per fact table: every measure of the regulation over it, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.contract import Column, ColumnType, Table
from fenji.engine.expression import Node, names_in, parse
from fenji.engine.expression.nodes import Logic, unplaced
from fenji.engine.plan import numbers
from fenji.engine.plan.columns import DERIVED_NEEDS, Rows, typed
from fenji.engine.plan.values import Value, present
from fenji.engine.plan.windows import Span
from fenji.engine.spec.indicators import Measure

OWNER = "customer_id"


@dataclass(frozen=True)
class MeasureNode:
    """One measure with its window in days."""

    name: str
    measure: Measure
    span: Span


def value_column(name: str) -> str:
    """The column that holds an indicator's value, or its numerator."""
    return f"i_{name}"


def divisor_column(name: str) -> str:
    """The column that holds the denominator of an indicator that is a quotient."""
    return f"i_{name}__d"


def aggregated(rows: Rows, nodes: Iterable[MeasureNode], owner: ir.Value) -> ir.Table:
    """One row per owner with a column (two for an average) per measure.

    What all measures ask of a row is asked once, before the GROUP BY: so is the span of days that holds all windows.
    """
    nodes = list(nodes)
    span = outer_span(nodes)
    conditions = {n.name: _conditions(rows, n, span) for n in nodes}
    shared = set.intersection(*(set(c) for c in conditions.values()))
    first = conditions[nodes[0].name]
    common = [first[key] for key in sorted(shared, key=repr)] + _within(rows, span)
    table = rows.rows.mutate(**{OWNER: owner})
    rows = replace(rows, rows=table.filter(common) if common else table)
    aggregates: dict[str, ir.Value] = {}
    for node in nodes:
        own = [expr for key, expr in _conditions(rows, node, span).items() if key not in shared]
        aggregates.update(_aggregate(rows, node, ibis.and_(*own) if own else None))
    return rows.rows.group_by(OWNER).aggregate(**aggregates)


def outer_span(nodes: list[MeasureNode]) -> Span:
    """The days that hold every window."""
    starts = [n.span.start for n in nodes if n.span.start is not None]
    start = min(starts) if len(starts) == len(nodes) else None
    return Span(start, max(n.span.end for n in nodes))


def _within(rows: Rows, span: Span) -> list[ir.BooleanValue]:
    if rows.table.date is None:
        return []
    date = rows.rows[rows.table.date]
    found = [date <= ibis.literal(span.end, "date")]
    return found if span.start is None else [*found, date >= ibis.literal(span.start, "date")]


def _conditions(rows: Rows, node: MeasureNode, span: Span | None = None) -> dict[object, ir.BooleanValue]:
    """What a row must satisfy beside lying within ``span``, by a key that is equal for equal conditions."""
    found: dict[object, ir.BooleanValue] = {}
    date = rows.table.date
    if date is not None:
        if span is None or node.span.end != span.end:
            found["end", node.span.end] = rows.rows[date] <= ibis.literal(node.span.end, "date")
        if node.span.start is not None and (span is None or node.span.start != span.start):
            found["start", node.span.start] = rows.rows[date] >= ibis.literal(node.span.start, "date")
    if node.measure.where:
        for part in conjuncts(parse(node.measure.where)):
            found["where", part] = rows.expressions.truth(part)
    return found


def conjuncts(tree: Node) -> Iterator[Node]:
    """The parts of a condition that must all hold, without their place in the text."""
    if isinstance(tree, Logic) and tree.operator == "and":
        for operand in tree.operands:
            yield from conjuncts(operand)
    else:
        yield unplaced(tree)


def _aggregate(rows: Rows, node: MeasureNode, where: ir.BooleanValue | None) -> dict[str, ir.Value]:
    kind, name = node.measure.aggregate, value_column(node.name)
    if kind == "count":
        return {name: rows.rows.count(where=where)}
    if kind == "active":
        return {name: _active(rows, node).nunique(where=where)}
    column = _operand(rows, node.measure.column)
    if kind == "distinct":
        return {name: column.nunique(where=where)}
    if kind == "average":
        return {name: column.sum(where=where), divisor_column(node.name): column.count(where=where)}
    return {name: getattr(column, kind)(where=where)}


def _operand(rows: Rows, name: str) -> Any:
    value = rows.value(name)
    if isinstance(value, numbers.Num):
        return value.column if value.column is not None else value.n
    assert value is not None
    return value.expr


def _active(rows: Rows, node: MeasureNode) -> ir.IntegerValue:
    assert rows.table.date is not None
    day = rows.rows[rows.table.date]
    unit = node.measure.active
    if unit == "days":
        return day
    year = day.year().cast("int32")
    return year if unit == "years" else year * 12 + day.month().cast("int32")


def edge(rows: Rows, node: MeasureNode, owner: ir.Value) -> ir.Table:
    """``first`` or ``last``: the value of the earliest or latest row; rows of one day are ordered by their key."""
    table = rows.rows.mutate(**{OWNER: owner}).filter(list(_conditions(rows, node).values()))
    table = table.filter(present(rows.value(node.measure.column)))
    date = rows.table.date
    keys = [k for k in ([date] if date else []) + list(rows.table.key) if k in table.columns]
    order = [ibis.desc(table[k]) if node.measure.aggregate == "last" else ibis.asc(table[k]) for k in keys]
    place = ibis.row_number().over(ibis.window(group_by=table[OWNER], order_by=order))
    ranked = table.mutate(_place=place, _value=_operand(rows, node.measure.column))
    ranked = ranked.filter(ranked["_place"] == 0)
    return ranked.select(**{OWNER: ranked[OWNER], value_column(node.name): ranked["_value"]})


def measured(node: MeasureNode, table: ir.Table, column: Column | None) -> Value:
    """The value of a measure read from its column, once joined; over no rows the counting four are 0."""
    kind, expr = node.measure.aggregate, table[value_column(node.name)]
    if kind in ("count", "distinct", "active"):
        return numbers.of_whole(expr, 12)
    assert column is not None
    if kind == "average":
        total = typed(expr, column)
        assert isinstance(total, numbers.Num)
        return numbers.divide(total, numbers.of_whole(table[divisor_column(node.name)], 12))
    return typed(expr, column)


def stored(node: MeasureNode, column: Column | None) -> str:
    """The type in which a measure's column is kept after the GROUP BY."""
    kind = node.measure.aggregate
    if kind in ("count", "distinct", "active") or column is None:
        return "int64"
    return {
        ColumnType.MONEY: "decimal(18, 2)", ColumnType.NUMBER: "decimal(18, 4)", ColumnType.INTEGER: "int64",
        ColumnType.DATE: "date", ColumnType.TEXT: "string",
    }[column.type]  # fmt: skip


def zero_of(node: MeasureNode) -> bool:
    """Whether the measure is 0 over no rows."""
    return node.measure.aggregate in ("sum", "count", "distinct", "active")


def columns_needed(table: Table, nodes: Iterable[MeasureNode]) -> set[str]:
    """The columns of a fact table that its measures read."""
    names = {table.date} if table.date else set()
    for node in nodes:
        if node.measure.column not in ("rows", "days", "months", "years"):
            names.add(node.measure.column)
        if node.measure.where:
            names |= {n.name for n in names_in(parse(node.measure.where)) if n.name in table.columns}
    for name in [n for n in names if n in DERIVED_NEEDS and table.columns[n].derived]:
        names = (names - {name}) | set(DERIVED_NEEDS[name])
    return {n for n in names if n}
