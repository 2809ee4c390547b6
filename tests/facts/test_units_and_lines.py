"""A cell's own unit counts instead of its column's; equal order lines are lines, repeated whole orders are one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fenji.facts.open import open_facts


def amounts(folder: Path, text: str) -> dict[str, Decimal | None]:
    """The amount of each order of one file."""
    folder.mkdir()
    (folder / "\u8ba2\u5355.csv").write_text(text, encoding="utf-8")
    tables, _ = open_facts(folder)
    [path] = tables.files["orders"]
    rows = pq.read_table(path).select(["order_id", "amount"]).to_pylist()
    return {row["order_id"]: row["amount"] for row in rows}


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12.5", "125000"),
        ("12.5万", "125000"),
        ("125000元", "125000"),
        ("1亿", "100000000"),
        ("￥125,000.00元", "125000"),
    ],
)
def test_the_unit_of_a_cell_counts_instead_of_the_unit_of_its_column(tmp_path: Path, cell: str, amount: str) -> None:
    text = f'订单号,客户编号,下单日期,金额（万元）\n1,K1,2026-01-05,"{cell}"\n2,K2,2026-01-06,1\n'
    assert amounts(tmp_path / "facts", text) == {"1": Decimal(amount), "2": Decimal(10000)}


def test_equal_lines_of_one_order_are_added_up_where_a_file_holds_lines(tmp_path: Path) -> None:
    text = "订单号,客户编号,下单日期,金额\n9,K2,2026-01-06,5\n9,K2,2026-01-06,5\n9,K2,2026-01-06,7\n8,K1,2026-01-06,3\n"
    assert amounts(tmp_path / "facts", text) == {"9": Decimal(17), "8": Decimal(3)}


def test_a_whole_order_that_stands_twice_is_one_order_and_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    text = "订单号,客户编号,下单日期,金额\n9,K2,2026-01-06,5\n9,K2,2026-01-06,5\n8,K1,2026-01-06,3\n"
    assert amounts(folder, text) == {"9": Decimal(5), "8": Decimal(3)}
    _, report = open_facts(folder)
    assert any("1 行与另一行各栏完全相同" in note for sheet in report.sheets for note in sheet.notes)


def test_rows_without_a_readable_amount_are_taken_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    text = "订单号,客户编号,下单日期,金额\n1,K2,2026-01-06,NaN\n2,K2,2026-01-06,\n3,K1,2026-01-06,3\n"
    assert amounts(folder, text) == {"1": None, "2": None, "3": Decimal(3)}
    _, report = open_facts(folder)
    assert any("2 行没有金额" in note for sheet in report.sheets for note in sheet.notes)
