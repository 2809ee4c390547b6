"""Many small populations under one plan: it is made and compiled once, so that a case costs little."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import ibis.expr.types as ir
import pyarrow.parquet as pq

from fenji.engine.backends import open_backend
from fenji.engine.contract import FactTables, Table
from fenji.engine.parquet import write_rows
from fenji.engine.plan import Plan
from fenji.engine.plan.base import OPTIONAL_TABLES
from fenji.engine.readout import Row, rows_in
from fenji.engine.run import graded_others
from fenji.engine.view import View


class SamePlan:
    """Grades one population after another by one regulation, on one day and with the same parameters.

    Raises:
        PlanError: when the regulation cannot be run on that day; ``grade`` raises it for what a population lacks.
    """

    def __init__(
        self, view: View, as_of: dt.date, parameters: Mapping[str, str], others: Mapping[str, View],
        engine: str, folder: Path,
    ) -> None:  # fmt: skip
        self.plan = Plan(view, as_of, parameters)
        self.others, self.folder, self.populations = others, folder, 0
        self.expr: ir.Table | None = None
        views = (*others.values(), view)
        self.tables: dict[str, Table] = {name: table for v in views for name, table in v.facts.tables.items()}
        measured = {i.measure.from_ for v in views for i in v.regulation.indicators.values() if i.measure}
        self.names = sorted({"customers", *OPTIONAL_TABLES, *measured})
        self.backend = open_backend(engine, folder / "spill", None)

    def __enter__(self) -> Self:
        self.backend.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.backend.__exit__(kind, error, trace)

    def grade(self, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> list[Row]:
        """The results of one population."""
        self.populations += 1
        place = self.folder / str(self.populations)
        place.mkdir()
        written = write_rows(place, self.tables, {name: rows.get(name, ()) for name in self.names})
        tables = self.backend.tables(FactTables({name: (str(path),) for name, path in written.items()}))
        if self.expr is None:
            results = {name: graded_others(other, tables, self.plan.as_of) for name, other in self.others.items()}
            self.expr = self.plan.graded(self.plan.base(tables, results))
        self.backend.write(self.expr, place / "trace.parquet")
        return list(rows_in(self.plan, pq.read_table(place / "trace.parquet")))
