"""``fenji judgements``."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from fenji.cli.absent import completed, covering
from fenji.cli.errors import CallError
from fenji.cli.grading import Request
from fenji.cli.output import use_output
from fenji.cli.overrides import overrides
from fenji.cli.regulations import day, load
from fenji.documents.judgements import Matter, matters, roles, write_sheet
from fenji.documents.result import Result
from fenji.engine import run
from fenji.engine.view import View
from fenji.facts.open import open_facts
from fenji.i18n import Message, _


def sheet(
    regulation: Annotated[str, typer.Argument(metavar="REGULATION", help=_("A regulation file or a built-in id"))],
    by: Annotated[str, typer.Option("--by", metavar="ROLE", help=_("The role that judges"))],
    facts: Annotated[
        Path, typer.Option("--facts", help=_("Folder of exports, one file, a fact store or a sources file"))
    ],
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help=_("The last day that counts, such as 2026-06-30"))
    ],
    out: Annotated[Path, typer.Option("--out", metavar="F.xlsx", help=_("The workbook to write"))],
    judge: Annotated[str, typer.Option("--judge", help=_("Name of the person, filled in beforehand"))] = "",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("Day of the judgement, filled in beforehand"))
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_("A parameter for this run"))
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="TABLE[.COLUMN]", help=_("Facts that the company does not have")),
    ] = None,
    mapping: Annotated[Path | None, typer.Option("--mapping", help=_("A mapping file: which column is which"))] = None,
    covers: Annotated[
        str | None, typer.Option("--covers-from", metavar="DATE", help=_("First day from which the facts are complete"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Writes the workbook in which a role judges every customer."""
    output = use_output(json=as_json)
    loaded = load(regulation)
    asked = asked_of(loaded.view, by)
    request = Request(loaded, day(as_of), out, parameters=overrides(loaded.view, settings or ()), absent=absent or ())
    source = Source(facts, mapping, day(covers) if covers else None)
    with output.working(Message("Reading the facts")):
        count = written(request, source, by, judge, day(on) if on else request.as_of)
    if output.json:
        output.value({"ok": True, "file": str(out), "customers": count, "matters": [m.name for m in asked]})
    output.say(_("{file}: {count} customers", file=out, count=f"{count:,}"))


@dataclass(frozen=True)
class Source:
    """Where the facts are, and what is known of them."""

    path: Path
    mapping: Path | None
    covers_from: dt.date | None


def asked_of(view: View, role: str) -> list[Matter]:
    """What a role judges.

    Raises:
        CallError: when that is nothing, naming the roles that judge.
    """
    asked = matters(view, role)
    if not asked:
        names = ", ".join(roles(view)) or "-"
        raise CallError(
            Message("'{role}' judges nothing in this regulation; judging roles: {names}", role=role, names=names)
        )
    return asked


def written(request: Request, source: Source, role: str, judge: str, on: dt.date) -> int:
    """Runs the regulation for the sake of its figures and writes the workbook; the customers in it."""
    if not source.path.exists():
        raise CallError(Message("there is no file or folder '{path}'", path=source.path))
    loaded = request.loaded
    views = [loaded.view, *loaded.others.values()]
    with tempfile.TemporaryDirectory(prefix="fenji-") as scratch:
        folder = Path(scratch)
        currency = loaded.view.regulation.currency
        tables, _report = open_facts(source.path, None, source.mapping, source.covers_from, currency=currency)
        complete, _notes = completed(views, covering(tables, source.covers_from), request.absent, folder)
        run.grade(
            loaded.view, complete, request.as_of, folder / "run", parameters=request.parameters, others=loaded.others
        )
        result = Result(folder / "run", loaded.view, tables.files.get("customers", ()))
        count = write_sheet(result, role, request.out, judge=judge, day=on)
        result.connection.close()
    return count
