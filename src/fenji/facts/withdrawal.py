"""Undoing one import: its rows go, the rows that it had replaced come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fenji.engine.contract import Table
from fenji.facts import sql
from fenji.facts.contract import load_contract
from fenji.facts.errors import FactsError
from fenji.facts.manifest import Manifest
from fenji.facts.report import TableReport
from fenji.facts.store import FactStore, StoreChange
from fenji.i18n import _


def withdraw(store: FactStore, import_id: str, known_on: dt.date | None) -> tuple[TableReport, ...]:
    """Take the rows of one import out of every table, as a change of its own (see ``FactStore.withdraw``)."""
    manifests = store.imports()
    found = [manifest for manifest in manifests if manifest.import_id == import_id and manifest.kind == "import"]
    if not found or import_id in manifests[-1].withdrawn:
        raise FactsError(import_id, _("There is no such import to withdraw."), _("The list of imports names them."))
    with store.change(known_on) as change:
        change.withdrawing = import_id
        gone = {import_id, *manifests[-1].withdrawn}
        for table in manifests[-1].tables:
            _withdraw_from(change, load_contract().tables[table], import_id, gone, manifests[: found[0].sequence - 1])
        return tuple(change.reports)


def _parquet(files: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(sql.text(file) for file in files)}], union_by_name = true)"


def _withdraw_from(
    change: StoreChange, table: Table, import_id: str, gone: set[str], earlier: Sequence[Manifest]
) -> None:
    version = change.base(table.name)
    facts = change.store.table(table.name)
    files = facts.files(version) if version is not None else ()
    if version is None or not files:
        return
    connection, keys = change.connection, sql.names(table.key)
    now, mine = _parquet(files), sql.text(import_id)
    lost = sql.scalar(connection, f"SELECT count(*) FROM {now} WHERE import_id = {mine}")
    if not lost:
        return
    connection.execute(f"CREATE OR REPLACE TEMP TABLE missing AS SELECT {keys} FROM {now} WHERE import_id = {mine}")
    columns = facts.columns(version)
    listed = sql.names([*columns, "import_id", "known_on"])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE restored AS SELECT {listed} FROM {now} LIMIT 0")
    for manifest in reversed(earlier):
        _restore(change, table, manifest, gone)
    back = sql.scalar(connection, "SELECT count(*) FROM restored")
    query = f"SELECT {listed} FROM {now} WHERE import_id <> {mine} UNION ALL SELECT {listed} FROM restored"
    written = facts.replace(connection, query, columns, table.owner, version, change.import_id)
    change.versions[table.name] = written.version
    change.reports.append(TableReport(table.name, str(written.version), written.rows, 0, back, written.rows - back))


def _restore(change: StoreChange, table: Table, manifest: Manifest, gone: set[str]) -> None:
    """Bring back, from an earlier version, the rows of keys still missing; not those of withdrawn imports."""
    version = manifest.tables.get(table.name)
    if version is None or not sql.scalar(change.connection, "SELECT count(*) FROM missing"):
        return
    facts = change.store.table(table.name)
    files = facts.files(version)
    if not files:
        return
    same = " AND ".join(f"o.{sql.name(part)} = m.{sql.name(part)}" for part in table.key)
    withdrawn = ", ".join(sql.text(name) for name in sorted(gone))
    listed = [*facts.columns(version), "import_id", "known_on"]
    change.connection.execute(
        f"INSERT INTO restored BY NAME SELECT {sql.names(listed, 'o.')} FROM {_parquet(files)} o "
        f"SEMI JOIN missing m ON {same} WHERE o.import_id NOT IN ({withdrawn})"
    )
    change.connection.execute(f"DELETE FROM missing m USING restored o WHERE {same}")
