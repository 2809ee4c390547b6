"""The whole regulation, customer by customer."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from fenji.engine.readout import Row, Value
from fenji.engine.spec.steps import body
from fenji.engine.view import View
from tests.engine.oracle.expressions import Label
from tests.engine.oracle.grading import Answer, Target
from tests.engine.oracle.movement import Mover, earlier, provisional
from tests.engine.oracle.values import Facts, World

Answers = dict[str, Answer]


def grade_all(
    view: View, facts: Facts, as_of: dt.date, overrides: Mapping[str, str] | None = None,
    others: Mapping[str, View] | None = None,
) -> dict[str, Row]:  # fmt: skip
    """Each covered customer's result."""
    results = {name: grade_all(other, facts, as_of) for name, other in (others or {}).items()}
    world = World(view, facts, as_of, overrides or {}, results)
    return Whole(world).rows()


def ranked(values: Any) -> tuple[str, ...]:
    """The ranked codes, best first."""
    return tuple(v.code for v in sorted((v for v in values if v.rank is not None), key=lambda v: v.rank))


class Whole:
    """Axes, then the grade, then movement, for every customer."""

    def __init__(self, world: World) -> None:
        self.world, self.regulation = world, world.regulation
        self.flags: dict[str, set[str]] = {}
        self.axes: dict[str, Answers] = {}
        self.targets: dict[str, Target] = {}
        named = tuple(self.regulation.ungraded)
        for name, axis in self.regulation.axes.items():
            codes = (*(v.code for v in axis.values), *named)
            self.targets[name] = Target(world, name, codes, ranked(axis.values), axis.grading, flags=self.flags)
            self.axes[name] = self.fold_axis(name, self.targets[name])
        codes = (*self.codes(), *named)
        ranks = ranked(self.regulation.grade_values)
        self.grade = Target(world, "grade", codes, ranks, self.regulation.grading, self.axes, flags=self.flags)
        self.answers = {c: self.fold_grade(c) for c in world.scope}

    def codes(self) -> tuple[str, ...]:
        cells = self.regulation.cells
        if cells is None:
            return tuple(v.code for v in self.regulation.grade_values)
        return tuple(cells.join.join(p) for p in itertools.product(*(self.regulation.codes(a) for a in cells.cells)))

    def gone(self, customer: str, names: set[str] | None = None) -> str | None:
        """The first indicator that must be there and is not."""
        for name, spec in self.regulation.indicators.items():
            wanted = spec.missing == "ungraded" and (names is None or name in names)
            if wanted and self.world.indicator(customer, name) is None:
                return name
        return None

    def fold_axis(self, name: str, target: Target) -> Answers:
        if self.regulation.axes[name].several:
            return {c: target.fold_several(c) for c in self.world.scope}
        used = self.world.view.all_names(names_of(self.world.view, target.steps))
        return {c: target.fold(c, stopped=self.gone(c, used) is not None) for c in self.world.scope}

    def cell(self, customer: str, axes: Mapping[str, str | None]) -> str | None:
        cells = self.regulation.cells
        if cells is None:
            return None
        parts = [axes[a] for a in cells.cells]
        return (
            cells.join.join(p for p in parts if p)
            if all(p and p not in self.regulation.ungraded for p in parts)
            else None
        )

    def start(self, customer: str) -> Answer:
        cells = self.regulation.cells
        opened = cells is not None and any(self.axes[a][customer].open for a in cells.cells)
        return Answer(self.cell(customer, {a: found[customer].code for a, found in self.axes.items()}), open=opened)

    def fold_grade(self, customer: str) -> Answer:
        return self.grade.fold(customer, self.start(customer), stopped=self.missing(customer) is not None)

    def missing(self, customer: str) -> str | None:
        """Why there can be no grade: the scope is undecided, or a value is missing."""
        if self.world.scope[customer] is None:
            return "scope"
        name = self.gone(customer)
        return f"missing:{name}" if name else None

    # movement
    def easing(self) -> None:
        """The answers over eased borders."""
        margin = self.world.figure(self.regulation.movement.margin or "0")
        plain = {n: t for n, t in self.targets.items() if not self.regulation.axes[n].several}
        self.eased_axes = {
            n: {c: replace(t, margin=margin, flags={}).fold(c) for c in self.world.scope} if margin else self.axes[n]
            for n, t in plain.items()
        }
        self.eased_grade = replace(self.grade, margin=margin, flags={}, eased={**self.axes, **self.eased_axes})

    def moved(self, customer: str) -> tuple[str | None, str | None, bool]:
        """The code in force, the previous one, and whether it was held."""
        answer, movement = self.answers[customer], self.regulation.movement
        sees = movement.tenure or movement.hold or movement.margin or movement.fall or movement.rise
        cells = self.regulation.cells
        if not sees or not (self.grade.ranks or (cells and any(self.targets[a].ranks for a in cells.cells))):
            return answer.code, None, False
        before = earlier(self.world, customer)
        previous = before.grade if before.grade in self.grade.codes else None
        margin = movement.margin is not None and self.world.figure(movement.margin) != 0
        if cells is None:
            eased = self.eased_grade.fold(customer, self.start(customer)).code if margin else None
            mover = Mover(self.world, self.grade, customer)
            return mover.move(answer, before, previous, eased), previous, mover.held
        return self.moved_cell(customer, answer, before, previous, margin)

    def moved_cell(self, customer: str, answer: Answer, before: Any, previous: str | None, margin: bool) -> Any:
        cells = self.regulation.cells
        assert cells is not None
        orders = [self.regulation.codes(a) for a in cells.cells]
        parts = next((p for p in itertools.product(*orders) if cells.join.join(p) == previous), (None,) * len(orders))
        moved, held = {a: found[customer].code for a, found in self.axes.items()}, False
        unmoved = self.cell(customer, moved)
        for axis, part in zip(cells.cells, parts, strict=True):
            if self.targets[axis].ranks and not self.regulation.axes[axis].several:
                eased = self.eased_axes[axis][customer].code if margin else None
                mover = Mover(self.world, self.targets[axis], customer)
                moved[axis] = mover.move(self.axes[axis][customer], before, part, eased)
                held |= mover.held
        return (self.cell(customer, moved) if answer.code == unmoved and unmoved else answer.code), previous, held

    def rows(self) -> dict[str, Row]:
        self.easing()
        return {c: self.row(c) for c in self.world.scope}

    def row(self, customer: str) -> Row:
        answer, named, why = self.answers[customer], self.regulation.ungraded, self.missing(customer)
        code, previous, held = self.moved(customer)
        graded = code is not None and code not in named
        standing = (
            "ungraded" if not graded
            else "proposed" if answer.open
            else "provisional" if provisional(self.world, customer)
            else "computed"
        )  # fmt: skip
        several = {a for a, axis in self.regulation.axes.items() if axis.several}
        return Row(
            customer=customer, grade=code if graded else None, computed=answer.code, previous=previous, held=held,
            limited=code != answer.code, reason=answer.reason, standing=standing,
            ungraded=None if graded else why or code or ("awaiting" if answer.open else "unmatched"),
            axes={a: found[customer].code for a, found in self.axes.items()},
            axes_all={a: self.axes[a][customer].all for a in several}, flags=frozenset(self.flags.get(customer, ())),
            indicators={n: shown(self.world.indicator(customer, n)) for n in self.regulation.indicators},
            axis_reasons={a: reasons_of(found[customer], a in several) for a, found in self.axes.items()},
        )  # fmt: skip


def reasons_of(answer: Answer, several: bool) -> tuple[tuple[str, str], ...]:
    """Code and reason of what an axis came to."""
    if several:
        return answer.why
    return ((answer.code, answer.reason),) if answer.code and answer.reason else ()


def shown(found: Any) -> Value:
    """A value as the readout shows it."""
    return found.name if isinstance(found, Label) else Fraction(found) if isinstance(found, int) else found


def names_of(view: View, steps: Any) -> set[str]:
    """Every name that the steps use directly."""
    names: set[str] = set()
    for kind, spec in map(body, steps):
        names |= {spec.of} if kind in ("bands", "rank", "share") else set(getattr(spec, "of", ()))
        for condition in (
            getattr(spec, "when", None),
            getattr(spec, "among", None),
            *(x.when for x in getattr(spec, "lines", ())),
        ):
            names |= view.condition_names(condition) if condition is not None else set()
    return names
