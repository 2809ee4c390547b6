"""The engines that compute: DuckDB in process, Spark past one machine; proven identical by one suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import ibis.expr.types as ir

from fenji.engine.contract import FactTables
from fenji.engine.plan import PlanError
from fenji.i18n import Message


class Backend(Protocol):
    """What a run asks of an engine."""

    name: str

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tables(self, facts: FactTables) -> Mapping[str, ir.Table]:
        """The fact tables, registered."""

    def write(self, expr: ir.Table, path: Path) -> None:
        """Computes an expression into one Parquet file."""

    def summarise(self, trace: Path, grades: Path, columns: Sequence[str]) -> tuple[int, str]:
        """Writes some columns of a trace to ``grades``; returns the rows and the digest of the whole trace."""


def open_backend(engine: str, spill: Path, memory_limit: str | None) -> Backend:
    """An engine by name: ``duckdb`` or ``spark``.

    Raises:
        PlanError: for another name, or when Spark is not installed.
    """
    if engine == "duckdb":
        from fenji.engine.backends.duck import Duck

        return Duck(spill, memory_limit)
    if engine == "spark":
        try:
            from fenji.engine.backends.spark import Spark
        except ImportError as error:
            raise PlanError(
                Message("Spark is not installed; install fenji[spark] and Debian's openjdk-17-jre-headless")
            ) from error
        return Spark(spill, memory_limit)
    raise PlanError(
        Message("unknown engine '{engine}'; expected one of: {names}", engine=engine, names="duckdb, spark")
    )
