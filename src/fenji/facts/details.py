"""Lines of orders that stand in a file of their own: their sums go to the orders they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from fenji.engine.contract import ColumnType
from fenji.facts import sql
from fenji.facts.contract import adding_columns
from fenji.facts.parts import Part
from fenji.facts.readers.sheet import ROW
from fenji.i18n import _

_NOT_SUMMED = frozenset({"order_id", "customer_id", "ordered_on"})


def add_details(connection: duckdb.DuckDBPyConnection, orders: Sequence[Part], lines: Sequence[Part]) -> None:
    """Give every order the sums of its lines; a line without its order is rejected."""
    headed = [part for part in orders if "order_id" in part.columns]
    numbers = " UNION ALL ".join(f"SELECT order_id FROM {part.relation}" for part in headed)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE order_numbers AS {numbers}")
    for part in lines:
        part.drop(connection, "order_id NOT IN (SELECT order_id FROM order_numbers)", "no_order", "order_id")
        part.notes.append(_("These are the lines of orders: their sums were added to the orders."))
    columns: dict[str, ColumnType] = {}
    for part in lines:
        columns.update({name: kind for name, kind in part.columns.items() if name not in _NOT_SUMMED})
    union = " UNION ALL BY NAME ".join(f"SELECT * FROM {part.relation}" for part in lines)
    cells = [_summed(name) for name in columns]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE order_sums AS "
        f"SELECT order_id, {', '.join(cells)}, count(*) AS lines FROM ({union}) GROUP BY order_id"
    )
    columns["lines"] = ColumnType.INTEGER
    for part in headed:
        _join(part, columns)


def _summed(name: str) -> str:
    column = sql.name(name)
    if name in adding_columns("orders"):
        return f"TRY_CAST(sum({column}) AS DECIMAL(18,4)) AS {column}"
    return f"CASE WHEN min({column}) = max({column}) THEN min({column}) END AS {column}"


def _join(part: Part, columns: dict[str, ColumnType]) -> None:
    """Only the first row of an order takes the sums, so that no line counts twice."""
    own = [name for name in columns if part.columns.get(name, columns[name]) is columns[name]]
    cells = ", ".join(
        f"coalesce(h.{sql.name(name)}, a.{sql.name(name)}) AS {sql.name(name)}"
        if name in part.columns
        else f"a.{sql.name(name)}"
        for name in own
    )
    rest = [name for name in part.columns if name not in own]
    part.relation = (
        f"(SELECT h.{ROW}, {sql.names(rest, 'h.')}, {cells} FROM "
        f"(SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY {ROW}) AS _nth FROM {part.relation}) h "
        "LEFT JOIN order_sums a ON h.order_id = a.order_id AND h._nth = 1)"
    )
    part.columns.update({name: columns[name] for name in own})
