"""Exact numbers on every engine: a value is a fraction of whole numbers, compared by cross-multiplying.

No float ever reaches a border. Money stays a decimal column while it is only compared or added; it turns into
whole numbers (of ``step`` size) when it is multiplied or divided. Products that could pass 18 digits are taken in
128-bit decimals; what could pass 38 digits is refused when the plan is made (docs/algorithms/exact-numbers.md).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.resolve import PlanError
from fenji.i18n import Message

SUMS = "decimal(38, 6)"
"""Running sums of a population: exact for all but quotients, whose values are rounded to six places first."""

Whole = Any  # an Ibis integer or decimal(_, 0) expression, or a Python int

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MIRROR = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def whole(value: int) -> ir.IntegerScalar:
    """A whole number as a 64-bit literal: an engine takes a small bare one for 32 bits, and its products overflow."""
    if abs(value) < 2**31:
        return ibis.literal(value, "int32").cast("int64")
    return ibis.literal(value, "int64") if abs(value) < 2**63 else ibis.literal(Decimal(value), "decimal(38, 0)")


@dataclass(frozen=True)
class Num:
    """``n / d``: ``n`` a whole-number expression or int, ``d`` an int or an expression that is positive or null.

    ``digits`` bound the size of both; ``column`` is the same value as a decimal column with ``scale`` places.
    """

    n: Whole
    d: Whole = 1
    n_digits: int = 18
    d_digits: int = 1
    column: ir.DecimalColumn | None = None
    scale: int = 0

    @property
    def constant(self) -> Fraction | None:
        """The value, when it does not depend on the row."""
        return Fraction(self.n, self.d) if isinstance(self.n, int) and isinstance(self.d, int) else None

    @property
    def missing(self) -> ir.BooleanValue:
        """Whether there is no value."""
        if self.constant is not None:
            return ibis.literal(False)
        numerator = (self.column if self.column is not None else self.n).isnull()
        return numerator if isinstance(self.d, int) else numerator | self.d.isnull()


@dataclass(frozen=True)
class NumberColumn:
    """How a number is kept in its column: a decimal with ``scale`` places, or a whole number over ``divisor``.

    ``quotient`` means that the denominator stands in a column of its own.
    """

    scale: int | None = None
    divisor: int = 1
    quotient: bool = False
    digits: int = 18
    divisor_digits: int = 18


def int64(total: ir.NumericValue) -> ir.IntegerValue:
    """A sum of whole numbers as a 64-bit column: DuckDB sums them in 128 bits, which Ibis does not know."""
    return total.cast("decimal(38, 0)").cast("int64")


def constant(value: Fraction) -> Num:
    """A number that is the same for every row."""
    return Num(value.numerator, value.denominator, len(str(abs(value.numerator))), len(str(value.denominator)))


def of_decimal(column: ir.DecimalColumn, scale: int, digits: int = 18) -> Num:
    """A decimal column with ``scale`` places."""
    return Num((column * whole(10**scale)).cast("int64"), 10**scale, digits, scale + 1, column, scale)


def of_whole(column: ir.IntegerColumn, digits: int = 18) -> Num:
    """A whole-number column."""
    return Num(column, 1, digits, 1)


def _wide(value: Whole, digits: int) -> Whole:
    if isinstance(value, int):
        return value if digits <= 18 else ibis.literal(Decimal(value), "decimal(38, 0)")
    return value.cast("decimal(38, 0)") if digits > 18 else value


def _times(a: Whole, a_digits: int, b: Whole, b_digits: int) -> tuple[Whole, int]:
    """The product and a bound of its digits."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b, len(str(abs(a * b)))
    for one, other, digits in ((a, b, b_digits), (b, a, a_digits)):
        if isinstance(one, int) and one == 1:
            return other, digits
    digits = a_digits + b_digits
    if digits > 38:
        raise PlanError(
            Message("a formula multiplies more digits than can be kept exactly (38); split it or use fewer factors")
        )
    left, right = _wide(a, digits), _wide(b, digits)
    left = whole(left) if isinstance(left, int) else left
    right = whole(right) if isinstance(right, int) else right
    product = left * right
    return (product.cast("decimal(38, 0)") if digits > 18 else product), digits


