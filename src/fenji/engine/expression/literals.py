"""Literals and intervals, as they stand in expressions, parameters, bands and bins."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction

WAN, YI = "\u4e07", "\u4ebf"
_UNITS = {"": 1, WAN: 10**4, YI: 10**8}
NUMBER = rf"\d+(?:\.\d+)?(?:{WAN}|{YI}|%)?"
_NUMBER = re.compile(rf"^([+-]?)(\d{{1,24}}(?:\.\d{{1,12}})?)({WAN}|{YI}|%)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")

LiteralValue = Fraction | dt.date | str


def number(text: str) -> Fraction | None:
    """The number a text stands for (``100``, ``1.5``, ``5%``, with the units for 10^4 and 10^8), or none."""
    found = _NUMBER.match(text.strip().replace(",", ""))
    if not found:
        return None
    sign, digits, unit = found.groups()
    value = Fraction(digits)
    value = value / 100 if unit == "%" else value * _UNITS[unit or ""]
    return -value if sign == "-" else value


def date(text: str) -> dt.date | None:
    """The day a text stands for (``2026-01-31``), or none."""
    if not _DATE.match(text.strip()):
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def literal(text: str) -> LiteralValue:
    """A scalar as a number, else a day, else the text itself."""
    value = number(text)
    if value is not None:
        return value
    day = date(text)
    return text.strip() if day is None else day


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval as written; a missing bound is open to infinity."""

    low: str | None
    low_closed: bool
    high: str | None
    high_closed: bool


_ONE_SIDED = re.compile(r"^(>=|<=|>|<|=)\s*(.+)$")
_TWO_SIDED = re.compile(r"^(.+?)\s*(<?)\.\.(<?)\s*(.+)$")


def interval(text: str) -> Interval | None:
    """``> x``, ``>= x``, ``< x``, ``<= x``, ``= x``, ``a .. b``, ``a ..< b``, ``a <.. b``, ``a <..< b``; else none.

    ``a .. b`` includes both ends; ``<`` on a side leaves that end out.
    """
    text = text.strip()
    one = _ONE_SIDED.match(text)
    if one:
        operator, bound = one.group(1), one.group(2).strip()
        if operator == "=":
            return Interval(bound, True, bound, True)
        closed = operator.endswith("=")
        return Interval(bound, closed, None, False) if operator[0] == ">" else Interval(None, False, bound, closed)
    two = _TWO_SIDED.match(text)
    if two:
        low, low_open, high_open, high = two.groups()
        return Interval(low.strip(), not low_open, high.strip(), not high_open)
    return None
