"""fenji: the whole grading as ``fenji grade`` runs it, and its parts."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from benchmarks.child import Act
from fenji.engine import run
from fenji.engine.backends import open_backend
from fenji.engine.check import check_file
from fenji.engine.contract import FactTables
from fenji.engine.plan import Plan
from fenji.engine.view import View
from fenji.facts.contract import load_contract

REGULATION = Path(__file__).parent.parent / "regulation.yaml"
AS_OF = dt.date(2026, 12, 31)


def view() -> View:
    """The measured regulation, checked."""
    return check_file(REGULATION, load_contract()).required()


def facts(data: Path) -> FactTables:
    """The synthetic facts."""
    return FactTables(files={name: (str(data / f"{name}.parquet"),) for name in ("customers", "orders")})


def whole(arguments: dict[str, Any]) -> Act:
    """``engine.run.grade`` whole: coverage, plan, trace, grades, digest, manifest."""
    regulation = view()

    def act(data: Path, out: Path) -> dict[str, Any]:
        engine, limit = arguments.get("engine", "duckdb"), arguments.get("memory_limit")
        done = run.grade(regulation, facts(data), AS_OF, out, engine=engine, memory_limit=limit)
        return {"customers": done.manifest.customers, "digest": done.manifest.digest}

    return act


def plan_and_trace(arguments: dict[str, Any]) -> Act:
    """From the checked regulation to the written trace, as the hand-written SQL does: plan, compiling, DuckDB."""
    regulation = view()

    def act(data: Path, out: Path) -> dict[str, Any]:
        plan = Plan(regulation, AS_OF)
        with open_backend("duckdb", out.with_suffix(".spill"), arguments.get("memory_limit")) as backend:
            backend.write(plan.graded(plan.base(backend.tables(facts(data)))), out)
        shutil.rmtree(out.with_suffix(".spill"), ignore_errors=True)
        return {}

    return act


def base(arguments: dict[str, Any]) -> Act:
    """The base table alone: one row per customer with what comes from the facts."""
    regulation = view()

    def act(data: Path, out: Path) -> dict[str, Any]:
        with open_backend("duckdb", out.with_suffix(".spill"), None) as backend:
            backend.write(Plan(regulation, AS_OF).base(backend.tables(facts(data))), out)
        return {}

    return act


def scored(arguments: dict[str, Any]) -> Act:
    """Points, tiles, bands and rules with the full trace, from a base table that ``base`` wrote into ``data``."""
    regulation = view()

    def act(data: Path, out: Path) -> dict[str, Any]:
        with open_backend("duckdb", out.with_suffix(".spill"), None) as backend:
            tables = backend.tables(FactTables(files={"base": (str(data / "base.parquet"),)}))
            backend.write(Plan(regulation, AS_OF).graded(tables["base"]), out)
        return {}

    return act
