"""``fenji grade``."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fenji.cli.absent import covering
from fenji.cli.distribution import distribution
from fenji.cli.errors import CallError, ExitCode
from fenji.cli.grading import Request, graded
from fenji.cli.imported import imported
from fenji.cli.output import Output, use_output
from fenji.cli.overrides import overrides
from fenji.cli.regulations import day, load
from fenji.engine.run import read_manifest
from fenji.facts.open import open_facts
from fenji.i18n import Message, _


def grade(
    regulation: Annotated[str, typer.Argument(metavar="REGULATION", help=_("A regulation file or a built-in id"))],
    facts: Annotated[
        Path, typer.Option("--facts", help=_("Folder of exports, one file, a fact store or a sources file"))
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help=_("The last day that counts, such as 2026-06-30"))
    ],
    out: Annotated[Path, typer.Option("--out", help=_("Folder for the result"))],
    engine: Annotated[str, typer.Option("--engine", metavar="duckdb|spark", help=_("What computes"))] = "duckdb",
    memory: Annotated[str | None, typer.Option("--memory-limit", metavar="2GB", help=_("Memory for computing"))] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_("A parameter for this run"))
    ] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help=_("A mapping file: which column is which"))] = None,
    covers: Annotated[
        str | None, typer.Option("--covers-from", metavar="DATE", help=_("First day from which the facts are complete"))
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="TABLE[.COLUMN]", help=_("Facts that the company does not have")),
    ] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help=_("Folder of an earlier result, for the movers"))
    ] = None,
    paths: Annotated[
        bool, typer.Option("--paths", help=_("Say of every customer what would raise it; slow for long lists"))
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help=_("Leave with 1 when rows were rejected"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Say nothing but errors"))] = False,
) -> None:
    """Grades every customer."""
    output = use_output(json=as_json, quiet=quiet)
    date, since = day(as_of), day(covers) if covers else None
    loaded = load(regulation)
    parameters = overrides(loaded.view, settings or ())
    request = Request(loaded, date, out, engine, memory, parameters, absent or (), previous, paths)
    rejected = graded_from(output, request, facts, mapping, since)
    if strict and rejected:
        raise typer.Exit(ExitCode.FINDINGS)


MEMORY = re.compile(r"^\d+(\.\d+)?\s*[KMGT]i?B$", re.IGNORECASE)


def check_engine(request: Request) -> None:
    """Nothing, when engine and memory limit are well written; told before any fact is read."""
    if request.engine not in ("duckdb", "spark"):
        names = "duckdb, spark"
        raise CallError(
            Message("unknown engine '{engine}'; expected one of: {names}", engine=request.engine, names=names)
        )
    if request.memory_limit is not None and not MEMORY.match(request.memory_limit):
        raise CallError(Message("'{limit}' is not a memory limit; write it as 2GB", limit=request.memory_limit))


def graded_from(
    output: Output, request: Request, facts: Path, mapping: Path | None = None, since: dt.date | None = None
) -> int:
    """Reads the facts, grades, and tells the outcome; the number of rejected rows.

    Raises:
        CallError: when the folders are not as they must be.
    """
    if not facts.exists():
        raise CallError(Message("there is no file or folder '{path}'", path=facts))
    if request.out.exists() and not request.out.is_dir():
        raise CallError(Message("'{path}' is not a folder", path=request.out))
    if request.out.resolve() == facts.resolve():
        raise CallError(Message("--out must be another folder than --facts"))
    check_engine(request)
    if request.previous is not None:
        read_manifest(request.previous)
        if request.previous.resolve() == request.out.resolve():
            raise CallError(Message("--previous must be another folder than --out"))
    checked = request.loaded.checked
    with output.working(Message("Reading the facts")) as stage:
        currency = request.loaded.view.regulation.currency
        tables, report = open_facts(facts, None, mapping, since, currency=currency)
        done = graded(request, covering(tables, since), report, stage)
    if output.json:
        output.value({**done.as_json(), "rejected": report.rejected})
        return report.rejected
    output.issues(checked.issues)
    imported(output, report)
    for note in done.notes:
        output.say(Text(note, style="yellow"))
    distribution(output, done.result, done.files)
    return report.rejected
