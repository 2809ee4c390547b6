"""Running a plan: facts in, graded table with its trace out, on DuckDB or Spark."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from fenji.engine.backends import Backend, open_backend
from fenji.engine.contract import FactTables
from fenji.engine.coverage import check_coverage
from fenji.engine.plan import Plan, PlanError
from fenji.engine.view import View
from fenji.i18n import Message

GRADES, REASONS, MANIFEST = "grades.parquet", "reasons.parquet", "manifest.json"
SPILL, STAGED = "spill", ".published"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """Everything that a run came from: the same manifest gives the same digest."""

    regulation: str
    version: int
    regulation_digest: str
    as_of: str
    fact_versions: Mapping[str, str]
    parameters: Mapping[str, str]
    engine: str
    fenji: str
    customers: int
    digest: str
    columns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A finished run in its folder: ``grades.parquet``, ``reasons.parquet`` (the trace) and ``manifest.json``."""

    plan: Plan
    folder: Path
    manifest: Manifest

    @property
    def grades(self) -> pa.Table:
        """One row per customer: grade, standing, reason, axes and flags."""
        return pq.read_table(self.folder / GRADES)

    def trace(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The trace, all columns or some."""
        return pq.read_table(self.folder / REASONS, columns=list(columns) if columns else None)


def grade(
    view: View,
    facts: FactTables,
    as_of: dt.date,
    folder: Path,
    *,
    engine: str = "duckdb",
    memory_limit: str | None = None,
    parameters: Mapping[str, str] | None = None,
    others: Mapping[str, View] | None = None,
    progress: Progress = lambda stage: None,
) -> Run:
    """Grades every subject of the regulation and writes the result into ``folder``, whole or not at all.

    Args:
        facts: the rows, as Parquet files by table.
        as_of: the last day that counts.
        parameters: values that replace those of the regulation.
        others: the regulations that ``grade_of`` names; they run first, on the same date and facts.

    Raises:
        PlanError: when the facts lack something that the regulation needs.
    """
    plan = Plan(view, as_of, parameters or {})
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".fenji-", dir=folder.parent))
    try:
        with open_backend(engine, work / SPILL, memory_limit) as backend:
            tables = backend.tables(facts)
            progress("coverage")
            check_coverage(plan, tables, facts)
            results = {name: graded_others(other, tables, as_of) for name, other in (others or {}).items()}
            progress("grade")
            expr = plan.graded(plan.base(tables, results))
            backend.write(expr, work / REASONS)
            progress("digest")
            manifest = finish(plan, facts, backend, work)
        progress("publish")
        publish(work, folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return Run(plan, folder, manifest)


def graded_others(view: View, tables: Mapping[str, ir.Table], as_of: dt.date) -> ir.Table:
    """The result of another regulation as a table expression."""
    plan = Plan(view, as_of)
    return plan.graded(plan.base(tables))


def finish(plan: Plan, facts: FactTables, backend: Backend, work: Path) -> Manifest:
    """Writes the grades and the manifest from the trace."""
    schema = pq.read_schema(work / REASONS)
    kept = [n for n in schema.names if not n.startswith(("i_", "m_", "p_", "d_", "s_", "n_"))]
    count, digest = backend.summarise(work / REASONS, work / GRADES, kept)
    manifest = Manifest(
        regulation=plan.regulation.regulation,
        version=plan.regulation.version,
        regulation_digest=plan.view.source.digest,
        as_of=plan.as_of.isoformat(),
        fact_versions={t: facts.versions.get(t, "") for t in sorted(facts.files)},
        parameters=dict(plan.overrides),
        engine=backend.name,
        fenji=version("fenji"),
        customers=count,
        digest=digest,
        columns={name: asdict(how) for name, how in plan.number_columns.items()},
        reasons={name: r.names for name, r in plan.reasons.items()},
        codes={t.answer: t.codes.names for t in [*plan.axes.values(), plan.grade]},
    )
    (work / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    return manifest


def publish(work: Path, folder: Path) -> None:
    """Puts a finished run in place, whole: a kill before the rename leaves the old run, one after it the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    complete(folder)
    staged = folder / STAGED
    shutil.rmtree(work / SPILL, ignore_errors=True)
    work.rename(staged)
    complete(folder)


def complete(folder: Path) -> None:
    """Brings a publication to its end that was cut off; nothing where none was."""
    staged = folder / STAGED
    if not staged.is_dir():
        return
    for name in (REASONS, GRADES, MANIFEST):
        if (staged / name).exists():
            (staged / name).replace(folder / name)
    shutil.rmtree(staged, ignore_errors=True)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished run.

    Raises:
        PlanError: when the folder holds no finished run.
    """
    try:
        complete(folder)
        return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise PlanError(Message("'{folder}' holds no finished run of fenji", folder=folder)) from error
