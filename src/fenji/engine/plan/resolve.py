"""Everything of a regulation that the as-of date decides: parameters, bounds, windows, periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from fenji.engine.expression import literals
from fenji.engine.plan.windows import FIRST_DAY, Span, calendar_span, rolling
from fenji.engine.spec.base import Period
from fenji.engine.spec.indicators import Window
from fenji.engine.view import Constant, View
from fenji.i18n import Message


class PlanError(Exception):
    """A regulation that is right in itself cannot be run on this date or on these facts."""

    def __init__(self, *messages: Message) -> None:
        self.messages = messages
        super().__init__("\n".join(m.text for m in messages))

    def __str__(self) -> str:
        return "\n".join(str(m) for m in self.messages)


@dataclass(frozen=True, slots=True)
class ByAttribute:
    """A figure that depends on an indicator's value."""

    by: str
    values: Mapping[str, Fraction]


Bound = Fraction | ByAttribute | dt.date


@dataclass(frozen=True, slots=True)
class ResolvedInterval:
    """An interval with its bounds in figures; none is open to infinity."""

    low: Bound | None
    low_closed: bool
    high: Bound | None
    high_closed: bool


@dataclass(frozen=True)
class Resolver:
    """A regulation at one as-of date; ``overrides`` replace parameters, for previews and cases."""

    view: View
    as_of: dt.date
    overrides: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        force = self.view.regulation.in_force
        if self.as_of < force.from_ or (force.to is not None and self.as_of > force.to):
            raise PlanError(Message(
                "the as-of date {as_of} lies outside the time in which regulation '{name}' is in force "
                "({start} to {end})",
                as_of=self.as_of, name=self.view.regulation.regulation,
                start=force.from_, end=force.to or Message("open"),
            ))  # fmt: skip

    def parameter(self, name: str) -> Constant | dict[str, Constant]:
        """The value of a parameter at the as-of date."""
        if name in self.overrides:
            return literals.literal(self.overrides[name])
        value = self.view.parameter_at(self.view.regulation.parameters[name], self.as_of)
        if value is None:
            raise PlanError(Message("parameter '{name}' has no value on {as_of}", name=name, as_of=self.as_of))
        return value

    def scalar(self, text: str) -> Constant | dict[str, Constant]:
        """A literal, or the parameter that stands for one."""
        return self.parameter(text) if text in self.view.regulation.parameters else literals.literal(text)

    def figure(self, text: str) -> Fraction:
        """A scalar that must be one number."""
        value = self.scalar(text)
        if not isinstance(value, Fraction):
            raise PlanError(Message("'{text}' must be a number", text=text))
        return value

    def whole(self, text: str) -> int:
        """A scalar that must be a whole number."""
        value = self.figure(text)
        if value.denominator != 1:
            raise PlanError(Message("'{text}' must be a whole number", text=text))
        return value.numerator

    def bound(self, text: str) -> Bound:
        """A bound of a band or bin."""
        value = self.scalar(text)
        if isinstance(value, dict):
            by = self.view.regulation.parameters[text].by
            assert by is not None
            return ByAttribute(by, {k: v for k, v in value.items() if isinstance(v, Fraction)})
        if isinstance(value, str):
            raise PlanError(Message("'{text}' must be a number", text=text))
        return value

    def interval(self, text: str) -> ResolvedInterval:
        """An interval with its bounds in figures."""
        found = literals.interval(text)
        if found is None:
            raise PlanError(Message("'{text}' is not an interval", text=text))
        low = None if found.low is None else self.bound(found.low)
        high = None if found.high is None else self.bound(found.high)
        return ResolvedInterval(low, found.low_closed, high, found.high_closed)

    def window(self, over: str | Window) -> Span:
        """The days of a window; ``since`` starts at the first day and is narrowed per customer."""
        if isinstance(over, str) or over.since:
            return Span(None, self.as_of)
        back = self.whole(over.back) if over.back else 0
        try:
            if over.rolling:
                return self._rolling(over, back)
            kind = over.kinds[0]
            month, day = map(int, self.view.regulation.calendar.fiscal_year_starts.split("-"))
            count = self.whole(over.count) if over.count else 1
            return calendar_span(
                kind, getattr(over, kind), self.as_of, count=count, back=back, fiscal_start=(month, day)
            )
        except OverflowError:
            return Span(FIRST_DAY, self.as_of)

    def _rolling(self, over: Window, back: int) -> Span:
        assert over.rolling is not None
        if over.rolling.days:
            return rolling(self.as_of, days=self.whole(over.rolling.days), back=back)
        months = self.whole(over.rolling.months) if over.rolling.months else 12 * self.whole(over.rolling.years or "1")
        return rolling(self.as_of, months=months, back=back)

    def period(self, period: Period) -> tuple[str, int]:
        """The unit and the number of a period."""
        return period.unit, self.whole(period.length)
