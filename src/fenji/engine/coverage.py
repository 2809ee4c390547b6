"""A window that the facts do not cover stops the run: a total over half a year is no annual total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import ibis.expr.types as ir

from fenji.engine.contract import FactTables
from fenji.engine.plan import Plan, PlanError
from fenji.engine.plan.base import Base
from fenji.engine.plan.measures import MeasureNode
from fenji.i18n import Message


def check_coverage(plan: Plan, tables: Mapping[str, ir.Table], facts: FactTables) -> None:
    """Compares the first day of every window with the first day of its table.

    A window may start earlier when every customer came to us after the table's first day.

    Raises:
        PlanError: naming each table, its windows and first day.
    """
    problems: list[Message] = []
    for name, nodes in Base(plan.resolver, tables).by_table().items():
        table = plan.view.facts.tables[name]
        starts = [n for n in nodes if n.span.start is not None]
        if not starts or table.date is None or name not in tables:
            continue
        first = facts.covers_from.get(name) or first_day(tables[name], table.date)
        problems += [] if first is None else uncovered(plan, tables, name, first, starts)
    if problems:
        raise PlanError(*problems)


def first_day(table: ir.Table, date: str) -> dt.date | None:
    """The first date of a table, or none when it is empty."""
    value = table[date].min().to_pyarrow().as_py()
    return value if isinstance(value, dt.date) else None


def uncovered(
    plan: Plan, tables: Mapping[str, ir.Table], name: str, first: dt.date, nodes: list[MeasureNode]
) -> list[Message]:
    """A message for each window that starts before the first day, unless all customers are younger than the table."""
    early = [n for n in nodes if n.span.start is not None and n.span.start < first]
    if not early or all_younger(tables["customers"], first):
        return []
    return [
        Message(
            "indicator '{indicator}' looks at '{table}' from {start}, but the facts begin on {first}; "
            "bring earlier facts, choose a later as-of date or a shorter window, "
            "or state with --covers-from that nothing is missing",
            indicator=node.name, table=name, start=node.span.start, first=first,
        )
        for node in early
    ]  # fmt: skip


def all_younger(customers: ir.Table, first: dt.date) -> bool:
    """Whether every customer is known to have come on or after a day."""
    if "since" not in customers.columns:
        return False
    older = customers.filter(customers["since"].isnull() | (customers["since"] < first)).count().to_pyarrow().as_py()
    return int(older) == 0
