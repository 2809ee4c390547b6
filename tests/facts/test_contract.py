"""The facts contract is whole, typed and covers what regulations name."""

from __future__ import annotations

from fenji.engine.contract import ColumnType
from fenji.facts.contract import adding_columns, arrow_schema, load_contract


def test_every_table_has_its_key_owner_and_date_among_its_columns() -> None:
    for table in load_contract().tables.values():
        named = {*table.key, table.owner, *([table.date] if table.date else [])}
        assert named <= set(table.columns), table.name


def test_dates_and_only_dates_say_whether_they_happened_or_were_planned() -> None:
    for table in load_contract().tables.values():
        for column in table.columns.values():
            assert (column.moment is not None) == (column.type is ColumnType.DATE), (table.name, column.name)


def test_every_table_and_column_has_a_chinese_and_an_english_title() -> None:
    for table in load_contract().tables.values():
        assert table.title["zh"] and table.title["en"]
        for column in table.columns.values():
            assert column.title["zh"] and column.title["en"]


def test_derived_columns_are_not_stored() -> None:
    stored = arrow_schema(load_contract().tables["receivables"]).names
    assert "days_overdue" not in stored and "due_on" in stored


def test_order_lines_add_up_money_and_quantity_but_not_prices() -> None:
    assert {"amount", "quantity"} <= adding_columns("orders")
    assert "unit_price" not in adding_columns("orders")
    assert not adding_columns("customers")
