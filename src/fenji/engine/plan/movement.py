"""Movement: from the computed grade and the previous one to the grade in force (``reference/meaning`` section 7).

A grade that is a pair of axes moves on each of its ranked axes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import windows
from fenji.engine.plan.base import PREVIOUS_FROM, PREVIOUS_SINCE
from fenji.engine.plan.fold import Fold, Reasons
from fenji.engine.plan.project import extend
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

    def fold(self, table: ir.Table, reasons: Reasons, **start: Any) -> ir.Table:
        """``table`` with the target's answer over eased borders, in a column of its own."""
        return Fold(self.columns, reasons, EASED, self.answers(table)).run(table, **start)

    def answers(self, table: ir.Table) -> dict[str, ir.Value]:
        """What each grader would say with eased borders."""
        found: dict[str, ir.Value] = {}
        for kind, spec in self.columns.target.steps:
            if kind == "bands":
                found[spec.id] = self.columns.bands(table, spec, self.easing(spec))
            elif kind == "rank":
                found[spec.id] = self.columns.by_place(table, spec, self.margin)
            elif kind == "share":
                found[spec.id] = self.share(table, spec)
            elif kind == "matrix":
                found[spec.id] = self.columns.matrix(table, spec, EASED)
        return found

    def easing(self, spec: Any) -> Callable[[str, ResolvedInterval], ResolvedInterval]:
        """Moves the borders of bands so that the better codes become easier."""
        factor = -self.margin if self.high_is_better(spec) else self.margin
        return lambda code, interval: eased(interval, factor)

    def high_is_better(self, spec: Any) -> bool:
        """Whether the better codes of bands stand at the higher values."""
        codes, resolver = self.columns.target.codes, self.columns.resolver
        placed: list[tuple[int, bool, Fraction]] = []
        for code, text in spec.into.items():
            interval = resolver.interval(text)
            edge = interval.low if interval.low is not None else interval.high
            edge = max(edge.values.values()) if isinstance(edge, ByAttribute) else edge
            if isinstance(edge, Fraction) and codes.number(code) <= codes.ranks:
                placed.append((codes.number(code), interval.low is not None, edge))
        placed.sort(key=lambda p: p[0])
        return len(placed) < 2 or placed[0][1:] >= placed[-1][1:]

    def share(self, table: ir.Table, spec: Any) -> ir.Value:
        """The running share with its borders eased."""
        intervals = [(code, eased(interval, self.margin)) for code, interval in self.columns.shares(spec)]
        return self.columns.by_share(table[f"s_{spec.id}_reached"], table[f"s_{spec.id}_total"], intervals)


@dataclass(frozen=True)
class Track:
    """The columns of one movement: a grade, or one axis of a grade that is a cell."""

    computed: str
    previous: str
    eased: str
    final: str


