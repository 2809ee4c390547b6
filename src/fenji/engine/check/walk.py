"""Where things stand in a regulation: every step, condition, expression and selector with its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fenji.engine.expression.types import Scope
from fenji.engine.issues import Issue, Level, Path
from fenji.engine.spec.base import Model, Period
from fenji.engine.spec.conditions import AtLeast
from fenji.engine.spec.steps import Axis, body
from fenji.engine.view import View, grade_codes
from fenji.i18n import Message

REST = "rest"


def issue(view: View, path: Path, code: str, message: Message, offset: int = 0) -> Issue:
    """An error at a value."""
    return Issue(view.source.place(path, offset), code, message, path)


def key_issue(view: View, path: Path, code: str, message: Message) -> Issue:
    """An error at the key of a value."""
    return Issue(view.source.key_place(path), code, message, path)


def warning(view: View, path: Path, code: str, message: Message, offset: int = 0) -> Issue:
    """Something that looks wrong but may run."""
    return Issue(view.source.place(path, offset), code, message, path, Level.WARNING)


def key_warning(view: View, path: Path, code: str, message: Message) -> Issue:
    """:func:`warning` at the key of a value."""
    return Issue(view.source.key_place(path), code, message, path, Level.WARNING)


def item(view: View, path: Path, index: int, *more: str) -> Path:
    """The path of an item of a list that may be written without brackets when it is alone."""
    return (*path, index, *more) if (*path, index) in view.source.marks else (*path, *more)


@dataclass(frozen=True)
class StepAt:
    """One step: the path of its body, the axis it belongs to (none: the grade), its kind."""

    path: Path
    axis: str | None
    kind: str
    body: Any

    def scope(self, view: View) -> Scope:
        """The names its conditions may use."""
        return view.values if self.axis else view.steps_scope

    def codes(self, view: View) -> tuple[str, ...]:
        """The codes it may give, named ungraded results apart."""
        return view.regulation.codes(self.axis) if self.axis else tuple(g.code for g in grade_codes(view.regulation))

    def results(self, view: View) -> tuple[str, ...]:
        """The codes and the named ungraded results."""
        return (*self.codes(view), *view.regulation.ungraded)


def steps(view: View) -> Iterator[StepAt]:
    """Every step, axes first, in the order of the file."""
    regulation = view.regulation
    for name, axis in regulation.axes.items():
        yield from _steps(("axes", name, "grading"), name, axis)
    yield from _steps(("grading",), None, regulation)


def _steps(path: Path, axis: str | None, holder: Axis | Any) -> Iterator[StepAt]:
    for index, step in enumerate(holder.grading):
        kind, inner = body(step)
        yield StepAt((*path, index, kind), axis, kind, inner)


@dataclass(frozen=True)
class Condition:
    """One expression that must be true or false."""

    path: Path
    text: str
    scope: Scope
    rest: bool = False  # the word "rest" may stand here


def _condition(value: object, path: Path, scope: Scope, rest: bool = False) -> Iterator[Condition]:
    if isinstance(value, str):
        yield Condition(path, value, scope, rest)
    elif isinstance(value, AtLeast):
        for index, text in enumerate(value.of):
            yield Condition((*path, "of", index), text, scope)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _condition(part, (*path, index), scope)


def conditions(view: View) -> Iterator[Condition]:
    """Every condition of the regulation."""
    regulation = view.regulation
    customers = view.columns("customers")
    if regulation.applies_to.where and customers:
        yield Condition(("applies_to", "where"), regulation.applies_to.where, customers)
    for name, indicator in regulation.indicators.items():
        path: Path = ("indicators", name)
        measure = indicator.measure
        scope = view.columns(measure.from_) if measure else None
        if measure and measure.where and scope:
            yield Condition((*path, "measure", "where"), measure.where, scope)
        if indicator.tile and indicator.tile.among:
            yield Condition((*path, "tile", "among"), indicator.tile.among, view.values)
        topsis = indicator.model.topsis if indicator.model else None
        if topsis and topsis.among:
            yield Condition((*path, "model", "topsis", "among"), topsis.among, view.values)
    for step in steps(view):
        yield from step_conditions(step, view)
    if regulation.movement.hold:
        yield from _condition(regulation.movement.hold.when, ("movement", "hold", "when"), view.steps_scope)


def step_conditions(step: StepAt, view: View) -> Iterator[Condition]:
    """The conditions of one step."""
    scope = step.scope(view)
    if getattr(step.body, "when", None) is not None:
        yield from _condition(step.body.when, (*step.path, "when"), scope)
    if getattr(step.body, "among", None) is not None:
        yield Condition((*step.path, "among"), step.body.among, scope)
    if step.kind == "rules":
        for index, line in enumerate(step.body.lines):
            yield from _condition(line.when, (*step.path, "lines", index, "when"), scope, rest=True)


def at_least_scalars(view: View) -> Iterator[tuple[Path, AtLeast]]:
    """Every ``{at_least: n, of: [...]}`` with its path."""
    found: list[tuple[Path, object]] = []
    for step in steps(view):
        found.append(((*step.path, "when"), getattr(step.body, "when", None)))
        if step.kind == "rules":
            found += [((*step.path, "lines", i, "when"), line.when) for i, line in enumerate(step.body.lines)]
    hold = view.regulation.movement.hold
    found.append((("movement", "hold", "when"), hold.when if hold else None))
    for path, condition in found:
        if isinstance(condition, AtLeast):
            yield path, condition
        elif isinstance(condition, tuple):
            yield from (((*path, i), part) for i, part in enumerate(condition) if isinstance(part, AtLeast))


def selectors(view: View) -> Iterator[tuple[Path, object, StepAt | None]]:
    """Every ``for`` and ``covers``: its path, the selector, and the step it belongs to."""
    regulation = view.regulation
    for step in steps(view):
        if step.body.for_ is not None:
            yield (*step.path, "for"), step.body.for_, step
    tenure = regulation.movement.tenure
    if tenure and tenure.for_ is not None:
        yield ("movement", "tenure", "for"), tenure.for_, None
    for i, cycle in enumerate(regulation.assessment.cycles):
        path: Path = ("assessment", "cycles", i)
        if cycle.covers is not None:
            yield (*path, "covers"), cycle.covers, None
        for j, act in enumerate(cycle.steps):
            if act.for_ is not None:
                yield (*path, "steps", j, "for"), act.for_, None
    for section in ("entitlements", "obligations", "service"):
        for i, block in enumerate(getattr(regulation, section)):
            yield (section, i, "for"), block.for_, None


def periods(view: View) -> Iterator[tuple[Path, Period]]:
    """Every length of time with its path."""
    yield from _periods(view.regulation, ())


def _periods(value: object, path: Path) -> Iterator[tuple[Path, Period]]:
    if isinstance(value, Period):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _periods(part, (*path, key))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _periods(part, (*path, index))
    elif isinstance(value, Model):
        for name, info in type(value).model_fields.items():
            yield from _periods(getattr(value, name), (*path, info.alias or name))
        for name, part in (value.model_extra or {}).items():
            yield from _periods(part, (*path, name))
