"""A form as a workbook that prints on A4."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from fenji.documents.forms.html import boxes, pairs
from fenji.documents.forms.model import Form, Kind, Line, Listing, Part, Sheet
from fenji.documents.regulation.numbering import ordinal
from fenji.documents.workbook.sheet import Styles
from fenji.i18n import _, speaking

A4 = 9
WIDTHS = (17, 29, 17, 29)
LAST = len(WIDTHS) - 1
LINE, ROOM = 24, 66
"""Heights of a line and of room to write, in points."""
PER_LINE = 62
"""Characters of the wide cell before it wraps, Chinese ones counting two."""


def workbook(form: Form) -> bytes:
    """The whole file; every text is written as text, never as a formula."""
    buffer = BytesIO()
    with speaking(form.heading.lang):
        book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        writer = _Writer(book, form)
        if isinstance(form, Listing):
            writer.listing(form)
        else:
            writer.sheet(form)
        book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Workbook, form: Form) -> None:
        self.styles = Styles(book)
        self.page: Worksheet = book.add_worksheet(form.heading.title[:31])
        self.row = 0
        self.page.set_paper(A4)
        self.page.fit_to_pages(1, 0)
        self.page.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
        self.page.set_footer("&C&P / &N")
        self.page.hide_gridlines(2)
        self.page.center_horizontally()

    def style(self, **more: object) -> Format:
        """A bordered cell."""
        return self.styles.get(**{"border": 1, "text_wrap": True, **more})

    def across(self, text: str, last: int, style: Format, height: float = LINE) -> None:
        """A text over the whole width."""
        self.page.set_row(self.row, height)
        self.page.merge_range(self.row, 0, self.row, last, "", style)
        self.page.write_string(self.row, 0, text, style)
        self.row += 1

    def head(self, form: Form, last: int) -> None:
        """Company, title, regulation and number."""
        heading = form.heading
        self.across(heading.company or _("(company)"), last, self.styles.get(align="center", font_size=12))
        self.across(heading.title, last, self.styles.get(align="center", font_size=18, bold=True), 34)
        parts = [_("{name}: {means}", name=_("Regulation"), means=heading.regulation)]
        if heading.number:
            parts.append(_("{name}: {means}", name=_("Form number"), means=heading.number))
        self.across("    ".join(parts), last, self.styles.get(align="center", font_size=9))

    # a form of one customer
    def sheet(self, form: Sheet) -> None:
        """Head, facts, a block for each role."""
        for at, width in enumerate(WIDTHS):
            self.page.set_column(at, at, width)
        self.head(form, LAST)
        for two in pairs(tuple(Line(Kind.VALUE, name, value) for name, value in form.facts)):
            self.values(two)
        for number, part in enumerate(form.parts, 1):
            self.part(number, part)

    def part(self, number: int, part: Part) -> None:
        """What one role fills and signs."""
        title = _("{number}. {title}", number=ordinal(number), title=part.title)
        by = _("{name}: {means}", name=_("Filled by"), means=part.role)
        self.across(f"{title}    {by}", LAST, self.style(bold=True, bg_color="#EBEBEB"))
        for two in pairs(part.of_kind(Kind.VALUE)):
            self.values(two)
        for line in part.of_kind(Kind.CHOICE):
            evidence = "  ".join(_("{name}: {means}", name=n, means=v or "________") for n, v in line.evidence)
            said = "\n".join(filter(None, [boxes(line), line.hint, evidence]))
            rows = sum(1 + wide(text) // PER_LINE for text in said.split("\n"))
            self.answer(line.label, said, max(LINE, 15 * rows + 8))
        notes = part.of_kind(Kind.NOTE)
        for line in notes:
            self.answer(line.label, "", ROOM if len(notes) < 4 else LINE + 8)
        signed = "    ".join((_("Signature: ______________"), _("Date: ______________")))
        self.across(signed, LAST, self.style(align="right"))

    def values(self, two: tuple[Line, ...]) -> None:
        """One or two labels with their values."""
        if len(two) == 1:
            self.answer(two[0].label, two[0].value, LINE)
            return
        self.page.set_row(self.row, LINE)
        for at, line in enumerate(two):
            self.page.write_string(self.row, 2 * at, line.label, self.style(align="center", bg_color="#F7F7F7"))
            self.page.write_string(self.row, 2 * at + 1, line.value, self.style())
        self.row += 1

    def answer(self, label: str, text: str, height: float) -> None:
        """A label and a wide cell."""
        self.page.set_row(self.row, height)
        self.page.write_string(self.row, 0, label, self.style(align="center", bg_color="#F7F7F7"))
        self.page.merge_range(self.row, 1, self.row, LAST, "", self.style())
        self.page.write_string(self.row, 1, text, self.style())
        self.row += 1

    # a line for each customer
    def listing(self, form: Listing) -> None:
        """Head, table, who signs."""
        last = len(form.head) - 1
        self.page.set_landscape()
        for at, title in enumerate(form.head):
            longest = max([wide(title), *(wide(row[at]) for row in form.rows)])
            self.page.set_column(at, at, min(34, max(7 if at == 0 else 12, longest + 2)))
        self.head(form, last)
        told = "    ".join(_("{name}: {means}", name=n, means=v or "__________") for n, v in form.facts)
        self.across(told, last, self.styles.get(font_size=10))
        self.page.set_row(self.row, LINE)
        for at, title in enumerate(form.head):
            self.page.write_string(self.row, at, title, self.style(bold=True, align="center", bg_color="#EBEBEB"))
        self.page.repeat_rows(self.row)
        self.page.freeze_panes(self.row + 1, 0)
        for row in form.rows:
            self.row += 1
            self.page.set_row(self.row, LINE)
            for at, text in enumerate(row):
                self.page.write_string(self.row, at, text, self.style(align="center" if at == 0 else "left"))
        self.row += 2
        roles = "    ".join(_("{name}: {means}", name=role, means="____________") for role in form.roles)
        date = _("Date: ______________")
        self.across(f"{roles}    {date}", last, self.styles.get(align="right"))


def wide(text: str) -> int:
    """How wide a text is, Chinese characters counting two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
