"""The forms of the register: blank and filled, as page and workbook, never executing what customers are called."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from fenji.cli.app import run
from fenji.documents.forms.build import FormError, form
from fenji.documents.forms.html import html
from fenji.documents.forms.model import Kind, Listing, Sheet
from fenji.documents.forms.workbook import workbook
from fenji.engine.check.run import check_file
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.regulations.library import ids, regulation_path

REGISTER = {
    "D12.1": ("s10-annual-form", "年度客户评级表"),
    "D12.2": ("s10-annual-form", "客户等级评定申请表"),
    "D12.3": ("s10-annual-form", "客户分类表"),
    "D12.4": ("s09-points-150-100-80", "客户资信评估表"),
    "D12.5": ("s09-points-150-100-80", "客户质量等级评定表"),
    "D12.6": ("s09-points-150-100-80", "客户等级评定表"),
    "D12.7": ("s23-property-codes", "客户分级汇总表"),
    "D12.8": ("s23-property-codes", "客户访谈记录表"),
}
CUSTOMERS = "customer_id,name,status\nK1,=cmd|' /C calc'!A0,active\nK2,浙江永盛贸易有限公司,active\n"
ORDERS = """\
order_id,customer_id,ordered_on,amount,status
1,K1,2025-03-05,12800000.55,completed
2,K1,2024-03-05,10000000,completed
3,K2,2025-05-06,5600000,completed
"""
JUDGEMENTS = """\
customer_id,regulation,matter,value,judged_on,role
K1,s03-annual-sales,i6_credit,好,2026-01-10,finance
K1,s03-annual-sales,credit_by_finance,良,2026-01-12,finance
K1,s03-annual-sales,keep_decision,观察,2026-01-12,business_department
"""


def view(name: str) -> View:
    path = regulation_path(name)
    assert path is not None
    return check_file(path, load_contract()).required()


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    for name, text in (("customers", CUSTOMERS), ("orders", ORDERS), ("judgements", JUDGEMENTS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    out = tmp_path_factory.mktemp("run")
    given = ["grade", "s03", "--facts", str(folder), "--as-of", "2026-01-20", "--out", str(out), "--quiet"]
    assert run([*given, "--covers-from", "2020-01-01", "--absent", "plans", "--absent", "receivables"]) == 0
    return out


@pytest.mark.parametrize("number", [pytest.param(n, marks=pytest.mark.req(n)) for n in REGISTER])
def test_each_form_of_the_register_is_a_page_and_a_workbook(number: str) -> None:
    name, title = REGISTER[number]
    made = form(view(name), number, "zh")
    assert made.heading.title == title
    page = html(made)
    assert f"<h1>{title}</h1>" in page and number in page
    assert isinstance(made, Listing) or "签字" in page
    cells = [str(c.value) for row in openpyxl.load_workbook(BytesIO(workbook(made))).active.iter_rows() for c in row]
    assert title in cells


@pytest.fixture(scope="module")
def owners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("facts")
    (folder / "customers.csv").write_text(
        "customer_id,name,status,employer_kind,employer_level\n"
        "Y1,张三,owner,government,district_or_above\nY2,李四,owner,media,\n",
        encoding="utf-8",
    )
    (folder / "judgements.csv").write_text(
        "customer_id,regulation,matter,value,judged_on,role\n"
        "Y1,s23-property-codes,support,正向,2026-05-10,customer_service\n"
        "Y1,s23-property-codes,class_confirmed,2,2026-05-10,cs_supervisor\n"
        'Y2,s23-property-codes,category_confirmed,"Z,T",2026-05-12,cs_supervisor\n',
        encoding="utf-8",
    )
    out = tmp_path_factory.mktemp("run")
    given = ["grade", "s23", "--facts", str(folder), "--as-of", "2026-06-30", "--out", str(out), "--quiet"]
    absent = ("memberships", "holdings", "events", "service_requests", "interactions", "complaints", "orders")
    assert run([*given, "--covers-from", "2020-01-01", *(word for name in absent for word in ("--absent", name))]) == 0
    return out


def test_a_listing_has_a_line_for_each_customer_with_codes_joined_without_a_sign(owners: Path, tmp_path: Path) -> None:
    out = tmp_path / "summary.xlsx"
    assert run(["form", "s23", "D12.7", "--run", str(owners), "--out", str(out)]) == 0
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(out).active.iter_rows()]
    head = next(row for row in rows if "客户编号" in row)
    lines = {row[1]: dict(zip(head, row, strict=True)) for row in rows if row[1] in ("Y1", "Y2")}
    assert lines["Y1"]["等级"] == "Z2（资源客户 / 一般正向客户），待评定"
    assert lines["Y2"]["客服主管评定客户类别"] == "Z,T"


@pytest.mark.parametrize("name", ids())
def test_every_form_of_every_regulation_renders_in_both_languages(name: str) -> None:
    found = view(name)
    for key in found.regulation.assessment.forms:
        for lang in ("zh", "en"):
            made = form(found, key, lang)
            assert made.heading.title in html(made) or "&#" in html(made)
            assert workbook(made).startswith(b"PK")


def test_a_section_has_the_indicators_scales_evidence_and_room_of_its_role() -> None:
    made = form(view("s10-annual-form"), "D12.1", "zh")
    assert isinstance(made, Sheet)
    finance = next(p for p in made.parts if p.role == "财务部")
    assert [line.label for line in finance.of_kind(Kind.VALUE)] == ["近 12 个月应收", "近 12 个月回款"]
    judged, decision = finance.of_kind(Kind.CHOICE)
    assert judged.options == ("好", "较好", "普通", "差")
    assert decision.options == ("A", "B", "C", "D")
    assert [line.label for line in finance.of_kind(Kind.NOTE)] == ["依据"]
    assert "□\u00a0好" in html(made)


def test_a_filled_form_ticks_what_people_gave_and_shows_the_figures(graded: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.html"
    assert run(["form", "s03", "rating_form", "--run", str(graded), "--customer", "K1", "--out", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert "¥12,800,000.55" in page and "K1" in page and "VIP" in page and "2026年1月20日" in page
    assert "2025年1月1日至2025年12月31日" in page
    assert page.count("☑") == 2
    assert "☑\u00a0好" in page and "☑\u00a0良" in page
    assert "<script" not in page


def test_a_decision_of_an_axis_is_ticked(graded: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.html"
    assert run(["form", "s03", "monthly_form", "--run", str(graded), "--customer", "K1", "--out", str(out)]) == 0
    assert "☑\u00a0观察" in out.read_text(encoding="utf-8")


def test_names_of_customers_are_texts_in_the_workbook(graded: Path, tmp_path: Path) -> None:
    out = tmp_path / "form.xlsx"
    assert run(["form", "s03", "rating_form", "--run", str(graded), "--customer", "K1", "--out", str(out)]) == 0
    cells = [c for row in openpyxl.load_workbook(out).active.iter_rows() for c in row if c.value]
    (name,) = [c for c in cells if "calc" in str(c.value)]
    assert name.data_type == "s"


def test_the_commands_tell_what_there_is(graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["form", "s10"]) == 0
    assert "D12.3" in capsys.readouterr().out
    assert run(["form", "s10", "D12.9", "--out", str(tmp_path / "a.html")]) == 2
    assert "annual_form (D12.1)" in capsys.readouterr().err
    assert run(["form", "s03", "rating_form", "--run", str(graded), "--out", str(tmp_path / "a.html")]) == 2
    assert "--customer" in capsys.readouterr().err
    wrong = ["form", "s10", "D12.1", "--run", str(graded), "--customer", "K1", "--out", str(tmp_path / "a.html")]
    assert run(wrong) == 2
    assert "s03-annual-sales" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_form_nobody_has_names_those_there_are() -> None:
    with pytest.raises(FormError, match="has no form"):
        form(view("s03-annual-sales"), "nothing", "zh")
