"""The distribution on the terminal, and where the files are."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from rich.table import Table
from rich.text import Text

from fenji.cli.output import Output
from fenji.documents.colours import fill
from fenji.documents.figures import title_of
from fenji.documents.result import Line, Result
from fenji.documents.words import grade_title, standing, why_ungraded
from fenji.i18n import _

BAR = 24


def distribution(out: Output, result: Result, files: Sequence[Path]) -> None:
    """Prints customers and money by grade, why some have none, and the files."""
    regulation = result.view.regulation
    title = title_of(regulation.title, regulation.regulation)
    head = _(
        "{title}, as of {as_of}: {count} customers",
        title=title,
        as_of=result.manifest["as_of"],
        count=f"{result.count:,}",
    )
    out.say(Text(head, style="bold"))
    out.say(table(result))
    for code, count in result.ungraded:
        out.say(_("{count} without a grade: {why}", count=f"{count:,}", why=why_ungraded(result.view, code)))
    out.say()
    for path in files:
        out.say(Text(f"  {path}", style="cyan" if path.suffix in (".xlsx", ".html") else ""))


def table(result: Result) -> Table:
    """One line a grade."""
    money = result.money
    total = sum((line.money for line in result.summary), Decimal(0))
    most = max((line.customers for line in result.summary), default=0)
    found = Table(box=None, header_style="bold", pad_edge=False)
    found.add_column(_("Grade"), no_wrap=True)
    found.add_column(_("Meaning"))
    found.add_column(_("Customers"), justify="right")
    found.add_column(_("Share"), justify="right")
    found.add_column("")
    if money is not None:
        found.add_column(Text(money.heading), justify="right")
        found.add_column(_("Share of the amount"), justify="right")
    for line in result.summary:
        found.add_row(*row(result, line, most), *(money_cells(line, total) if money is not None else ()))
    return found


def row(result: Result, line: Line, most: int) -> list[Text]:
    """The cells of a grade."""
    colour = fill(line.grade, result.grades)
    code = Text(line.grade, style=f"bold {colour}") if line.grade else Text(_("No grade"), style="dim")
    means = grade_title(result.view.regulation, line.grade) if line.grade else ""
    open_ones = [f"{standing(s)} {n:,}" for s, n in line.standings.items() if s in ("proposed", "provisional") and n]
    if open_ones:
        means = f"{means} ({', '.join(open_ones)})"
    bar = Text("\u2588" * (round(BAR * line.customers / most) if most else 0), style=colour)
    share = f"{100 * line.customers / result.count:.1f}%" if result.count else "-"
    return [code, Text(means), Text(f"{line.customers:,}"), Text(share), bar]


def money_cells(line: Line, total: Decimal) -> list[Text]:
    """The amount of a grade and its share."""
    return [Text(f"{line.money:,.2f}"), Text(f"{100 * line.money / total:.1f}%" if total else "-")]
