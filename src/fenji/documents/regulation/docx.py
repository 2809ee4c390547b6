"""The document as a Word file: A4, Chinese fonts, headings for the navigation, table heads repeated, page numbers."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx as word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from fenji.documents.regulation.html import shares
from fenji.documents.regulation.markdown import head_facts, history_grid, signatures
from fenji.documents.regulation.numbering import article_number, chapter_number, item_text
from fenji.documents.regulation.tree import Block, Document, Grid, Items, Paragraph
from fenji.i18n import _, speaking

BODY, HEADING, LATIN = "SimSun", "SimHei", "Times New Roman"
TEXT_WIDTH = 16.0
"""Centimetres between the margins."""


def docx(document: Document) -> bytes:
    """The whole file."""
    with speaking(document.lang):
        writer = _Writer(document)
        writer.whole()
        buffer = BytesIO()
        writer.file.save(buffer)
        return buffer.getvalue()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.indent = Pt(21) if document.lang == "zh" else Pt(0)
        self.file = word.Document()
        self._page()
        self._styles()

    def _page(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field(foot.add_run(), "PAGE")
        foot.add_run(" / ")
        field(foot.add_run(), "NUMPAGES")
        properties = self.file.core_properties
        properties.title, properties.author = self.document.title, self.document.company
        properties.language = "zh-CN" if self.document.lang == "zh" else "en"

    def _styles(self) -> None:
        for name, font, size in (
            ("Normal", BODY, 10.5), ("Title", HEADING, 20), ("Heading 1", HEADING, 15), ("Heading 2", HEADING, 10.5),
        ):  # fmt: skip
            style: Any = self.file.styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            style.font.color.rgb = RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if "heme" in key]:
                del fonts.attrib[theme]
            for script in ("ascii", "hAnsi", "cs"):
                fonts.set(qn(f"w:{script}"), LATIN)
            fonts.set(qn("w:eastAsia"), font)
            for line in style.element.xpath("./w:pPr/w:pBdr"):
                line.getparent().remove(line)
            style.paragraph_format.space_before = Pt(12 if name == "Heading 1" else 6 if name == "Heading 2" else 0)
            style.paragraph_format.space_after = Pt(6 if name == "Heading 1" else 2)
            style.paragraph_format.line_spacing = 1.35

    def whole(self) -> None:
        """Head, chapters, history, signatures."""
        document = self.document
        self.centred(document.company or _("(company)"), size=14, colour=RGBColor(0xB3, 0x17, 0x1C))
        title = self.file.add_paragraph(document.title, style="Title")
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.centred("    ".join(_("{name}: {means}", name=n, means=v) for n, v in head_facts(document)), size=9)
        if document.lead:
            self.block(Paragraph(document.lead))
        for chapter in document.chapters:
            head = self.file.add_heading(f"{chapter_number(chapter.number)}  {chapter.title}", level=1)
            head.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for article in chapter.articles:
                self.file.add_heading(f"{article_number(article.number)}  {article.title}", level=2)
                for block in article.blocks:
                    self.block(block)
        head = self.file.add_heading(_("Version history"), level=1)
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.grid(history_grid(document))
        self.file.add_paragraph()
        for name, value in signatures(document):
            self.file.add_paragraph(_("{name}: {means}", name=name, means=value or "_" * 24))

    def centred(self, text: str, *, size: float, colour: RGBColor | None = None) -> None:
        """A line in the middle."""
        line = self.file.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(text)
        run.font.size = Pt(size)
        if colour is not None:
            run.font.color.rgb, run.font.bold = colour, True

    def block(self, block: Block) -> None:
        """One block of an article."""
        if isinstance(block, Grid):
            self.grid(block)
            return
        texts = block.items if isinstance(block, Items) else (block.text,)
        for number, text in enumerate(texts, 1):
            line = self.file.add_paragraph(text if isinstance(block, Paragraph) else item_text(number, text))
            line.paragraph_format.first_line_indent = self.indent

    def grid(self, grid: Grid) -> None:
        """A table."""
        if grid.title:
            self.file.add_paragraph(grid.title).paragraph_format.keep_with_next = True
        table = self.file.add_table(rows=1, cols=len(grid.head), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        widths = [Cm(TEXT_WIDTH * share / 100) for share in shares(grid)]
        head = table.rows[0]
        repeated(head)
        for cell, text in zip(head.cells, grid.head, strict=True):
            fill(cell, text, bold=True)
            shade(cell, "EDEDED")
        for row in grid.rows:
            line = table.add_row()
            unbroken(line)
            for cell, text in zip(line.cells, row, strict=True):
                fill(cell, text, bold=False)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        self.file.add_paragraph().paragraph_format.space_after = Pt(2)


def fill(cell: Any, text: str, *, bold: bool) -> None:
    """Writes a cell."""
    line = cell.paragraphs[0]
    line.paragraph_format.line_spacing = 1.1
    run = line.add_run(text)
    run.font.size, run.font.bold = Pt(9), bold
    if bold:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def shade(cell: Any, colour: str) -> None:
    """Colours a cell's ground."""
    element = OxmlElement("w:shd")
    element.set(qn("w:val"), "clear")
    element.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(element)


def repeated(row: Any) -> None:
    """Makes a row the head of each page."""
    element = OxmlElement("w:tblHeader")
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def unbroken(row: Any) -> None:
    """Keeps a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def field(run: Any, code: str) -> None:
    """A field that Word fills, such as the page number."""
    for kind, text in (("begin", None), (None, code), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), str(kind))
        run._r.append(element)
