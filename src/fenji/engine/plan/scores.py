"""Points: each line's points exactly, and their sum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import numbers
from fenji.engine.plan.numbers import Num
from fenji.engine.plan.values import Coded, Text, Value
from fenji.engine.spec.indicators import Points, PointsLine

if TYPE_CHECKING:
    from fenji.engine.plan.indicators import Indicators


def line_column(score: str, line: str) -> str:
    """The column that holds the points of one line, times the score's divisor."""
    return f"p_{score}__{line}"


@dataclass
class Score:
    """One score over a table; ``divisor`` is the common denominator of all its points."""

    indicators: Indicators
    name: str
    points: Points
    table: ir.Table

    def __post_init__(self) -> None:
        resolver = self.indicators.resolver
        self.weights = {
            k: resolver.figure(line.weight) if line.weight else Fraction(1) for k, line in self.points.lines.items()
        }
        self.values = {k: self.indicators.value(self.table, line.of or k) for k, line in self.points.lines.items()}
        figures = [f * self.weights[k] for k, line in self.points.lines.items() for f in self.given(line)]
        figures += [
            self.weights[k] / self.step(k) for k, line in self.points.lines.items() if not (line.bins or line.labels)
        ]
        self.divisor = lcm(1, *(f.denominator for f in figures))

    def step(self, key: str) -> int:
        """The constant denominator of a line's own value."""
        value = self.values[key]
        return value.d if isinstance(value, Num) and isinstance(value.d, int) else 1

    def given(self, line: PointsLine) -> list[Fraction]:
        """The points written in the bins or labels of a line."""
        resolver = self.indicators.resolver
        if line.bins is not None:
            return [resolver.figure(p) for p in line.bins]
        return [resolver.figure(p) for p in (line.labels or {}).values()]

    def line_columns(self) -> dict[str, ir.Value]:
        """The points of each line, as whole numbers over the divisor."""
        return {line_column(self.name, key): self.line(key, line) for key, line in self.points.lines.items()}

    def whole(self, points: Fraction) -> ir.IntegerScalar:
        return numbers.whole(int(points * self.divisor))

    def line(self, key: str, line: PointsLine) -> ir.Value:
        value, weight = self.values[key], self.weights[key]
        if line.bins is not None:
            resolver = self.indicators.resolver
            branches = [
                (
                    self.indicators.inside(self.table, value, resolver.interval(text)),
                    self.whole(resolver.figure(points) * weight),
                )
                for points, text in line.bins.items()
            ]
            return ibis.cases(*branches, else_=ibis.null("int64"))
        if line.labels is not None:
            return self.labelled(value, line.labels, weight)
        number = as_number(value)
        scaled = numbers.multiply(number, numbers.constant(weight * self.divisor))
        return scaled.n.cast("int64") if not isinstance(scaled.n, int) else numbers.whole(scaled.n)

    def labelled(self, value: Value, labels: dict[str, str], weight: Fraction) -> ir.Value:
        assert isinstance(value, Text | Coded)
        resolver = self.indicators.resolver
        branches = []
        for label, points in labels.items():
            wanted = ibis.literal(value.number(label), "int16") if isinstance(value, Coded) else ibis.literal(label)
            branches.append((value.expr == wanted, self.whole(resolver.figure(points) * weight)))
        return ibis.cases(*branches, else_=ibis.null("int64"))

    def best(self, key: str, line: PointsLine) -> Fraction:
        """The most points a line can give."""
        if line.bins is not None or line.labels is not None:
            return max(self.given(line)) * self.weights[key]
        return top_value(self.indicators, line.of or key) * self.weights[key]

    def digits(self, key: str, line: PointsLine) -> int:
        """How many digits the points of a line can have, as whole numbers over the divisor."""
        if line.bins is not None or line.labels is not None:
            return len(str(int(max(abs(p) for p in self.given(line)) * abs(self.weights[key]) * self.divisor)))
        value = as_number(self.values[key])
        return value.n_digits + len(str(int(abs(self.weights[key]) * self.divisor)))

    def total(self, table: ir.Table) -> Num:
        """The score, read from the line columns of ``table``."""
        columns = {key: table[line_column(self.name, key)] for key in self.points.lines}
        lines = self.points.lines.items()
        n_digits = min(18, max(self.digits(k, line) for k, line in lines) + len(str(len(columns))))
        if self.points.lines_missing == "missing":
            exprs = list(columns.values())
            return Num(sum(exprs[1:], exprs[0]), self.divisor, n_digits, len(str(self.divisor)))
        zero = numbers.whole(0)
        got = [ibis.coalesce(c, zero) for c in columns.values()]
        possible = [
            columns[k].isnull().ifelse(zero, self.whole(self.best(k, line))) for k, line in self.points.lines.items()
        ]
        most = self.indicators.resolver.figure(self.points.max)
        top = sum(int(self.best(k, line) * self.divisor) for k, line in lines)
        points = Num(
            sum(got[1:], got[0]) * numbers.whole(most.numerator), most.denominator,
            n_digits + len(str(most.numerator)), len(str(most.denominator)),
        )  # fmt: skip
        return numbers.divide(points, Num(sum(possible[1:], possible[0]), 1, len(str(top)), 1))


def as_number(value: Value) -> Num:
    """A value as a number: a label counts by its number on the scale."""
    if isinstance(value, Num):
        return value
    assert isinstance(value, Coded)
    return numbers.of_whole(value.expr.cast("int64"), 6)


def top_value(indicators: Indicators, name: str) -> Fraction:
    """The greatest value an indicator can have, where that is known: of a scale, a tile or a score."""
    spec = indicators.view.regulation.indicators[name]
    if spec.judged and spec.judged.scale:
        return Fraction(max(indicators.view.regulation.scales[spec.judged.scale].values()))
    if spec.judged and spec.judged.between:
        return indicators.resolver.figure(spec.judged.between[1])
    if spec.tile:
        return indicators.resolver.figure(spec.tile.into)
    return indicators.resolver.figure(spec.points.max) if spec.points else Fraction(0)
