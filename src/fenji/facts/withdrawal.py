"""Undoing one import: the state before it, with every later import done again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fenji.engine.contract import ColumnType, Table
from fenji.facts import sql
from fenji.facts.contract import SYSTEM_COLUMNS, table_named
from fenji.facts.errors import FactsError
from fenji.facts.manifest import Manifest
from fenji.facts.report import TableReport
from fenji.facts.store import FactStore, StoreChange
from fenji.i18n import _


def withdraw(store: FactStore, import_id: str, known_on: dt.date | None) -> tuple[TableReport, ...]:
    """Take one import back in every table, as a change of its own (see ``FactStore.withdraw``)."""
    manifests = store.imports()
    found = [manifest for manifest in manifests if manifest.import_id == import_id and manifest.kind == "import"]
    if not found or import_id in manifests[-1].withdrawn:
        raise FactsError(import_id, _("There is no such import to withdraw."), _("The list of imports names them."))
    with store.change(known_on) as change:
        change.withdrawing = import_id
        gone = {import_id, *manifests[-1].withdrawn}
        for table in found[0].rows:
            _do_again(change, table_named(table), manifests, gone)
        return tuple(change.reports)


def _do_again(change: StoreChange, table: Table, manifests: Sequence[Manifest], gone: set[str]) -> None:
    """The table before the first import that is withdrawn by now, and every other import since then once more."""
    version = change.base(table.name)
    assert version is not None  # the import that is withdrawn wrote it
    facts = change.store.table(table.name)
    columns = facts.columns(version)
    first = next(position for position, manifest in enumerate(manifests) if manifest.import_id in gone)
    before = manifests[first - 1].tables.get(table.name) if first else None
    _start(change, table, columns, before)
    for manifest in manifests[first:]:
        if manifest.kind == "import" and manifest.import_id not in gone and table.name in manifest.rows:
            _repeat(change, table, manifest.rows[table.name], columns)
    query = f"SELECT {sql.names([*columns, *SYSTEM_COLUMNS])} FROM state"
    written = facts.replace(change.connection, query, columns, table.owner, version, change.import_id)
    change.note(table.name, written)


def _start(change: StoreChange, table: Table, columns: dict[str, ColumnType], version: int | None) -> None:
    """Table ``state``: the rows of an earlier version, or none."""
    kinds = [f"{sql.name(name)} {sql.SQL_TYPES[kind]}" for name, kind in columns.items()]
    change.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE state ({', '.join(kinds)}, import_id VARCHAR, known_on DATE)"
    )
    files = change.store.table(table.name).files(version) if version is not None else ()
    if files:
        listed = ", ".join(sql.text(file) for file in files)
        change.connection.execute(
            f"INSERT INTO state BY NAME SELECT * FROM read_parquet([{listed}], union_by_name = true)"
        )


def _repeat(change: StoreChange, table: Table, file: str, columns: dict[str, ColumnType]) -> None:
    """One import once more: by key, columns that it lacks kept, rows that change nothing left as they are."""
    connection = change.connection
    source = f"read_parquet({sql.text(str(change.store.path / file))})"
    own = {str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    given = [name for name in columns if name in own]
    same = " AND ".join(f"o.{sql.name(part)} = n.{sql.name(part)}" for part in table.key)
    alike = " AND ".join(f"o.{sql.name(name)} IS NOT DISTINCT FROM n.{sql.name(name)}" for name in given)
    values = ", ".join(f"{'n' if name in own else 'o'}.{sql.name(name)}" for name in columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE once_more AS SELECT {values}, n.import_id, n.known_on "
        f"FROM {source} n LEFT JOIN state o ON {same} WHERE o.import_id IS NULL OR NOT ({alike})"
    )
    connection.execute(f"DELETE FROM state o USING once_more n WHERE {same}")
    connection.execute("INSERT INTO state BY NAME SELECT * FROM once_more")
