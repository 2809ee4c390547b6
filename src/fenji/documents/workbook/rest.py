"""The last sheets: customers without a grade, and rows of the import that were not taken."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from fenji.documents.figures import Kind, title_of
from fenji.documents.result import Result
from fenji.documents.words import why_ungraded
from fenji.documents.workbook.listing import Field, identity, of_figure
from fenji.documents.workbook.sheet import Column, Sheet, Styles
from fenji.i18n import _

LARGEST = 1_000_000


def add_ungraded(book: Workbook, styles: Styles, result: Result) -> None:
    """Every customer without a grade and why."""
    view = result.view
    words = {code: why_ungraded(view, code) for code, _count in result.ungraded}
    fields = [
        *identity(),
        Field(
            Column(_("Why there is no grade"), width=42),
            lambda rows: [words[code] for code in rows.column("ungraded").to_pylist()],
        ),
        *(of_figure(figure) for figure in result.figures),
    ]
    title = title_of(view.regulation.title, view.regulation.regulation)
    sheet = Sheet(book, styles, _("Ungraded"), title, [field.column for field in fields])
    sheet.headings(freeze=2)
    for rows in result.rows(graded=False, limit=LARGEST):
        for values in zip(*(field.cells(rows) for field in fields), strict=True):
            sheet.add(values)
    sheet.finish()


def add_rejects(book: Workbook, styles: Styles, result: Result) -> None:
    """Rows that the import could not take, each with its reason."""
    rejects = result.rejects
    title = title_of(result.view.regulation.title, result.view.regulation.regulation)
    headings = rejects.headings if rejects else [_("Rejected rows")]
    columns = [Column(heading, Kind.TEXT, 24) for heading in headings]
    sheet = Sheet(book, styles, _("Rejects"), title, columns)
    if rejects is None or not rejects.total:
        sheet.head_line("", _("Every row was taken."))
        return
    if rejects.total > len(rejects.rows):
        note = _(
            "{shown} of {total} rejected rows; all of them: {file}",
            shown=len(rejects.rows),
            total=rejects.total,
            file=rejects.file,
        )
        sheet.head_line("", note)
    sheet.headings()
    for row in rejects.rows:
        sheet.add(row)
    sheet.finish()
