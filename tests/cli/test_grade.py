"""``fenji grade`` from exports to files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.cli.conftest import Said

Fenji = Callable[..., Said]
BOOK = "客户分类表.xlsx"


def grade(fenji: Fenji, company: Path, *more: object) -> Said:
    return fenji(
        "grade",
        company / "by-sales.yaml",
        "--facts",
        company / "facts",
        "--as-of",
        "2026-01-31",
        "--out",
        company / "out",
        *more,
    )


def test_grades_workbook_and_distribution_agree(fenji: Fenji, company: Path) -> None:
    said = grade(fenji, company, "--json")
    told = json.loads(said.out)
    found = dict(duckdb.read_parquet(str(company / "out/grades.parquet")).select("customer_id, grade").fetchall())
    assert said.code == 0 and found == {"C1": "A", "C2": "A", "C3": "B", "C4": "B", "C5": None}
    assert [(d["grade"], d["customers"], d["money"]) for d in told["distribution"]] == [
        ("A", 2, "7234.56"), ("B", 2, "1006.99"), (None, 1, "0.00"),
    ]  # fmt: skip
    assert told["ungraded"] == {"none_bought": 1} and told["rejected"] == 1
    assert all(Path(file).is_file() for file in told["files"])


def test_the_terminal_shows_grades_money_rejects_and_where_the_files_are(fenji: Fenji, company: Path) -> None:
    said = grade(fenji, company)
    assert said.code == 0
    for text in ("重点客户", "7,234.56", "上年没有成交", "退回", BOOK):
        assert text in said.out


def test_the_workbook_holds_every_sheet_best_customer_first(fenji: Fenji, company: Path) -> None:
    grade(fenji, company)
    book = openpyxl.load_workbook(company / "out" / BOOK)
    assert book.sheetnames == ["汇总", "名单", "依据", "未定级", "退回"]
    rows = list(book["名单"].iter_rows(values_only=True))
    assert rows[0][:4] == ("客户编号", "客户名称", "等级", "等级状态")
    assert [(r[0], r[2]) for r in rows[1:]] == [("C1", "A"), ("C2", "A"), ("C3", "B"), ("C4", "B"), ("C5", None)]
    why, way = rows[0].index("评级理由"), rows[0].index("如何升级")
    assert "6,234.56" in str(rows[1][why]) and "¥0.01" in str(rows[3][way])  # C3 has 999.99, A begins at 1,000
    sales = rows[0].index("年度销售额（元）")
    assert [r[sales] for r in rows[1:]] == [6234.56, 1000, 999.99, 7, 0]
    assert [r[:3] for r in book["未定级"].iter_rows(min_row=2, values_only=True)] == [
        ("C5", "广州没买公司", "上年没有成交")
    ]
    rejects = list(book["退回"].iter_rows(min_row=2, values_only=True))
    assert len(rejects) == 1 and rejects[0][0] == "orders.csv" and rejects[0][2] == 8


def test_no_cell_of_the_workbook_executes(fenji: Fenji, company: Path) -> None:
    grade(fenji, company)
    book = openpyxl.load_workbook(company / "out" / BOOK)
    names = {str(row[1].value): row[1] for row in book["名单"].iter_rows(min_row=2)}
    assert {"=cmd|' /C calc'!A0", "@SUM(1+1)"} <= set(names)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert names["=cmd|' /C calc'!A0"].quotePrefix


def test_a_list_beyond_a_workbook_goes_to_csv_and_the_workbook_says_so(
    fenji: Fenji, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fenji.documents.workbook.book.LARGEST", 3)
    told = json.loads(grade(fenji, company, "--json").out)
    text = (company / "out/客户名单.csv").read_bytes()
    assert str(company / "out/客户名单.csv") in told["files"]
    assert text.startswith(b"\xef\xbb\xbf") and "\"'=cmd|' /C calc'!A0\"" not in text.decode("utf-8-sig")
    assert "'=cmd|" in text.decode("utf-8-sig") and len(text.decode("utf-8-sig").strip().split("\n")) == 6
    book = openpyxl.load_workbook(company / "out" / BOOK)
    assert "名单" not in book.sheetnames
    assert any("客户名单.csv" in str(cell) for row in book["汇总"].iter_rows(values_only=True) for cell in row)


def test_a_parameter_of_one_run_moves_the_border(fenji: Fenji, company: Path) -> None:
    told = json.loads(grade(fenji, company, "--set", "a_line=2000", "--json").out)
    assert [(d["grade"], d["customers"]) for d in told["distribution"]] == [("A", 1), ("B", 3), (None, 1)]


@pytest.mark.parametrize("setting", ["a_lien=1", "a_line", "a_line=much", "a_line=2亿"])
def test_a_setting_that_does_not_fit_is_refused(fenji: Fenji, company: Path, setting: str) -> None:
    said = grade(fenji, company, "--set", setting)
    assert said.code == 2 and "a_lin" in said.err


def test_strict_ends_with_1_when_a_row_was_rejected(fenji: Fenji, company: Path) -> None:
    assert grade(fenji, company, "--strict").code == 1


def test_a_wrong_call_ends_with_2(fenji: Fenji, company: Path) -> None:
    base = ("grade", company / "by-sales.yaml", "--out", company / "out")
    assert fenji(*base, "--facts", company / "nowhere", "--as-of", "2026-01-31").code == 2
    assert fenji(*base, "--facts", company / "facts", "--as-of", "31.1.2026").code == 2
    assert (
        fenji("grade", "nothing", "--facts", company / "facts", "--as-of", "2026-01-31", "--out", company / "o").code
        == 2
    )


@pytest.mark.parametrize("more", [("--engine", "excel"), ("--memory-limit", "much"), ("--previous", "{facts}")])
def test_what_cannot_work_is_told_before_anything_is_written(
    fenji: Fenji, company: Path, more: tuple[str, str]
) -> None:
    said = grade(fenji, company, *(part.format(facts=company / "facts") for part in more))
    assert said.code in (2, 3) and said.err and not (company / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 500, b"customer_id,name\n", b"a,b\n1,2\n"])
def test_a_hopeless_export_is_told_and_never_a_traceback(fenji: Fenji, company: Path, content: bytes) -> None:
    for file in (company / "facts").iterdir():
        file.write_bytes(content)
    said = grade(fenji, company)
    assert said.code == 3 and said.err


def test_lacking_facts_end_with_3_and_say_how_to_go_on(fenji: Fenji, company: Path) -> None:
    path = company / "by-sales.yaml"
    text = path.read_text(encoding="utf-8").replace("sum: amount", "sum: profit")
    path.write_text(text, encoding="utf-8")
    said = grade(fenji, company)
    assert said.code == 3 and "--absent orders.profit" in said.err
    assert grade(fenji, company, "--absent", "orders.profit").code == 0
    assert grade(fenji, company, "--absent", "orders.profti").code == 2


def test_a_window_that_the_facts_do_not_cover_ends_with_3(fenji: Fenji, company: Path) -> None:
    orders = company / "facts/orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8").replace("2024-03-01", "2025-03-05"), encoding="utf-8")
    said = grade(fenji, company)
    assert said.code == 3 and "--covers-from" in said.err
    assert grade(fenji, company, "--covers-from", "2025-01-01").code == 0


def test_covers_from_holds_for_a_store_too(fenji: Fenji, company: Path) -> None:
    orders = company / "facts/orders.csv"
    orders.write_text(orders.read_text(encoding="utf-8").replace("2024-03-01", "2025-03-05"), encoding="utf-8")
    assert fenji("import", company / "facts", "--into", company / "store").code == 0
    base = (
        "grade",
        company / "by-sales.yaml",
        "--facts",
        company / "store",
        "--as-of",
        "2026-01-31",
        "--out",
        company / "o",
    )
    assert fenji(*base).code == 3
    assert fenji(*base, "--covers-from", "2025-01-01").code == 0


def test_a_defect_is_written_to_a_log_file_and_ends_with_4(
    fenji: Fenji, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("FENJI_LOG_DIR", str(company))
    monkeypatch.setattr("fenji.cli.grade.graded", broken)
    said = grade(fenji, company)
    (log,) = company.glob("fenji-*.log")
    assert said.code == 4 and str(log) in said.err
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_english_speaks_english_throughout(fenji: Fenji, company: Path) -> None:
    said = fenji("--lang", "en", *("grade", company / "by-sales.yaml", "--facts", company / "facts"),
                 *("--as-of", "2026-01-31", "--out", company / "out"))  # fmt: skip
    assert "Key customer" in said.out and "Nothing bought last year" in said.out
    assert openpyxl.load_workbook(company / "out" / BOOK).sheetnames == [
        "Summary",
        "List",
        "Basis",
        "Ungraded",
        "Rejects",
    ]
