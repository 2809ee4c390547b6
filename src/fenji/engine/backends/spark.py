"""Spark through Ibis, for what is past one machine; reads the tables' Parquet files, needs no Maven packages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import duckdb
import ibis
import ibis.expr.types as ir
from pyspark.sql import SparkSession

from fenji.engine.backends import SYSTEM_COLUMNS, fused
from fenji.engine.backends.digest import summarise
from fenji.engine.contract import FactTables
from fenji.engine.plan import PlanError
from fenji.i18n import Message


def session(memory_limit: str | None = None) -> SparkSession:
    """The running Spark session, or a local one over both cores with the time zone fixed to UTC."""
    if memory_limit and not re.fullmatch(r"\d+[kmgt]b?", memory_limit.lower()):
        raise PlanError(Message("'{limit}' is not a memory limit; write it as 2GB", limit=memory_limit))
    builder: Any = SparkSession.builder
    builder = builder.appName("fenji").config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.shuffle.partitions", "8").config("spark.sql.ansi.enabled", "true")
    if memory_limit:
        builder = builder.config("spark.driver.memory", memory_limit.lower().removesuffix("b"))
    if not SparkSession.getActiveSession():
        builder = builder.master("local[2]")
    return cast("SparkSession", builder.getOrCreate())


class Spark:
    """A Spark session; one that was running before is left running."""

    name = "spark"

    def __init__(self, spill: Path, memory_limit: str | None = None) -> None:
        self.spill = spill
        self.mine = SparkSession.getActiveSession() is None
        self.session = session(memory_limit)
        self.con = ibis.pyspark.connect(self.session)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.mine:
            self.session.stop()

    def tables(self, facts: FactTables) -> Mapping[str, ir.Table]:
        """The fact tables as temporary views over their files."""
        found = {}
        for name, files in facts.files.items():
            frame = self.session.read.option("mergeSchema", "true").parquet(*files)
            frame.drop(*SYSTEM_COLUMNS).createOrReplaceTempView(f"facts_{name}")
            found[name] = self.con.table(f"facts_{name}")
        return found

    def write(self, expr: ir.Table, path: Path) -> None:
        """Computes an expression into one Parquet file."""
        with fused(False):
            sql = self.con.compile(expr)
        parts = path.with_suffix(".parts")
        self.session.sql(sql).coalesce(1).write.mode("overwrite").option("compression", "zstd").parquet(str(parts))
        next(parts.glob("part-*.parquet")).replace(path)
        shutil.rmtree(parts)

    def summarise(self, trace: Path, grades: Path, columns: Sequence[str]) -> tuple[int, str]:
        """The grades and their digest."""
        with duckdb.connect() as con:
            return summarise(lambda sql: list(con.execute(sql).fetchall()), trace, grades, columns)
