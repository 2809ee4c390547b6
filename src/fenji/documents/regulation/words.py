"""Names, figures, periods and selectors of one regulation in the words of its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from fenji.documents.regulation import vocabulary
from fenji.documents.regulation.vocabulary import role, word
from fenji.engine.contract import Table
from fenji.engine.explain.words import name_of, number, text
from fenji.engine.expression import literals
from fenji.engine.spec.base import Period
from fenji.engine.spec.conditions import Selector
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import Flag, GradeValue, Rules, body
from fenji.engine.view import View
from fenji.i18n import Message, _, language

WAN, YI = 10**4, 10**8
_LENGTHS = {
    "days": Message("{number} days"), "working_days": Message("{number} working days"),
    "hours": Message("{number} hours"), "months": Message("{number} months"), "years": Message("{number} years"),
}  # fmt: skip
_ONE = {
    "days": Message("{number} day"), "working_days": Message("{number} working day"),
    "hours": Message("{number} hour"), "months": Message("{number} month"), "years": Message("{number} year"),
}  # fmt: skip
_EVERY_ONE = {
    "days": Message("daily"), "months": Message("monthly"), "years": Message("yearly"),
    "hours": Message("hourly"), "working_days": Message("every working day"),
}  # fmt: skip
_LOW = {True: Message("{low} or more (inclusive)"), False: Message("more than {low} (exclusive)")}
_HIGH = {True: Message("{high} or less (inclusive)"), False: Message("less than {high} (exclusive)")}


def day_text(day: dt.date) -> str:
    """A day as documents write it."""
    return _("{year}-{month}-{day}", year=day.year, month=_two(day.month), day=_two(day.day))


def _two(number_: int) -> str:
    return str(number_) if language() == "zh" else f"{number_:02d}"


def month_day(written: str) -> str:
    """A day of every year, written ``12-31``."""
    month, _dash, day = written.partition("-")
    if not (month.isdigit() and day.isdigit()):
        return written
    return _("{month}-{day}", month=_two(int(month)), day=_two(int(day)))


def listed(parts: Iterable[str]) -> str:
    """Names in one line."""
    return _(", ").join(parts)


def sentences(parts: Iterable[str]) -> str:
    """Parts of a sentence in one line."""
    return _("; ").join(part for part in parts if part)


@dataclass(frozen=True)
class Words:
    """Speaks of one regulation; figures are those that hold on ``day``."""

    view: View
    day: dt.date

    @property
    def regulation(self) -> Regulation:
        """The regulation spoken of."""
        return self.view.regulation

    # names
    def name(self, name: str) -> str:
        """The title of an indicator, axis or parameter; else the name of an event, else as written."""
        found = name_of(self.view, name)
        return found if found != name else word("events", name)

    def names(self, names: Iterable[str]) -> str:
        """Names in one line."""
        return listed(self.name(n) for n in names)

    def roles(self, roles: Iterable[str]) -> str:
        """Roles in one line."""
        return listed(role(r) for r in roles)

    def column(self, table: Table | None, name: str) -> str:
        """The title of a column of a fact table."""
        column = table.columns.get(name) if table else None
        own = self.regulation.facts.get(table.name, {}).get(name) if table else None
        if own and own.title:
            return text(own.title)
        return (column.title.get(language()) if column else None) or name

    def table(self, name: str) -> str:
        """The title of a fact table."""
        table = self.view.facts.tables.get(name)
        return (table.title.get(language()) if table else None) or name

    def value_of(self, code: str, axis: str | None = None) -> GradeValue | None:
        """The declared grade or axis value of a code."""
        axes = self.regulation.axes
        values = axes[axis].values if axis in axes else self.regulation.grade_values
        return next((v for v in values if v.code == code), None)

    def code(self, code: str, axis: str | None = None) -> str:
        """A grade, axis value or named result: the code, with its title where the code alone says little."""
        if axis is None and code in self.regulation.ungraded:
            return text(self.regulation.ungraded[code], code)
        value = self.value_of(code, axis)
        title = text(value.title, code) if value else code
        if title == code or (language() == "zh" and not code.isascii()) or (axis is None and len(code) <= 3):
            return code
        return _("{code} ({title})", code=code, title=title)

    def codes(self, codes: Iterable[str], axis: str | None = None) -> str:
        """Codes in one line."""
        return listed(self.code(c, axis) for c in codes)

    def flag(self, code: str) -> str:
        """What a flag says."""
        for step in self.regulation.grading:
            step_body = body(step)[1]
            if isinstance(step_body, Flag) and step_body.code == code:
                return text(step_body.because, code)
        return code

    def reason(self, code: str) -> str:
        """What a reason says: the words of the step or line that gives it."""
        everywhere = [*self.regulation.grading, *(s for a in self.regulation.axes.values() for s in a.grading)]
        for _kind, step_body in map(body, everywhere):
            for giver in step_body.lines if isinstance(step_body, Rules) else (step_body,):
                if getattr(giver, "reason", None) == code and getattr(giver, "because", None):
                    return text(giver.because)
        return word("reasons", code)

    # figures
    def unit(self, name: str) -> str:
        """The unit of an indicator or parameter; empty where it has none."""
        found = self.view.steps_scope.type_of(name)
        return (found.unit or "") if found else ""

    def shown(self, value: Fraction | dt.date, unit: str) -> str:
        """A figure with its unit; amounts in units of 10,000 where the language counts so."""
        if isinstance(value, dt.date):
            return day_text(value)
        if len(unit) == 3 and unit.isupper():
            return self._money(value, unit)
        if unit == "ratio":
            return f"{number(value * 100)}%"
        if unit in _LENGTHS:
            return _((_ONE if value == 1 else _LENGTHS)[unit].text, number=number(value))
        if unit == "points":
            return _("{number} points", number=number(value))
        return number(value) if unit in ("", "count", "units", "date") else f"{number(value)} {word('units', unit)}"

    def _money(self, value: Fraction, unit: str) -> str:
        currency = word("units", unit)
        if language() == "zh" and abs(value) >= YI and (value / YI * 100).denominator == 1:
            return _("{number} hundred million {currency}", number=number(value / YI), currency=currency)
        if language() == "zh" and abs(value) >= WAN:
            return _("{number} ten thousand {currency}", number=number(value / WAN, 6), currency=currency)
        return _("{number} {currency}", number=number(value, 2), currency=currency)

    def figure(self, written: str, unit: str = "") -> str:
        """A scalar of the regulation: a figure, a day, a parameter's value on the day, or the text itself."""
        found = literals.literal(written)
        if not isinstance(found, str):
            own = "ratio" if written.endswith("%") else unit
            return self.shown(found, own)
        parameter = self.regulation.parameters.get(written)
        if parameter is None:
            return self.name(written) if written in self.regulation.indicators else written
        dates = sorted(parameter.values)
        held = [d for d in dates if d <= self.day] or dates[:1]
        value = parameter.values[held[-1]]
        if isinstance(value, dict):
            return _("{name} (by {attribute})", name=self.name(written), attribute=self.name(parameter.by or ""))
        return self.plain(value, parameter.unit or unit)

    def plain(self, written: str, unit: str) -> str:
        """A literal in words: a figure with its unit, or a code in words."""
        found = literals.literal(written)
        if isinstance(found, str):
            return word("values", written)
        return self.shown(found, "ratio" if written.endswith("%") else unit)

    def interval(self, written: str, unit: str) -> str:
        """An interval in words that say which ends belong to it."""
        found = literals.interval(written)
        if found is None:
            return written
        low = self.figure(found.low, unit) if found.low else None
        high = self.figure(found.high, unit) if found.high else None
        if found.low is not None and found.low == found.high:
            return _("exactly {value}", value=low)
        parts = []
        if low is not None:
            parts.append(_(_LOW[found.low_closed].text, low=low))
        if high is not None:
            parts.append(_(_HIGH[found.high_closed].text, high=high))
        return _(", ").join(parts)

    # periods
    def length(self, period: Period) -> str:
        """A length of time."""
        return self.figure(period.length, period.unit)

    def within(self, period: Period | None) -> str:
        """A deadline."""
        if period is None:
            return ""
        if period.after:
            return _("within {length} after {event}", length=self.length(period), event=self.name(period.after))
        if period.before:
            return _("{length} before {event}", length=self.length(period), event=self.name(period.before))
        return _("within {length}", length=self.length(period))

    def every(self, period: Period | None) -> str:
        """How often."""
        if period is None:
            return ""
        one = literals.number(period.length) == 1
        if one and not (period.after or period.before):
            return str(_EVERY_ONE[period.unit])
        how = _("every {length}", length=self.length(period))
        if period.after:
            return _("{how} after {event}", how=how, event=self.name(period.after))
        return _("{how}, counted back from {event}", how=how, event=self.name(period.before)) if period.before else how

    # selectors
    def selector(self, chosen: Selector | None) -> str:
        """Which customers are meant."""
        if chosen is None or isinstance(chosen, str):
            return _("all customers") if chosen in (None, "everyone") else str(chosen)
        return sentences(self._selected(key, wanted) for key, wanted in chosen.items())

    def _selected(self, key: str, wanted: tuple[str, ...]) -> str:
        if key == "grade":
            return _("grade {codes}", codes=self.wanted(wanted))
        if key == "flag":
            return _("marked: {flags}", flags=listed(self.flag(w) for w in wanted))
        if key == "reason":
            return _("reason: {reasons}", reasons=listed(self.reason(w) for w in wanted))
        if key == "standing":
            return _("standing: {standings}", standings=listed(word("standings", w) for w in wanted))
        if key == "ungraded":
            return _("without grade: {results}", results=self.wanted(wanted))
        return _("{axis}: {codes}", axis=self.name(key), codes=self.wanted(wanted, key))

    def wanted(self, wanted: tuple[str, ...], axis: str | None = None) -> str:
        """Codes that a selector names; ``any`` is any value."""
        return _("any") if wanted == ("any",) else self.codes(wanted, axis)

    def part(self, name: str) -> str:
        """A part of a result that roles may see."""
        return word("shows", name) if vocabulary.known("shows", name) else self.name(name)
