"""Conditions over one row of the trace, three-valued, as the plan computes them; for showing each part by itself.

The grade never comes from here: a test holds that these truths are those of the trace.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from fenji.engine.expression import literals, parse
from fenji.engine.expression.nodes import (
    Arithmetic,
    Between,
    Call,
    Case,
    Comparison,
    Date,
    In,
    IsNull,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Null,
    Number,
    String,
)  # fmt: skip
from fenji.engine.plan import Plan, windows
from fenji.engine.plan.resolve import ByAttribute, ResolvedInterval
from fenji.engine.readout import indicator
from fenji.engine.spec.conditions import AtLeast
from fenji.engine.view import AS_OF


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a scale or a code: its number, its text, and the numbers of the other labels."""

    number: int
    text: str
    numbers: Mapping[str, int]


Found = Fraction | dt.date | str | Label | bool | None
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def all_of(parts: list[bool | None]) -> bool | None:
    """Kleene's and."""
    if any(p is False for p in parts):
        return False
    return None if any(p is None for p in parts) else True


def any_of(parts: list[bool | None]) -> bool | None:
    """Kleene's or."""
    if any(p is True for p in parts):
        return True
    return None if any(p is None for p in parts) else False


def at_least(parts: list[bool | None], n: int) -> bool | None:
    """True if n are true, false if too few can still be true, else undecided."""
    if sum(p is True for p in parts) >= n:
        return True
    return False if sum(p is not False for p in parts) < n else None


class Evaluator:
    """Names and expressions over one row of the trace of a plan."""

    def __init__(self, plan: Plan, row: Mapping[str, Any]) -> None:
        self.plan = plan
        self.row = row
        self.scales = plan.regulation.scales

    # names
    def name(self, name: str) -> Found:
        """The value of an indicator, an axis, a parameter or the as-of date."""
        if name == AS_OF:
            return self.plan.as_of
        if name in self.plan.axes:
            axis = self.plan.axes[name]
            code = self.row[axis.answer]
            if code is None or code in axis.codes.ungraded:
                return None
            return Label(axis.codes.number(code), code, {n: i + 1 for i, n in enumerate(axis.codes.names)})
        if name in self.plan.regulation.indicators:
            return self.indicator(name)
        value = self.plan.resolver.parameter(name)
        if isinstance(value, dict):
            by = self.plan.regulation.parameters[name].by
            return value.get(plain(self.name(by))) if by else None  # type: ignore[arg-type]
        return value

    def indicator(self, name: str) -> Found:
        spec = self.plan.regulation.indicators[name]
        value = indicator(self.plan, self.row, name)
        if isinstance(value, str) and spec.judged and spec.judged.scale:
            scale = self.scales[spec.judged.scale]
            return Label(scale[value], value, scale)
        if isinstance(value, str) and spec.model and spec.model.nearest:
            centres = {c: i + 1 for i, c in enumerate(spec.model.nearest.centres)}
            return Label(centres[value], value, centres)
        return value

    # conditions
    def condition(self, text: str) -> bool | None:
        """Whether one condition holds; none: undecided."""
        return True if text.strip() == "rest" else self.truth(parse(text))

    def conditions(self, when: object) -> bool | None:
        """Whether a ``when`` holds."""
        if isinstance(when, str):
            return self.condition(when)
        if isinstance(when, AtLeast):
            return at_least([self.condition(t) for t in when.of], self.plan.resolver.whole(when.at_least))
        assert isinstance(when, tuple)
        return all_of([self.conditions(part) for part in when])

    def truth(self, node: Node) -> bool | None:
        """Whether a part of a condition holds."""
        found = self.value(node)
        return found if isinstance(found, bool) else None

    def value(self, node: Node) -> Found:
        """The value of an expression."""
        handler: Callable[[Any], Found] = getattr(self, "_" + type(node).__name__.lower())
        return handler(node)

    def _number(self, node: Number) -> Found:
        return node.value

    def _string(self, node: String) -> Found:
        return node.value

    def _date(self, node: Date) -> Found:
        return node.value

    def _null(self, node: Null) -> Found:
        return None

    def _name(self, node: Name) -> Found:
        return self.name(node.name)

    def _negative(self, node: Negative) -> Found:
        value = self.value(node.operand)
        return -value if isinstance(value, Fraction) else None

    def _arithmetic(self, node: Arithmetic) -> Found:
        left, right = self.value(node.left), self.value(node.right)
        if not isinstance(left, Fraction) or not isinstance(right, Fraction):
            return None
        if node.operator == "/":
            return left / right if right else None
        if node.operator == "*":
            return left * right
        return left + right if node.operator == "+" else left - right

    def _comparison(self, node: Comparison) -> Found:
        return compare(node.operator, self.value(node.left), self.value(node.right))

    def _logic(self, node: Logic) -> Found:
        parts = [self.truth(o) for o in node.operands]
        return all_of(parts) if node.operator == "and" else any_of(parts)

    def _not(self, node: Not) -> Found:
        found = self.truth(node.operand)
        return None if found is None else not found

    def _in(self, node: In) -> Found:
        operand = self.value(node.operand)
        return any_of([compare("=", operand, self.value(o)) for o in node.options])

    def _between(self, node: Between) -> Found:
        operand = self.value(node.operand)
        return all_of([compare(">=", operand, self.value(node.low)), compare("<=", operand, self.value(node.high))])

    def _isnull(self, node: IsNull) -> Found:
        return self.value(node.operand) is None

    def _case(self, node: Case) -> Found:
        for condition, value in node.branches:
            if self.truth(condition):
                return self.value(value)
        return self.value(node.otherwise) if node.otherwise else None

    def _call(self, node: Call) -> Found:
        values = [self.value(a) for a in node.arguments]
        if node.function == "coalesce":
            return next((v for v in values if v is not None), None)
        if any(v is None for v in values):
            return None
        if node.function in ("least", "greatest"):
            return (min if node.function == "least" else max)(values, key=_order)
        return _dated(node.function, as_day(values[0]), values[1])


