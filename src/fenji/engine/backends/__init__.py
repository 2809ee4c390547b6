"""The engines that compute: DuckDB in process, Spark past one machine; proven identical by one suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import ibis
import ibis.expr.types as ir

from fenji.engine.contract import FactTables
from fenji.engine.plan import PlanError
from fenji.i18n import Message

SYSTEM_COLUMNS = ("import_id", "known_on")
"""Written beside every fact row by the store; no regulation reads them."""


@contextmanager
def fused(on: bool) -> Iterator[None]:
    """Whether Ibis merges stages into one SELECT; the plan keeps them apart, for merging copies shared expressions."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = on
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


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
        """Writes some columns of a trace to ``grades``; returns the rows and their digest."""


def open_backend(engine: str, spill: Path, memory_limit: str | None) -> Backend:
    """An engine by name: ``duckdb`` or ``spark``.

    Raises:
        PlanError: for another name, or when Spark is not installed.
    """
    known = {"duckdb": "Duck", "spark": "Spark"}
    if engine in known:
        module = {"duckdb": "duck", "spark": "spark"}[engine]
        try:
            backend = getattr(import_module(f"{__name__}.{module}"), known[engine])
        except ImportError as error:
            raise PlanError(
                Message("Spark is not installed; install fenji[spark] and Debian's openjdk-17-jre-headless")
            ) from error
        return cast("Backend", backend(spill, memory_limit))
    raise PlanError(
        Message("unknown engine '{engine}'; expected one of: {names}", engine=engine, names="duckdb, spark")
    )
