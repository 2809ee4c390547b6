"""Compiling every regulation of the library to SQL."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.child import Act
from benchmarks.contenders.ours import AS_OF
from fenji.cli.regulations import Loaded, load
from fenji.engine.backends.duck import Duck, compiled
from fenji.engine.contract import ARROW_TYPES, FactTables
from fenji.engine.plan import Plan
from fenji.regulations import library

TIMES = 5


def compile(arguments: dict[str, Any]) -> Act:  # noqa: A001
    """CPU seconds by regulation: plan, base, graded and the SQL's text; the median of five in a warm process.

    Every table of the contract is there, the ledger of earlier grades too, so that margins are compiled.
    """
    loaded = {name: load(name) for name in library.ids()}

    def act(data: Path, out: Path) -> dict[str, Any]:
        found: dict[str, float] = {}
        with tempfile.TemporaryDirectory() as folder, Duck(Path(folder) / "spill") as backend:
            for name, one in loaded.items():
                tables = backend.tables(empty(one, Path(folder)))
                seconds = [once(one, tables) for _ in range(TIMES + 1)]
                found[name] = statistics.median(seconds[1:])
        return {"seconds": found}

    return act


def empty(one: Loaded, folder: Path) -> FactTables:
    """Tables without rows, as the contract and the regulation have them."""
    files = {}
    for name, table in one.view.facts.tables.items():
        schema = pa.schema([(c.name, ARROW_TYPES[c.type]) for c in table.columns.values() if not c.derived])
        path = folder / f"{one.view.regulation.regulation}-{name}.parquet"
        pq.write_table(schema.empty_table(), path)
        files[name] = (str(path),)
    return FactTables(files=files)


def once(one: Loaded, tables: Mapping[str, ir.Table]) -> float:
    """The CPU seconds of one compilation, with the regulations that it names."""
    start = time.process_time()
    results = {}
    for name, other in one.others.items():
        plan = Plan(other, AS_OF)
        results[name] = plan.graded(plan.base(tables))
    plan = Plan(one.view, AS_OF)
    compiled(plan.graded(plan.base(tables, results)))
    return time.process_time() - start
