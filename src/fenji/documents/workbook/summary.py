"""The first sheet: customers and money by grade, what the run came from, a chart."""

from __future__ import annotations

from decimal import Decimal

from xlsxwriter.workbook import Workbook

from fenji.documents.colours import fill, tint
from fenji.documents.figures import Kind, title_of
from fenji.documents.result import Line, Result
from fenji.documents.words import STANDINGS, grade_title, standing
from fenji.documents.workbook.sheet import Column, Sheet, Styles
from fenji.i18n import _


def add_summary(book: Workbook, styles: Styles, result: Result, overflow: str | None) -> None:
    """Counts and shares by grade."""
    regulation = result.view.regulation
    shown = [code for code in STANDINGS if any(line.standings.get(code) for line in result.summary)]
    money = result.money
    columns = [
        Column(_("Grade"), width=16), Column(_("Meaning"), width=34), Column(_("Customers"), Kind.WHOLE, 11),
        Column(_("Share of customers"), Kind.RATIO, 13),
    ]  # fmt: skip
    if money is not None:
        columns += [Column(money.heading, Kind.MONEY, 20), Column(_("Share of the amount"), Kind.RATIO, 13)]
    columns += [Column(standing(code), Kind.WHOLE, 11) for code in shown]
    title = title_of(regulation.title, regulation.regulation)
    sheet = Sheet(book, styles, _("Summary"), title, columns)
    sheet.head_line(
        title, _("As of {as_of}; {count} customers", as_of=result.manifest["as_of"], count=f"{result.count:,}")
    )
    if overflow:
        sheet.head_line("", _("The list is longer than a workbook holds; it is in the file {file}.", file=overflow))
    sheet.headings()
    for line in result.summary:
        bold = {"bg_color": tint(line.grade, result.grades)}
        sheet.add(summary_row(result, line, shown), **bold)
    last = sheet.row
    if result.summary:
        sheet.add(total_row(result, shown), bold=True, top=1)
        add_chart(book, sheet, result, last)
    sheet.row += 18
    add_origin(sheet, result)


def summary_row(result: Result, line: Line, shown: list[str]) -> list[object]:
    """The cells of one grade."""
    regulation = result.view.regulation
    total = sum((one.money for one in result.summary), Decimal(0))
    title = _("No grade") if line.grade is None else line.grade
    means = "" if line.grade is None else grade_title(regulation, line.grade)
    row: list[object] = [title, means, line.customers, share(line.customers, result.count)]
    if result.money is not None:
        row += [line.money, share(line.money, total)]
    return [*row, *(line.standings.get(code, 0) for code in shown)]


def total_row(result: Result, shown: list[str]) -> list[object]:
    """The cells of the total."""
    total = sum((one.money for one in result.summary), Decimal(0))
    row: list[object] = [_("Total"), "", result.count, share(result.count, result.count)]
    if result.money is not None:
        row += [total, share(total, total)]
    return [*row, *(sum(one.standings.get(code, 0) for one in result.summary) for code in shown)]


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A share to six places, or none of nothing."""
    return round(Decimal(part) / Decimal(whole), 6) if whole else None


def add_chart(book: Workbook, sheet: Sheet, result: Result, last: int) -> None:
    """Customers by grade, beside the share of money where there is money."""
    points = [{"fill": {"color": fill(line.grade, result.grades)}} for line in result.summary]
    first, name = sheet.first, sheet.name
    chart = book.add_chart({"type": "column"})
    grades, labels = [name, first, 0, last - 1, 0], {"value": True, "num_format": "0%"}
    chart.add_series({
        "name": _("Share of customers"), "categories": grades, "values": [name, first, 3, last - 1, 3],
        "points": points, "gap": 60, "data_labels": labels,
    })  # fmt: skip
    if result.money is not None:
        chart.add_series({
            "name": _("Share of the amount"), "categories": grades, "values": [name, first, 5, last - 1, 5],
            "fill": {"color": "#B9C4D0"}, "data_labels": labels,
        })  # fmt: skip
    chart.set_legend({"position": "bottom"} if result.money is not None else {"none": True})
    chart.set_y_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}}})
    chart.set_size({"width": 760, "height": 320})
    sheet.sheet.insert_chart(sheet.row + 1, 0, chart)


def add_origin(sheet: Sheet, result: Result) -> None:
    """What the run came from, so that it can be recomputed."""
    manifest = result.manifest
    versions = "; ".join(f"{table} {version}" for table, version in manifest["fact_versions"].items() if version)
    parameters = "; ".join(f"{name} = {value}" for name, value in manifest["parameters"].items())
    lines = [
        (_("Regulation"), f"{manifest['regulation']} v{manifest['version']}"),
        (_("As-of date"), manifest["as_of"]),
        (_("Changed parameters"), parameters or "-"),
        (_("Versions of the facts"), versions or "-"),
        (_("Engine"), f"fenji {manifest['fenji']}, {manifest['engine']}"),
        (_("Digest"), manifest["digest"]),
    ]
    for label, value in lines:
        sheet.sheet.write_string(sheet.row, 0, label, sheet.styles.get(font_color="#5F6B7A"))
        sheet.sheet.write_string(sheet.row, 1, str(value), sheet.styles.get(font_color="#5F6B7A"))
        sheet.row += 1
