"""Days and windows, by looking at the days themselves (meaning, section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

ONE = dt.timedelta(days=1)
MONTHS = {"year": 12, "quarter": 3, "month": 1}
FIRST_YEAR = 1900
Span = tuple[dt.date | None, dt.date]


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or the last day that month has."""
    total = (day.year * 12 + day.month - 1) + months
    for back in range(4):
        try:
            return dt.date(total // 12, total % 12 + 1, day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


def shift(day: dt.date, unit: str, length: int) -> dt.date:
    """A day moved by a period."""
    return day + ONE * length if unit == "days" else add_months(day, length * (12 if unit == "years" else 1))


def months_between(start: dt.date, end: dt.date) -> int:
    """How many whole months fit; counted one by one."""
    if end < start:
        return -months_between(end, start)
    count = 0
    while add_months(start, count + 1) <= end:
        count += 1
    return count


def years_between(start: dt.date, end: dt.date) -> int:
    """How many whole years fit."""
    if end < start:
        return -years_between(end, start)
    count = 0
    while add_months(start, 12 * (count + 1)) <= end:
        count += 1
    return count


def window(over: object, as_of: dt.date, figure: Callable[[str], int], fiscal: str) -> Span:
    """The first and last day of a window; ``since`` is narrowed by who asks."""
    if isinstance(over, str) or over.since:  # type: ignore[attr-defined]
        return None, as_of
    back = figure(over.back) if over.back else 0  # type: ignore[attr-defined]
    if over.rolling:  # type: ignore[attr-defined]
        unit = next(u for u in ("days", "months", "years") if getattr(over.rolling, u))  # type: ignore[attr-defined]
        length = figure(getattr(over.rolling, unit))  # type: ignore[attr-defined]
        return shift(as_of, unit, -length * (back + 1)) + ONE, shift(as_of, unit, -length * back)
    kind = over.kinds[0]  # type: ignore[attr-defined]
    count = figure(over.count) if over.count else 1  # type: ignore[attr-defined]
    return _periods(kind, getattr(over, kind), as_of, count, back, fiscal)


def _periods(kind: str, part: str, as_of: dt.date, count: int, back: int, fiscal: str) -> Span:
    months = MONTHS[kind.partition("_")[2]]
    month, day = map(int, fiscal.split("-")) if kind.startswith("fiscal") else (1, 1)
    anchor = dt.date(FIRST_YEAR, month, day)
    starts = [add_months(anchor, months * n) for n in range((as_of.year - FIRST_YEAR + 3) * 12 // months)]
    now = max(n for n, start in enumerate(starts) if start <= as_of)
    if part == "to_date":
        return starts[now - back], add_months(as_of, -months * back)
    last = now if starts[now + 1] - ONE == as_of else now - 1
    last -= count * back
    return starts[last - count + 1], starts[last + 1] - ONE
