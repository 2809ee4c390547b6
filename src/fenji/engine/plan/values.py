"""Expressions of the language as Ibis expressions, three-valued: a missing value makes a condition undecided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

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
from fenji.engine.plan import calendar, numbers
from fenji.engine.plan.numbers import Num
from fenji.engine.spec.conditions import AtLeast


@dataclass(frozen=True)
class Text:
    """A text column, or a text that is the same for every row."""

    expr: Any


@dataclass(frozen=True)
class Day:
    """A date column, or one day."""

    expr: Any


@dataclass(frozen=True)
class Coded:
    """A label or code as a whole number; ``number`` finds the number of a written label."""

    expr: Any
    number: Callable[[str], int]


@dataclass(frozen=True)
class Truth:
    """A condition."""

    expr: Any


Value = Num | Text | Day | Coded | Truth | None
Lookup = Callable[[str], Value]


def missing(value: Value) -> ir.BooleanValue:
    """Whether a value is missing."""
    if value is None:
        return ibis.literal(True)
    if isinstance(value, Num):
        return value.missing
    return value.expr.isnull() if isinstance(value.expr, ir.Value) else ibis.literal(False)


@dataclass(frozen=True)
class Expressions:
    """Compiles expressions whose names are found by ``lookup``."""

    lookup: Lookup

    def condition(self, text: str) -> ir.BooleanValue:
        """A condition; ``rest`` is always true."""
        if text.strip() == "rest":
            return ibis.literal(True)
        return self.truth(parse(text))

    def conditions(self, condition: object, whole: Callable[[str], int]) -> ir.BooleanValue:
        """A ``when``: one condition, all of a list, or at least n of several."""
        if isinstance(condition, str):
            return self.condition(condition)
        if isinstance(condition, AtLeast):
            return at_least([self.condition(text) for text in condition.of], whole(condition.at_least))
        assert isinstance(condition, tuple)
        return ibis.and_(*(self.conditions(part, whole) for part in condition))

    def truth(self, node: Node) -> ir.BooleanValue:
        found = self.value(node)
        return found.expr if isinstance(found, Truth) else ibis.null("boolean")

    def value(self, node: Node) -> Value:
        """The value of an expression; none for ``null``."""
        handler: Callable[[Any], Value] = getattr(self, "_" + type(node).__name__.lower())
        return handler(node)

    def number(self, node: Node) -> Num:
        found = self.value(node)
        return found if isinstance(found, Num) else Num(ibis.null("int64"))

    def _number(self, node: Number) -> Value:
        return numbers.constant(node.value)

    def _string(self, node: String) -> Value:
        return Text(node.value)

    def _date(self, node: Date) -> Value:
        return Day(node.value)

    def _null(self, node: Null) -> Value:
        return None

    def _name(self, node: Name) -> Value:
        return self.lookup(node.name)

    def _negative(self, node: Negative) -> Value:
        return numbers.multiply(numbers.constant(Fraction(-1)), self.number(node.operand))

    def _arithmetic(self, node: Arithmetic) -> Value:
        left, right = self.number(node.left), self.number(node.right)
        if node.operator in "+-":
            return numbers.add(left, right, 1 if node.operator == "+" else -1)
        return numbers.multiply(left, right) if node.operator == "*" else numbers.divide(left, right)

    def _comparison(self, node: Comparison) -> Value:
        return Truth(compare(node.operator, self.value(node.left), self.value(node.right)))

    def _logic(self, node: Logic) -> Value:
        parts = [self.truth(o) for o in node.operands]
        return Truth(ibis.and_(*parts) if node.operator == "and" else ibis.or_(*parts))

    def _not(self, node: Not) -> Value:
        if isinstance(node.operand, IsNull):
            return Truth(present(self.value(node.operand.operand)))
        return Truth(~self.truth(node.operand))

    def _in(self, node: In) -> Value:
        operand = self.value(node.operand)
        return Truth(ibis.or_(*(compare("=", operand, self.value(o)) for o in node.options)))

    def _between(self, node: Between) -> Value:
        operand = self.value(node.operand)
        return Truth(compare(">=", operand, self.value(node.low)) & compare("<=", operand, self.value(node.high)))

    def _isnull(self, node: IsNull) -> Value:
        return Truth(missing(self.value(node.operand)))

    def _case(self, node: Case) -> Value:
        conditions = [self.truth(c) for c, _ in node.branches]
        values = [self.value(v) for _, v in node.branches]
        otherwise = self.value(node.otherwise) if node.otherwise else None
        if any(isinstance(v, Num) for v in [*values, otherwise]):
            null = Num(ibis.null("int64"))
            branches = [(c, v if isinstance(v, Num) else null) for c, v in zip(conditions, values, strict=True)]
            return numbers.pick(branches, otherwise if isinstance(otherwise, Num) else None)
        kind = next((type(v) for v in [*values, otherwise] if v is not None), Text)
        raw = [_raw(v) for v in values]
        expr = ibis.cases(*zip(conditions, raw, strict=True), else_=_raw(otherwise) if otherwise is not None else None)
        sample = next((v for v in [*values, otherwise] if isinstance(v, Coded)), None)
        return Coded(expr, sample.number) if sample else kind(expr)  # type: ignore[call-arg]

    def _call(self, node: Call) -> Value:
        values = [self.value(a) for a in node.arguments]
        if node.function in ("add_months", "add_days"):
            return Day(calendar.shift(as_day(values[0]), values[1], months=node.function == "add_months"))
        if node.function.endswith("_between"):
            difference = getattr(calendar, node.function)(as_day(values[0]), as_day(values[1]))
            return Num(difference, 1, 7, 1)
        if all(isinstance(v, Num) for v in values):
            numeric = [v for v in values if isinstance(v, Num)]
            if node.function == "coalesce":
                return numbers.coalesce(numeric)
            return numbers.extreme(numeric, largest=node.function == "greatest")
        return self.joined(node.function, [v for v in values if v is not None])

    def joined(self, function: str, values: list[Any]) -> Value:
        """``coalesce``, ``least``, ``greatest`` of texts, labels or days; least and greatest are missing if one is."""
        dated = any(isinstance(v, Day) for v in values)
        raw = [
            ibis.literal(as_day(v))
            if dated and not isinstance(as_day(v), ir.Value)
            else (as_day(v) if dated else _raw(v))
            for v in values
        ]
        sample = next((v for v in values if isinstance(v, Coded)), None)
        expr = ibis.coalesce(*raw)
        if function != "coalesce":
            expr = getattr(ibis, function)(*raw)
            expr = ibis.or_(*(r.isnull() for r in raw)).ifelse(ibis.null(expr.type()), expr)
        if dated:
            return Day(expr)
        return Coded(expr, sample.number) if sample else Text(expr)


def _raw(value: Any) -> Any:
    return value.expr if isinstance(value.expr, ir.Value) else ibis.literal(value.expr)


def as_day(value: Value) -> Any:
    """A day: a date column, a Python date, or a text that is a date."""
    if isinstance(value, Text) and isinstance(value.expr, str):
        return literals.date(value.expr)
    return value.expr if isinstance(value, Day) else None


def present(value: Value) -> ir.BooleanValue:
    """Whether a value is there; the bare negation of IS NULL would be printed without brackets."""
    if value is None:
        return ibis.literal(False)
    if isinstance(value, Num):
        if value.constant is not None:
            return ibis.literal(True)
        numerator = (value.column if value.column is not None else value.n).notnull()
        return numerator if isinstance(value.d, int) else numerator & value.d.notnull()
    return value.expr.notnull() if isinstance(value.expr, ir.Value) else ibis.literal(True)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = numbers._COMPARE


def compare(op: str, left: Value, right: Value) -> ir.BooleanValue:
    """Whether ``left op right``; undecided where a side is missing."""
    if left is None or right is None:
        return ibis.null("boolean")
    if isinstance(left, Num) and isinstance(right, Num):
        return numbers.compare(op, left, right)
    if isinstance(left, Coded) or isinstance(right, Coded):
        return _compare_coded(op, left, right)
    if isinstance(left, Day) or isinstance(right, Day):
        return _plain(op, as_day(left), as_day(right))
    if isinstance(left, Text) and isinstance(right, Text):
        return _plain(op, left.expr, right.expr)
    return ibis.null("boolean")


def _compare_coded(op: str, left: Value, right: Value) -> ir.BooleanValue:
    sides = []
    coded = left if isinstance(left, Coded) else right
    assert isinstance(coded, Coded)
    for side in (left, right):
        if isinstance(side, Text) and isinstance(side.expr, str):
            sides.append(ibis.literal(coded.number(side.expr), "int16"))
        else:
            sides.append(side.expr if isinstance(side, Coded) else ibis.null("int16"))
    return _plain(op, *sides)


def _plain(op: str, left: Any, right: Any) -> ir.BooleanValue:
    if not isinstance(left, ir.Value) and not isinstance(right, ir.Value):
        return ibis.literal(bool(_OPERATORS[op](left, right)))
    sides = [
        s if isinstance(s, ir.Value) else ibis.literal(s, "date") if isinstance(s, dt.date) else ibis.literal(s)
        for s in (left, right)
    ]
    return _OPERATORS[op](*sides)


def at_least(conditions: list[ir.BooleanValue], n: int) -> ir.BooleanValue:
    """True if n are true, false if too few can still be true, else undecided."""
    one, zero = ibis.literal(1, "int32"), ibis.literal(0, "int32")
    true = [ibis.cases((c, one), else_=zero) for c in conditions]
    possible = [ibis.cases((~c, zero), else_=one) for c in conditions]
    return ibis.cases(
        (sum(true[1:], true[0]) >= n, ibis.literal(True)), (sum(possible[1:], possible[0]) < n, ibis.literal(False)),
        else_=ibis.null("boolean"),
    )  # fmt: skip
