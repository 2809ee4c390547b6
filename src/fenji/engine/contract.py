"""What the engine knows about facts: tables, columns and where their rows lie.

The standard tables are data (``fenji/facts/contract.yaml``); the engine only knows these types and is
handed a :class:`Contract`, so that a company's own columns need no change here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import pyarrow as pa


class ColumnType(StrEnum):
    """How a column is stored (Parquet type in brackets) and what the language may do with it."""

    TEXT = "text"  # string
    MONEY = "money"  # decimal(18, 2), in the currency of the store
    NUMBER = "number"  # decimal(18, 4)
    INTEGER = "integer"  # int64
    DATE = "date"  # date32


ARROW_TYPES: Mapping[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.MONEY: pa.decimal128(18, 2),
    ColumnType.NUMBER: pa.decimal128(18, 4),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.DATE: pa.date32(),
}


class Moment(StrEnum):
    """Whether a date says what happened (hidden after the as-of date) or what was planned (kept)."""

    HAPPENED = "happened"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column of a fact table; ``moment`` is set for date columns only."""

    name: str
    type: ColumnType
    moment: Moment | None = None
    derived: bool = False  # computed by the engine at the as-of date, never imported
    required: bool = False  # a row without it is rejected
    values: tuple[str, ...] = ()  # the usual codes of a text column; others are allowed
    default: str | None = None  # what a text column holds when a file, or a case, has no such column
    title: Mapping[str, str] = field(default_factory=dict)  # zh, en


@dataclass(frozen=True, slots=True)
class Table:
    """One fact table: ``key`` identifies a row, ``owner`` the customer it belongs to, ``date`` when it counts."""

    name: str
    key: tuple[str, ...]
    owner: str
    date: str | None
    columns: Mapping[str, Column]
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """All fact tables a regulation may name."""

    tables: Mapping[str, Table]

    def with_columns(self, extra: Mapping[str, Mapping[str, Column]]) -> Contract:
        """The same contract with further columns, as a regulation or a mapping declares them."""
        tables = dict(self.tables)
        for name, columns in extra.items():
            table = tables.get(name)
            if table is None:
                date = next((c.name for c in columns.values() if c.type is ColumnType.DATE), None)
                table = Table(name, (f"{name}_id",), "customer_id", date, {})
            tables[name] = replace(table, columns={**table.columns, **columns})
        return Contract(tables)


@dataclass(frozen=True, slots=True)
class FactTables:
    """The rows of one run: Parquet files by table, with the versions that the run records.

    ``covers_from`` is the first day from which a table is complete, where somebody said so; without it
    the first date found in the table counts.
    """

    files: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, str] = field(default_factory=dict)
    covers_from: Mapping[str, dt.date] = field(default_factory=dict)
    currency: str = "CNY"
    extra: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    """Columns beyond the contract, by table: hand them to :meth:`Contract.with_columns`."""
