"""The page of a run: what it says, that it needs nothing from outside, that nothing in it executes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Said

Fenji = Callable[..., Said]


class Elements(HTMLParser):
    """Every element with its attributes, and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def pages(fenji: Fenji, company: Path) -> Callable[..., str]:
    """Grades the small company and gives the page."""

    def make(*more: object, out: str = "out", lang: str = "zh") -> str:
        said = fenji("--lang", lang, "grade", company / "by-sales.yaml", "--facts", company / "facts",
                     "--as-of", "2026-01-31", "--out", company / out, "--quiet", *more)  # fmt: skip
        assert said.code == 0, said.err
        return (company / out / "report.html").read_text(encoding="utf-8")

    return make


def test_the_page_shows_grades_money_reasons_and_digest(pages: Callable[..., str]) -> None:
    text = " ".join(Elements(pages()).text)
    for part in ("按年度销售额分级", "重点客户", "¥7,235", "87.8%", "上年没有成交", "二八集中度", "退回的数据行"):
        assert part in text


def test_the_page_loads_nothing_and_runs_nothing(pages: Callable[..., str]) -> None:
    page = pages()
    elements = Elements(page).found
    assert not [
        tag for tag, _attributes in elements if tag in ("script", "link", "iframe", "img", "object", "base", "form")
    ]
    assert not [
        a for _tag, attributes in elements for a in attributes if a.startswith("on") or a in ("src", "href", "style")
    ]
    [policy] = [
        a["content"] for tag, a in elements if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style and policy is not None
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode() in policy


def test_the_curve_marks_who_brings_80_percent(pages: Callable[..., str]) -> None:
    page = pages()
    # 6234.56 of 8241.55 are 75.6 %, with 1000 more 87.8 %: two of four customers
    assert "50.0% 的客户贡献 80%" in page
    assert "有金额的 4 个客户中，前 20% 贡献了 75.6% 的年度销售额" in page


def test_movers_since_an_earlier_run_are_counted_and_listed(pages: Callable[..., str], company: Path) -> None:
    pages(out="before")
    text = " ".join(Elements(pages("--set", "a_line=2000", "--previous", company / "before", out="now")).text)
    assert "升级 0，降级 1，新增 0，减少 0" in text
    sheet = openpyxl.load_workbook(company / "now/客户分类表.xlsx")["升降级"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "C2"]
    assert rows == [("C2", "=cmd|' /C calc'!A0", "A", "B", "降级", 1000)]
    assert re.search(r"C2\s+=cmd.*?A\s+▼\s+B\s+¥1,000", text)


def test_a_hostile_title_stays_text(pages: Callable[..., str], company: Path) -> None:
    path = company / "by-sales.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("重点客户", "<script>alert(1)</script>"), encoding="utf-8")
    page = pages()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_english_page_has_no_chinese_of_its_own(pages: Callable[..., str]) -> None:
    text = " ".join(Elements(pages(lang="en")).text)
    assert "Distribution by grade" in text and not re.search("[\u4e00-\u9fff]", text)
