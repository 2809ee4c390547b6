"""The published facts contract, read from ``contract.yaml`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import yaml

from fenji.engine.contract import ARROW_TYPES as ARROW_TYPES
from fenji.engine.contract import Column, ColumnType, Contract, Moment, Table

SYSTEM_COLUMNS: Mapping[str, pa.DataType] = {"import_id": pa.string(), "known_on": pa.date32()}
"""Written beside every row: the import it came with and the day from which it was known."""


def _document() -> dict[str, Any]:
    text = files("fenji.facts").joinpath("contract.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def _column(name: str, entry: Mapping[str, Any]) -> Column:
    moment = entry.get("moment")
    return Column(
        name=name,
        type=ColumnType(entry["type"]),
        moment=Moment(moment) if moment else None,
        derived=bool(entry.get("derived", False)),
        required=bool(entry.get("required", False)),
        values=tuple(entry.get("values", ())),
        default=entry.get("default"),
        title={"zh": entry["zh"], "en": entry["en"]},
    )


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    return Table(
        name=name,
        key=tuple(entry["key"]),
        owner=entry["owner"],
        date=entry["date"],
        columns={column: _column(column, body) for column, body in entry["columns"].items()},
        title=dict(entry["title"]),
    )


@cache
def load_contract() -> Contract:
    """All standard fact tables, in the order of the file."""
    tables = _document()["tables"]
    return Contract({name: _table(name, entry) for name, entry in tables.items()})


ORDER_LINES = "order_lines"
"""Files that hold the lines of orders apart from the orders themselves; their sums go to the orders."""


@cache
def table_named(name: str) -> Table:
    """A table of the contract, or the lines of orders, which only need the number of their order."""
    tables = load_contract().tables
    if name != ORDER_LINES:
        return tables[name]
    orders = tables["orders"]
    columns = {c.name: replace(c, required=c.name == "order_id") for c in orders.columns.values()}
    return replace(orders, name=ORDER_LINES, owner="order_id", date=None, columns=columns)


@cache
def adding_columns(table: str) -> frozenset[str]:
    """Columns that add up when the lines of one order become one row; empty for tables without lines."""
    entry = _document()["tables"].get("orders" if table == ORDER_LINES else table, {})
    if not entry.get("lines"):
        return frozenset()
    return frozenset(name for name, column in entry["columns"].items() if column.get("adds"))


def arrow_schema(table: Table) -> pa.Schema:
    """The stored columns of ``table`` (derived ones left out), without the system columns."""
    return pa.schema([(c.name, ARROW_TYPES[c.type]) for c in table.columns.values() if not c.derived])
