"""Movement: from the computed grade and the previous one to the grade in force (``reference/meaning`` section 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import windows
from fenji.engine.plan.fold import Fold
from fenji.engine.plan.resolve import Bound, ByAttribute, ResolvedInterval, Resolver
from fenji.engine.plan.steps import StepColumns, met_column
from fenji.engine.plan.values import Day, Expressions
from fenji.engine.spec.base import Period
from fenji.engine.spec.movement import Limit

EASED = "__eased"


def eased_bound(bound: Bound | None, factor: Fraction) -> Bound | None:
    """A border moved by a share of its own size."""
    if isinstance(bound, ByAttribute):
        return ByAttribute(bound.by, {k: v + abs(v) * factor for k, v in bound.values.items()})
    return bound + abs(bound) * factor if isinstance(bound, Fraction) else bound


def eased(interval: ResolvedInterval, factor: Fraction) -> ResolvedInterval:
    """An interval with both borders moved."""
    return replace(interval, low=eased_bound(interval.low, factor), high=eased_bound(interval.high, factor))


@dataclass
class Eased:
    """The graders' answers with every border of bands, rank and share eased by the margin."""

    columns: StepColumns
    margin: Fraction

    def answers(self, table: ir.Table) -> dict[str, ir.Value]:
        """What each grader would say with eased borders."""
        found: dict[str, ir.Value] = {}
        for kind, spec in self.columns.target.steps:
            if kind == "bands":
                factor = -self.margin if self.high_is_better(spec) else self.margin
                found[spec.id] = self.columns.bands(table, spec, lambda _, interval, f=factor: eased(interval, f))
            elif kind == "rank":
                found[spec.id] = self.rank(table, spec)
            elif kind == "matrix":
                found[spec.id] = self.columns.matrix(table, spec)
        return found

    def high_is_better(self, spec: Any) -> bool:
        """Whether the better codes of bands stand at the higher values."""
        codes, resolver = self.columns.target.codes, self.columns.resolver
        placed = []
        for code, text in spec.into.items():
            interval = resolver.interval(text)
            low = interval.low if interval.low is not None else interval.high
            low = max(low.values.values()) if isinstance(low, ByAttribute) else low
            below = interval.low is None
            if isinstance(low, Fraction) and codes.number(code) <= codes.ranks:
                placed.append((codes.number(code), low, not below))
        placed.sort()
        return len(placed) < 2 or placed[0][1:] >= placed[-1][1:]

    def rank(self, table: ir.Table, spec: Any) -> ir.Value:
        better, size = table[f"s_{spec.id}_better"], table[f"s_{spec.id}_of"]
        branches: list[tuple[Any, Any]] = []
        for code, word, share in self.columns.places(spec):
            number = self.columns.number(code)
            if word == "rest":
                branches.append((size.notnull(), number))
                continue
            wide = share * (1 + self.margin if word == "top" else 1 - self.margin)
            count = better if word == "top" else table[f"s_{spec.id}_worse"]
            branches.append((count * wide.denominator < size * wide.numerator, number))
        return ibis.cases(*branches, else_=ibis.null("int16"))


