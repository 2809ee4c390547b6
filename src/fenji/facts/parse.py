"""One cell text -> one typed value, for everything that the fast casts of DuckDB do not take.

Each function gives the value, or the code of the reason why there is none (see ``reasons.py``).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from fenji.engine.contract import ColumnType
from fenji.facts.reasons import EARLIEST_YEAR, LATEST_YEAR
from fenji.facts.words import folded, vocabulary, word_list


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How the cells of one column are written, as far as the cells alone do not say."""

    order: str = "ymd"  # of day, month and year where the year comes last: mdy or dmy
    decimal_comma: bool = False
    date_1904: bool = False
    unit: int = 1  # amounts are in this many
    period: bool = False  # a month or a year may stand for its first day


_DECIMALS = {ColumnType.MONEY: 2, ColumnType.NUMBER: 4, ColumnType.INTEGER: 0}
_LARGEST = {
    ColumnType.MONEY: Decimal(10) ** 15,
    ColumnType.NUMBER: Decimal(10) ** 14,
    ColumnType.INTEGER: Decimal(10) ** 18,
}
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?")
_GROUPED = re.compile(r"[+-]?\d{1,4}(,\d{2,4})+(\.\d*)?")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}([. ]\d{3})*(,\d*)?")
_TIME = r"(?:[t\s,]*(?:\u4e0a\u5348|\u4e0b\u5348|am|pm)?\s*\d{1,2}[:\u65f6\u70b9h].*)?"
_YMD = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})\s*[\u65e5\u53f7\u865f]?" + _TIME)
_YM = re.compile(r"(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*\u6708?(?:\u4efd)?")
_YEAR = re.compile(r"(\d{4})\s*\u5e74?(?:\u5ea6)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?(?:\.0+)?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})" + _TIME)
_NAMED = re.compile(r"(\d{1,2})[\s-]*([a-z]{3,9})\.?[\s,-]*(\d{4}|\d{2})" + _TIME)
_NAMED_FIRST = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})" + _TIME)
_WEEKDAY = re.compile(
    r"(?:\u661f\u671f|\u5468)[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u65e5\u5929]|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,\s*"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_WRAPPED = re.compile(r'="(.*)"')
_CHINESE_DATE = re.compile(
    r"([\u3007\u96f6\u4e00-\u9fff]{4})\u5e74([\u4e00-\u9fff]{1,2})\u6708([\u4e00-\u9fff]{1,3})[\u65e5\u53f7\u865f]"
)


def unwrapped(text: str) -> str:
    """A cell without the ="..." or the apostrophe that systems put around it to keep it a text."""
    plain = text.strip()
    if match := _WRAPPED.fullmatch(plain):
        return match[1]
    return plain.removeprefix("'")


def parse_date(text: str, style: CellStyle) -> dt.date | str:
    """A date, or ``bad_date`` or ``date_range``; a time of day is left out."""
    plain = _WEEKDAY.sub("", unicodedata.normalize("NFKC", text).strip().casefold()).strip()
    parts = _date_parts(plain, style)
    if parts is None:
        return _serial(plain, style)
    try:
        found = dt.date(*parts)
    except ValueError:
        return "bad_date"
    return found if EARLIEST_YEAR <= found.year <= LATEST_YEAR else "date_range"


def _date_parts(plain: str, style: CellStyle) -> tuple[int, int, int] | None:
    if match := (_YMD.fullmatch(plain) or _COMPACT.fullmatch(plain)):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _YEAR_LAST.fullmatch(plain):
        first, second, year = int(match[1]), int(match[2]), _century(match[3])
        return (year, second, first) if style.order == "dmy" else (year, first, second)
    if match := _NAMED.fullmatch(plain):
        return _named(match[3], match[2], match[1])
    if match := _NAMED_FIRST.fullmatch(plain):
        return _named(match[3], match[1], match[2])
    if match := _CHINESE_DATE.fullmatch(plain):
        return _chinese_date(match[1], match[2], match[3])
    if style.period and (match := _YM.fullmatch(plain)):
        return int(match[1]), int(match[2]), 1
    if style.period and (match := _YEAR.fullmatch(plain)):
        return int(match[1]), 1, 1
    return None


def _century(year: str) -> int:
    """Two-digit years as spreadsheets read them: 00-29 is this century."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 30 else 1900)


def _named(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    number = vocabulary("english_months").get(month)
    return (_century(year), int(number), int(day)) if number else None


def _chinese_date(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    digits = vocabulary("digits")
    if not all(mark in digits for mark in year):
        return None
    number = int("".join(str(digits[mark]) for mark in year))
    months, days = _chinese_number(month), _chinese_number(day)
    return None if months is None or days is None else (number, int(months), int(days))


def _serial(plain: str, style: CellStyle) -> dt.date | str:
    """A spreadsheet's day number; only the range in which nothing else is meant (years 1927 to 2199)."""
    if not _SERIAL.fullmatch(plain):
        return "bad_date"
    days = int(plain.split(".")[0])
    start = dt.date(1904, 1, 1) if style.date_1904 else dt.date(1899, 12, 30)
    found = start + dt.timedelta(days=days)
    return found if found.year <= LATEST_YEAR else "date_range"


@cache
def _unit_pattern() -> re.Pattern[str]:
    units = sorted(vocabulary("units"), key=len, reverse=True)
    return re.compile("(.+?)(" + "|".join(re.escape(unit) for unit in units) + ")")


def _without_currency(plain: str) -> str:
    for sign in word_list("currency_signs"):
        plain = plain.removeprefix(sign).removesuffix(sign)
        if plain[:1] in "+-" and plain[1:].startswith(sign):
            plain = plain[0] + plain[1 + len(sign) :]
    return plain


def _decimal(plain: str, style: CellStyle) -> Decimal | None:
    if style.decimal_comma and _GROUPED_COMMA.fullmatch(plain):
        plain = re.sub(r"[. ]", "", plain).replace(",", ".")
    elif _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    plain = plain.replace("'", "") if re.fullmatch(r"[+-]?\d{1,3}('\d{3})+(\.\d*)?", plain) else plain
    if not _PLAIN.fullmatch(plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _amount(text: str, style: CellStyle) -> Decimal | None:
    """The number that ``text`` writes: signs, currency, units, groups, brackets; None if it writes none."""
    plain = folded(text).replace("\u2212", "-").replace("\u2013", "-")
    negative = False
    if plain[:1] == "(" and plain[-1:] == ")":
        plain, negative = plain[1:-1], True
    plain = _without_currency(plain)
    if (spelled := _chinese_number(plain)) is not None:
        return -spelled if negative else spelled
    if plain[-1:] in "+-" and len(plain) > 1:
        plain, negative = plain[:-1], negative != (plain[-1] == "-")
    scale = Decimal(1)
    if plain[-1:] == "%":
        plain, scale = plain[:-1], Decimal("0.01")
    elif match := _unit_pattern().fullmatch(plain):
        plain, scale = match[1], Decimal(vocabulary("units")[match[2]])
    number = _decimal(_without_currency(plain), style)
    return None if number is None else number * (-scale if negative else scale)


def _chinese_number(plain: str) -> Decimal | None:
    """A whole number in Chinese numerals, up to the hundreds of millions."""
    digits, powers = vocabulary("digits"), vocabulary("powers")
    if plain[:1] not in {*digits, "\u5341", "\u62fe"} or any(
        mark not in digits and mark not in powers for mark in plain
    ):
        return None
    total = section = 0
    digit = None
    for mark in plain:
        if mark in digits:
            digit = int(digits[mark])
        elif powers[mark] >= 10000:
            total = (total + section + (digit or 0)) * int(powers[mark])
            section, digit = 0, None
        else:
            section += (1 if digit is None else digit) * int(powers[mark])
            digit = None
    return Decimal(total + section + (digit or 0))


def _states_unit(text: str) -> bool:
    """Whether a cell says its own unit, which then counts instead of that of the column."""
    plain = folded(text).rstrip(")+- ")
    return plain.endswith(("\u5143", "\u5706")) or _unit_pattern().fullmatch(plain) is not None


def parse_number(text: str, kind: ColumnType, style: CellStyle) -> Decimal | int | str:
    """A number with the decimals of its kind, or ``bad_number``, ``number_range`` or ``bad_integer``."""
    number = _amount(text, style)
    if number is None:
        return "bad_number"
    unit = 1 if style.unit != 1 and _states_unit(text) else style.unit
    if max(abs(number), abs(number * unit)) >= _LARGEST[kind]:
        return "number_range"
    number *= unit
    if kind is ColumnType.INTEGER:
        return int(number) if number == number.to_integral_value() else "bad_integer"
    return number.quantize(Decimal(1).scaleb(-_DECIMALS[kind]), rounding=ROUND_HALF_UP)


def parse_cell(text: str, kind: ColumnType, style: CellStyle) -> dt.date | Decimal | int | str:
    """The value of a cell of a typed (not text) column, or the code of a reason."""
    text = unwrapped(text)
    return parse_date(text, style) if kind is ColumnType.DATE else parse_number(text, kind, style)