def _order(value: Found) -> Any:
    return value.number if isinstance(value, Label) else value


def _dated(function: str, first: dt.date | None, second: Found) -> Found:
    if first is None:
        return None
    if function in ("add_months", "add_days"):
        count = int(second) if isinstance(second, Fraction) else 0
        return windows.add_months(first, count) if function == "add_months" else first + dt.timedelta(days=count)
    end = as_day(second)
    if end is None:
        return None
    if function == "days_between":
        return Fraction((end - first).days)
    months = windows.months_between(first, end)
    return Fraction(months if function == "months_between" else int(months / 12))


def as_day(value: Found) -> dt.date | None:
    """A day, or a text that is one."""
    return literals.date(value) if isinstance(value, str) else value if isinstance(value, dt.date) else None


def plain(value: Found) -> Fraction | dt.date | str | None:
    """A value without what its label knows."""
    if isinstance(value, Label):
        return value.text
    return None if isinstance(value, bool) else value


def compare(op: str, left: Found, right: Found) -> bool | None:
    """Whether ``left op right``; undecided where a side is missing."""
    if left is None or right is None:
        return None
    if isinstance(left, Label) or isinstance(right, Label):
        sides = [_labelled(side, left if isinstance(left, Label) else right) for side in (left, right)]
        return None if None in sides else _OPERATORS[op](*sides)
    if isinstance(left, dt.date) or isinstance(right, dt.date):
        days = as_day(left), as_day(right)
        return None if None in days else _OPERATORS[op](*days)
    return _OPERATORS[op](left, right) if isinstance(left, str) == isinstance(right, str) else None


def _labelled(side: Found, like: Found) -> int | None:
    if isinstance(side, Label):
        return side.number
    assert isinstance(like, Label)
    return like.numbers.get(side) if isinstance(side, str) else None


def settled(found: ResolvedInterval, evaluator: Evaluator) -> ResolvedInterval:
    """An interval with the figures that the row's attributes pick; a bound without a figure is open."""
    low, high = (
        plain(evaluator.name(b.by)) if isinstance(b, ByAttribute) else None for b in (found.low, found.high)
    )  # fmt: skip
    return replace(
        found,
        low=found.low.values.get(str(low)) if isinstance(found.low, ByAttribute) else found.low,
        high=found.high.values.get(str(high)) if isinstance(found.high, ByAttribute) else found.high,
    )


def holds(interval: ResolvedInterval, value: Any) -> bool:
    """Whether a settled interval holds a value."""
    low: Any = interval.low
    high: Any = interval.high
    if low is not None and not (value >= low if interval.low_closed else value > low):
        return False
    return high is None or bool(value <= high if interval.high_closed else value < high)
