"""Date arithmetic on columns, the same on every engine: the engines' own month differences are not the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import windows
from fenji.engine.plan.resolve import PlanError
from fenji.i18n import Message


def _day(value: Any) -> Any:
    return ibis.literal(value, "date") if isinstance(value, dt.date) else value


def shift(day: Any, by: Any, *, months: bool) -> Any:
    """A day moved by months (clamped to the month's end) or days; the number must be the same for every row."""
    amount = getattr(by, "constant", None)
    if amount is None or amount.denominator != 1:
        raise PlanError(Message("add_months and add_days take a whole number or a parameter"))
    count = int(amount)
    if day is None:
        return ibis.null("date")
    if isinstance(day, dt.date):
        return windows.add_months(day, count) if months else day + dt.timedelta(days=count)
    interval = ibis.interval(months=abs(count)) if months else ibis.interval(days=abs(count))
    moved = day + interval if count >= 0 else day - interval
    return moved.cast("timestamp").cast("date")  # DuckDB makes a timestamp of it, which Ibis does not know


def days_between(start: Any, end: Any) -> Any:
    """Days from ``start`` to ``end``."""
    if start is None or end is None:
        return ibis.null("int64")
    if isinstance(start, dt.date) and isinstance(end, dt.date):
        return (end - start).days
    return _day(end).delta(_day(start), unit="day").cast("int64")


def months_between(start: Any, end: Any) -> Any:
    """Completed months from ``start`` to ``end``; negative when ``end`` is the earlier."""
    if start is None or end is None:
        return ibis.null("int64")
    if isinstance(start, dt.date) and isinstance(end, dt.date):
        return windows.months_between(start, end)
    a, b = _day(start), _day(end)
    return (b >= a).ifelse(_forward(a, b), -_forward(b, a))


def years_between(start: Any, end: Any) -> Any:
    """Completed years from ``start`` to ``end``."""
    months = months_between(start, end)
    if isinstance(months, int):
        return int(months / 12)
    return (months >= 0).ifelse((months - months % 12) // 12, -((-months - (-months) % 12) // 12)).cast("int64")


def _forward(a: ir.DateValue, b: ir.DateValue) -> ir.IntegerValue:
    years = b.year().cast("int64") - a.year().cast("int64")
    months = b.month().cast("int64") - a.month().cast("int64")
    short = b.day() < ibis.least(a.day().cast("int32"), _month_length(b))
    return years * 12 + months - short.ifelse(ibis.literal(1, "int64"), ibis.literal(0, "int64"))


def _month_length(day: ir.DateValue) -> ir.IntegerValue:
    year, month = day.year(), day.month()
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return ibis.cases(
        (month.isin([4, 6, 9, 11]), ibis.literal(30, "int32")),
        (month == 2, leap.ifelse(ibis.literal(29, "int32"), ibis.literal(28, "int32"))),
        else_=ibis.literal(31, "int32"),
    )  # fmt: skip
