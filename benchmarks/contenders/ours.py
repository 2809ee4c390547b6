"""fenji: the whole grading as ``fenji grade`` runs it, and its parts."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import yaml

from benchmarks.child import Act
from fenji.engine import run
from fenji.engine.backends import open_backend
from fenji.engine.check import check_file
from fenji.engine.check.run import check_text
from fenji.engine.contract import FactTables
from fenji.engine.plan import Plan
from fenji.engine.view import View
from fenji.facts.contract import load_contract

GIVEN = {
    "amount": "money", "orders": "integer", "largest": "money", "returns": "integer", "growth_n": "integer",
    "growth_d": "integer", "r": "integer", "f": "integer", "m": "integer",
}  # fmt: skip
"""The values that grading starts from where they are given, and their types; ``growth`` as a fraction."""
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


def given_view() -> View:
    """The measured regulation over values that are given: every measure and tile a column of ``customers``.

    A column has no known ends as a tile and a count have, so their points are written as bins that cover everything.
    """
    tree = yaml.safe_load(REGULATION.read_text(encoding="utf-8"))
    tree["facts"] = {"customers": {f"given_{name}": {"type": kind} for name, kind in GIVEN.items()}}
    units = {"money": "CNY", "integer": "count"}
    given = {n: {"unit": units[k], "attribute": f"given_{n}", "missing": "none"} for n, k in GIVEN.items()}
    growth = {"unit": "ratio", "formula": "growth_n / growth_d", "missing": "none"}
    score = tree["indicators"]["score"]
    lines = score["points"]["lines"]
    for tile in ("r", "f", "m"):
        weight = lines[tile]["weight"]
        fifths = {weight: "< 2", 2 * weight: "2 ..< 3", 3 * weight: "3 ..< 4", 4 * weight: "4 ..< 5"}
        lines[tile] = {"bins": {**fifths, 5 * weight: ">= 5"}}
    lines["returns"] = {"bins": {10: "< 1", 4: "1 .. 2", 0: "> 2"}}
    tree["indicators"] = {**given, "growth": growth, "score": score}
    return check_text(yaml.safe_dump(tree, sort_keys=False), REGULATION.name, load_contract()).required()


def scored(arguments: dict[str, Any]) -> Act:
    """Points, score, bands and rules from the values in ``given.parquet``; writes score, grade and reason."""
    regulation = given_view()

    def act(data: Path, out: Path) -> dict[str, Any]:
        plan = Plan(regulation, AS_OF)
        with open_backend("duckdb", out.with_suffix(".spill"), None) as backend:
            tables = backend.tables(FactTables(files={"customers": (str(data / "given.parquet"),)}))
            answers = plan.graded(plan.base(tables))
            backend.write(answers.select("customer_id", "i_score", "i_score__d", "grade", "reason"), out)
        return {}

    return act
