"""What comes before and after grading: ``import``, ``explain``, ``schema``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.cli.conftest import Said

Fenji = Callable[..., Said]


def graded(fenji: Fenji, company: Path, facts: Path | None = None) -> Path:
    said = fenji("grade", company / "by-sales.yaml", "--facts", facts or company / "facts", "--as-of", "2026-01-31",
                 "--out", company / "out", "--quiet")  # fmt: skip
    assert said.code == 0, said.err
    return company / "out"


def test_an_explanation_names_customer_grade_and_figures_in_both_languages(fenji: Fenji, company: Path) -> None:
    out = graded(fenji, company)
    chinese = fenji("explain", out, "C1").out
    english = fenji("explain", out, "C1", "--lang", "en").out
    assert "¥0.01" in fenji("explain", out, "C3").out
    assert "北京云图科技有限公司" in chinese and "6,234.56" in chinese and "年度销售额" in chinese
    assert "Key customer" in english and "6,234.56" in english and "Annual sales" in english


def test_explanations_for_machines_carry_sentences_and_details(fenji: Fenji, company: Path) -> None:
    found = json.loads(fenji("explain", graded(fenji, company), "C5", "C3", "--json").out)
    assert [(e["customer_id"], e["grade"], e["standing"]) for e in found] == [
        ("C5", None, "ungraded"),
        ("C3", "B", "computed"),
    ]
    assert all(e["sentences"] and e["details"] for e in found)


def test_an_unknown_customer_or_a_folder_without_a_run_is_told(fenji: Fenji, company: Path) -> None:
    assert fenji("explain", graded(fenji, company), "C77").code == 2
    assert fenji("explain", company, "C1").code == 3


def test_a_regulation_changed_after_its_run_explains_nothing(fenji: Fenji, company: Path) -> None:
    out = graded(fenji, company)
    kept = out / "regulation/by-sales.yaml"
    kept.write_text(kept.read_text(encoding="utf-8").replace("1000}", "2000}"), encoding="utf-8")
    said = fenji("explain", out, "C1")
    assert said.code == 2 and "by-sales.yaml" in said.err


def test_an_import_into_a_store_grades_as_the_files_do(fenji: Fenji, company: Path) -> None:
    store = company / "store"
    first = json.loads(fenji("import", company / "facts", "--into", store, "--json").out)
    again = json.loads(fenji("import", company / "facts", "--into", store, "--json").out)
    assert first["rejected"] == 1 and Path(first["rejects_file"]).is_file()
    assert {t["table"]: (t["added"], t["changed"]) for t in again["tables"]} == {"customers": (0, 0), "orders": (0, 0)}
    out = graded(fenji, company, store)
    found = (
        duckdb.read_parquet(str(out / "grades.parquet")).select("customer_id, grade").order("customer_id").fetchall()
    )
    assert found == [("C1", "A"), ("C2", "A"), ("C3", "B"), ("C4", "B"), ("C5", None)]


def test_a_saved_mapping_is_used_again(fenji: Fenji, company: Path) -> None:
    mapping = company / "mapping.yaml"
    fenji("import", company / "facts", "--into", company / "one", "--save-mapping", mapping)
    said = fenji("import", company / "facts", "--into", company / "two", "--mapping", mapping)
    assert said.code == 0 and "orders.csv" in said.out
    assert fenji("import", company / "facts", "--into", company / "three", "--strict").code == 1


def test_the_schema_is_printed_or_written(fenji: Fenji, tmp_path: Path) -> None:
    printed = json.loads(fenji("schema").out)
    assert fenji("schema", "--out", tmp_path / "a/schema.json").code == 0
    assert json.loads((tmp_path / "a/schema.json").read_text(encoding="utf-8")) == printed
    assert "regulation" in printed["properties"]
