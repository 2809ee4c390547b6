"""Tables and views of company databases, read as they are at one moment, as sheets of text cells."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pyarrow as pa
from psycopg import sql as pgsql

from fenji.facts.errors import FactsError
from fenji.facts.readers.sheet import ROW, RawSheet, cell_name
from fenji.i18n import _

_BATCH = 20_000
_SAMPLE = 200


class Snapshot(Protocol):
    """A database at one moment: every relation read from it belongs to the same state."""

    def rows(self, relation: str, columns: Sequence[str] | None) -> tuple[list[str], Iterator[Sequence[Any]]]:
        """The column names and the rows of a table or view; all columns without ``columns``."""


def _failed(place: str, error: Exception) -> FactsError:
    detail = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return FactsError(
        place,
        _("The database does not answer: {detail}.", detail=detail.rstrip(".")),
        _("Check the connection, the names of table and columns, and the rights of the user."),
    )


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, relation: str, columns: Sequence[str] | None) -> tuple[list[str], Iterator[Sequence[Any]]]:
        listed = ", ".join(_quoted(column) for column in columns) if columns else "*"
        place = ".".join(_quoted(part) for part in relation.split("."))
        cursor = self._connection.execute(f"SELECT {listed} FROM {place}")
        return [str(entry[0]) for entry in cursor.description], iter(cursor)


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


class _Postgres:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def rows(self, relation: str, columns: Sequence[str] | None) -> tuple[list[str], Iterator[Sequence[Any]]]:
        listed = pgsql.SQL(", ").join(map(pgsql.Identifier, columns)) if columns else pgsql.SQL("*")
        query = pgsql.SQL("SELECT {} FROM {}").format(listed, pgsql.Identifier(*relation.split(".")))
        cursor = self._connection.cursor(name="fenji_facts")
        cursor.itersize = _BATCH
        cursor.execute(query)
        return [str(entry.name) for entry in cursor.description or ()], _drained(cursor)


def _drained(cursor: psycopg.ServerCursor[Any]) -> Iterator[Sequence[Any]]:
    with cursor:
        yield from cursor


@contextmanager
def sqlite_snapshot(path: Path) -> Iterator[Snapshot]:
    """A SQLite file, opened for reading only, in one transaction.

    :raises FactsError: when it is no SQLite database or a query fails.
    """
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("BEGIN")
            yield _Sqlite(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise _failed(path.name, error) from error


@contextmanager
def postgres_snapshot(place: str, conninfo: str, password: str | None) -> Iterator[Snapshot]:
    """A PostgreSQL database in one read-only, repeatable-read transaction.

    :raises FactsError: when it cannot be reached or a query fails.
    """
    secret: Mapping[str, str] = {"password": password} if password is not None else {}
    try:
        with psycopg.connect(conninfo, **secret, connect_timeout=15) as connection:  # type: ignore[arg-type]
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            yield _Postgres(connection)
    except psycopg.Error as error:
        raise _failed(place, error) from error


def relation_sheet(snapshot: Snapshot, place: str, relation: str, columns: Sequence[str] | None) -> RawSheet:
    """The rows of a table or view as a sheet; row 1 is the first row that the database gave."""
    headers, rows = snapshot.rows(relation, columns)
    schema = pa.schema([(ROW, pa.int64()), *((cell_name(i), pa.string()) for i in range(len(headers)))])
    batches: list[pa.RecordBatch] = []
    buffer: list[Sequence[Any]] = []
    count = 0

    def flush() -> None:
        numbers = pa.array(range(count - len(buffer) + 1, count + 1), pa.int64())
        cells = [pa.array([cell_text(row[i]) for row in buffer], pa.string()) for i in range(len(headers))]
        batches.append(pa.record_batch([numbers, *cells], schema=schema))
        buffer.clear()

    for row in rows:
        buffer.append(row)
        count += 1
        if len(buffer) >= _BATCH:
            flush()
    flush()
    table = pa.Table.from_batches(batches, schema)
    head = table.slice(0, _SAMPLE).drop_columns([ROW]).to_pydict()
    sample = tuple(tuple(value or "" for value in row) for row in zip(*head.values(), strict=True))
    return RawSheet(file=place, sheet=relation, headers=tuple(headers), first_row=1, sample=sample, cells=table)


def cell_text(value: Any) -> str | None:
    """A database value as text that the import reads back without loss; None for what is no plain value."""
    if value is None or isinstance(value, (bytes, memoryview, list, dict, tuple)):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def open_snapshot(
    place: str, kind: str, target: str, folder: Path, password: str | None
) -> AbstractContextManager[Snapshot]:
    """The snapshot of a database named in a sources file; SQLite paths are relative to that file."""
    if kind == "sqlite":
        return sqlite_snapshot(folder / target)
    return postgres_snapshot(place, target, password)
