"""The way to the next grade: the smallest change of one figure that reaches it, proved by grading again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pyarrow as pa

from fenji.engine.explain.borders import Borders, Lever
from fenji.engine.explain.candidates import Compared, allowed, crossing, farthest, grid, roots, start
from fenji.engine.explain.model import Awaited, Facts
from fenji.engine.explain.prober import Change, Outcome, Prober
from fenji.engine.explain.trace import Reader, plan_of
from fenji.engine.explain.ways import Path, Status, Way
from fenji.engine.plan import Plan
from fenji.engine.plan.measures import OWNER
from fenji.engine.readout import Value, indicator
from fenji.engine.run import Run

ALONE = 20
_ROUNDS, _INSIDE, _ATTEMPTS = 60, 15, 12
_TEXT_COST = Fraction(2)


def path_up(source: Run | Plan, trace: pa.Table, customer: str, target: str | None = None) -> Path | None:
    """The way up of one customer; none when the trace has no such customer.

    Args:
        source: the run or its plan.
        trace: the whole trace; where customers are not compared with each other, its row alone is enough.
        target: ``grade`` or an axis; unset: the grade, or for a grade of cells its first ranked axis.
    """
    found = paths_up(source, trace, [customer], target)
    return found[0] if found else None


def paths_up(
    source: Run | Plan, trace: pa.Table, customers: Sequence[str] | None = None, target: str | None = None
) -> list[Path]:
    """The way up of some or all customers, in the order of the trace."""
    plan = plan_of(source)
    borders = Borders(plan, trace.schema)
    search = Search(plan, trace, borders, target or default_target(plan))
    wanted = None if customers is None else set(customers)
    names = trace[OWNER].to_pylist()
    return search.paths([i for i, name in enumerate(names) if wanted is None or name in wanted])


def default_target(plan: Plan) -> str:
    """The grade; for a grade of cells the first axis that has an order."""
    cells = plan.regulation.cells
    ranked = [a for a in cells.cells if plan.axes[a].codes.ranks and not plan.axes[a].several] if cells else []
    return ranked[0] if ranked else "grade"


@dataclass
class Try:
    """What is known of one figure of one customer: values graded so far, in steps or as texts."""

    row: int
    lever: Lever
    old: Value
    now: Fraction | int | None
    graded: dict[Any, Outcome] = field(default_factory=dict)


class Search:
    """Looks for ways up in one trace."""

    def __init__(self, plan: Plan, trace: pa.Table, borders: Borders, target: str) -> None:
        self.plan, self.trace, self.borders, self.target = plan, trace, borders, target
        self.codes = (plan.grade if target == "grade" else plan.axes[target]).codes
        self.reader = Reader(plan, trace.schema)
        self.present: list[str | None] = trace["grade" if target == "grade" else f"a_{target}"].to_pylist()
        self.numbers = {name: self.codes.number(name) for name in self.codes.names}
        self.prober = Prober(plan, trace, borders)
        needed = borders.compared_columns(trace.schema.names)
        self.population = trace.select(needed).to_pylist() if borders.populations else []
        self.compared = {n: Compared(borders, self.population, n) for n in borders.populations}

    # all
    def paths(self, rows: Sequence[int]) -> list[Path]:
        """The paths of some rows of the trace."""
        told = dict(zip(rows, self.trace.take(pa.array(rows, pa.int64())).to_pylist(), strict=True))
        settled = {i: path for i in rows if (path := self.settled(told[i]))}
        alone = self.borders.modelled or (self.borders.nested and len(rows) > ALONE)
        open_rows = [i for i in rows if i not in settled and not alone]
        tries = [t for i in open_rows for t in self.tries(i, told[i])]
        self.search(tries, told)
        by_row: dict[int, list[Try]] = {}
        for one in tries:
            by_row.setdefault(one.row, []).append(one)
        found = []
        for i in rows:
            if alone and i not in settled:
                found.append(self.path(told[i], "alone"))
            else:
                found.append(settled.get(i) or self.best(told[i], by_row.get(i, [])))
        return self.with_awaited(found, {told[i][OWNER]: i for i in rows})

    def path(self, row: Mapping[str, Any], status: Status, **more: Any) -> Path:
        return Path(row[OWNER], self.target, self.code(row), status, **more)

    def code(self, row: Mapping[str, Any]) -> str | None:
        """The present answer."""
        found = row["grade"] if self.target == "grade" else row[f"a_{self.target}"]
        return None if found is None else str(found)

    def rank(self, code: str | None) -> int:
        """A code's rank, 1 the best; below all ranks where there is none."""
        return min(self.numbers[code], self.codes.ranks + 1) if code is not None else self.codes.ranks + 1

    def facts(self, row: Mapping[str, Any]) -> Facts:
        """The explanation of a row, without its lists."""
        return self.reader.read(row, lists=False)

    def settled(self, row: Mapping[str, Any]) -> Path | None:
        """Where no search is needed: the best grade, no order, or people who must speak first."""
        if not self.codes.ranks:
            return self.path(row, "unranked")
        if self.target == "grade":
            if row["standing"] == "proposed" or row["ungraded"] == "awaiting":
                return self.path(row, "awaiting", awaited=self.facts(row).target.awaited)
        elif row[f"a_{self.target}_open"]:
            axis = next(a for a in self.facts(row).axes if a.name == self.target)
            return self.path(row, "awaiting", awaited=axis.awaited)
        return self.path(row, "top") if self.rank(self.code(row)) == 1 else None

    # searching
    def tries(self, at: int, row: Mapping[str, Any]) -> list[Try]:
        """One try for each figure that may be changed."""
        found = []
        for lever in self.borders.levers:
            value = indicator(self.plan, row, lever.name)
            now = start(lever, value) if lever.kind in ("number", "date") else None
            found.append(Try(at, lever, value, now))
        return found

    def search(self, tries: list[Try], rows: Mapping[int, Mapping[str, Any]]) -> None:
        """Grades candidates, then closes in until no smaller change is left untried."""
        if not tries:
            return
        numeric = [t for t in tries if t.lever.kind in ("number", "date")]
        samples = {id(t): self.direct(t, rows[t.row]) for t in numeric}
        self.add_roots([t for t in numeric if t.lever.indirect], samples, rows)
        wanted: list[tuple[Try, Any]] = [(t, v) for t in numeric for v in sorted(samples[id(t)])]
        wanted += [(t, v) for t in tries if t.lever.options for v in t.lever.options if v != t.old]
        self.grade(wanted)
        active = numeric
        for _round in range(_ROUNDS):
            found = [(t, self.closer(t)) for t in active]
            active = [t for t, values in found if values]
            if not active:
                return
            self.grade([(t, v) for t, values in found for v in values])

    def direct(self, one: Try, row: Mapping[str, Any]) -> set[int]:
        """Candidates at the borders of the value itself, and at those that other customers draw."""
        found = crossing(one.lever, one.now, one.lever.direct)
        if one.lever.name in self.compared and one.lever.kind == "number":
            near = self.compared[one.lever.name].near(None if one.now is None else one.now * one.lever.step)
            steps = [int(v / one.lever.step) for v in near]
            found |= crossing(one.lever, one.now, {s + d for s in steps for d in (0, 1)})
        for left, right in self.borders.pairs:
            found |= crossing(one.lever, one.now, self.borders.other_side(one.lever, left, right, row))
        if one.now is None:
            found |= allowed(one.lever, None, {self.ground(one.lever)})
        if one.lever.indirect:
            found |= grid(one.lever, one.now, farthest(one.lever, one.now))
        return found

    def add_roots(self, tries: list[Try], samples: dict[int, set[int]], rows: Mapping[int, Mapping[str, Any]]) -> None:
        """Candidates where computed values cross their borders."""
        if not tries or not (self.borders.watched or self.borders.pairs):
            return
        points = [
            (t, v) for t in tries for v in sorted(samples[id(t)] | ({int(t.now)} if t.now is not None else set()))
        ]
        values = self.prober.watched([(t.row, t.lever, v) for t, v in points])
        for node, found in values.items():
            series: dict[int, list[tuple[int | Fraction, Fraction | None]]] = {}
            for (t, v), y in zip(points, found, strict=True):
                series.setdefault(id(t), []).append((v, y))
            for t in tries:
                limits = self.limits(node, rows[t.row])
                more = roots(series.get(id(t), []), limits)
                samples[id(t)] |= crossing(t.lever, t.now, more) | allowed(t.lever, t.now, more)

    def limits(self, node: Any, row: Mapping[str, Any]) -> set[Fraction]:
        """The borders of a watched value; a difference of two sides has one, at zero."""
        if isinstance(node, int):
            return {Fraction(0)}
        found = set(self.borders.watched[node])
        name = getattr(node, "name", None)
        if name in self.compared:
            value = indicator(self.plan, row, name)
            found |= self.compared[name].near(value if isinstance(value, Fraction) else None)
        return found

    def grade(self, wanted: list[tuple[Try, Any]]) -> None:
        """Grades values and keeps what they would lead to."""
        changes: list[Change] = [(t.row, t.lever, v) for t, v in wanted]
        for (t, v), outcome in zip(wanted, self.prober.outcomes(changes, self.target), strict=True):
            t.graded[v] = outcome

    def closer(self, one: Try) -> list[int]:
        """Values between the smallest change that works and the next smaller one that does not."""
        best = self.smallest(one)
        if best is None:
            return []
        value, _outcome = best
        middle = one.now if one.now is not None else self.ground(one.lever)
        if value == middle:
            return []
        sign = 1 if value > middle else -1
        tried = [v for v in one.graded if (v - middle) * sign >= 0 and (value - v) * sign > 0]
        failed = max(tried, key=lambda v: v * sign, default=None)
        nearest = failed if failed is not None else _beyond(middle, sign)
        distance = (value - nearest) * sign
        if distance <= 1:
            if failed is None and nearest != one.now and nearest not in one.graded:
                return sorted(allowed(one.lever, one.now, {int(nearest)}))
            return []
        if distance <= _INSIDE:
            inside = {nearest + sign * i for i in range(1, distance)}
        else:
            inside = {nearest + sign * (distance * i // (_INSIDE + 1)) for i in range(1, _INSIDE + 1)}
            inside |= {value - sign}
        return sorted(allowed(one.lever, one.now, inside) - one.graded.keys())

    @staticmethod
    def ground(lever: Lever) -> int:
        """From where a missing value is thought to start."""
        return (lever.high or dt.date(2000, 1, 1).toordinal()) if lever.kind == "date" else 0

    # choosing
    def smallest(self, one: Try) -> tuple[Any, Outcome] | None:
        """The smallest change that leads to a better grade."""
        now = self.rank(self.code_of(one.row))
        better = [(v, o) for v, o in one.graded.items() if o.standing != "ungraded" and self.rank(o.code) < now]
        if len(better) < 2:
            return better[0] if better else None
        # within one figure the distance counts: the cost as a share is for comparing figures
        if one.lever.kind in ("number", "date"):
            middle = one.now if one.now is not None else self.ground(one.lever)
            return min(better, key=lambda b: (abs(b[0] - middle), -self.rank(b[1].code)))
        return min(better, key=lambda b: (self.cost(one, b[0]), -self.rank(b[1].code)))

    def code_of(self, at: int) -> str | None:
        return self.present[at]

    def cost(self, one: Try, value: Any) -> Fraction:
        """How large a change is, as a share."""
        lever = one.lever
        if lever.kind == "text":
            return _TEXT_COST
        if lever.kind == "label":
            at = lever.options.index(str(one.old)) if one.old is not None else -1
            return Fraction(abs(lever.options.index(value) - at), max(len(lever.options) - 1, 1))
        middle = one.now if one.now is not None else Fraction(self.ground(lever))
        distance = abs(value - middle)
        if lever.kind == "date":
            return Fraction(distance) / 365
        return Fraction(distance) / Fraction(lever.span or max(abs(value), abs(middle)) or 1)

    def best(self, row: Mapping[str, Any], tries: list[Try]) -> Path:
        """The path of one customer from what was tried."""
        ways = [way for one in tries if (way := self.way(one))]
        if not ways:
            return self.without(row)
        ways.sort(key=lambda w: (-self.rank(w.grade), w.cost))
        return self.path(row, "way", way=ways[0], others=tuple(ways[1:]))

    def way(self, one: Try) -> Way | None:
        """The best change of one figure."""
        found = self.confirmed(one) if self.borders.nested else self.smallest(one)
        if found is None:
            return None
        value, outcome = found
        lever = one.lever
        new: Value = value
        change: Fraction | None = None
        if lever.kind == "number":
            new = value * lever.step
            change = None if one.now is None else (value - one.now) * lever.step
        elif lever.kind == "date":
            new = dt.date.fromordinal(value)
            change = None if one.now is None else value - one.now
        assert outcome.code is not None
        return Way(lever.name, lever.kind, one.old, new, change, outcome.code, outcome.standing, self.cost(one, value))

    # comparisons in several layers
    def confirmed(self, one: Try) -> tuple[Any, Outcome] | None:
        """The smallest change that works when everybody is graded again, as a change may move the others too."""
        for _attempt in range(_ATTEMPTS):
            found = self.smallest(one)
            if found is None:
                return None
            value, _outcome = found
            outcome = self.prober.alone((one.row, one.lever, value))
            if self.is_better(one, outcome):
                return self.closed_in(one, value, outcome)
            one.graded[value] = outcome
        return None

    def is_better(self, one: Try, outcome: Outcome) -> bool:
        return outcome.standing != "ungraded" and self.rank(outcome.code) < self.rank(self.code_of(one.row))

    def closed_in(self, one: Try, value: Any, outcome: Outcome) -> tuple[Any, Outcome]:
        """The same, until one step less does not work."""
        if one.lever.kind not in ("number", "date"):
            return value, outcome
        middle = one.now if one.now is not None else self.ground(one.lever)
        sign = 1 if value > middle else -1
        less = value - sign
        failed = _beyond(middle, sign)
        while (value - failed) * sign > 1:
            tried = self.prober.alone((one.row, one.lever, less))
            if self.is_better(one, tried):
                value, outcome = less, tried
            else:
                failed = less
            less = failed + (value - failed) // 2
        return value, outcome

    def without(self, row: Mapping[str, Any]) -> Path:
        """Why there is no way: a decision, the rules of movement, or more than one figure."""
        facts = self.facts(row)
        steps = facts.target.steps if self.target == "grade" else next(
            a for a in facts.axes if a.name == self.target
        ).steps  # fmt: skip
        decided = [s for s in steps if s.effect == "decided"]
        if decided:
            return self.path(row, "decided", role=decided[-1].role)
        if self.target == "grade" and (row["held"] or row["limited"]) and row["computed"] != row["grade"]:
            return self.path(row, "held")
        return self.path(row, "none")

    def with_awaited(self, paths: list[Path], rows: Mapping[str, int]) -> list[Path]:
        """Names whose word a proposed grade would still need."""
        open_ways = [p for p in paths if p.way and p.way.standing == "proposed"]
        if not open_ways:
            return paths
        levers = {lever.name: lever for lever in self.borders.levers}
        changes: list[Change] = []
        for p in open_ways:
            assert p.way is not None
            changes.append((rows[p.customer], levers[p.way.name], steps_of(levers[p.way.name], p.way.new)))
        told: dict[str, tuple[Awaited, ...]] = {}
        for p, row in zip(open_ways, self.prober.rows(changes).to_pylist(), strict=True):
            facts = self.reader.read(row, lists=False)
            axis = next((a for a in facts.axes if a.name == self.target), facts.target)
            told[p.customer] = axis.awaited
        return [
            replace(p, way=replace(p.way, awaited=told[p.customer])) if p.way and p.customer in told else p
            for p in paths
        ]


def steps_of(lever: Lever, value: Value) -> Any:
    """A value in steps."""
    if isinstance(value, dt.date):
        return value.toordinal()
    return int(value / lever.step) if isinstance(value, Fraction) else value


def _beyond(middle: Fraction | int, sign: int) -> int:
    """The last whole step on the way that is not beyond the present value."""
    below = Fraction(middle).numerator // Fraction(middle).denominator
    return below if sign > 0 or below == middle else below + 1
