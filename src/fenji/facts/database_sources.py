"""The sources file: which databases and folders the facts come from.

sources:
  - postgresql: host=erp.example dbname=erp user=fenji
    password_from: ERP_PASSWORD        # the name of an environment variable
    tables:
      - table: orders
        from: sales.orders
        columns: {order_id: so_no, customer_id: cust, ordered_on: day, amount: total}
  - sqlite: crm.db
    tables:
      - {from: customers}              # without columns they are recognised by their names
  - files: exports
    mapping: mapping.yaml
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from fenji.facts.errors import FactsError
from fenji.facts.mapping import MappingFile, SheetMap, load_mapping, sheet_map
from fenji.facts.readers.database import open_snapshot, relation_sheet
from fenji.facts.readers.sheet import RawSheet
from fenji.i18n import _

SUFFIXES = frozenset({".yaml", ".yml"})
_KINDS = ("postgresql", "sqlite", "files")


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """One table or view to read; ``mapping`` is None when its columns are to be recognised."""

    relation: str
    mapping: SheetMap | None


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """One database with the tables to read from it, in one snapshot."""

    place: str
    kind: str
    target: str
    folder: Path
    password: str | None
    tables: tuple[DatabaseTable, ...]


@dataclass(frozen=True, slots=True)
class FileSource:
    """One folder or file with its mapping."""

    path: Path
    mapping: MappingFile


def load_sources(path: Path) -> list[DatabaseSource | FileSource]:
    """Read a sources file.

    :raises FactsError: when it is not one, names unknown tables, or a password variable is not set.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        detail = str(error).splitlines()[0][:200]
        raise FactsError(
            path.name, _("The file cannot be read: {detail}.", detail=detail), _("Correct its YAML.")
        ) from error
    entries = document.get("sources") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise _wrong(path, _("This is not a sources file."), _("Start it with a list `sources:`."))
    return [_source(path, entry) for entry in entries]


def _wrong(path: Path, what: str, mend: str) -> FactsError:
    return FactsError(path.name, what, mend)


def _source(path: Path, entry: Any) -> DatabaseSource | FileSource:
    kinds = [kind for kind in _KINDS if isinstance(entry, dict) and kind in entry]
    if len(kinds) != 1:
        words = ", ".join(_KINDS)
        raise _wrong(
            path, _("A source is none of these or several: {words}.", words=words), _("Name exactly one of them.")
        )
    kind = kinds[0]
    target = str(entry[kind])
    if kind == "files":
        mapping = entry.get("mapping")
        given = load_mapping(path.parent / str(mapping)) if mapping else MappingFile()
        return FileSource(path.parent / target, given)
    tables = entry.get("tables")
    if (
        not isinstance(tables, list)
        or not tables
        or not all(isinstance(table, dict) and "from" in table for table in tables)
    ):
        raise _wrong(
            path,
            _("A database needs a list `tables:`, each entry with `from:`."),
            _("Name the tables or views to read."),
        )
    return DatabaseSource(
        place=_place(kind, target),
        kind=kind,
        target=target,
        folder=path.parent,
        password=_password(path, entry.get("password_from")),
        tables=tuple(_table(path, table) for table in tables),
    )


def _place(kind: str, target: str) -> str:
    """The database as messages name it: never with what may hold a password."""
    return Path(target).name if kind == "sqlite" else "postgresql"


def _password(path: Path, variable: object) -> str | None:
    if variable is None:
        return None
    password = os.environ.get(str(variable))
    if password is None:
        raise _wrong(
            path,
            _("The environment variable {name} is not set.", name=variable),
            _("Set it to the password of the database."),
        )
    return password


def _table(path: Path, entry: Mapping[str, Any]) -> DatabaseTable:
    relation = str(entry["from"])
    if not entry.get("columns"):
        return DatabaseTable(relation, None)
    body = {name: value for name, value in entry.items() if name != "from"}
    return DatabaseTable(relation, sheet_map(path, {**body, "file": "*", "sheet": relation}))


def read_database(source: DatabaseSource) -> Iterator[tuple[RawSheet, SheetMap | None]]:
    """Every table of a database, all as of one moment.

    :raises FactsError: when it cannot be reached or lacks a table or column.
    """
    with open_snapshot(source.place, source.kind, source.target, source.folder, source.password) as snapshot:
        for table in source.tables:
            columns = None
            if table.mapping is not None:
                named = [*table.mapping.columns.values(), *table.mapping.extra.values()]
                columns = list(dict.fromkeys(column.header for column in named if column.header != "#row"))
            yield relation_sheet(snapshot, source.place, table.relation, columns), table.mapping
