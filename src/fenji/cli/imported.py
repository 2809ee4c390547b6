"""What an import did, in words."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from fenji.cli.output import Output
from fenji.engine.contract import Table as FactTable
from fenji.facts.contract import load_contract
from fenji.facts.report import ImportReport, SheetReport
from fenji.i18n import _, language

SHOWN = 5


def imported(out: Output, report: ImportReport) -> None:
    """Prints what each file became, what was noted, and the rejected rows with their reasons."""
    if not report.sheets:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (_("File"), _("Became")):
        table.add_column(heading)
    for heading in (_("Rows"), _("Taken"), _("Merged"), _("Rejected")):
        table.add_column(heading, justify="right")
    for sheet in report.sheets:
        table.add_row(*cells(sheet))
    out.say(table)
    for sheet in report.sheets:
        for note in sheet.notes:
            out.say(Text(f"  {place(sheet)}: {note}", style="dim"))
    for note in report.notes:
        out.say(Text(f"  {note}", style="dim"))
    for reason, count in reasons(report)[:SHOWN]:
        out.say(Text(_("{count} rows rejected: {reason}", count=f"{count:,}", reason=reason), style="yellow"))
    out.say()


def place(sheet: SheetReport) -> str:
    """A file, or a sheet of it."""
    return f"{sheet.file} / {sheet.sheet}" if sheet.sheet else sheet.file


def cells(sheet: SheetReport) -> list[Text]:
    """The counts of a sheet."""
    numbers = (sheet.read, sheet.taken, sheet.merged, sheet.rejected)
    known: FactTable | None = load_contract().tables.get(sheet.table or "")
    became = known.title.get(language(), known.name) if known else _("not recognised")
    return [Text(place(sheet)), Text(became), *(Text(f"{number:,}") for number in numbers)]


def reasons(report: ImportReport) -> list[tuple[str, int]]:
    """Reasons of rejection, most frequent first."""
    counts: dict[str, int] = {}
    for sheet in report.sheets:
        for reason, count in sheet.reasons.items():
            counts[reason] = counts.get(reason, 0) + count
    return sorted(counts.items(), key=lambda item: -item[1])
