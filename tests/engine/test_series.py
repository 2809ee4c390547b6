"""Movement on a series of dates: what the margin, the holding time, the tenure and the deadlines do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenji.engine.check import check_text
from fenji.engine.contract import FactTables
from fenji.engine.deadlines import WorkingDays, deadline
from fenji.engine.plan import PlanError
from fenji.engine.plan.windows import add_months
from fenji.engine.series import Moved, Series, run_series, schedule
from fenji.engine.view import View
from fenji.facts.contract import load_contract

REGULATION = """\
regulation: moving
title: {{zh: 升降级, en: Moving}}
in_force: {{from: 2020-01-01}}
indicators:
  sales: {{unit: CNY, measure: {{from: orders, sum: amount, over: {{calendar_month: last_full}}}}, missing: 0}}
  problem_on: {{measure: {{from: events, max: happened_on, over: all}}}}
grades: [{{code: A, rank: 1}}, {{code: B, rank: 2}}, {{code: C, rank: 3}}]
grading:
  - bands: {{id: by_sales, of: sales, into: {{A: ">= 1000", B: "500 ..< 1000", C: "< 500"}}}}
movement: {movement}
"""
START = dt.date(2025, 1, 31)


def month_end(first: dt.date, count: int) -> dt.date:
    """The last day of the month so many months on."""
    return add_months(first.replace(day=1), count + 1) - dt.timedelta(days=1)


def view_of(movement: str) -> View:
    return check_text(REGULATION.format(movement=movement), "moving.yaml", load_contract()).required()


def facts_of(folder: Path, sales: Sequence[int], events: Sequence[dt.date] = ()) -> FactTables:
    """One customer who sells so much in each month from January 2025 on."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = [
        {"customer_id": "c", "ordered_on": month_end(START, i), "amount": Decimal(amount)}
        for i, amount in enumerate(sales)
    ]
    tables = {
        "customers": pa.table({"customer_id": ["c"]}),
        "orders": pa.Table.from_pylist(
            orders,
            schema=pa.schema(
                [("customer_id", pa.string()), ("ordered_on", pa.date32()), ("amount", pa.decimal128(18, 2))]
            ),
        ),
        "events": pa.Table.from_pylist(
            [{"customer_id": "c", "happened_on": day} for day in events],
            schema=pa.schema([("customer_id", pa.string()), ("happened_on", pa.date32())]),
        ),
    }
    files = {}
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
        files[name] = (str(folder / f"{name}.parquet"),)
    return FactTables(files, covers_from={"orders": dt.date(2020, 1, 1)})


def series_of(folder: Path, movement: str, sales: Sequence[int], events: Sequence[dt.date] = ()) -> Series:
    dates = [month_end(START, i) for i in range(len(sales))]
    return run_series(view_of(movement), facts_of(folder / "facts", sales, events), dates, folder / "runs")


def codes(series: Series) -> list[str]:
    """The grade in force after each round."""
    return [next(iter(r.grades)) for r in series.rounds]


def test_without_movement_the_grade_follows_the_figure(tmp_path: Path) -> None:
    series = series_of(tmp_path, "{rise: {at_most: 9}}", [1000, 990, 1000, 400])
    assert codes(series) == ["A", "B", "A", "C"]
    assert series.flaps == {"c": 1}


def test_a_margin_keeps_the_grade_while_the_figure_stays_within_it(tmp_path: Path) -> None:
    series = series_of(tmp_path, "{margin: 5%}", [1000, 950, 960, 949, 1000])
    assert codes(series) == ["A", "A", "A", "B", "A"]
    assert [r.held for r in series.rounds] == [0, 1, 1, 0, 0]


def test_a_fall_goes_at_most_so_many_ranks(tmp_path: Path) -> None:
    series = series_of(tmp_path, "{fall: {at_most: 1}}", [1000, 0, 0])
    assert codes(series) == ["A", "B", "C"]
    assert [r.limited for r in series.rounds] == [0, 1, 0]


def test_a_fall_waits_for_the_holding_time_and_a_rise_for_its_own(tmp_path: Path) -> None:
    movement = "{fall: {not_before: {months: 2}}, rise: {not_before: {months: 3}}}"
    series = series_of(tmp_path, movement, [1000, 500, 500, 1000, 1000, 1000, 1000])
    assert codes(series) == ["A", "A", "B", "B", "B", "A", "A"]


