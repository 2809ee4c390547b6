"""Calendar arithmetic: windows, periods and months, to the day (``reference/meaning`` section 3)."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(9998, 12, 31)
_LEAP_YEAR = 2000
_MONTHS = {
    "calendar_year": 12, "calendar_quarter": 3, "calendar_month": 1, "fiscal_year": 12, "fiscal_quarter": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A closed interval of days; ``start`` is none where it reaches back without end."""

    start: dt.date | None
    end: dt.date


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months on, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise OverflowError(f"{day} {months:+} months")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole months from ``start`` to ``end``; negative when ``end`` is the earlier."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < min(start.day, calendar.monthrange(end.year, end.month)[1]))


def rolling(as_of: dt.date, *, months: int = 0, days: int = 0, back: int = 0) -> Span:
    """The last n months or days up to the as-of date, moved ``back`` whole lengths."""
    if months:
        end = add_months(as_of, -months * back)
        return Span(add_months(as_of, -months * (back + 1)) + dt.timedelta(days=1), end)
    end = as_of - dt.timedelta(days=days * back)
    return Span(end - dt.timedelta(days=days - 1), end)


def calendar_span(
    kind: str, part: str, as_of: dt.date, *, count: int = 1, back: int = 0, fiscal_start: tuple[int, int] = (1, 1)
) -> Span:
    """Calendar or fiscal years, quarters, months: ``last_full`` has ended by the as-of date, ``to_date`` ends on it."""
    length = _MONTHS[kind]
    month, day = fiscal_start if kind.startswith("fiscal") else (1, 1)
    anchor = dt.date(_LEAP_YEAR, month, day)

    def start(period: int) -> dt.date:
        # always from the anchor: a start clamped to a short month must not shift the periods after it
        return add_months(anchor, length * period)

    now = months_between(anchor, as_of) // length
    now -= start(now) > as_of
    if part == "to_date":
        return Span(start(now - back), add_months(as_of, -length * back))
    last = now if start(now + 1) - dt.timedelta(days=1) == as_of else now - 1
    last -= count * back
    return Span(start(last - count + 1), start(last + 1) - dt.timedelta(days=1))
