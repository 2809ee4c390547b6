"""How the workbook is set up: what stays in sight, what prints, what is coloured, in which number formats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from fenji.documents.workbook.listing import harmless
from fenji.documents.workbook.sheet import LONGEST, safe
from tests.cli.conftest import Said


@pytest.fixture
def book(fenji: Callable[..., Said], company: Path) -> Workbook:
    said = fenji("grade", company / "by-sales.yaml", "--facts", company / "facts", "--as-of", "2026-01-31",
                 "--out", company / "out", "--quiet")  # fmt: skip
    assert said.code == 0, said.err
    return openpyxl.load_workbook(company / "out/客户分类表.xlsx")


def test_every_sheet_prints_on_a4_across_with_its_headings_on_each_page(book: Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows
        assert "&P" in sheet.oddFooter.right.text


def test_names_and_headings_stay_in_sight_and_lists_can_be_filtered(book: Workbook) -> None:
    assert {name: book[name].freeze_panes for name in ("名单", "依据", "未定级")} == {
        "名单": "D2",
        "依据": "D2",
        "未定级": "C2",
    }
    assert all(book[name].auto_filter.ref for name in ("名单", "依据", "未定级", "退回"))


def test_grades_are_coloured_by_their_code(book: Workbook) -> None:
    rules = [rule for group in book["名单"].conditional_formatting for rule in group.rules]
    assert sorted(rule.formula[0] for rule in rules) == ['"A"', '"B"']
    assert len({rule.dxf.fill.bgColor.rgb for rule in rules}) == 2


def test_amounts_shares_and_dates_have_their_formats(book: Workbook) -> None:
    headings = {cell.value: cell.column for cell in book["名单"][1]}
    assert "#,##0.00" in book["名单"].cell(2, headings["年度销售额（元）"]).number_format
    summary = {row[0].value: row for row in book["汇总"].iter_rows()}
    assert summary["A"][3].number_format == "0.0%" and summary["A"][3].value == pytest.approx(0.4)
    assert summary["合计"][2].value == 5


def test_the_summary_says_what_it_came_from(book: Workbook) -> None:
    rows = {str(row[0]): row[1] for row in book["汇总"].iter_rows(values_only=True)}
    assert rows["制度"] == "by-sales v1" and rows["截止日期"] == "2026-01-31" and len(str(rows["校验值"])) == 64


def test_the_basis_shows_what_each_step_said(book: Workbook) -> None:
    rows = list(book["依据"].iter_rows(values_only=True))
    column = rows[0].index("按销售额")
    assert [row[column] for row in rows[1:]] == ["A", "A", "B", "B", None]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\r=1"])
def test_a_risky_text_is_defused_in_csv(text: str) -> None:
    assert harmless(text) == "'" + text


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    assert len(safe("x" * 40_000)) == LONGEST and safe("x" * 40_000).endswith("…")