@dataclass
class Moves:
    """Moves the computed answer of one target."""

    resolver: Resolver
    columns: StepColumns
    expressions: Callable[[ir.Table], Expressions]
    track: Track

    def __post_init__(self) -> None:
        self.spec = self.resolver.view.regulation.movement
        self.ranks = self.columns.target.codes.ranks

    def move(self, table: ir.Table) -> ir.Table:
        """``table`` with the moved answer, and whether the previous one was held."""
        computed, previous = table[self.track.computed], table[self.track.previous]
        both = ibis.coalesce((computed <= self.ranks) & (previous <= self.ranks), ibis.literal(False))
        falls, rises = both & (computed > previous), both & (computed < previous)
        held: Any = self.too_soon(table, self.spec.fall, falls) | self.too_soon(table, self.spec.rise, rises)
        if self.spec.hold:
            true = self.expressions(table).conditions(self.spec.hold.when, self.resolver.whole)
            held = held | (both & ibis.coalesce(true, ibis.literal(False)))
        if self.track.eased in table.columns:
            held = held | (falls & ibis.coalesce(table[self.track.eased] <= previous, ibis.literal(False)))
        over = self.tenure_over(table)
        if over is not None:
            held = held & ~over
        names = {part: f"{self.track.final}__{part}" for part in ("held", "falls", "rises")}
        table = extend(table, {names["held"]: held, names["falls"]: falls, names["rises"]: rises})
        moved: Any = table[names["held"]].ifelse(table[self.track.previous], self.stepped(table, names))
        moved = self.ended(table, moved, over)
        return extend(table, {self.track.final: self.bound(table, moved).cast("int16")})

    def ended(self, table: ir.Table, moved: Any, over: ir.BooleanValue | None) -> Any:
        """What becomes of a grade whose time is over."""
        if over is None or self.spec.tenure is None:
            return moved
        computed, previous = table[self.track.computed], table[self.track.previous]
        there = ibis.coalesce((computed <= self.ranks) & (previous <= self.ranks), ibis.literal(False))
        then = self.spec.tenure.then
        return (over & there).ifelse(computed if then == "computed" else self.columns.number(then), moved)

    def stepped(self, table: ir.Table, names: Mapping[str, str]) -> Any:
        """At most so many ranks in one direction."""
        result: Any = table[self.track.computed]
        previous = table[self.track.previous]
        if self.spec.fall and self.spec.fall.at_most:
            lowest = (previous + self.resolver.whole(self.spec.fall.at_most)).cast("int16")
            result = table[names["falls"]].ifelse(ibis.least(table[self.track.computed], lowest), result)
        if self.spec.rise and self.spec.rise.at_most:
            highest = (previous - self.resolver.whole(self.spec.rise.at_most)).cast("int16")
            result = table[names["rises"]].ifelse(ibis.greatest(table[self.track.computed], highest), result)
        return result

    def too_soon(self, table: ir.Table, limit: Limit | None, moves: ir.BooleanValue) -> ir.BooleanValue:
        """Whether a move comes before the holding time is over."""
        if limit is None or limit.not_before is None:
            return ibis.literal(False)
        first = ibis.literal(first_running(self.resolver, limit.not_before, self.resolver.as_of), "date")
        return moves & ibis.coalesce(table[PREVIOUS_SINCE] >= first, ibis.literal(False))

    def tenure_over(self, table: ir.Table) -> ir.BooleanValue | None:
        """Whether the previous grade's time and its grace have passed."""
        tenure = self.spec.tenure
        boundary = tenure_boundary(self.resolver)
        if tenure is None or boundary is None:
            return None
        over = ibis.coalesce(table[PREVIOUS_FROM] < ibis.literal(boundary, "date"), ibis.literal(False))
        if isinstance(tenure.for_, dict) and "grade" in tenure.for_:
            wanted = self.columns.target.codes.numbers(tenure.for_["grade"])
            over = over & ibis.coalesce(table[self.track.previous].isin(wanted), ibis.literal(False))
        return over

    def bound(self, table: ir.Table, moved: Any) -> Any:
        """What moved is bound again by the worst cap in effect; a veto binds always."""
        capped: Any = moved
        for kind, spec in self.columns.target.steps:
            if kind == "cap" and not isinstance(spec.for_, dict):
                met = ibis.coalesce(table[met_column(spec.id)], ibis.literal(False)) & (capped <= self.ranks)
                capped = met.ifelse(ibis.greatest(capped, self.columns.number(spec.at)), capped)
        stays = ibis.coalesce(moved == table[self.track.computed], ibis.literal(False))
        result = stays.ifelse(moved, capped)
        veto = f"{self.track.computed}__veto"
        return ibis.coalesce(table[veto], result) if veto in table.columns else result


def first_running(resolver: Resolver, period: Period, day: dt.date) -> dt.date:
    """The first day from which a period is still running on ``day``; one that began before it is over.

    A period that begins on s is over on ``day`` when s plus the period is not after it, month ends clamped.
    """
    unit, length = resolver.period(period)
    if unit not in ("months", "years"):
        return day - dt.timedelta(days=length - 1)
    months = length * (12 if unit == "years" else 1)
    first = windows.add_months(day, -months)
    while windows.add_months(first, months) <= day:
        first += dt.timedelta(days=1)
    return first


def tenure_boundary(resolver: Resolver) -> dt.date | None:
    """A grade whose present time began before this day is over, its grace included; none without a tenure."""
    tenure = resolver.view.regulation.movement.tenure
    if tenure is None:
        return None
    day = resolver.as_of
    if tenure.grace:
        day = first_running(resolver, tenure.grace, day) - dt.timedelta(days=1)
    if isinstance(tenure.ends, str):
        month, first = map(int, resolver.view.regulation.calendar.fiscal_year_starts.split("-"))
        return windows.calendar_span(tenure.ends, "to_date", day, fiscal_start=(month, first)).start
    return first_running(resolver, tenure.ends, day)


def provisional(resolver: Resolver, table: ir.Table, value: Callable[[ir.Table, str], Any]) -> ir.BooleanValue:
    """Whether a customer is still in the provisional period: the as-of date is before date + period."""
    spec = resolver.view.regulation.movement.provisional
    if spec is None or spec.until.after is None:
        return ibis.literal(False)
    since = value(table, spec.until.after)
    if not isinstance(since, Day):
        return ibis.literal(False)
    first = first_running(resolver, spec.until, resolver.as_of)
    return ibis.coalesce(since.expr >= ibis.literal(first, "date"), ibis.literal(False))
