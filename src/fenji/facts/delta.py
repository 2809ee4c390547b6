"""One fact table on disk: a Delta Lake table that changes by whole commits and keeps every version.

Rows are replaced by rewriting the files they stand in (no deletion vectors), so that the file list of a version is
all that a reader needs.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, Field
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, CommitProperties, RemoveAction, create_table_with_add_actions

from fenji.engine.contract import ColumnType
from fenji.facts import sql
from fenji.facts.contract import ARROW_TYPES, SYSTEM_COLUMNS
from fenji.facts.errors import FactsError
from fenji.i18n import _

_FOR_GOOD = "interval 36500 days"
_CONFIGURATION = {
    "delta.logRetentionDuration": _FOR_GOOD,
    "delta.deletedFileRetentionDuration": _FOR_GOOD,
    "delta.enableDeletionVectors": "false",
    "delta.enableExpiredLogCleanup": "false",
}
_MANY_FILES = 50
_TYPES = {str(arrow): kind for kind, arrow in ARROW_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Written:
    """What a commit did to a table; ``version`` is the old one when nothing changed."""

    version: int
    rows: int
    added: int
    changed: int
    unchanged: int
    file: Path | None = None  # when it holds exactly the rows that came in


class DeltaFacts:
    """The Delta table in ``folder``; it need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self, version: int) -> DeltaTable:
        """The table as of ``version``.

        :raises FactsError: when that version is not there any more.
        """
        try:
            return DeltaTable(str(self.folder), version=version)
        except (DeltaError, TableNotFoundError, OSError) as error:
            raise FactsError(
                str(self.folder),
                _("Version {version} of the table cannot be read.", version=version),
                _("Restore the store folder from a backup."),
            ) from error

    def files(self, version: int) -> tuple[str, ...]:
        """The absolute Parquet files of a version, in a fixed order."""
        names = sorted(self.open(version).get_add_actions(flatten=True).column("path").to_pylist())
        return tuple(str(self.folder / str(name)) for name in names)

    def columns(self, version: int) -> dict[str, ColumnType]:
        """The columns of a version, without the system ones."""
        schema = pa.schema(self.open(version).schema().to_arrow())
        fields = ((field.name, _plain(field.type)) for field in schema)
        return {name: _TYPES[str(kind)] for name, kind in fields if name not in SYSTEM_COLUMNS}

    def _back_to(self, version: int | None) -> None:
        """Undo what an import left that died before its manifest was written."""
        try:
            table = DeltaTable(str(self.folder))
        except TableNotFoundError:
            return
        if version is not None and table.version() != version:
            table.restore(version)

    def upsert(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: str,
        columns: dict[str, ColumnType],
        key: Sequence[str],
        owner: str,
        base: int | None,
        import_id: str,
    ) -> Written:
        """Bring the rows of the relation ``rows`` in, by key, in one commit over version ``base``.

        Columns that the rows do not have keep their values. Rows that change nothing are left alone.
        """
        self._back_to(base)
        if base is None:
            return self._first(connection, rows, columns, owner, import_id)
        stored = self.columns(base)
        self._check_types(stored, columns)
        return _Upsert(self, connection, rows, columns, stored, tuple(key), owner, base, import_id).run()

    def replace(
        self,
        connection: duckdb.DuckDBPyConnection,
        query: str,
        columns: dict[str, ColumnType],
        owner: str,
        base: int,
        import_id: str,
    ) -> Written:
        """Put the rows that ``query`` gives in the place of all rows of version ``base``, in one commit."""
        self._back_to(base)
        table = self.open(base)
        path, rows = self._write(connection, query, columns, owner)
        gone = [str(name) for name in table.get_add_actions(flatten=True).column("path").to_pylist()]
        version = self._commit(table, [path], gone, rows, import_id)
        return Written(version, rows, 0, 0, rows)

    def _check_types(self, stored: dict[str, ColumnType], columns: dict[str, ColumnType]) -> None:
        for name, kind in columns.items():
            if name in stored and stored[name] is not kind:
                raise FactsError(
                    self.folder.name,
                    _(
                        "Column `{column}` is stored as {stored}, the new rows have {new}.",
                        column=name,
                        stored=stored[name].value,
                        new=kind.value,
                    ),
                    _("Give the column its type, or another name, in a mapping file."),
                )

    def _first(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: str,
        columns: dict[str, ColumnType],
        owner: str,
        import_id: str,
    ) -> Written:
        self.folder.mkdir(parents=True, exist_ok=True)
        path, count = self._write(connection, f"SELECT * FROM {rows}", columns, owner)
        create_table_with_add_actions(
            str(self.folder),
            _delta_schema(columns),
            [self._add(path, count)],
            mode="overwrite",
            configuration=_CONFIGURATION,
            commit_properties=CommitProperties(custom_metadata={"import_id": import_id}),
        )
        return Written(DeltaTable(str(self.folder)).version(), count, count, 0, 0, path)

    def _write(
        self, connection: duckdb.DuckDBPyConnection, query: str, columns: dict[str, ColumnType], owner: str
    ) -> tuple[Path, int]:
        """One Parquet file with the rows of ``query``, clustered by customer."""
        path = self.folder / f"part-{uuid.uuid4()}.parquet"
        listed = sql.names([*columns, *SYSTEM_COLUMNS])
        target = sql.text(str(path))
        rows = connection.execute(
            f"COPY (SELECT {listed} FROM ({query}) ORDER BY {sql.name(owner)}) TO {target} (FORMAT parquet)"
        ).fetchall()
        return path, int(rows[0][0])

    def _add(self, path: Path, rows: int) -> AddAction:
        stat = path.stat()
        return AddAction(path.name, stat.st_size, {}, int(stat.st_mtime * 1000), True, json.dumps({"numRecords": rows}))

    def _commit(self, table: DeltaTable, new: Sequence[Path], gone: Sequence[str], rows: int, import_id: str) -> int:
        now = int(time.time() * 1000)
        actions: list[AddAction | RemoveAction] = [self._add(path, rows) for path in new]
        actions += [RemoveAction(name, True, now) for name in gone]
        table.create_write_transaction(
            actions,
            "append",
            table.schema(),
            commit_properties=CommitProperties(custom_metadata={"import_id": import_id}),
        )
        return DeltaTable(str(self.folder)).version()


