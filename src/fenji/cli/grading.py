"""One grading run with everything that is written for people; ``fenji grade`` and ``fenji demo`` call it."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fenji.cli.absent import completed
from fenji.cli.notes import notes_of
from fenji.cli.output import Stage
from fenji.cli.regulations import Loaded
from fenji.cli.runfolder import keep
from fenji.documents.movers import movers
from fenji.documents.report import write_report
from fenji.documents.result import Result, Table
from fenji.documents.workbook import write_workbook
from fenji.engine import run
from fenji.engine.contract import FactTables
from fenji.facts.report import ImportReport
from fenji.i18n import Message, _

REJECTS = "rejects.csv"
STAGES = {
    "coverage": Message("Checking that the facts cover every window"),
    "grade": Message("Grading"),
    "digest": Message("Writing the trace"),
    "publish": Message("Writing the result"),
}


@dataclass(frozen=True)
class Request:
    """What is to be graded, and where the result goes."""

    loaded: Loaded
    as_of: dt.date
    out: Path
    engine: str = "duckdb"
    memory_limit: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()
    previous: Path | None = None
    paths: bool = False


@dataclass(frozen=True)
class Graded:
    """A finished run and the files that were written."""

    run: run.Run
    result: Result
    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The distribution and where everything is, for machines."""
        manifest = self.run.manifest
        return {
            "ok": True,
            "regulation": manifest.regulation,
            "version": manifest.version,
            "as_of": manifest.as_of,
            "customers": manifest.customers,
            "digest": manifest.digest,
            "distribution": [
                {
                    "grade": line.grade,
                    "customers": line.customers,
                    "money": str(line.money),
                    "standings": dict(line.standings),
                }
                for line in self.result.summary
            ],
            "ungraded": dict(self.result.ungraded),
            "notes": list(self.notes),
            "files": [str(path) for path in self.files],
        }


def graded(request: Request, facts: FactTables, report: ImportReport | None, stage: Stage) -> Graded:
    """Runs the regulation, then writes the workbook and the page beside the Parquet files.

    Raises:
        PlanError: when the facts lack something.
    """
    loaded = request.loaded
    with tempfile.TemporaryDirectory(prefix="fenji-") as scratch:
        complete, notes = completed([loaded.view, *loaded.others.values()], facts, request.absent, Path(scratch))
        done = run.grade(
            loaded.view,
            complete,
            request.as_of,
            request.out,
            engine=request.engine,
            memory_limit=request.memory_limit,
            parameters=request.parameters,
            others=loaded.others,
            progress=lambda name: stage(str(STAGES.get(name, name))),
        )
    report, files = rejects_beside(report, request.out)
    result = Result(request.out, request.loaded.view, facts.files.get("customers", ()), rejects(report))
    stage(_("Writing the workbook"))
    files += [request.out / name for name in (run.GRADES, run.REASONS, run.MANIFEST)]
    keep(loaded, result)
    sentences = notes_of(done, result.count, paths=request.paths)
    moved = movers(result, request.previous) if request.previous else None
    files += write_workbook(result, request.out, sentences, moved)
    stage(_("Writing the page"))
    files.append(write_report(result, request.out, moved))
    return Graded(done, result, tuple(files), tuple(map(str, notes)))


def rejects_beside(report: ImportReport | None, out: Path) -> tuple[ImportReport | None, list[Path]]:
    """The list of all rejects beside the result: the folder of the import goes when the command ends."""
    path = out / REJECTS
    path.unlink(missing_ok=True)
    if report is None or report.rejects_file is None:
        return report, []
    shutil.copyfile(report.rejects_file, path)
    return replace(report, rejects_file=str(path)), [path]


def rejects(report: ImportReport | None) -> Table:
    """The rows that the import did not take."""
    headings = [_("File"), _("Sheet"), _("Row"), _("Column"), _("Why it was rejected"), _("Original text")]
    rows = [(r.file, r.sheet, r.row, r.column, r.reason, r.text) for r in (report.rejects if report else ())]
    return Table(headings, rows, report.rejected if report else 0, report.rejects_file if report else None)
