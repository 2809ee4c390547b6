"""The regulation as a document: its layout, its formats, its command."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx as word
import pytest

from fenji.cli.app import run
from fenji.documents.regulation.build import document
from fenji.documents.regulation.docx import docx
from fenji.documents.regulation.html import html
from fenji.documents.regulation.markdown import markdown
from fenji.documents.regulation.tree import Document, Grid
from fenji.engine.check.run import check_file
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.regulations.library import regulation_path


def view(name: str) -> View:
    path = regulation_path(name)
    assert path is not None
    return check_file(path, load_contract()).required()


@pytest.fixture(scope="module")
def annual_sales() -> View:
    return view("s03-annual-sales")


@pytest.fixture
def chinese(annual_sales: View) -> Document:
    return document(annual_sales, "zh", company="华东工贸有限公司")


def test_articles_are_numbered_through_all_chapters(chinese: Document) -> None:
    assert [c.title for c in chinese.chapters][:3] == ["总则", "分级指标", "等级与标准"]
    assert chinese.chapters[-1].title == "附则"
    assert [a.number for a in chinese.articles()] == list(range(1, len(list(chinese.articles())) + 1))


def test_borders_say_which_figure_belongs_to_them(chinese: Document) -> None:
    standard = next(a for a in chinese.articles() if a.key == "grading.by_sales")
    (grid,) = standard.blocks
    assert isinstance(grid, Grid)
    assert grid.rows == (
        ("VIP", "1,000 万元以上（不含）"),
        ("A", "500 万元以上（含）、1,000 万元以下（含）"),
        ("B", "200 万元以上（含）、500 万元以下（不含）"),
        ("C", "200 万元以下（不含）"),
    )


def test_conditions_are_business_language_with_the_figures_in_force(chinese: Document) -> None:
    text = markdown(chinese)
    assert "综合指标得分 \\< 16 分" in text
    assert "composite" not in text.replace("\\_", "_").replace("composite_review", "")


def test_the_markdown_has_chapter_article_and_signature_lines(chinese: Document) -> None:
    text = markdown(chinese)
    assert "## 第一章 总则" in text
    assert "**第一条 目的**" in text
    assert "批准: " in text and "签发日期: " in text


def test_the_page_loads_nothing_and_escapes_what_users_wrote(annual_sales: View) -> None:
    page = html(document(annual_sales, "zh", company="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "http://" not in page and "https://" not in page
    assert "&lt;script&gt;" in page


def test_english_numbers_chapters_and_articles_in_english(annual_sales: View) -> None:
    page = html(document(annual_sales, "en"))
    assert "Chapter 1" in page and "Article 1<" in page and 'lang="en"' in page
    assert "10,000,000 CNY" in page


def test_the_word_file_names_chinese_fonts_and_repeats_table_heads(chinese: Document) -> None:
    file = word.Document(BytesIO(docx(chinese)))
    fonts = file.styles["Normal"].element.rPr.rFonts
    assert fonts.get(word.oxml.ns.qn("w:eastAsia")) == "SimSun"
    assert not file.styles["Title"].element.xpath("./w:pPr/w:pBdr")
    heads = [p.text for p in file.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads[0] == "第一章  总则"
    assert len(file.tables) >= 10
    assert all(t.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for t in file.tables)


def test_the_command_writes_the_format_of_the_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "制度.md"
    assert run(["render", "s13", "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("# ")
    assert run(["render", "s13", "--out", str(tmp_path / "x.odt")]) == 2
    assert "md, html, docx, pdf" in capsys.readouterr().err


def test_earlier_versions_stand_in_the_history_oldest_first(tmp_path: Path) -> None:
    path = regulation_path("s03-annual-sales")
    assert path is not None
    text = Path(path).read_text(encoding="utf-8")
    later = text.replace("\nversion: 1", "\nversion: 2").replace("{from: 2026-01-01}", "{from: 2027-01-01}")
    (tmp_path / "later.yaml").write_text(later, encoding="utf-8")
    out = tmp_path / "later.md"
    assert run(["render", str(tmp_path / "later.yaml"), "--earlier", "s03", "--out", str(out)]) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    at = lines.index("| 1 | 2026年1月1日 | - | 首次制定 |")
    assert lines[at + 1] == "| 2 | 2027年1月1日 | - | 修订 |"


def test_the_pdf_has_pages_with_the_text(annual_sales: View, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError), reason="Pango is not on this machine")
    out = tmp_path / "s03.pdf"
    assert run(["render", "s03", "--out", str(out)]) == 0
    data = out.read_bytes()
    assert data.startswith(b"%PDF-") and len(data) > 50_000


def test_without_pango_the_message_names_the_debian_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *args: object, **kwargs: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    assert run(["render", "s03", "--out", str(tmp_path / "s03.pdf")]) == 2
    assert "libpango-1.0-0" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
