"""Conditions and formulas over plain values; ``None`` is missing, and undecided (meaning, section 5)."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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
from fenji.engine.spec.conditions import AtLeast
from tests.engine.oracle import calendar

Truth = bool | None
Find = Callable[[str], Any]
SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A label of a scale."""

    name: str
    scale: Mapping[str, int]

    @property
    def number(self) -> int:
        return self.scale[self.name]


def both(parts: Iterable[Truth]) -> Truth:
    """All: false wins, then undecided."""
    parts = list(parts)
    return False if False in parts else None if None in parts else True


def either(parts: Iterable[Truth]) -> Truth:
    """Any: true wins, then undecided."""
    parts = list(parts)
    return True if True in parts else None if None in parts else False


def negated(part: Truth) -> Truth:
    return None if part is None else not part


def holds(condition: object, find: Find, figure: Callable[[str], Fraction]) -> Truth:
    """A ``when``: one condition, a list, or at least n of several."""
    if isinstance(condition, str):
        return True if condition.strip() == "rest" else value(parse(condition), find)
    if isinstance(condition, AtLeast):
        parts = [holds(c, find, figure) for c in condition.of]
        wanted = figure(condition.at_least)
        if parts.count(True) >= wanted:
            return True
        return False if parts.count(True) + parts.count(None) < wanted else None
    assert isinstance(condition, tuple)
    return both(holds(c, find, figure) for c in condition)


def compare(sign: str, left: Any, right: Any) -> Truth:
    """Whether ``left sign right``."""
    if left is None or right is None:
        return None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Label) and isinstance(other, str):
            return SIGNS[sign](*(s.number if isinstance(s, Label) else one.scale[s] for s in (left, right)))
        if isinstance(one, dt.date) and isinstance(other, str):
            return SIGNS[sign](*(literals.date(s) if isinstance(s, str) else s for s in (left, right)))
    if isinstance(left, Label) and isinstance(right, Label):
        return SIGNS[sign](left.number, right.number)
    return SIGNS[sign](left, right)


def value(node: Node, find: Find) -> Any:
    """The value of an expression."""
    match node:
        case Number() | String() | Date():
            return node.value
        case Null():
            return None
        case Name():
            return find(node.name)
        case IsNull():
            return value(node.operand, find) is None
        case Not():
            return negated(value(node.operand, find))
        case Logic():
            parts = [value(o, find) for o in node.operands]
            return both(parts) if node.operator == "and" else either(parts)
        case Comparison():
            return compare(node.operator, value(node.left, find), value(node.right, find))
        case In():
            wanted = value(node.operand, find)
            return either(compare("=", wanted, value(o, find)) for o in node.options)
        case Between():
            inner = value(node.operand, find)
            low, high = value(node.low, find), value(node.high, find)
            return both([compare(">=", inner, low), compare("<=", inner, high)])
        case Case():
            for condition, result in node.branches:
                if value(condition, find) is True:
                    return value(result, find)
            return value(node.otherwise, find) if node.otherwise else None
        case Negative() | Arithmetic():
            return _computed(node, find)
        case Call():
            return _called(node.function, [value(a, find) for a in node.arguments])
    raise AssertionError(node)


def _computed(node: Node, find: Find) -> Fraction | None:
    if isinstance(node, Negative):
        inner = value(node.operand, find)
        return None if inner is None else -inner
    assert isinstance(node, Arithmetic)
    left, right = value(node.left, find), value(node.right, find)
    if left is None or right is None or (node.operator == "/" and right == 0):
        return None
    signs: Mapping[str, Callable[[Any, Any], Any]] = {
        "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    }  # fmt: skip
    found = signs[node.operator](left, right)
    assert isinstance(found, Fraction)
    return found


def _called(function: str, values: list[Any]) -> Any:
    if any(isinstance(v, dt.date) for v in values) or function.startswith("add_") or function.endswith("_between"):
        values = [literals.date(v) if isinstance(v, str) else v for v in values]
    if function == "coalesce":
        return next((v for v in values if v is not None), None)
    if None in values:
        return None
    if function in ("least", "greatest"):
        return (min if function == "least" else max)(values)
    if function in ("add_months", "add_days"):
        return calendar.shift(values[0], function[4:], int(values[1]))
    if function == "days_between":
        return Fraction((values[1] - values[0]).days)
    return Fraction(getattr(calendar, function)(values[0], values[1]))