def add(a: Num, b: Num, sign: int = 1) -> Num:
    """``a + b`` or ``a - b``."""
    if a.constant is not None and b.constant is not None:
        return constant(a.constant + sign * b.constant)
    column = None
    if a.column is not None and b.column is not None and a.scale == b.scale:
        column = a.column + b.column if sign > 0 else a.column - b.column
    if isinstance(a.d, int) and isinstance(b.d, int):
        common = lcm(a.d, b.d)
        left, ld = _times(a.n, a.n_digits, common // a.d, len(str(common // a.d)))
        right, rd = _times(b.n, b.n_digits, common // b.d, len(str(common // b.d)))
        n_digits = min(max(ld, rd) + 1, 38)
        n = _sum(left, right, sign, n_digits)
        return Num(
            n,
            common,
            max(18, n_digits) if n_digits <= 19 else n_digits,
            len(str(common)),
            column,
            a.scale if column is not None else 0,
        )
    left, ld = _times(a.n, a.n_digits, b.d, b.d_digits)
    right, rd = _times(b.n, b.n_digits, a.d, a.d_digits)
    d, d_digits = _times(a.d, a.d_digits, b.d, b.d_digits)
    n_digits = min(max(ld, rd) + 1, 38)
    return Num(_sum(left, right, sign, n_digits), d, n_digits, d_digits)


def _sum(left: Whole, right: Whole, sign: int, digits: int) -> Whole:
    left, right = (_wide(x, 38 if digits > 19 else 18) for x in (left, right))
    left = whole(left) if isinstance(left, int) else left
    right = whole(right) if isinstance(right, int) else right
    return left + right if sign > 0 else left - right


def multiply(a: Num, b: Num) -> Num:
    """``a * b``; money times a whole constant stays a decimal column."""
    if a.constant is not None and b.constant is not None:
        return constant(a.constant * b.constant)
    n, n_digits = _times(a.n, a.n_digits, b.n, b.n_digits)
    d, d_digits = _times(a.d, a.d_digits, b.d, b.d_digits)
    return Num(n, d, n_digits, d_digits)


def divide(a: Num, b: Num) -> Num:
    """``a / b``, missing where ``b`` is zero; the denominator is kept positive."""
    if b.constant is not None:
        if b.constant == 0:
            return replace(a, n=ibis.null("int64"), column=None)
        return multiply(a, constant(1 / b.constant))
    if isinstance(a.d, int) and isinstance(b.d, int):
        common = gcd(a.d, b.d)
        a = replace(a, d=a.d // common, d_digits=len(str(a.d // common)))
        b = replace(b, d=b.d // common, d_digits=len(str(b.d // common)))
    n, n_digits = _times(a.n, a.n_digits, b.d, b.d_digits)
    d, d_digits = _times(a.d, a.d_digits, b.n, b.n_digits)
    n = whole(n) if isinstance(n, int) else n
    flipped = d < 0
    return Num(flipped.ifelse(-n, n), d.abs().nullif(0), n_digits, d_digits)


def compare(op: str, a: Num, b: Num) -> ir.BooleanValue:
    """Whether ``a op b``, exactly; null where a side is missing."""
    if a.constant is not None and b.constant is not None:
        return ibis.literal(bool(_COMPARE[op](a.constant, b.constant)))
    if a.constant is not None:
        return compare(_MIRROR[op], b, a)
    if b.constant is not None:
        return _to_constant(op, a, b.constant)
    if a.column is not None and b.column is not None:
        return _COMPARE[op](a.column, b.column)
    left, ld = _times(a.n, a.n_digits, b.d, b.d_digits)
    right, rd = _times(b.n, b.n_digits, a.d, a.d_digits)
    wide = 38 if max(ld, rd) > 18 else 18
    return _COMPARE[op](_wide(left, wide), _wide(right, wide))


def _to_constant(op: str, a: Num, value: Fraction) -> ir.BooleanValue:
    if a.column is not None and (value * 10**a.scale).denominator == 1:
        digits = Decimal(value.numerator) / Decimal(value.denominator)
        return _COMPARE[op](
            a.column,
            ibis.literal(digits, f"decimal(38, {a.scale})" if abs(digits) >= 10**15 else f"decimal(18, {a.scale})"),
        )
    if isinstance(a.d, int):
        border = value * a.d
        if border.denominator != 1:
            # between two whole numbers: no value equals it, and the nearest whole number decides the rest
            if op in ("=", "<>"):
                return a.n.isnull().ifelse(ibis.null("boolean"), ibis.literal(op == "<>"))
            op, border = ("<=", Fraction(floor(border))) if op in ("<", "<=") else (">=", Fraction(ceil(border)))
        return _COMPARE[op](a.n, whole(border.numerator))
    left, ld = _times(a.n, a.n_digits, value.denominator, len(str(value.denominator)))
    right, rd = _times(a.d, a.d_digits, value.numerator, len(str(abs(value.numerator))))
    wide = 38 if max(ld, rd) > 18 else 18
    right = whole(right) if isinstance(right, int) else right
    return _COMPARE[op](_wide(left, wide), _wide(right, wide))


def pick(branches: list[tuple[ir.BooleanValue, Num]], otherwise: Num | None) -> Num:
    """The number of the first true branch."""
    numbers = [n for _, n in branches] + ([otherwise] if otherwise else [])
    if all(isinstance(n.d, int) for n in numbers):
        common = lcm(*(n.d for n in numbers))
        scaled = [_times(n.n, n.n_digits, common // n.d, len(str(common // n.d))) for n in numbers]
        values, d, d_digits = [s[0] for s in scaled], common, len(str(common))
        n_digits = max(s[1] for s in scaled)
    else:
        values, n_digits = [n.n for n in numbers], max(n.n_digits for n in numbers)
        d = _cases([c for c, _ in branches], [n.d for n in numbers], otherwise is not None, 18)
        d_digits = max(n.d_digits for n in numbers)
    return Num(_cases([c for c, _ in branches], values, otherwise is not None, n_digits), d, n_digits, d_digits)


def _cases(conditions: list[Any], values: list[Whole], has_else: bool, digits: int) -> Whole:
    wide = [_wide(v, digits) for v in values]
    exprs = [whole(v) if isinstance(v, int) else v for v in wide]
    return ibis.cases(*zip(conditions, exprs, strict=False), else_=exprs[-1] if has_else else None)


def coalesce(numbers: list[Num]) -> Num:
    """The first number that is not missing."""
    if all(n.column is not None for n in numbers[:-1]) and (last := numbers[-1].constant) is not None:
        scale = numbers[0].scale
        if all(n.scale == scale for n in numbers[:-1]) and (last * 10**scale).denominator == 1:
            literal = ibis.literal(Decimal(last.numerator) / Decimal(last.denominator), f"decimal(18, {scale})")
            return of_decimal(
                ibis.coalesce(*(n.column for n in numbers[:-1]), literal), scale, max(n.n_digits for n in numbers[:-1])
            )
    return pick([(~n.missing, n) for n in numbers[:-1]], numbers[-1])


def extreme(numbers: list[Num], *, largest: bool) -> Num:
    """The least or greatest of several numbers; missing if one is missing."""
    best = numbers[0]
    for other in numbers[1:]:
        best = pick(
            [
                (compare(">=" if largest else "<=", best, other), best),
                (compare("<" if largest else ">", best, other), other),
            ],
            None,
        )
    return best
