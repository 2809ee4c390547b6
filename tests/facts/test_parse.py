"""Cells as people write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from fenji.engine.contract import ColumnType
from fenji.facts.parse import CellStyle, parse_cell

PLAIN = CellStyle()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("￥1,234.50", "1234.50"),
        ("¥ 1,234.50", "1234.50"),
        ("１２３４．５", "1234.50"),
        ("12万", "120000.00"),
        ("1.2亿元", "120000000.00"),
        ("3,500万元", "35000000.00"),
        ("(1,000.00)", "-1000.00"),
        ("（1,000）", "-1000.00"),
        ("1,234.50-", "-1234.50"),
        ("-￥88", "-88.00"),
        ("RMB 1,000", "1000.00"),
        ("1000元", "1000.00"),
        ("1e3", "1000.00"),
        ("12,34,567.10", "1234567.10"),
        ("三万五千", "35000.00"),
        ("一百二十", "120.00"),
        ("十五", "15.00"),
        ("2.345", "2.35"),
        ("-2.345", "-2.35"),
        ("5 000", "5000.00"),
        ("15%", "0.15"),
    ],
)
def test_amounts_are_read_as_they_are_written(text: str, value: str) -> None:
    assert parse_cell(text, ColumnType.MONEY, PLAIN) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1e308", "number_range"),
        ("NaN", "bad_number"),
        ("inf", "bad_number"),
        ("1000万以上", "bad_number"),
        ("150-500人", "bad_number"),
        ("1,23", "1.23-comma"),
        ("=1+1", "bad_number"),
        ("--5", "bad_number"),
    ],
)
def test_what_is_no_amount_says_why(text: str, code: str) -> None:
    if code == "1.23-comma":
        assert parse_cell(text, ColumnType.MONEY, CellStyle(decimal_comma=True)) == Decimal("1.23")
    else:
        assert parse_cell(text, ColumnType.MONEY, PLAIN) == code


def test_a_decimal_comma_is_read_only_where_the_column_writes_one() -> None:
    assert parse_cell("1.234,50", ColumnType.MONEY, CellStyle(decimal_comma=True)) == Decimal("1234.50")
    assert parse_cell("81,204", ColumnType.MONEY, PLAIN) == Decimal("81204.00")


def test_the_unit_of_the_header_multiplies() -> None:
    assert parse_cell("12.5", ColumnType.MONEY, CellStyle(unit=10000)) == Decimal("125000.00")


@pytest.mark.parametrize(
    "text",
    [
        "2026/1/5",
        "2026-01-05",
        "2026.1.5",
        "2026年1月5日",
        "２０２６年１月５日",
        "20260105",
        "2026/1/5 14:03",
        "2026-01-05T14:03:00Z",
        "2026/1/5 下午 2:03:00",
        "2026年1月5日 星期一",
        "5-Jan-2026",
        "Jan 5, 2026",
        "二〇二六年一月五日",
        "46027",
        "46027.58",
        "20260105143000",
    ],
)
def test_dates_are_read_as_they_are_written(text: str) -> None:
    assert parse_cell(text, ColumnType.DATE, PLAIN) == dt.date(2026, 1, 5)


def test_day_and_month_follow_the_column_and_are_never_swapped_for_one_cell() -> None:
    assert parse_cell("5/1/2026", ColumnType.DATE, CellStyle(order="dmy")) == dt.date(2026, 1, 5)
    assert parse_cell("1/5/26", ColumnType.DATE, CellStyle(order="mdy")) == dt.date(2026, 1, 5)
    assert parse_cell("13/1/2026", ColumnType.DATE, CellStyle(order="mdy")) == "bad_date"


def test_day_numbers_of_1904_workbooks_start_in_1904() -> None:
    assert parse_cell("44565", ColumnType.DATE, CellStyle(date_1904=True)) == dt.date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2014/2/29", "bad_date"),
        ("1899-12-31", "date_range"),
        ("9999-12-31", "date_range"),
        ("2026-13-01", "bad_date"),
        ("soon", "bad_date"),
        ("2026年1月", "bad_date"),
    ],
)
def test_what_is_no_date_says_why(text: str, code: str) -> None:
    assert parse_cell(text, ColumnType.DATE, PLAIN) == code


def test_a_month_stands_for_its_first_day_where_periods_are_meant() -> None:
    assert parse_cell("2026年3月", ColumnType.DATE, CellStyle(period=True)) == dt.date(2026, 3, 1)
    assert parse_cell("2026", ColumnType.DATE, CellStyle(period=True)) == dt.date(2026, 1, 1)


def test_whole_numbers_stay_whole() -> None:
    assert parse_cell("6.0", ColumnType.INTEGER, PLAIN) == 6
    assert parse_cell("1.5", ColumnType.INTEGER, PLAIN) == "bad_integer"
