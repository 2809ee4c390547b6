"""DuckDB, in process; larger than memory spills to a folder of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql.compilers import DuckDBCompiler

from fenji.engine.backends import SYSTEM_COLUMNS, fused
from fenji.engine.backends.digest import quoted, summarise
from fenji.engine.contract import FactTables
from fenji.engine.plan import PlanError
from fenji.i18n import Message


def compiled(expr: ir.Table) -> str:
    """The SQL of an expression, from the compiler itself: ``ibis.to_sql`` first rebuilds the whole expression."""
    with fused(False):
        return str(DuckDBCompiler().to_sqlglot(expr).sql("duckdb"))


class Duck:
    """One in-process DuckDB; its extensions are never fetched."""

    name = "duckdb"

    def __init__(self, spill: Path, memory_limit: str | None = None) -> None:
        spill.mkdir(parents=True, exist_ok=True)
        self.spill = spill
        self.last: tuple[ir.Table, str] | None = None
        try:
            settings = {"memory_limit": memory_limit} if memory_limit else {}
            self.con = ibis.duckdb.connect(temp_directory=str(spill), **settings)
        except duckdb.Error as error:
            raise PlanError(Message("'{limit}' is not a memory limit; write it as 2GB", limit=memory_limit)) from error
        for setting in (
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "preserve_insertion_order = false",
            "enable_progress_bar = false",  # DuckDB draws it on standard output, between what is told there
        ):
            self.con.con.execute(f"SET {setting}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.con.disconnect()

    def tables(self, facts: FactTables) -> Mapping[str, ir.Table]:
        found = {}
        for name, files in facts.files.items():
            table = self.con.read_parquet(list(files), table_name=f"facts_{name}", union_by_name=True)
            found[name] = table.drop(*(c for c in SYSTEM_COLUMNS if c in table.columns))
        return found

    def write(self, expr: ir.Table, path: Path) -> None:
        if self.last is None or self.last[0] is not expr:
            self.last = (expr, compiled(expr))
        self.run(f"COPY ({self.last[1]}) TO '{quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")

    def run(self, sql: str) -> list[tuple[object, ...]]:
        """Runs a statement to its end.

        Raises:
            PlanError: when memory or numbers do not suffice; anything else is a defect and passes through.
        """
        try:
            return list(self.con.con.execute(sql).fetchall())
        except duckdb.OutOfMemoryException as error:
            raise PlanError(Message("the memory limit is too low for this run; raise --memory-limit")) from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            detail = str(error).splitlines()[0][:200]
            raise PlanError(
                Message("a sum is larger than fenji keeps exactly (18 digits): {detail}", detail=detail)
            ) from error

    def summarise(self, trace: Path, grades: Path, columns: Sequence[str]) -> tuple[int, str]:
        """The grades and their digest."""
        return summarise(self.run, trace, grades, columns)
