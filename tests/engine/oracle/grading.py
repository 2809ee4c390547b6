"""The fold of the steps, one customer and one step at a time (meaning, section 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fenji.engine.expression import literals
from fenji.engine.spec.steps import body
from fenji.engine.view import interval_names
from tests.engine.oracle.expressions import Label, Truth, holds
from tests.engine.oracle.values import World

GRADERS = ("bands", "rank", "share", "rules", "matrix")


@dataclass
class Answer:
    """The answer so far of one target for one customer."""

    code: str | None = None
    reason: str | None = None
    open: bool = False
    final: bool = False
    caps: list[str] = field(default_factory=list)
    all: tuple[str, ...] = ()
    why: tuple[tuple[str, str], ...] = ()


@dataclass
class Target:
    """An axis or the grade: its codes, which are ranked (best first), and its steps."""

    world: World
    name: str
    codes: tuple[str, ...]
    ranks: tuple[str, ...]
    steps: Sequence[Any]
    axes: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    eased: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    margin: Fraction = Fraction(0)
    flags: dict[str, set[str]] = field(default_factory=dict)
    places: dict[str, dict[str, Fraction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.named = frozenset(self.world.regulation.ungraded)

    def find(self, customer: str, name: str) -> Any:
        """A name in a condition; an axis that gave a named result has no code."""
        if name in self.axes:
            code = self.axes[name][customer].code
            return None if code in self.named else code
        return self.world.find(customer, name)

    def true(self, customer: str, condition: object) -> Truth:
        return holds(condition, lambda n: self.find(customer, n), self.world.figure)

    # who is awaited
    def awaited(self, customer: str, names: set[str]) -> bool:
        """Whether a judged value among the names, however indirectly, has no valid judgement."""
        judged = self.world.view.judged_below(names)
        return any(
            self.world.indicator(customer, j) is None or (customer, j) in self.world.stated for j in judged
        ) or self.open_axes(customer, names)

    def open_axes(self, customer: str, names: set[str]) -> bool:
        return any(self.axes[n][customer].open for n in names if n in self.axes)

    def awaits(self, customer: str, met: Truth, condition: object) -> bool:
        names = self.world.view.condition_names(condition)
        return (met is None and self.awaited(customer, names)) or self.open_axes(customer, names)

    # the fold
    def fold(self, customer: str, start: Answer | None = None, *, stopped: bool = False) -> Answer:
        """All steps; ``stopped`` when a value is missing without which there is no answer."""
        answer = start or Answer()
        answer.final = stopped
        if stopped:
            answer.code = None
        for step in self.steps:
            kind, spec = body(step)
            if answer.final and kind != "flag":
                continue
            if isinstance(spec.for_, dict) and not all(self.key(customer, answer, k, w) for k, w in spec.for_.items()):
                continue
            if kind in GRADERS:
                if answer.code is None:
                    self.grade(customer, answer, kind, spec)
            elif kind == "judgement":
                self.judge(customer, answer, spec)
            elif kind == "flag":
                if self.true(customer, spec.when) is True:
                    self.flags.setdefault(customer, set()).add(spec.code)
            else:
                self.adjust(customer, answer, kind, spec)
        return answer

    def key(self, customer: str, answer: Answer, key: str, wanted: Sequence[str]) -> bool:
        """One key of a ``for``."""
        if key in ("grade", self.name):
            return answer.code in wanted or (
                "any" in wanted and answer.code is not None and answer.code not in self.named
            )
        if key == "ungraded":
            return answer.code in self.named and ("any" in wanted or answer.code in wanted)
        if key == "reason":
            return answer.reason in wanted
        if key == "flag":
            return bool(set(wanted) & self.flags.get(customer, set()))
        code = self.axes[key][customer].code
        return code in wanted or ("any" in wanted and code is not None and code not in self.named)

    def grade(self, customer: str, answer: Answer, kind: str, spec: Any) -> None:
        gate: Truth = True
        if spec.when is not None:
            gate = self.true(customer, spec.when)
            answer.open |= self.awaits(customer, gate, spec.when)
        if gate is not True:
            return
        said, reason, waiting = self.rules(customer, spec) if kind == "rules" else self.said(customer, kind, spec)
        answer.open |= waiting
        if said is not None:
            answer.code, answer.reason = said, reason

    def rules(self, customer: str, spec: Any) -> tuple[str | None, str | None, bool]:
        waiting = False
        for line in spec.lines:
            met = self.true(customer, line.when)
            waiting |= self.awaits(customer, met, line.when)
            if met is True:
                return line.to, line.reason, waiting
        return None, None, waiting

    def said(self, customer: str, kind: str, spec: Any) -> tuple[str | None, str | None, bool]:
        """What a grader other than rules says, and whether people can still change it."""
        names = set(spec.of) if kind == "matrix" else {spec.of}
        if kind == "bands":
            code = self.band(customer, spec)
        elif kind == "matrix":
            code = self.cell(customer, spec)
        else:
            code = getattr(self, kind)(customer, spec)
        if kind != "matrix":
            names |= {n for text in spec.into.values() for n in interval_names(text)}
        if getattr(spec, "among", None):
            names |= self.world.view.condition_names(spec.among)
        waiting = (code is None and self.awaited(customer, names)) or self.open_axes(customer, names)
        return code, getattr(spec, "reason", None), waiting

    def band(self, customer: str, spec: Any) -> str | None:
        found = self.world.indicator(customer, spec.of)
        factor = -self.margin if self.high_is_better(spec) else self.margin
        for code, text in spec.into.items():
            if self.world.inside(customer, found, text, factor) is True:
                return str(code)
        return None

    def high_is_better(self, spec: Any) -> bool:
        """Whether the best ranked code of the bands stands above the worst."""
        placed = []
        for code, text in spec.into.items():
            interval = literals.interval(text)
            assert interval is not None
            if code in self.ranks:
                below = interval.low is None
                bound = (
                    self.world.scalar(interval.high if below else interval.low)
                    if not self.by(interval)
                    else Fraction(0)
                )
                placed.append((self.ranks.index(code), not below, bound))
        placed.sort(key=lambda p: p[0])
        return len(placed) < 2 or placed[0][1:] >= placed[-1][1:]

    def by(self, interval: Any) -> bool:
        """Whether a border depends on an attribute; such bands are read by which side is open."""
        parameters = self.world.regulation.parameters
        return any(b in parameters and parameters[b].by for b in (interval.low, interval.high) if b)

    def cell(self, customer: str, spec: Any) -> str | None:
        inner: Any = spec.cells
        for axis in spec.of:
            code = (self.eased or self.axes)[axis][customer].code
            if code is None or code not in inner:
                return None
            inner = inner[code]
        return str(inner)

    # populations
    def population(self, spec: Any) -> dict[str, Fraction]:
        """The values that are compared, by customer."""
        if spec.id not in self.places:
            self.places[spec.id] = {}
            for customer in self.world.scope:
                found = self.world.indicator(customer, spec.of)
                if found is None or (spec.among and self.true(customer, spec.among) is not True):
                    continue
                self.places[spec.id][customer] = Fraction(found.number) if isinstance(found, Label) else found
        return self.places[spec.id]

    def too_few(self, spec: Any) -> bool:
        return bool(spec.at_least) and len(self.population(spec)) < self.world.whole(spec.at_least)

    def rank(self, customer: str, spec: Any) -> str | None:
        values = self.population(spec)
        if customer not in values:
            return None
        if self.too_few(spec):
            return spec.too_few  # type: ignore[no-any-return]
        mine, high = values[customer], spec.best == "high"
        above, below = sum(v > mine for v in values.values()), sum(v < mine for v in values.values())
        better, worse = (above, below) if high else (below, above)
        rest = None
        for code, text in spec.into.items():
            word, _, share = text.partition(" ")
            if word == "rest":
                rest = code
                continue
            part = self.world.figure(share) * (1 + self.margin if word == "top" else 1 - self.margin)
            if (better if word == "top" else worse) < part * len(values):
                return str(code)
        return rest

    def share(self, customer: str, spec: Any) -> str | None:
        values = self.population(spec)
        total = sum(values.values(), Fraction(0))
        if customer not in values:
            return None
        if self.too_few(spec):
            return spec.too_few  # type: ignore[no-any-return]
        if total <= 0:
            return None
        mine, high = values[customer], spec.best == "high"
        running = sum((v for v in values.values() if (v >= mine if high else v <= mine)), Fraction(0))
        for code, text in spec.into.items():
            if self.world.inside(customer, running / total, text, self.margin) is True:
                return str(code)
        return None

    # people and adjusters
    def judge(self, customer: str, answer: Answer, spec: Any) -> None:
        may = [c for c in self.codes if not spec.may or c in spec.may]
        decided = self.world.judged(customer, spec.id, spec.by, spec.valid, lambda text: text in may)
        answer.open = False
        if decided is not None:
            answer.code = decided
        elif spec.otherwise in ("proposed", "ungraded"):
            answer.open = True
            answer.code = answer.code if spec.otherwise == "proposed" else None
        else:
            answer.code = spec.otherwise

    def adjust(self, customer: str, answer: Answer, kind: str, spec: Any) -> None:
        met = self.true(customer, spec.when)
        waits = self.awaits(customer, met, spec.when)
        if kind == "veto":
            answer.open |= waits
            if met is True:
                answer.code, answer.reason, answer.open, answer.final = spec.to, spec.reason, False, True
            return
        if kind == "cap" and met is True and not isinstance(spec.for_, dict):
            answer.caps.append(spec.at)
        if answer.code not in self.ranks:
            return
        new = self.adjusted(answer.code, kind, spec)
        if new == answer.code:
            return
        answer.open |= waits
        if met is True:
            answer.code, answer.reason = new, spec.reason or answer.reason

    def adjusted(self, code: str, kind: str, spec: Any) -> str:
        """Where an adjuster moves a ranked code to."""
        here, last = self.ranks.index(code), len(self.ranks) - 1
        if kind in ("cap", "floor"):
            at = self.ranks.index(spec.at)
            return self.ranks[max(here, at) if kind == "cap" else min(here, at)]
        by = self.world.whole(spec.by) * (-1 if kind == "raise" else 1)
        return self.ranks[min(max(here + by, 0), last)]

    def fold_several(self, customer: str) -> Answer:
        """Every true line counts; the first in the order of the values leads."""
        answer, found, reasons, why = Answer(), set(), {}, []
        for step in self.steps:
            kind, spec = body(step)
            if kind == "rules":
                for line in spec.lines:
                    met = self.true(customer, line.when)
                    if met is True:
                        found.add(line.to)
                        reasons.setdefault(line.to, line.reason)
                        why.append((line.to, line.reason or spec.id))
                    names = self.world.view.condition_names(line.when)
                    answer.open |= met is None and self.awaited(customer, names)
            elif kind == "judgement":
                decided = self.world.judged(customer, spec.id, spec.by, spec.valid, lambda text: True)
                answer.open = decided is None and spec.otherwise in ("proposed", "ungraded")
                if decided is not None:
                    found = set(decided.replace(" ", "").split(","))
        answer.all = tuple(c for c in self.codes if c in found)
        answer.why = tuple(why)
        answer.code = answer.all[0] if answer.all else None
        answer.reason = reasons.get(answer.code or "")
        return answer
