"""Values, intervals, grades and roles in the words of business, in the language of the context."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files

import yaml

from fenji.engine.plan.resolve import ByAttribute, ResolvedInterval
from fenji.engine.readout import Value
from fenji.engine.spec.base import Text
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import GradeValue
from fenji.engine.view import View
from fenji.i18n import Message, _, language

WAN, YI = 10**4, 10**8
_SHORT_CODE = re.compile(r"^[A-Za-z0-9+*-]{1,4}$")
_SYMBOLS = {"CNY": "\u00a5", "USD": "US$", "EUR": "\u20ac", "HKD": "HK$", "GBP": "\u00a3", "JPY": "JP\u00a5"}
_UNITS = {
    "points": Message("{number} points"), "days": Message("{number} days"), "months": Message("{number} months"),
    "years": Message("{number} years"), "hours": Message("{number} hours"), "times": Message("{number} times"),
}  # fmt: skip
_ONE = {
    "points": Message("{number} point"), "days": Message("{number} day"), "months": Message("{number} month"),
    "years": Message("{number} year"), "hours": Message("{number} hour"), "times": Message("{number} time"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _roles() -> dict[str, Text]:
    found = yaml.safe_load(files(__package__).joinpath("words.yaml").read_text(encoding="utf-8"))
    return {name: Text.model_validate(text) for name, text in found["roles"].items()}


def text(given: Text | None, otherwise: str = "") -> str:
    """A text of the regulation in the language of the context."""
    return given.get(language()) if given else otherwise


def role(name: str) -> str:
    """Who a role is."""
    return text(_roles().get(name), name)


def name_of(view: View, name: str) -> str:
    """The title of an indicator, an axis or a parameter; its name where it has none."""
    regulation = view.regulation
    if name in regulation.indicators:
        spec = regulation.indicators[name]
        return text(spec.title or (spec.judged.sheet if spec.judged else None), name)
    if name in regulation.axes:
        return text(regulation.axes[name].title, name)
    if name in regulation.parameters:
        return text(regulation.parameters[name].title, name)
    return str(Message("the as-of date")) if name == "as_of" else name


def grade_name(regulation: Regulation, code: str, axis: str | None = None) -> str:
    """A grade, axis value or named result: ``grade A`` for a short code, else its title."""
    if code in regulation.ungraded:
        return text(regulation.ungraded[code], code)
    values = regulation.axes[axis].values if axis else regulation.grade_values
    if not axis and (regulation.cells or _SHORT_CODE.match(code)):
        return _("grade {code}", code=code)
    value: GradeValue | None = next((v for v in values if v.code == code), None)
    return text(value.title if value else None, code)


# numbers
def unit_of(view: View, name: str) -> str:
    """The unit in which an indicator is shown; counted rows are times."""
    spec = view.regulation.indicators.get(name)
    if spec is not None and spec.points:
        return "points"
    if spec is not None and spec.measure and spec.measure.aggregate == "count" and spec.unit in (None, "count"):
        return "times"
    found = view.values.type_of(name)
    return (found.unit or "") if found else ""


def number(value: Fraction, places: int = 4) -> str:
    """A number with thousands separators, rounded to so many places, zeros at the end left out."""
    scaled = round(value * 10**places)
    shown = f"{Decimal(scaled).scaleb(-places):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def money(value: Fraction, currency: str) -> str:
    """An amount to the cent."""
    cents = round(value * 100)
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{'-' if cents < 0 else ''}{symbol}{Decimal(abs(cents)).scaleb(-2):,.2f}"


def shown(value: Value, unit: str = "") -> str:
    """A value with its unit: money to the cent, ratios as percents, days as dates."""
    if value is None:
        return _("no value")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if len(unit) == 3 and unit.isupper():
        return money(value, unit)
    if unit == "ratio":
        return f"{number(value * 100, 2)}%"
    if unit in _UNITS:
        return _((_ONE if value == 1 else _UNITS)[unit].text, number=number(value))
    return number(value) if unit in ("", "count", "date") else f"{number(value)} {unit}"


def figure(value: Fraction | dt.date, unit: str) -> str:
    """A border, short: whole amounts in units of 10^4 and 10^8 where the language has them."""
    if isinstance(value, dt.date) or not (len(unit) == 3 and unit.isupper()):
        return shown(value, unit)
    if language() == "zh":
        for size, word in ((YI, Message("{number} hundred million")), (WAN, Message("{number} ten thousand"))):
            if value and abs(value) >= size and (value / size * 100).denominator == 1:
                return _(word.text, number=number(value / size, 2).replace(",", ""))
    symbol = _SYMBOLS.get(unit, f"{unit} ")
    return f"{symbol}{number(value, 0)}" if value.denominator == 1 and value >= 0 else money(value, unit)


_BOTH = {
    (True, True): Message("{low} to {high}"), (True, False): Message("{low} to less than {high}"),
    (False, True): Message("more than {low} to {high}"), (False, False): Message("more than {low} to less than {high}"),
}  # fmt: skip
_LOW = {True: Message("{low} or more"), False: Message("more than {low}")}
_HIGH = {True: Message("{high} or less"), False: Message("less than {high}")}


def interval(found: ResolvedInterval, unit: str) -> str:
    """A settled interval in figures."""
    low, high = found.low, found.high
    if isinstance(low, ByAttribute) or isinstance(high, ByAttribute):
        return _("any value")
    if low is not None and low == high:
        return figure(low, unit)
    if low is not None and high is not None:
        both = _BOTH[found.low_closed, found.high_closed]
        return _(both.text, low=figure(low, unit), high=figure(high, unit))
    if low is not None:
        return _(_LOW[found.low_closed].text, low=figure(low, unit))
    return _(_HIGH[found.high_closed].text, high=figure(high, unit)) if high is not None else _("any value")


def joined(parts: list[str]) -> str:
    """Parts of a list in one line."""
    return _("; ").join(parts)
