"""``fenji import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fenji.cli.errors import CallError, ExitCode
from fenji.cli.imported import imported
from fenji.cli.output import Output, use_output
from fenji.cli.regulations import day
from fenji.facts.mapping import save_mapping
from fenji.facts.open import import_files
from fenji.facts.report import ImportReport
from fenji.facts.store import FactStore
from fenji.i18n import Message, _


def import_command(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help=_("Folder of exports, one file or a sources file"))],
    into: Annotated[Path, typer.Option("--into", help=_("Folder of the fact store; made when it is not there"))],
    mapping: Annotated[Path | None, typer.Option("--mapping", help=_("A mapping file: which column is which"))] = None,
    save: Annotated[
        Path | None, typer.Option("--save-mapping", help=_("Write the mapping that was used to this file"))
    ] = None,
    covers: Annotated[
        str | None, typer.Option("--covers-from", metavar="DATE", help=_("First day from which the facts are complete"))
    ] = None,
    known: Annotated[
        str | None, typer.Option("--known-on", metavar="DATE", help=_("The day on which the facts became known"))
    ] = None,
    currency: Annotated[str, typer.Option("--currency", help=_("Currency of a new store"))] = "CNY",
    strict: Annotated[bool, typer.Option("--strict", help=_("Leave with 1 when rows were rejected"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Brings files into a fact store, as one import."""
    out = use_output(json=as_json)
    since, known_on = day(covers) if covers else None, day(known) if known else None
    if not source.exists():
        raise CallError(Message("there is no file or folder '{path}'", path=source))
    with out.working(Message("Reading the facts")):
        report = import_files(FactStore(into, currency), source, mapping, since, known_on=known_on)
    if save is not None:
        save_mapping(report.mapping, save)
    told(out, report, into, save)
    if strict and report.rejected:
        raise typer.Exit(ExitCode.FINDINGS)


def told(out: Output, report: ImportReport, into: Path, save: Path | None) -> None:
    """What came in, and where."""
    if out.json:
        out.value({"ok": True, **report.as_json(), "rejected": report.rejected})
        return
    imported(out, report)
    for table in report.tables:
        line = _(
            "{table}: {rows} rows ({added} new, {changed} changed, {unchanged} unchanged)",
            table=table.table, rows=f"{table.rows:,}", added=f"{table.added:,}",
            changed=f"{table.changed:,}", unchanged=f"{table.unchanged:,}",
        )  # fmt: skip
        out.say(Text(f"  {line}"))
    out.say(_("Import {id} is in {store}", id=report.import_id, store=into))
    if report.rejects_file:
        out.say(_("Rejected rows: {file}", file=report.rejects_file))
    if save is not None:
        out.say(_("Written: {file}", file=save))
