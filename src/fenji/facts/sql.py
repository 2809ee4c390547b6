"""The DuckDB session of an import, and the few SQL pieces that every step needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from fenji.engine.contract import ColumnType

SQL_TYPES = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.MONEY: "DECIMAL(18,2)",
    ColumnType.NUMBER: "DECIMAL(18,4)",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DATE: "DATE",
}
_MEMORY = "900MB"


def session(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A private in-memory database that spills into ``scratch`` and reaches for no network."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET memory_limit = $1", [_MEMORY])
    connection.execute("SET temp_directory = $1", [str(scratch / "spill")])
    connection.execute("SET threads = 2")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def name(identifier: str) -> str:
    """A quoted identifier: any text is safe inside."""
    return '"' + identifier.replace('"', '""') + '"'


def text(literal: str) -> str:
    """A quoted text constant."""
    return "'" + literal.replace("'", "''") + "'"


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Quoted identifiers with commas between."""
    return ", ".join(prefix + name(identifier) for identifier in identifiers)


def scalar(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one whole number that a query gives (none and null are 0)."""
    rows = connection.execute(query).fetchall()
    return int(rows[0][0] or 0) if rows else 0
