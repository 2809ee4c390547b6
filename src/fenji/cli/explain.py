"""``fenji explain``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.parquet as pq
import typer
from rich.padding import Padding
from rich.text import Text

from fenji.cli.errors import CallError
from fenji.cli.output import Output, use_output
from fenji.cli.runfolder import names, regulation_of
from fenji.documents.words import grade_title
from fenji.engine.explain import Explanation, explain, paths_up, restored, told
from fenji.engine.run import REASONS, read_manifest
from fenji.engine.view import View
from fenji.i18n import Message, _, language


def explain_command(
    folder: Annotated[Path, typer.Argument(metavar="RUN_FOLDER", help=_("The folder that 'fenji grade' wrote"))],
    customers: Annotated[list[str], typer.Argument(metavar="CUSTOMER...", help=_("Customer numbers"))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Says why each customer has its grade."""
    out = use_output(json=as_json)
    manifest = read_manifest(folder)
    view = regulation_of(folder, manifest)
    plan = restored(view, manifest)
    trace = rows_of(folder, customers)
    found = dict(zip(trace.column("customer_id").to_pylist(), explain(plan, trace), strict=True))
    unknown = [customer for customer in customers if customer not in found]
    if unknown:
        raise CallError(Message("this run has no customer '{customer}'", customer=unknown[0]))
    known = names(folder, customers)
    ways = {
        path.customer: told(plan, path, language())
        for path in paths_up(plan, pq.read_table(folder / REASONS), customers)
    }
    if out.json:
        out.value([as_dict(c, known.get(c), found[c], ways.get(c)) for c in customers])
        return
    for customer in customers:
        shown(out, view, (customer, known.get(customer)), found[customer], ways.get(customer))


def rows_of(folder: Path, customers: list[str]) -> pa.Table:
    """The trace of these customers."""
    return pq.read_table(folder / REASONS, filters=[("customer_id", "in", customers)])


def as_dict(customer: str, name: str | None, explanation: Explanation, way: str | None) -> dict[str, Any]:
    """One explanation, for machines."""
    return {
        "customer_id": customer,
        "name": name,
        "grade": explanation.row["grade"],
        "standing": explanation.row["standing"],
        "sentences": explanation.sentences(language()),
        "path": way,
        "details": explanation.as_dict(),
    }


def shown(out: Output, view: View, who: tuple[str, str | None], explanation: Explanation, way: str | None) -> None:
    """One explanation, for people."""
    customer, name = who
    grade = explanation.row["grade"]
    title = grade_title(view.regulation, grade) if grade else _("No grade")
    out.say(Text(f"{customer} {name or ''}".strip(), style="bold") + Text(f"  {title}", style="bold cyan"))
    for sentence in explanation.sentences(language()):
        out.say(Padding(Text(sentence), (0, 0, 0, 2), expand=False))
    if way:
        out.say(Padding(Text(way, style="green"), (0, 0, 0, 2), expand=False))
    out.say()