@dataclass
class Moves:
    """Moves the computed grade of a table that has ``x_grade``, ``x_previous`` and ``x_previous_from``."""

    resolver: Resolver
    columns: StepColumns
    expressions: Callable[[ir.Table], Expressions]

    def __post_init__(self) -> None:
        self.spec = self.resolver.view.regulation.movement
        self.ranks = self.columns.target.codes.ranks

    def eased_fold(self, table: ir.Table, fold: Fold) -> ir.Table:
        """``table`` with the answer of the fold over eased borders, where there is a margin."""
        if not self.spec.margin or not self.resolver.figure(self.spec.margin):
            return table
        own = Eased(self.columns, self.resolver.figure(self.spec.margin))
        again = Fold(self.columns, fold.reasons, EASED, own.answers(table))
        return again.run(table)

    def move(self, table: ir.Table) -> ir.Table:
        """``table`` with the moved grade, and whether it was held or limited."""
        computed, previous = table["x_grade"], table["x_previous"]
        both = ibis.coalesce((computed <= self.ranks) & (previous <= self.ranks), ibis.literal(False))
        falls, rises = both & (computed > previous), both & (computed < previous)
        held: Any = self.too_soon(table, self.spec.fall, falls) | self.too_soon(table, self.spec.rise, rises)
        if self.spec.hold:
            true = self.expressions(table).conditions(self.spec.hold.when, self.resolver.whole)
            held = held | (both & ibis.coalesce(true, ibis.literal(False)))
        eased_answer = f"x_grade{EASED}"
        if eased_answer in table.columns:
            held = held | (falls & ibis.coalesce(table[eased_answer] <= previous, ibis.literal(False)))
        table = table.mutate(x_held=held, x_falls=falls, x_rises=rises)
        stepped = self.stepped(table)
        moved: Any = table["x_held"].ifelse(table["x_previous"], stepped)
        over = self.tenure_over(table)
        if over is not None and self.spec.tenure:
            then = self.spec.tenure.then
            new = table["x_grade"] if then == "computed" else self.columns.number(then)
            both_now = table["x_falls"] | table["x_rises"] | (table["x_grade"] == table["x_previous"])
            moved = (over & ibis.coalesce(both_now, ibis.literal(False))).ifelse(new, moved)
        table = table.mutate(x_moved=moved.cast("int16"))
        return self.bind(table)

    def stepped(self, table: ir.Table) -> Any:
        """At most so many ranks in one direction."""
        result: Any = table["x_grade"]
        if self.spec.fall and self.spec.fall.at_most:
            lowest = table["x_previous"] + self.resolver.whole(self.spec.fall.at_most)
            result = table["x_falls"].ifelse(ibis.least(table["x_grade"], lowest.cast("int16")), result)
        if self.spec.rise and self.spec.rise.at_most:
            highest = table["x_previous"] - self.resolver.whole(self.spec.rise.at_most)
            result = table["x_rises"].ifelse(ibis.greatest(table["x_grade"], highest.cast("int16")), result)
        return result

    def too_soon(self, table: ir.Table, limit: Limit | None, moves: ir.BooleanValue) -> ir.BooleanValue:
        """Whether a move comes before the holding time is over."""
        if limit is None or limit.not_before is None:
            return ibis.literal(False)
        earliest = self.back(limit.not_before)
        return moves & ibis.coalesce(table["x_previous_from"] > ibis.literal(earliest, "date"), ibis.literal(False))

    def back(self, period: Period) -> dt.date:
        """The as-of date less a period."""
        unit, length = self.resolver.period(period)
        if unit in ("months", "years"):
            return windows.add_months(self.resolver.as_of, -length * (12 if unit == "years" else 1))
        return self.resolver.as_of - dt.timedelta(days=length)

    def tenure_over(self, table: ir.Table) -> ir.BooleanValue | None:
        """Whether the previous grade's time and its grace have passed."""
        tenure = self.spec.tenure
        if tenure is None:
            return None
        day = self.back(tenure.grace) if tenure.grace else self.resolver.as_of
        since = table["x_previous_from"]
        if isinstance(tenure.ends, str):
            kind = "calendar_year" if tenure.ends == "calendar_year" else "fiscal_year"
            start = windows.calendar_span(kind, "to_date", day, fiscal_start=self.fiscal_start()).start
            assert start is not None
            over = since < ibis.literal(start, "date")
        else:
            unit, length = self.resolver.period(tenure.ends)
            start = (
                windows.add_months(day, -length * (12 if unit == "years" else 1))
                if unit in ("months", "years")
                else day - dt.timedelta(days=length)
            )
            over = since <= ibis.literal(start, "date")
        over = ibis.coalesce(over, ibis.literal(False))
        if isinstance(tenure.for_, dict):
            wanted = self.columns.target.codes.numbers(tenure.for_.get("grade", ("any",)))
            over = over & ibis.coalesce(table["x_previous"].isin(wanted), ibis.literal(False))
        return over

    def fiscal_start(self) -> tuple[int, int]:
        month, day = map(int, self.resolver.view.regulation.calendar.fiscal_year_starts.split("-"))
        return month, day

    def bind(self, table: ir.Table) -> ir.Table:
        """The worst cap in effect binds again; a veto is already the computed answer and always binds."""
        result: Any = table["x_moved"]
        for kind, spec in self.columns.target.steps:
            if kind == "cap" and spec.for_ is None:
                met = ibis.coalesce(table[met_column(spec.id)], ibis.literal(False)) & (result <= self.ranks)
                result = met.ifelse(ibis.greatest(result, self.columns.number(spec.at)), result)
        if "x_grade__veto" in table.columns:
            result = ibis.coalesce(table["x_grade__veto"], result)
        return table.mutate(x_final=result.cast("int16"))


def provisional(resolver: Resolver, table: ir.Table, value: Callable[[ir.Table, str], Any]) -> ir.BooleanValue:
    """Whether a customer is still in the provisional period: the as-of date is before date + period."""
    spec = resolver.view.regulation.movement.provisional
    if spec is None or spec.until.after is None:
        return ibis.literal(False)
    since = value(table, spec.until.after)
    if not isinstance(since, Day):
        return ibis.literal(False)
    unit, length = resolver.period(spec.until)
    if unit in ("months", "years"):
        first = windows.add_months(resolver.as_of, -length * (12 if unit == "years" else 1))
        while windows.add_months(first, length * (12 if unit == "years" else 1)) <= resolver.as_of:
            first += dt.timedelta(days=1)
    else:
        first = resolver.as_of - dt.timedelta(days=length - 1)
    return ibis.coalesce(since.expr >= ibis.literal(first, "date"), ibis.literal(False))
