"""Windows and months to the day: a table of every kind, then what must hold for all days."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenji.engine.plan import windows
from fenji.engine.plan.windows import Span, add_months, calendar_span, months_between, rolling
from tests.engine.oracle import calendar as oracle

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(text: str) -> Span:
    start, end = text.split(" .. ")
    return Span(day(start), day(end))


@pytest.mark.parametrize(
    ("kind", "part", "as_of", "wanted"),
    [
        ("calendar_year", "last_full", "2026-12-31", "2026-01-01 .. 2026-12-31"),
        ("calendar_year", "last_full", "2026-12-30", "2025-01-01 .. 2025-12-31"),
        ("calendar_year", "last_full", "2027-01-01", "2026-01-01 .. 2026-12-31"),
        ("calendar_year", "to_date", "2026-12-25", "2026-01-01 .. 2026-12-25"),
        ("calendar_year", "to_date", "2026-01-01", "2026-01-01 .. 2026-01-01"),
        ("calendar_quarter", "last_full", "2026-03-31", "2026-01-01 .. 2026-03-31"),
        ("calendar_quarter", "last_full", "2026-03-30", "2025-10-01 .. 2025-12-31"),
        ("calendar_quarter", "to_date", "2026-05-17", "2026-04-01 .. 2026-05-17"),
        ("calendar_month", "last_full", "2028-02-29", "2028-02-01 .. 2028-02-29"),
        ("calendar_month", "last_full", "2028-02-28", "2028-01-01 .. 2028-01-31"),
        ("calendar_month", "last_full", "2027-02-28", "2027-02-01 .. 2027-02-28"),
        ("calendar_month", "to_date", "2026-10-09", "2026-10-01 .. 2026-10-09"),
    ],
)
def test_a_calendar_window_ends_by_or_on_the_day(kind: str, part: str, as_of: str, wanted: str) -> None:
    assert calendar_span(kind, part, day(as_of)) == span(wanted)


@pytest.mark.parametrize(
    ("kind", "part", "as_of", "count", "back", "wanted"),
    [
        ("calendar_year", "last_full", "2026-12-31", 3, 0, "2024-01-01 .. 2026-12-31"),
        ("calendar_year", "last_full", "2026-12-31", 1, 1, "2025-01-01 .. 2025-12-31"),
        ("calendar_year", "last_full", "2026-12-31", 2, 1, "2023-01-01 .. 2024-12-31"),
        ("calendar_year", "to_date", "2026-12-25", 1, 1, "2025-01-01 .. 2025-12-25"),
        ("calendar_year", "to_date", "2028-02-29", 1, 1, "2027-01-01 .. 2027-02-28"),
        ("calendar_month", "last_full", "2026-06-15", 12, 0, "2025-06-01 .. 2026-05-31"),
        ("calendar_month", "last_full", "2026-06-15", 12, 1, "2024-06-01 .. 2025-05-31"),
        ("calendar_month", "to_date", "2026-03-31", 1, 1, "2026-02-01 .. 2026-02-28"),
        ("calendar_quarter", "last_full", "2026-06-30", 2, 0, "2026-01-01 .. 2026-06-30"),
        ("calendar_quarter", "last_full", "2026-06-30", 2, 1, "2025-07-01 .. 2025-12-31"),
    ],
)
def test_count_takes_units_together_and_back_moves_by_whole_windows(
    kind: str, part: str, as_of: str, count: int, back: int, wanted: str
) -> None:
    assert calendar_span(kind, part, day(as_of), count=count, back=back) == span(wanted)


@pytest.mark.parametrize(
    ("kind", "part", "as_of", "starts", "wanted"),
    [
        ("fiscal_year", "last_full", "2026-12-31", (4, 1), "2025-04-01 .. 2026-03-31"),
        ("fiscal_year", "last_full", "2026-03-31", (4, 1), "2025-04-01 .. 2026-03-31"),
        ("fiscal_year", "to_date", "2026-03-31", (4, 1), "2025-04-01 .. 2026-03-31"),
        ("fiscal_year", "to_date", "2026-04-01", (4, 1), "2026-04-01 .. 2026-04-01"),
        ("fiscal_quarter", "last_full", "2026-12-31", (4, 1), "2026-10-01 .. 2026-12-31"),
        ("fiscal_quarter", "to_date", "2026-08-20", (7, 15), "2026-07-15 .. 2026-08-20"),
        ("fiscal_quarter", "last_full", "2026-08-20", (1, 31), "2026-04-30 .. 2026-07-30"),
        ("fiscal_year", "last_full", "2027-02-27", (2, 29), "2026-02-28 .. 2027-02-27"),
        ("fiscal_year", "to_date", "2028-03-01", (2, 29), "2028-02-29 .. 2028-03-01"),
    ],
)
def test_a_fiscal_window_follows_the_company_year(
    kind: str, part: str, as_of: str, starts: tuple[int, int], wanted: str
) -> None:
    assert calendar_span(kind, part, day(as_of), fiscal_start=starts) == span(wanted)


def test_a_start_clamped_to_a_short_month_does_not_move_the_periods_after_it() -> None:
    found = [
        calendar_span("fiscal_quarter", "last_full", day("2026-12-31"), back=k, fiscal_start=(1, 31)) for k in range(4)
    ]
    assert [s.start for s in found] == [day("2026-07-31"), day("2026-04-30"), day("2026-01-31"), day("2025-10-31")]


@pytest.mark.parametrize(
    ("as_of", "months", "back", "wanted"),
    [
        ("2026-12-31", 12, 0, "2026-01-01 .. 2026-12-31"),
        ("2026-12-31", 6, 0, "2026-07-01 .. 2026-12-31"),
        ("2026-03-31", 1, 0, "2026-03-01 .. 2026-03-31"),
        ("2026-05-31", 3, 0, "2026-03-01 .. 2026-05-31"),
        ("2028-02-29", 12, 0, "2027-03-01 .. 2028-02-29"),
        ("2026-12-25", 12, 1, "2024-12-26 .. 2025-12-25"),
        ("2026-08-31", 6, 1, "2025-09-01 .. 2026-02-28"),
    ],
)
def test_rolling_months_start_the_day_after_the_same_day(as_of: str, months: int, back: int, wanted: str) -> None:
    assert rolling(day(as_of), months=months, back=back) == span(wanted)


def test_rolling_days_count_the_last_day() -> None:
    assert rolling(day("2026-03-01"), days=1) == span("2026-03-01 .. 2026-03-01")
    assert rolling(day("2026-03-01"), days=30) == span("2026-01-31 .. 2026-03-01")
    assert rolling(day("2026-03-01"), days=30, back=1) == span("2026-01-01 .. 2026-01-30")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2028-01-31", "2028-02-28", 0),
        ("2028-01-31", "2028-02-29", 1),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-15", "2026-02-14", 0),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-02-28", "2026-01-31", -1),
        ("2026-05-01", "2026-05-01", 0),
    ],
)
def test_whole_months_between_two_days(start: str, end: str, months: int) -> None:
    assert months_between(day(start), day(end)) == months


def test_what_lies_outside_the_calendar_is_an_overflow() -> None:
    with pytest.raises(OverflowError):
        add_months(windows.LAST_DAY, 12)
    with pytest.raises(OverflowError):
        add_months(windows.FIRST_DAY, -1)


@given(DAYS, st.integers(-400, 400))
def test_adding_months_is_what_counting_them_says(start: dt.date, months: int) -> None:
    moved = add_months(start, months)
    assert moved == oracle.add_months(start, months)
    if months >= 0:
        assert months_between(start, moved) == months


@given(
    DAYS,
    st.sampled_from(["calendar_year", "calendar_quarter", "calendar_month", "fiscal_year", "fiscal_quarter"]),
    st.sampled_from(["last_full", "to_date"]),
    st.integers(1, 8),
    st.integers(0, 5),
    st.sampled_from(["01-01", "04-01", "07-15", "01-31", "12-31"]),
)
def test_calendar_windows_are_those_found_by_looking_at_every_period(
    as_of: dt.date, kind: str, part: str, count: int, back: int, fiscal: str
) -> None:
    count = count if part == "last_full" else 1
    over = SimpleNamespace(
        since=None, rolling=None, back=str(back), count=str(count), kinds=[kind], **{kind: part},
    )  # fmt: skip
    month, first = map(int, fiscal.split("-"))
    found = calendar_span(kind, part, as_of, count=count, back=back, fiscal_start=(month, first))
    assert (found.start, found.end) == oracle.window(over, as_of, int, fiscal)


@given(DAYS, st.integers(1, 36))
def test_rolling_windows_follow_each_other_without_gap_or_overlap(as_of: dt.date, days: int) -> None:
    now, before = rolling(as_of, days=days), rolling(as_of, days=days, back=1)
    assert now.end == as_of and now.start is not None
    assert before.end == now.start - dt.timedelta(days=1)
