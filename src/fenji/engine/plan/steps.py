"""Conditions and graders' answers as columns: everything that does not depend on the answer so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import populations
from fenji.engine.plan.codes import Codes
from fenji.engine.plan.indicators import Indicators
from fenji.engine.plan.measures import value_column
from fenji.engine.plan.numbers import SUMS
from fenji.engine.plan.project import extend
from fenji.engine.plan.resolve import ResolvedInterval
from fenji.engine.plan.scores import as_number
from fenji.engine.plan.values import Coded, Expressions, Value
from fenji.engine.spec.steps import Bands, Matrix, Rank, Share
from fenji.engine.view import AS_OF, condition_texts, interval_names


def said_column(step: str) -> str:
    """What a grader answered, as a code number."""
    return f"s_{step}"


def met_column(step: str) -> str:
    """Whether the condition of a step holds; null: undecided."""
    return f"s_{step}_met"


def part_column(step: str, part: int) -> str:
    """One condition of a ``when`` with several."""
    return f"s_{step}_c{part}"


def line_column(step: str, line: int) -> str:
    """One line of a rule list."""
    return f"s_{step}_{line}"


@dataclass(frozen=True)
class Target:
    """What a list of steps makes: an axis or the grade."""

    name: str  # "grade" or the name of the axis
    codes: Codes
    steps: tuple[tuple[str, Any], ...]
    several: bool = False

    @property
    def answer(self) -> str:
        """The column of its answer."""
        return "x_grade" if self.name == "grade" else f"a_{self.name}"


@dataclass
class StepColumns:
    """Compiles the steps of one target over a table; ``axes`` are the targets that conditions may name."""

    indicators: Indicators
    target: Target
    axes: dict[str, Target] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resolver = self.indicators.resolver
        self.view = self.indicators.view

    def lookup(self, table: ir.Table) -> Callable[[str], Value]:
        """Names in conditions over ``table``."""

        def find(name: str) -> Value:
            if name in self.axes:
                axis = self.axes[name]
                known = table[axis.answer]
                return Coded(
                    known.isin(axis.codes.numbers(["any"])).ifelse(known, ibis.null("int16")), axis.codes.number
                )
            return self.indicators.value(table, name)

        return find

    def compile(self, table: ir.Table) -> ir.Table:
        """``table`` with the columns of every step of the target."""
        columns: dict[str, ir.Value] = {}
        ranked = [(kind, spec) for kind, spec in self.target.steps if kind in ("rank", "share")]
        if ranked:
            table = populations.placed(table, [self.place(table, kind, spec) for kind, spec in ranked])
        for kind, spec in ranked:
            columns[said_column(spec.id)] = self.ranked(table, kind, spec)
        for kind, spec in self.target.steps:
            columns.update(self.step(table, kind, spec))
        return extend(table, columns) if columns else table

    def step(self, table: ir.Table, kind: str, spec: Any) -> dict[str, ir.Value]:
        """The columns of one step."""
        found: dict[str, ir.Value] = {}
        expressions = Expressions(self.lookup(table))
        if kind == "rules":
            for i, line in enumerate(spec.lines):
                found[line_column(spec.id, i)] = expressions.conditions(line.when, self.resolver.whole)
        if getattr(spec, "when", None) is not None:
            found.update(self.met(expressions, spec.id, spec.when))
        if kind == "bands":
            found[said_column(spec.id)] = self.bands(table, spec)
        if kind == "matrix":
            found[said_column(spec.id)] = self.matrix(table, spec)
        return found

    def met(self, expressions: Expressions, step: str, when: object) -> dict[str, ir.Value]:
        """The whole condition, and each of its parts where there are several."""
        found = {met_column(step): expressions.conditions(when, self.resolver.whole)}
        texts = list(condition_texts(when))
        if len(texts) > 1:
            found.update({part_column(step, i): expressions.condition(text) for i, text in enumerate(texts)})
        return found

    def number(self, code: str) -> ir.IntegerScalar:
        """A code as its number."""
        return ibis.literal(self.target.codes.number(code), "int16")

    def bands(
        self, table: ir.Table, spec: Bands, ease: Callable[[str, ResolvedInterval], ResolvedInterval] | None = None
    ) -> ir.Value:
        """The code whose interval holds the value."""
        value = self.indicators.value(table, spec.of)
        branches = []
        for code, text in spec.into.items():
            interval = self.resolver.interval(text)
            interval = ease(code, interval) if ease else interval
            branches.append((self.indicators.inside(table, value, interval), self.number(code)))
        return ibis.cases(*branches, else_=ibis.null("int16"))

    def matrix(self, table: ir.Table, spec: Matrix, suffix: str = "") -> ir.Value:
        """The code of the cell; with a suffix, of the axes' answers of another fold, where they have one."""
        other = {a: self.axes[a].answer + suffix for a in spec.of}
        answers = {a: name if name in table.columns else self.axes[a].answer for a, name in other.items()}
        branches = []
        for path, code in cells_of(spec.cells):
            parts = [
                table[answers[axis]] == self.axes[axis].codes.number(at)
                for axis, at in zip(spec.of, path, strict=True)
            ]
            branches.append((ibis.and_(*parts), self.number(code)))
        return ibis.cases(*branches, else_=ibis.null("int16"))

    def place(
        self, table: ir.Table, kind: str, spec: Rank | Share
    ) -> tuple[populations.Population, populations.Columns]:
        """The population of a grader that looks at everybody, and the columns of each one's place in it."""
        among = Expressions(self.lookup(table)).condition(spec.among) if spec.among else None
        population = populations.Population(
            as_number(self.indicators.value(table, spec.of)), spec.best == "high", among
        )
        kept = ("reached", "total") if kind == "share" else ("better", "worse")
        return population, lambda places: {
            f"s_{spec.id}_of": places.size, **{f"s_{spec.id}_{part}": getattr(places, part) for part in kept},
        }  # fmt: skip

    def ranked(self, table: ir.Table, kind: str, spec: Rank | Share) -> ir.Value:
        """What a grader says that looks at the whole population."""
        size = table[f"s_{spec.id}_of"]
        if kind == "share":
            said = self.by_share(table[f"s_{spec.id}_reached"], table[f"s_{spec.id}_total"], self.shares(spec))
        else:
            said = self.by_place(table, spec)
        if spec.at_least is None:
            return said
        few = self.number(spec.too_few) if spec.too_few else ibis.null("int16")
        return (size < self.resolver.whole(spec.at_least)).ifelse(few, said)

    def places(self, spec: Rank | Share) -> list[tuple[str, str, Fraction]]:
        """``top p``, ``last p`` and ``rest`` with their codes."""
        found = []
        for code, text in spec.into.items():
            word, _, share = text.partition(" ")
            found.append((code, word, self.resolver.figure(share) if share else Fraction(1)))
        return sorted(found, key=lambda f: f[1] == "rest")

    def by_place(self, table: ir.Table, spec: Any, margin: Fraction = Fraction(0)) -> ir.Value:
        """The code of the place; with a margin more are counted to the top and fewer to the last."""
        better, worse, size = (table[f"s_{spec.id}_{part}"] for part in ("better", "worse", "of"))
        branches: list[tuple[ir.Value, ir.Value]] = []
        for code, word, share in self.places(spec):
            if word == "rest":
                branches.append((size.notnull(), self.number(code)))
                continue
            wide = share * (1 + margin if word == "top" else 1 - margin)
            count = better if word == "top" else worse
            branches.append((count * wide.denominator < size * wide.numerator, self.number(code)))
        return ibis.cases(*branches, else_=ibis.null("int16"))

    def shares(self, spec: Rank | Share) -> list[tuple[str, ResolvedInterval]]:
        """The intervals of the running share."""
        return [(code, self.resolver.interval(text)) for code, text in spec.into.items()]

    def by_share(self, reached: ir.Value, total: ir.Value, into: list[tuple[str, ResolvedInterval]]) -> ir.Value:
        """The code whose interval holds the running share; none where the total is not positive."""
        total, reached = total.cast(SUMS), reached.cast(SUMS)
        branches = []
        for code, interval in into:
            parts = [total > 0]
            for bound, closed, low in (
                (interval.low, interval.low_closed, True),
                (interval.high, interval.high_closed, False),
            ):
                if isinstance(bound, Fraction):
                    left, right = reached * bound.denominator, total * bound.numerator
                    parts.append(
                        (left >= right if closed else left > right)
                        if low
                        else (left <= right if closed else left < right)
                    )
            branches.append((ibis.and_(*parts), self.number(code)))
        return ibis.cases(*branches, else_=ibis.null("int16"))

    # what is awaited
    def awaited(self, table: ir.Table, names: set[str]) -> ir.BooleanValue | None:
        """Whether a judged value or an axis among the names, however indirectly, waits for people; none: never."""
        parts = [
            table[f"m_{n}"] if f"m_{n}" in table.columns else table[value_column(n)].isnull()
            for n in self.view.judged_below(names)
        ]
        parts += [
            table[f"{axis.answer}_open"]
            for name, axis in self.axes.items()
            if name in names and f"{axis.answer}_open" in table.columns
        ]
        return ibis.or_(*parts) if parts else None

    def condition_names(self, when: object) -> set[str]:
        """The names that a condition uses."""
        return self.view.condition_names(when)

    def grader_names(self, kind: str, spec: Any) -> set[str]:
        """The names that a grader's answer depends on, its own ``when`` left out."""
        names: set[str] = set()
        if kind in ("bands", "rank", "share"):
            names.add(spec.of)
            names |= {n for text in spec.into.values() for n in interval_names(text)}
            if kind != "bands" and spec.among:
                names |= self.condition_names(spec.among)
        if kind == "matrix":
            names |= set(spec.of)
        return names - {AS_OF}


def cells_of(cells: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Every cell of a matrix: its codes on the axes, and its answer."""
    found: list[tuple[tuple[str, ...], str]] = []
    for key, below in cells.items():
        if isinstance(below, dict):
            found += [((key, *path), code) for path, code in cells_of(below)]
        else:
            found.append(((key,), below))
    return found
