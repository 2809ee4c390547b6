"""Mapping files: proposed, saved, edited, used again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from fenji.facts.errors import FactsError
from fenji.facts.mapping import load_mapping, save_mapping
from fenji.facts.open import open_facts


def stored(files: tuple[str, ...], columns: str) -> list[tuple[object, ...]]:
    return duckdb.sql(
        f"SELECT {columns} FROM read_parquet({list(files)!r}, union_by_name = true) ORDER BY ALL"
    ).fetchall()


def test_what_an_import_used_can_be_saved_and_gives_the_same_facts_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    text = "单据编号,客户名称,日期,价税合计(万元),单据状态,门店\n"
    text += "S1,甲,5/1/2026,1.5,已审核,东门\nS2,乙,13/1/2026,2,已取消,西门\n"
    (tmp_path / "in" / "销售出库单.csv").write_text(text, encoding="gb18030")
    first, report = open_facts(tmp_path / "in")
    save_mapping(report.mapping, tmp_path / "mapping.yaml")
    again, report_again = open_facts(tmp_path / "in", mapping=tmp_path / "mapping.yaml")
    columns = "order_id, customer_id, ordered_on, amount, status, 门店"
    assert stored(first.files["orders"], columns) == stored(again.files["orders"], columns)
    assert stored(again.files["orders"], "ordered_on, amount") == [
        (dt.date(2026, 1, 5), Decimal("15000.00")),
        (dt.date(2026, 1, 13), Decimal("20000.00")),
    ]
    assert report.mapping == report_again.mapping


def test_a_mapping_names_columns_values_units_constants_and_further_columns(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c,d,e\n1,7,2026-01-05,3,quick\n2,8,2026-01-06,4,slow\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(
        """mapping: 1
files:
  - file: "x*.csv"
    table: orders
    columns:
      order_id: a
      customer_id: b
      ordered_on: c
      amount: {from: d, unit: 万元}
      status: {from: e, values: {quick: completed, slow: cancelled}}
    constants: {channel: 电话}
    extra:
      speed: {from: e, type: text}
""",
        encoding="utf-8",
    )
    tables, _report = open_facts(tmp_path / "x.csv", mapping=tmp_path / "mapping.yaml")
    assert stored(tables.files["orders"], "order_id, amount, status, channel, speed") == [
        ("1", Decimal("30000.00"), "completed", "电话", "quick"),
        ("2", Decimal("40000.00"), "cancelled", "电话", "slow"),
    ]


def test_rows_without_any_number_can_be_numbered(tmp_path: Path) -> None:
    (tmp_path / "credit.csv").write_text("age,job\n30,a\n40,b\n", encoding="utf-8")
    text = "mapping: 1\nfiles:\n  - {file: '*', table: customers, columns: {customer_id: '#row', age: age}}\n"
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    tables, _report = open_facts(tmp_path / "credit.csv", mapping=tmp_path / "mapping.yaml")
    assert stored(tables.files["customers"], "customer_id, age, status") == [("2", 30, "active"), ("3", 40, "active")]


def test_columns_of_a_file_without_headers_are_named_by_position(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text(
        " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n", encoding="utf-8"
    )
    columns = "{customer_id: column 1, ordered_on: column 3, quantity: column 4, amount: column 5}"
    (tmp_path / "mapping.yaml").write_text(f"files: [{{table: orders, columns: {columns}}}]\n", encoding="utf-8")
    tables, report = open_facts(tmp_path / "s.txt", mapping=tmp_path / "mapping.yaml")
    assert stored(tables.files["orders"], "customer_id, ordered_on, amount") == [
        ("00004", dt.date(1997, 1, 1), Decimal("29.33")),
        ("00004", dt.date(1997, 1, 18), Decimal("29.73")),
    ]
    assert report.rejected == 0


def test_a_sheet_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "customers.csv").write_text("customer id,name\nC1,a\n", encoding="utf-8")
    (tmp_path / "in" / "orders.csv").write_text(
        "order id,customer id,date,amount\nO1,C1,2026-01-05,1\n", encoding="utf-8"
    )
    (tmp_path / "mapping.yaml").write_text("files: [{file: orders.csv, table: null}]\n", encoding="utf-8")
    tables, _report = open_facts(tmp_path / "in", mapping=tmp_path / "mapping.yaml")
    assert set(tables.files) == {"customers"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1",
        "files: 3",
        "files: [{tabel: orders}]",
        "files: [{table: ordres}]",
        "files: [{table: orders, columns: {amuont: x}}]",
        "files: [{table: receivables, columns: {days_overdue: x}}]",
        "files: [{table: orders, columns: {amount: {unit: 10}}}]",
        "files: [{table: orders, columns: {amount: {from: x, unit: 打}}}]",
        "files: [{table: orders, columns: {amount: {from: x, date: ydm}}}]",
        "files: [{table: orders, columns: [amount]}]",
        "files: [{table: orders, extra: {x: {from: x, type: float}}}]",
        "files: [&a {table: orders}, *a]",
    ],
)
def test_a_wrong_mapping_says_where_what_and_how_to_mend_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError) as error:
        load_mapping(tmp_path / "mapping.yaml")
    assert error.value.where == "mapping.yaml" and error.value.what and error.value.mend


def test_a_mapping_that_names_a_missing_header_says_which(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,2026-01-05\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text("files: [{table: orders, columns: {order_id: z}}]\n", encoding="utf-8")
    with pytest.raises(FactsError, match="z"):
        open_facts(tmp_path / "x.csv", mapping=tmp_path / "mapping.yaml")


def test_a_constant_that_does_not_fit_its_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b,c\n1,2,2026-01-05\n", encoding="utf-8")
    columns = "{order_id: a, customer_id: b, ordered_on: c}"
    text = f"files: [{{table: orders, columns: {columns}, constants: {{amount: much}}}}]\n"
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError, match="amount"):
        open_facts(tmp_path / "x.csv", mapping=tmp_path / "mapping.yaml")
