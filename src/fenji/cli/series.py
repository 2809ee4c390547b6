"""``fenji series``: the movement of grades on a series of dates."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from fenji.cli.absent import completed
from fenji.cli.errors import CallError
from fenji.cli.imported import imported
from fenji.cli.output import Output, use_output
from fenji.cli.overrides import overrides
from fenji.cli.regulations import Loaded, day, load
from fenji.engine.deadlines import WorkingDays
from fenji.engine.plan.windows import add_months
from fenji.engine.series import LEDGER, MOVES, Series, run_series, schedule
from fenji.facts.calendar import read_calendar
from fenji.facts.open import open_facts
from fenji.i18n import Message, _


def every(text: str) -> list[int]:
    """The step of a series in (months, days), from ``months=1`` or ``days=7``.

    Raises:
        CallError: when it is neither.
    """
    found = re.fullmatch(r"(months|days|years)=([1-9]\d{0,3})", text)
    if found is None:
        raise CallError(Message("'{text}' is not a step; write it as months=1, days=7 or years=1", text=text))
    count = int(found.group(2))
    return {"months": [count, 0], "years": [12 * count, 0], "days": [0, count]}[found.group(1)]


def dates(first: dt.date, last: dt.date, step: str) -> list[dt.date]:
    """The dates of a series; from a month's last day on it stays the last day of each month."""
    months, days = every(step)
    at_end = (first + dt.timedelta(days=1)).day == 1

    def nth(start: dt.date, count: int) -> dt.date:
        if days:
            return start + dt.timedelta(days=days * count)
        if at_end:
            return add_months(start.replace(day=1), months * count + 1) - dt.timedelta(days=1)
        return add_months(start, months * count)

    if last < first:
        raise CallError(Message("--to lies before --from"))
    return list(schedule(first, last, nth))


def series(
    regulation: Annotated[str, typer.Argument(metavar="REGULATION", help=_("A regulation file or a built-in id"))],
    facts: Annotated[
        Path, typer.Option("--facts", help=_("Folder of exports, one file, a fact store or a sources file"))
    ],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=_("The first date of the series"))],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help=_("The last date of the series"))],
    out: Annotated[Path, typer.Option("--out", help=_("Folder for the result"))],
    step: Annotated[
        str, typer.Option("--every", metavar="months=1", help=_("The step between the dates"))
    ] = "months=1",
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=_("A parameter for this run"))
    ] = None,
    calendar: Annotated[
        Path | None, typer.Option("--calendar", help=_("The company's own working days: columns day and working"))
    ] = None,
    covers: Annotated[
        str | None, typer.Option("--covers-from", metavar="DATE", help=_("First day from which the facts are complete"))
    ] = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="TABLE[.COLUMN]", help=_("Facts that the company does not have")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Say nothing but errors"))] = False,
) -> None:
    """Grades on each date in turn, each run seeing the grades that the runs before it gave."""
    output = use_output(json=as_json, quiet=quiet)
    loaded, days = load(regulation), dates(day(first), day(last), step)
    parameters = overrides(loaded.view, settings or ())
    own = WorkingDays(read_calendar(calendar)) if calendar else WorkingDays()
    if not facts.exists():
        raise CallError(Message("there is no file or folder '{path}'", path=facts))
    source = Source(facts, day(covers) if covers else None, absent or ())
    done = done_series(output, loaded, source, days, out, own, parameters)
    if output.json:
        output.value(as_value(loaded, done))
    else:
        show(output, loaded, done, out)


@dataclass(frozen=True)
class Source:
    """Where the facts of a series come from."""

    facts: Path
    covers_from: dt.date | None
    absent: Sequence[str]


def done_series(
    output: Output,
    loaded: Loaded,
    source: Source,
    days: Sequence[dt.date],
    out: Path,
    own: WorkingDays,
    parameters: Mapping[str, str],
) -> Series:
    """Reads the facts and runs the series."""
    currency = loaded.view.regulation.currency
    with output.working(Message("Reading the facts")) as stage, tempfile.TemporaryDirectory(prefix="fenji-") as scratch:
        tables, report = open_facts(source.facts, None, None, source.covers_from, currency=currency)
        complete, notes = completed([loaded.view, *loaded.others.values()], tables, source.absent, Path(scratch))
        done = run_series(
            loaded.view, complete, days, out, calendar=own, parameters=parameters, others=loaded.others,
            progress=lambda date: stage(_("Grading as of {date}", date=date)),
        )  # fmt: skip
    imported(output, report)
    for note in notes:
        output.say(Text(str(note), style="yellow"))
    return done


def as_value(loaded: Loaded, done: Series) -> dict[str, object]:
    """The series for machines."""
    return {
        "ok": True,
        "regulation": loaded.view.regulation.regulation,
        "rounds": [{**vars(r), "as_of": r.as_of.isoformat()} for r in done.rounds],
        "moves": len(done.moves),
        "flaps": sum(done.flaps.values()),
        "customers_that_flap": len(done.flaps),
    }


def show(output: Output, loaded: Loaded, done: Series, out: Path) -> None:
    """One line per date, then who goes back and forth."""
    codes = sorted({code for r in done.rounds for code in r.grades}, key=_order(loaded))
    table = Table(box=None, pad_edge=False)
    headings = [_("Date"), *codes, _("Rose"), _("Fell"), _("Kept by margin or holding time"), _("Limited")]
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number == 0 else "right")
    for r in done.rounds:
        figures = [*(r.grades.get(c, 0) for c in codes), r.rose, r.fell, r.held, r.limited]
        table.add_row(r.as_of.isoformat(), *(f"{n:,}" for n in figures))
    output.say(table)
    output.say()
    flaps = done.flaps
    output.say(
        _("{moves} moves; {flaps} of them take back the move before ({customers} customers)",
          moves=f"{len(done.moves):,}", flaps=f"{sum(flaps.values()):,}", customers=f"{len(flaps):,}")
    )  # fmt: skip
    for customer, count in flaps.most_common(10):
        output.say(Text(f"  {customer}  {count}"))
    for name in (LEDGER, MOVES):
        output.say(Text(f"  {out / name}"))


def _order(loaded: Loaded) -> Callable[[str], tuple[int, str]]:
    listed = [v.code for v in loaded.view.regulation.grade_values]
    return lambda code: (listed.index(code) if code in listed else len(listed), code)