@dataclass(slots=True)
class _Upsert:
    """One upsert into an existing table; a class only because every step needs all of this."""

    facts: DeltaFacts
    connection: duckdb.DuckDBPyConnection
    rows: str
    columns: dict[str, ColumnType]
    stored: dict[str, ColumnType]
    key: tuple[str, ...]
    owner: str
    base: int
    import_id: str

    def run(self) -> Written:
        files = self.facts.files(self.base)
        total = self._match(files)
        counts = self.connection.execute(
            "SELECT count(*) FILTER (file IS NULL), count(*) FILTER (file IS NOT NULL AND NOT same), "
            "count(*) FILTER (same) FROM matched"
        ).fetchall()[0]
        added, changed, unchanged = (int(count) for count in counts)
        if not added and not changed:
            return Written(self.base, total, 0, 0, unchanged)
        every = dict(self.stored)
        every.update(self.columns)
        self._add_columns({name: kind for name, kind in self.columns.items() if name not in self.stored})
        touched = [
            str(row[0])
            for row in self.connection.execute("SELECT DISTINCT file FROM matched WHERE NOT same").fetchall()
            if row[0]
        ]
        touched = list(files) if len(files) > _MANY_FILES else touched
        path, written = self.facts._write(self.connection, self._rewritten(touched, every), every, self.owner)
        table = DeltaTable(str(self.facts.folder))
        version = self.facts._commit(table, [path], [Path(name).name for name in touched], written, self.import_id)
        return Written(version, total + added, added, changed, unchanged)

    def _old(self, files: Sequence[str]) -> str:
        listed = ", ".join(sql.text(file) for file in files)
        return f"read_parquet([{listed}], union_by_name = true, filename = true)"

    def _same_key(self) -> str:
        return " AND ".join(f"o.{sql.name(part)} = n.{sql.name(part)}" for part in self.key)

    def _match(self, files: Sequence[str]) -> int:
        """Table ``matched``: for every new row the file its key stands in, and whether nothing would change."""
        shared = [name for name in self.columns if name not in self.key]
        same = [f"o.{sql.name(name)} IS NOT DISTINCT FROM n.{sql.name(name)}" for name in shared if name in self.stored]
        same += [f"n.{sql.name(name)} IS NULL" for name in shared if name not in self.stored]
        keys = sql.names(self.key, "n.")
        if not files:
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE matched AS "
                f"SELECT {keys}, NULL::VARCHAR AS file, false AS same FROM {self.rows} n"
            )
            return 0
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE matched AS SELECT {keys}, o.filename AS file, "
            f"coalesce({' AND '.join(same) or 'true'}, false) AND o.filename IS NOT NULL AS same "
            f"FROM {self.rows} n LEFT JOIN {self._old(files)} o ON {self._same_key()}"
        )
        return sql.scalar(self.connection, f"SELECT count(*) FROM {self._old(files)}")

    def _add_columns(self, new: dict[str, ColumnType]) -> None:
        if new:
            fields = [Field.from_json(json.dumps(_field(name, kind))) for name, kind in new.items()]
            DeltaTable(str(self.facts.folder)).alter.add_columns(fields)

    def _rewritten(self, touched: Sequence[str], every: dict[str, ColumnType]) -> str:
        """The rows of the touched files that stay, with the new and the changed rows."""
        keys = " AND ".join(f"n.{sql.name(part)} = m.{sql.name(part)}" for part in self.key)
        new_values = ", ".join(self._value(name, every[name], bool(touched)) for name in every)
        join = f"LEFT JOIN {self._old(touched)} o ON {self._same_key()}" if touched else ""
        changing = f"{self.rows} n JOIN matched m ON {keys} AND NOT m.same {join}"
        fresh = f"SELECT {new_values}, n.import_id, n.known_on FROM {changing}"
        if not touched:
            return fresh
        old_values = ", ".join(
            f"o.{sql.name(name)}"
            if name in self.stored
            else f"CAST(NULL AS {sql.SQL_TYPES[every[name]]}) AS {sql.name(name)}"
            for name in every
        )
        replaced = " AND ".join(f"o.{sql.name(part)} = m.{sql.name(part)}" for part in self.key)
        staying = f"{self._old(touched)} o ANTI JOIN (FROM matched WHERE NOT same) m ON {replaced}"
        kept = f"SELECT {old_values}, o.import_id, o.known_on FROM {staying}"
        return f"{fresh} UNION ALL {kept}"

    def _value(self, name: str, kind: ColumnType, old: bool) -> str:
        column = sql.name(name)
        if name in self.columns:
            return f"n.{column}"
        return f"o.{column}" if old else f"CAST(NULL AS {sql.SQL_TYPES[kind]}) AS {column}"


def _plain(kind: pa.DataType) -> pa.DataType:
    return (
        pa.string()
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view"
        else kind
    )


_DELTA_TYPES = {
    ColumnType.TEXT: "string",
    ColumnType.MONEY: "decimal(18,2)",
    ColumnType.NUMBER: "decimal(18,4)",
    ColumnType.INTEGER: "long",
    ColumnType.DATE: "date",
}


def _field(name: str, kind: ColumnType) -> dict[str, object]:
    return {"name": name, "type": _DELTA_TYPES[kind], "nullable": True, "metadata": {}}


def _delta_schema(columns: dict[str, ColumnType]) -> DeltaSchema:
    fields = [_field(name, kind) for name, kind in columns.items()]
    fields += [_field("import_id", ColumnType.TEXT), _field("known_on", ColumnType.DATE)]
    return DeltaSchema.from_json(json.dumps({"type": "struct", "fields": fields}))