def test_a_renewal_restarts_the_tenure_but_not_the_holding_time(tmp_path: Path) -> None:
    movement = "{tenure: {ends: {months: 2}, then: computed}, fall: {not_before: {months: 3}}}"
    series = series_of(tmp_path, movement, [1000, 1000, 1000, 500, 500])
    assert codes(series) == ["A", "A", "A", "B", "B"]


def test_a_grade_whose_time_is_over_becomes_what_the_tenure_says(tmp_path: Path) -> None:
    movement = "{tenure: {for: {grade: A}, ends: {months: 3}, then: B}}"
    series = series_of(tmp_path, movement, [1000] * 4)
    assert codes(series) == ["A", "A", "A", "B"]


def test_a_named_move_carries_its_decider_and_its_deadline_from_the_recorded_day(tmp_path: Path) -> None:
    movement = (
        "{moves: [{from: A, to: [B, C], within: {working_days: 5}, counted_from: problem_on, decided_by: sales}], "
        "rise: {at_most: 9}}"
    )
    series = series_of(tmp_path, movement, [1000, 500], [dt.date(2025, 2, 5)])
    assert series.moves[-1] == Moved("c", dt.date(2025, 2, 28), "A", "B", dt.date(2025, 2, 11), "sales")


def test_the_second_run_of_a_series_ends_in_the_same_digests(tmp_path: Path) -> None:
    movement = "{margin: 5%, fall: {at_most: 1}}"
    first = series_of(tmp_path / "a", movement, [1000, 900, 100, 1000])
    second = series_of(tmp_path / "b", movement, [1000, 900, 100, 1000])
    assert [r.digest for r in first.rounds] == [r.digest for r in second.rounds]


def crossings(sales: Sequence[int], border: Decimal, eased: Decimal) -> int:
    """How often a figure that started at or above a border falls below its eased form, or comes back over it."""
    above, count = None, 0
    for amount in sales:
        now = amount >= border if not above else amount >= eased
        count += above is not None and now != above
        above = now
    return count


@settings(max_examples=12)
@given(st.lists(st.integers(480, 1100), min_size=2, max_size=7), st.sampled_from([2, 5, 10]))
def test_moves_with_a_margin_are_the_crossings_of_the_eased_borders(
    tmp_path_factory: pytest.TempPathFactory, sales: list[int], percent: int
) -> None:
    folder = tmp_path_factory.mktemp("margin")
    series = series_of(folder, f"{{margin: {percent}%}}", sales)
    share = 1 - Decimal(percent) / 100
    bound = crossings(sales, Decimal(1000), 1000 * share) + crossings(sales, Decimal(500), 500 * share)
    assert len(series.moves) - 1 <= bound


def test_monthly_dates_keep_the_last_day_of_the_month() -> None:
    days = list(schedule(START, dt.date(2025, 4, 30), month_end))
    assert days == [dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2025, 3, 31), dt.date(2025, 4, 30)]


def test_working_days_leave_out_the_public_holidays_and_count_the_made_up_ones() -> None:
    days = WorkingDays()
    assert days.after(dt.date(2025, 9, 30), 1) == dt.date(2025, 10, 9)
    assert days.is_worked(dt.date(2025, 9, 28))


def test_the_companys_own_days_come_before_the_public_ones() -> None:
    own = WorkingDays({dt.date(2025, 10, 1): True, dt.date(2025, 10, 9): False})
    assert own.after(dt.date(2025, 9, 30), 1) == dt.date(2025, 10, 1)
    assert own.after(dt.date(2025, 10, 1), 1) == dt.date(2025, 10, 10)


def test_a_year_whose_holidays_are_not_known_asks_for_a_calendar_file() -> None:
    with pytest.raises(PlanError):
        WorkingDays().after(dt.date(2090, 1, 1), 1)


@pytest.mark.parametrize(
    ("unit", "length", "day"),
    [("days", 5, dt.date(2025, 2, 4)), ("months", 1, dt.date(2025, 2, 28)), ("hours", 24, dt.date(2025, 1, 31)),
     ("working_days", 3, dt.date(2025, 2, 7)), ("years", 1, dt.date(2026, 1, 30))],
)  # fmt: skip
def test_a_deadline_is_the_last_day_of_its_period(unit: str, length: int, day: dt.date) -> None:
    assert deadline(dt.date(2025, 1, 30), unit, length, WorkingDays()) == day
