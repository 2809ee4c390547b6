"""The fact store: one folder with a Delta table per fact table and the list of its imports."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from fenji.engine.contract import Column, ColumnType, Contract, FactTables, Moment, Table
from fenji.facts import sql
from fenji.facts.contract import load_contract
from fenji.facts.delta import DeltaFacts, Written
from fenji.facts.errors import FactsError
from fenji.facts.manifest import Manifest, read_manifests, write_manifest
from fenji.facts.report import TableReport
from fenji.i18n import _

_FORMAT = 1
_KINDS = {
    "string": ColumnType.TEXT,
    "decimal128(18, 2)": ColumnType.MONEY,
    "decimal128(18, 4)": ColumnType.NUMBER,
    "int64": ColumnType.INTEGER,
    "date32[day]": ColumnType.DATE,
}


class FactStore:
    """A folder of facts. Opening a folder that does not exist makes an empty store of it.

    :param currency: the currency of all money in the store, fixed when it is made.
    :raises FactsError: when the folder holds something else.
    """

    def __init__(self, path: Path, currency: str = "CNY") -> None:
        self.path = path.resolve()
        self._imports = self.path / "imports"
        head = self.path / "store.json"
        if head.exists():
            self.currency = str(_head(head)["currency"])
            return
        if self.path.exists() and any(self.path.iterdir()):
            raise FactsError(
                str(path), _("The folder holds something else than a fact store."), _("Name an empty or new folder.")
            )
        self.path.mkdir(parents=True, exist_ok=True)
        self.currency = currency
        scratch = self.path / f".{uuid.uuid4()}"
        scratch.write_text(json.dumps({"fenji_facts": _FORMAT, "currency": currency}), encoding="utf-8")
        scratch.rename(head)

    @staticmethod
    def is_store(path: Path) -> bool:
        """Whether ``path`` is the folder of a fact store."""
        return (path / "store.json").is_file()

    def imports(self) -> list[Manifest]:
        """Every import and withdrawal so far, oldest first."""
        return read_manifests(self._imports)

    def _state(self, known_on: dt.date | None = None) -> Manifest | None:
        manifests = self.imports()
        if known_on is not None:
            manifests = [manifest for manifest in manifests if manifest.known_on <= known_on]
        return manifests[-1] if manifests else None

    def table(self, name: str) -> DeltaFacts:
        """The Delta table of a fact table."""
        return DeltaFacts(self.path / "tables" / name)

    def tables(self, known_on: dt.date | None = None) -> FactTables:
        """The files and versions of every table, as they were known on that day (default: now).

        Columns may be absent from single files: read them with ``union_by_name``.
        """
        state = self._state(known_on)
        versions = state.tables if state else {}
        return FactTables(
            files={name: self.table(name).files(version) for name, version in versions.items()},
            versions={name: str(version) for name, version in versions.items()},
            covers_from=dict(state.covers_from) if state else {},
            currency=self.currency,
            extra=self._extra(versions),
        )

    def _extra(self, versions: Mapping[str, int]) -> dict[str, dict[str, Column]]:
        """The columns of every table that the contract does not know."""
        extra = {}
        for name, version in versions.items():
            known = load_contract().tables[name].columns
            columns = self.table(name).columns(version)
            extra[name] = {
                column: extra_column(column, kind) for column, kind in columns.items() if column not in known
            }
        return {name: columns for name, columns in extra.items() if columns}

    def contract(self, known_on: dt.date | None = None) -> Contract:
        """The facts contract with the further columns that the store has."""
        state = self._state(known_on)
        return load_contract().with_columns(self._extra(state.tables if state else {}))

    @contextmanager
    def change(
        self, known_on: dt.date | None = None, sources: tuple[str, ...] = (), import_id: str | None = None
    ) -> Iterator[StoreChange]:
        """One import into several tables: committed as a whole at the end of the block, or not at all.

        :raises FactsError: when another import is running, or ``known_on`` lies before the last import's.
        """
        with _lock(self.path), tempfile.TemporaryDirectory(prefix="fenji-") as scratch:
            state = self._state()
            day = known_on or dt.datetime.now(dt.UTC).astimezone().date()
            if state and day < state.known_on:
                raise FactsError(
                    str(self.path),
                    _("The store already knows facts of {last}; {day} lies before.", last=state.known_on, day=day),
                    _("Give a later day of knowledge."),
                )
            change = StoreChange(
                self, state, import_id or uuid.uuid4().hex, day, sources, sql.session(Path(scratch)), Path(scratch)
            )
            try:
                yield change
                change.finish()
            finally:
                change.connection.close()

    def import_rows(
        self,
        table: str,
        rows: pa.Table,
        *,
        known_on: dt.date | None = None,
        source: str = "",
        import_id: str | None = None,
    ) -> TableReport:
        """Bring typed rows into one table, by key, as an import of their own.

        ``rows`` has the key columns, no two rows with the same key, and columns of the contract's types.

        :raises FactsError: when the table is unknown, a column has another type or a key is missing or repeated.
        """
        with self.change(known_on, (source,) if source else (), import_id) as change:
            change.connection.register("given_rows", rows)
            types = _column_types(table, rows)
            _check_keys(change.connection, load_contract().tables[table], "given_rows", types)
            return change.upsert(table, "given_rows", types)

    def withdraw(self, import_id: str, *, known_on: dt.date | None = None) -> tuple[TableReport, ...]:
        """Undo one import: its rows go, the rows that they had replaced come back; later imports stay.

        :raises FactsError: when there is no such import, or it is withdrawn already.
        """
        from fenji.facts.withdrawal import withdraw

        return withdraw(self, import_id, known_on)


def extra_column(name: str, kind: ColumnType) -> Column:
    """A further column as the contract would describe it; its dates tell what happened."""
    moment = Moment.HAPPENED if kind is ColumnType.DATE else None
    return Column(name=name, type=kind, moment=moment, title={"zh": name, "en": name})


@dataclass(slots=True)
class StoreChange:
    """A running import; ``connection`` is a DuckDB session of its own."""

    store: FactStore
    state: Manifest | None
    import_id: str
    known_on: dt.date
    sources: tuple[str, ...]
    connection: duckdb.DuckDBPyConnection
    scratch: Path
    versions: dict[str, int] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    covers_from: dict[str, dt.date] = field(default_factory=dict)
    derived_customers: bool | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)
    reports: list[TableReport] = field(default_factory=list)
    withdrawing: str | None = None

    def base(self, table: str) -> int | None:
        """The version of a table on which this import builds."""
        return self.versions.get(table, (self.state.tables if self.state else {}).get(table))

    def customers_are_derived(self) -> bool:
        """Whether the customer table, if there is one, was made from other facts."""
        return bool(self.state and self.state.derived_customers)

    def upsert(self, table: str, relation: str, columns: Mapping[str, ColumnType]) -> TableReport:
        """Bring the rows of a DuckDB relation in (columns without import_id and known_on), one row a key."""
        known = load_contract().tables[table]
        absent = {name: kind for name, kind in _always_there(known).items() if name not in columns}
        present = dict(columns) if self.base(table) is not None else {**columns, **absent}
        nulls = "".join(
            f", CAST(NULL AS {sql.SQL_TYPES[kind]}) AS {sql.name(name)}"
            for name, kind in absent.items()
            if name in present
        )
        rows = (
            f"(SELECT {sql.names(columns)}{nulls}, {sql.text(self.import_id)} AS import_id, "
            f"DATE '{self.known_on.isoformat()}' AS known_on FROM {relation})"
        )
        written = self.store.table(table).upsert(
            self.connection, rows, present, known.key, known.owner, self.base(table), self.import_id
        )
        self.rows[table] = self._keep_rows(table, rows, written.file)
        return self.note(table, written)

    def _keep_rows(self, table: str, rows: str, file: Path | None) -> str:
        """The rows as they came in, so that imports can be done again without a withdrawn one."""
        if file is None:
            file = self.store.path / "rows" / self.import_id / f"{table}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            self.connection.execute(f"COPY {rows} TO {sql.text(str(file))} (FORMAT parquet)")
        return file.relative_to(self.store.path).as_posix()

    def note(self, table: str, written: Written) -> TableReport:
        """Remember what was written to a table."""
        self.versions[table] = written.version
        report = TableReport(
            table, str(written.version), written.rows, written.added, written.changed, written.unchanged
        )
        self.reports.append(report)
        return report

    def finish(self) -> None:
        """Write the manifest: from here on the import counts."""
        state = self.state
        withdrawn = (*(state.withdrawn if state else ()), *((self.withdrawing,) if self.withdrawing else ()))
        derived = self.customers_are_derived() if self.derived_customers is None else self.derived_customers
        manifest = Manifest(
            sequence=state.sequence + 1 if state else 1,
            import_id=self.import_id,
            kind="withdrawal" if self.withdrawing else "import",
            at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            known_on=self.known_on,
            tables={**(state.tables if state else {}), **self.versions},
            rows=self.rows,
            covers_from={**(state.covers_from if state else {}), **self.covers_from},
            withdrawn=withdrawn,
            derived_customers=derived,
            sources=self.sources,
            mapping=self.mapping,
        )
        write_manifest(self.store.path / "imports", manifest)
        self.state = replace(manifest)


def _always_there(table: Table) -> dict[str, ColumnType]:
    """Columns that a table has even where no file gives them, empty: what never happened has no date.

    All others are absent until a file has them, so that a regulation which needs them is told.
    """
    needed = {part for part in ("paid_amount", "due_on", "paid_on") if table.name == "receivables"}
    stored = (column for column in table.columns.values() if not column.derived)
    return {column.name: column.type for column in stored if column.type is ColumnType.DATE or column.name in needed}


def _no_key(table: str, columns: str) -> FactsError:
    return FactsError(table, _("The key column {columns} is missing.", columns=columns), _("Give every row its key."))


def _check_keys(
    connection: duckdb.DuckDBPyConnection, table: Table, relation: str, columns: Mapping[str, ColumnType]
) -> None:
    keys = sql.names(table.key)
    if missing := [part for part in table.key if part not in columns]:
        raise _no_key(table.name, ", ".join(missing))
    empty = " OR ".join(f"{sql.name(part)} IS NULL" for part in table.key)
    if sql.scalar(connection, f"SELECT count(*) FROM {relation} WHERE {empty}"):
        raise _no_key(table.name, ", ".join(table.key))
    repeated = f"SELECT count(*) FROM (SELECT 1 FROM {relation} GROUP BY {keys} HAVING count(*) > 1)"
    if sql.scalar(connection, repeated):
        raise FactsError(table.name, _("A key occurs more than once in one import."), _("Give one row for each key."))


def _column_types(table: str, rows: pa.Table) -> dict[str, ColumnType]:
    known = load_contract().tables.get(table)
    if known is None:
        words = ", ".join(load_contract().tables)
        raise FactsError(table, _("There is no such fact table."), _("Known are: {words}.", words=words))
    types = {}
    for entry in rows.schema:
        kind = _KINDS.get(str(entry.type).replace("large_", ""))
        wanted = known.columns[entry.name].type if entry.name in known.columns else kind
        if kind is None or kind is not wanted:
            raise FactsError(
                f"{table}.{entry.name}",
                _("The column is of type {given}.", given=str(entry.type)),
                _("Give it as {wanted}.", wanted=wanted.value if wanted else "text"),
            )
        types[entry.name] = kind
    return types


def _head(path: Path) -> dict[str, Any]:
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FactsError(str(path), _("The store is damaged."), _("Restore the store folder from a backup.")) from error
    if not isinstance(head, dict) or head.get("fenji_facts") != _FORMAT:
        raise FactsError(str(path), _("This is not a fact store of this version."), _("Use the fenji that made it."))
    return head


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Only one import at a time; the lock goes with its process."""
    with (path / ".lock").open("a") as stream:
        try:
            import fcntl
        except ImportError:
            yield
            return
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FactsError(str(path), _("Another import is running."), _("Wait until it has finished.")) from error
        yield
