"""``fenji form``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer
from rich.table import Table
from rich.text import Text

from fenji.cli.errors import CallError
from fenji.cli.output import Output, use_output
from fenji.cli.regulations import load
from fenji.cli.render import chosen_format
from fenji.cli.runfolder import names, regulation_of
from fenji.documents.forms.build import LISTINGS, FormError, form, form_named
from fenji.documents.forms.filled import Filled
from fenji.documents.forms.html import html
from fenji.documents.forms.workbook import workbook
from fenji.documents.regulation.pdf import PdfError, pdf
from fenji.documents.regulation.write import saved
from fenji.documents.words import grade_order
from fenji.engine.explain import restored
from fenji.engine.explain.words import text
from fenji.engine.run import REASONS, read_manifest
from fenji.engine.view import View
from fenji.i18n import Message, _, language

FORMATS = ("html", "pdf", "xlsx")
MOST_CUSTOMERS = 5000
"""Customers of one listing; more belong into the workbook of the run."""


def form_command(
    regulation: Annotated[str, typer.Argument(metavar="REGULATION", help=_("A regulation file or a built-in id"))],
    name: Annotated[
        str | None,
        typer.Argument(metavar="[FORM]", help=_("Name, register number or title; without it, all are listed")),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("The file to write"))] = None,
    kind: Annotated[
        str | None, typer.Option("--format", metavar="html|pdf|xlsx", help=_("Without it, the ending of --out"))
    ] = None,
    run: Annotated[Path | None, typer.Option("--run", help=_("Fill it from this folder of 'fenji grade'"))] = None,
    customer: Annotated[str | None, typer.Option("--customer", help=_("The customer to fill it with"))] = None,
    company: Annotated[str, typer.Option("--company", help=_("Whose form it is, for the head"))] = "",
) -> None:
    """Lists the forms of a regulation, or writes one."""
    output = use_output()
    view = load(regulation).view
    if name is None:
        listed(output, view)
        return
    if out is None:
        raise CallError(Message("say with --out which file to write"))
    chosen = chosen_format(kind, out, FORMATS)
    try:
        if customer is not None and run is None:
            raise CallError(Message("--customer needs --run, the folder with the customer's result"))
        spec = form_named(view, name)[1]
        filled = from_run(view, run, customer, whole=spec.register_ in LISTINGS) if run else []
        made = form(view, name, language(), company=company, filled=filled)
        data = workbook(made) if chosen == "xlsx" else html(made).encode("utf-8")
        saved(pdf(data.decode("utf-8")) if chosen == "pdf" else data, out)
    except (FormError, PdfError) as error:
        raise CallError(error.message) from error
    output.say(_("Written: {file}", file=out))


def listed(output: Output, view: View) -> None:
    """Every form of a regulation."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (_("Name"), _("Form number"), _("Title")):
        table.add_column(heading)
    for name, spec in view.regulation.assessment.forms.items():
        table.add_row(name, spec.register_ or "-", Text(text(spec.title)))
    output.say(table)


def from_run(view: View, folder: Path, customer: str | None, *, whole: bool) -> list[Filled]:
    """The customers of a run that a form is filled with, best grade first.

    Raises:
        CallError: when the run is another regulation's, or has no such customer.
    """
    manifest = read_manifest(folder)
    if manifest["regulation"] != view.regulation.regulation:
        raise CallError(Message("'{folder}' is a run of '{name}'", folder=folder, name=manifest["regulation"]))
    if customer is None and not whole:
        raise CallError(Message("--run fills a form of one customer; name it with --customer"))
    plan = restored(regulation_of(folder, manifest), manifest)
    wanted = [("customer_id", "=", customer)] if customer is not None else None
    rows = pq.read_table(folder / REASONS, filters=wanted).slice(0, MOST_CUSTOMERS + 1).to_pylist()
    if customer is not None and not rows:
        raise CallError(Message("this run has no customer '{customer}'", customer=customer))
    if len(rows) > MOST_CUSTOMERS:
        raise CallError(Message("the run has more than {limit} customers; use its workbook", limit=MOST_CUSTOMERS))
    known = names(folder, [row["customer_id"] for row in rows])
    order = {grade: at for at, grade in enumerate(grade_order(plan.view))}
    rows.sort(key=lambda row: (order.get(row["grade"], len(order)), row["customer_id"]))
    return [Filled(plan, row, known.get(row["customer_id"]) or "") for row in rows]
