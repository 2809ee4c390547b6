"""Judgements by workbook: written for a role, filled by people, brought back with judge and date."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from fenji.facts.store import FactStore
from tests.cli.conftest import Said

Fenji = Callable[..., Said]


@pytest.fixture
def store(fenji: Fenji, company: Path) -> Path:
    assert fenji("import", company / "facts", "--into", company / "store").code == 0
    return company / "store"


def written(fenji: Fenji, company: Path, store: Path, *more: object) -> Path:
    said = fenji("judgements", "sheet", company / "by-sales.yaml", "--by", "finance", "--facts", store,
                 "--as-of", "2026-01-31", "--out", company / "finance.xlsx", *more)  # fmt: skip
    assert said.code == 0, said.err
    return company / "finance.xlsx"


def fill(path: Path, answers: dict[str, str | None], change: Callable[[Any], None] = lambda sheet: None) -> None:
    """Answers as a person would, saved by another program than the one that wrote the file."""
    book = openpyxl.load_workbook(path)
    sheet = book["评价"]
    headers = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if str(row[0].value) in answers:
            row[headers.index("资信度")].value = answers[str(row[0].value)]
    change(sheet)
    book.save(path)


def bring(fenji: Fenji, path: Path, store: Path) -> dict[str, Any]:
    return dict(json.loads(fenji("import", path, "--into", store, "--json").out))


def judged(store: Path) -> list[tuple[Any, ...]]:
    files = list(FactStore(store).tables().files["judgements"])
    rows = duckdb.read_parquet(files, union_by_name=True)
    rows = rows.select("customer_id, matter, value, judged_on::VARCHAR, judge, role, regulation")
    return sorted(rows.fetchall())


def test_the_sheet_has_a_row_a_customer_evidence_and_drop_downs(fenji: Fenji, company: Path, store: Path) -> None:
    book = openpyxl.load_workbook(written(fenji, company, store, "--judge", "王会计"))
    rows = list(book["评价"].iter_rows(values_only=True))
    assert rows[0][-4:] == ("资信度", "评价日期", "评价人", "评价说明")
    evidence = rows[0].index("年度销售额（元）")
    assert {r[0]: r[evidence] for r in rows[1:]} == {"C1": 6234.56, "C2": 1000, "C3": 999.99, "C4": 7, "C5": 0}
    assert all(r[-2] == "王会计" and r[-3].date().isoformat() == "2026-01-31" and r[-4] is None for r in rows[1:])
    assert [v.formula1 for v in book["评价"].data_validations.dataValidation if v.type == "list"] == ['"差,好"']
    assert book["fenji.judgements"].sheet_state == "hidden"


def test_answers_come_back_as_judgements_and_move_the_grade(fenji: Fenji, company: Path, store: Path) -> None:
    path = written(fenji, company, store, "--judge", "王会计")
    fill(path, {"C1": "差", "C3": "好"})
    report = bring(fenji, path, store)
    assert report["rejected"] == 0 and {t["table"]: t["added"] for t in report["tables"]} == {"judgements": 2}
    assert judged(store) == [
        ("C1", "credit", "差", "2026-01-31", "王会计", "finance", "by-sales"),
        ("C3", "credit", "好", "2026-01-31", "王会计", "finance", "by-sales"),
    ]
    told = json.loads(fenji("grade", company / "by-sales.yaml", "--facts", store, "--as-of", "2026-01-31",
                            "--out", company / "out", "--json").out)  # fmt: skip
    assert [(d["grade"], d["customers"]) for d in told["distribution"]] == [("A", 1), ("B", 3), (None, 1)]


def test_the_same_workbook_twice_changes_nothing(fenji: Fenji, company: Path, store: Path) -> None:
    path = written(fenji, company, store, "--judge", "王会计")
    fill(path, {"C1": "差"})
    bring(fenji, path, store)
    again = bring(fenji, path, store)
    assert again["rejected"] == 0 and [(t["added"], t["changed"]) for t in again["tables"]] == [(0, 0)]


def rejected(report: dict[str, Any]) -> list[tuple[int, str]]:
    return [(r["row"], r["code"]) for sheet in report["sheets"] for r in sheet["rejects"]]


def test_another_answer_on_the_same_day_is_rejected(fenji: Fenji, company: Path, store: Path) -> None:
    path = written(fenji, company, store, "--judge", "王会计")
    fill(path, {"C1": "差", "C2": "好"})
    bring(fenji, path, store)
    fill(path, {"C1": "好", "C4": "好"})
    assert rejected(bring(fenji, path, store)) == [(2, "judged_already")]
    assert [row[2] for row in judged(store) if row[0] == "C1"] == ["差"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: s.cell(2, 6, "极好"), [(2, "unknown_answer")]),
        (lambda s: s.cell(3, 1, "C99"), [(3, "unknown_customer")]),
        (lambda s: s.cell(2, 8).__setattr__("value", None), [(2, "no_judge")]),
        (lambda s: s.cell(2, 7, "去年冬天"), [(2, "bad_date")]),
        (lambda s: s.append(["C1", "x", "A", "", 1, "差", "2026-01-31", "王会计", ""]), [(7, "judged_already")]),
        (lambda s: s.append(["C1", "x", "A", "", 1, "好", "2026-01-31", "王会计", ""]), []),
    ],
)
def test_what_cannot_be_taken_is_rejected_with_its_row(
    fenji: Fenji, company: Path, store: Path, change: Callable[[Any], None], expected: list[tuple[int, str]]
) -> None:
    path = written(fenji, company, store, "--judge", "王会计")
    fill(path, {"C1": "好", "C2": "好"}, change)
    assert rejected(bring(fenji, path, store)) == expected


def test_a_role_that_judges_nothing_is_told_who_does(fenji: Fenji, company: Path, store: Path) -> None:
    said = fenji("judgements", "sheet", company / "by-sales.yaml", "--by", "sales", "--facts", store,
                 "--as-of", "2026-01-31", "--out", company / "x.xlsx")  # fmt: skip
    assert said.code == 2 and "finance" in said.err and not (company / "x.xlsx").exists()
