"""``fenji demo``: a real retail set graded by three regulations, with everything left on disk to be tried again."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import pyarrow.compute as pc
import typer
from rich.padding import Padding
from rich.text import Text

from fenji.cli.adopt import adopted
from fenji.cli.distribution import distribution
from fenji.cli.errors import CallError
from fenji.cli.grading import Graded, Request, graded
from fenji.cli.imported import imported
from fenji.cli.output import Output, Stage, use_output
from fenji.cli.regulations import load
from fenji.engine.contract import FactTables
from fenji.engine.explain import explain, path_up, told
from fenji.engine.load import read_file
from fenji.facts.open import open_facts
from fenji.facts.report import ImportReport
from fenji.i18n import Message, _, language
from fenji.regulations.library import regulation_path

AS_OF = dt.date(2011, 6, 30)
BEGINS = dt.date(2010, 12, 1)
CURRENCY = "GBP"
OWN = "retail-points"


@dataclass(frozen=True)
class Play:
    """One regulation of the demo, and what is particular to the sample."""

    name: str
    parameters: Mapping[str, str]
    absent: tuple[str, ...] = ()


PLAYS = (
    Play("s13-abc", {"window_months": "6"}, ("orders.profit",)),
    Play("s14-rfm", {"window_months": "6"}),
    Play(OWN, {}),
)


def demo(
    out: Annotated[Path, typer.Option("--out", help=_("Folder for sample, regulations and results"))] = Path(
        "fenji-demo"
    ),
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Lays out the sample, grades it three times, says where to look."""
    output = use_output(json=as_json)
    if out.exists() and not out.is_dir():
        raise CallError(Message("'{path}' is not a folder", path=out))
    facts = lay_out(out)
    with output.working(Message("Reading the facts")) as stage:
        tables, report = open_facts(facts, None, None, BEGINS, currency=CURRENCY)
        done = [played(play, out, tables, report, stage) for play in PLAYS]
    if output.json:
        output.value({"ok": True, "rejected": report.rejected, "runs": [one.as_json() for one in done]})
        return
    output.say(
        Text(_("Real data: the invoices of a British online wholesaler, December 2010 to June 2011."), style="bold")
    )
    imported(output, report)
    for one in done:
        distribution(output, one.result, one.files)
        output.say()
    next_steps(output, out, example(output, done[-1]))


def lay_out(out: Path) -> Path:
    """Writes the sample and the regulations into the folder; the folder of the facts."""
    facts = out / "facts"
    facts.mkdir(parents=True, exist_ok=True)
    sample = Path(str(files("fenji").joinpath("demo")))
    for path in sorted((sample / "online_retail").iterdir()):
        shutil.copyfile(path, (facts if path.suffix == ".csv" else out) / path.name)
    for play in PLAYS:
        built_in = regulation_path(play.name) or sample / f"{play.name}.yaml"
        source, _issues = read_file(built_in)
        text = built_in.read_text(encoding="utf-8")
        if source is not None and play.name != OWN:
            text = adopted(text, source, start=BEGINS, currency=CURRENCY)
        (out / built_in.name).write_text(text, encoding="utf-8")
    return facts


def played(play: Play, out: Path, tables: FactTables, report: ImportReport, stage: Stage) -> Graded:
    """One regulation run on the sample."""
    loaded = load(str(out / f"{play.name}.yaml"))
    request = Request(loaded, AS_OF, out / play.name, parameters=play.parameters, absent=play.absent)
    return graded(request, tables, report, stage)


def example(output: Output, last: Graded) -> str:
    """Explains the best customer of the second grade, and what would raise it; its number."""
    second = last.result.grades[1]
    rows = last.result.connection.execute(
        "SELECT customer_id FROM trace WHERE grade = ? ORDER BY i_amount DESC, customer_id LIMIT 1", [second]
    ).fetchall()
    customer = str(rows[0][0])
    trace = last.run.trace()
    [explanation] = explain(last.run, trace.filter(pc.equal(trace.column("customer_id"), customer)))
    way = path_up(last.run, trace, customer)
    output.say(Text(_("For example, why customer {customer} has its grade:", customer=customer), style="bold"))
    for sentence in explanation.sentences(language())[:2]:
        output.say(Padding(Text(sentence), (0, 0, 0, 2), expand=False))
    if way is not None:
        output.say(Padding(Text(told(last.run.plan, way, language()), style="green"), (0, 0, 0, 2), expand=False))
    output.say()
    return customer


def next_steps(output: Output, out: Path, customer: str) -> None:
    """Commands that go on from here."""
    output.say(Text(_("Go on:"), style="bold"))
    file, mine = out / f"{OWN}.yaml", out / "mine"
    commands = (
        f"{program()} explain {out / OWN} {customer}",
        f"{program()} grade {file} --facts {out / 'facts'} --as-of {AS_OF} --set gold_points=90 --out {mine}",
        f"{program()} render {file} --format html --out {out / OWN}.html",
        f"{program()} library",
    )
    for command in commands:
        output.say(Text(f"  {command}", style="cyan"))


def program() -> str:
    """How this user starts fenji: by its name where that is found, else by its path."""
    if shutil.which("fenji"):
        return "fenji"
    started = Path(sys.argv[0])
    try:
        return str(started.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(started)
