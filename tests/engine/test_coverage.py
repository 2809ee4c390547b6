"""A window that the facts do not cover stops the run and says which."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fenji.engine.contract import FactTables
from fenji.engine.plan import PlanError
from fenji.engine.run import grade
from tests.engine.comparing import tables_of
from tests.library import files

DAY = dt.date(2026, 12, 31)
YEAR = dt.date(2026, 1, 1)
"""s13 sums the twelve months up to the day: its window starts here."""


def facts(folder: Path, first: dt.date, since: dt.date | None = None) -> FactTables:
    rows: dict[str, list[dict[str, Any]]] = {
        "customers": [{"customer_id": "c1", "status": "active", "since": since}],
        "orders": [{"order_id": "1", "customer_id": "c1", "ordered_on": first, "amount": 5, "status": "completed"}],
    }
    return replace(tables_of(files.view("s13-abc"), rows, folder / "facts"), covers_from={})


def run(tables: FactTables, folder: Path) -> int:
    return grade(files.view("s13-abc"), tables, DAY, folder / "run").manifest.customers


def test_facts_from_the_first_day_of_the_window_are_enough(tmp_path: Path) -> None:
    assert run(facts(tmp_path, YEAR), tmp_path) == 1


def test_facts_that_begin_a_day_later_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        run(facts(tmp_path, YEAR + dt.timedelta(days=1)), tmp_path)
    message = caught.value.messages[0]
    assert message.values["table"] == "orders"
    assert message.values["start"] == YEAR
    assert message.values["first"] == YEAR + dt.timedelta(days=1)
    assert not (tmp_path / "run").exists()


def test_somebody_may_say_that_nothing_is_missing(tmp_path: Path) -> None:
    said = replace(facts(tmp_path, YEAR + dt.timedelta(days=90)), covers_from={"orders": YEAR})
    assert run(said, tmp_path) == 1


def test_what_somebody_said_also_stops_a_run(tmp_path: Path) -> None:
    said = replace(facts(tmp_path, YEAR), covers_from={"orders": YEAR + dt.timedelta(days=1)})
    with pytest.raises(PlanError):
        run(said, tmp_path)


def test_customers_who_all_came_later_need_no_earlier_facts(tmp_path: Path) -> None:
    first = YEAR + dt.timedelta(days=60)
    assert run(facts(tmp_path, first, since=first), tmp_path) == 1


def test_a_customer_who_came_before_the_first_day_stops_the_run(tmp_path: Path) -> None:
    first = YEAR + dt.timedelta(days=60)
    with pytest.raises(PlanError):
        run(facts(tmp_path, first, since=first - dt.timedelta(days=1)), tmp_path)


def test_an_empty_table_is_covered(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"customers": [{"customer_id": "c1", "status": "active"}], "orders": []}
    tables = replace(tables_of(files.view("s13-abc"), rows, tmp_path / "facts"), covers_from={})
    assert run(tables, tmp_path) == 1


def test_a_table_that_is_not_there_is_named_with_the_columns_it_should_have(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"customers": [{"customer_id": "c1", "status": "active"}]}
    tables = tables_of(files.view("s13-abc"), rows, tmp_path / "facts")
    with pytest.raises(PlanError) as caught:
        run(tables, tmp_path)
    assert caught.value.messages[0].values["table"] == "orders"
    assert "amount" in str(caught.value.messages[0].values["columns"])
