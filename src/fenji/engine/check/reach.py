"""What can never happen: conditions that contradict themselves, lines behind others, grades that nothing gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fenji.engine.check.boxes import Box, box
from fenji.engine.check.situations import Finding, Situation, in_situations, situations
from fenji.engine.check.walk import REST, StepAt, issue, steps
from fenji.engine.expression.nodes import names_in
from fenji.engine.issues import Issue, Path
from fenji.engine.spec.steps import GRADERS, GradeValue
from fenji.engine.view import View, condition_texts
from fenji.i18n import Message


def reach(view: View) -> Iterator[Issue]:
    """Unreachable lines, steps and grades; conditions that can never be true."""
    answered: dict[str | None, StepAt] = {}
    for step in steps(view):
        for path, condition in _whole_conditions(step):
            yield from _contradiction(view, path, condition)
        if step.kind == "rules" and not _several(view, step):
            yield from _lines(view, step)
        before = answered.get(step.axis)
        if before is not None and step.kind in GRADERS:
            message = Message("this step never answers: '{id}' above always does", id=before.body.id)
            yield issue(view, (*step.path, "id"), "reach.step", message)
        elif _always(step):
            answered[step.axis] = step
    yield from _indicators(view)
    yield from _grades(view)


def _several(view: View, step: StepAt) -> bool:
    return step.axis is not None and view.regulation.axes[step.axis].several


def _whole_conditions(step: StepAt) -> Iterator[tuple[Path, object]]:
    if getattr(step.body, "when", None) is not None:
        yield (*step.path, "when"), step.body.when
    for index, line in enumerate(getattr(step.body, "lines", ())):
        yield (*step.path, "lines", index, "when"), line.when
    if getattr(step.body, "among", None) is not None:
        yield (*step.path, "among"), step.body.among


def _indicators(view: View) -> Iterator[Issue]:
    where = view.regulation.applies_to.where
    if where:
        yield from _contradiction(view, ("applies_to", "where"), where)
    for name, indicator in view.regulation.indicators.items():
        if indicator.measure and indicator.measure.where:
            yield from _contradiction(view, ("indicators", name, "measure", "where"), indicator.measure.where)
        if indicator.tile and indicator.tile.among:
            yield from _contradiction(view, ("indicators", name, "tile", "among"), indicator.tile.among)


def _names(view: View, *conditions: object) -> list[str]:
    trees = [view.parsed(text) for condition in conditions for text in condition_texts(condition)]
    return [n.name for tree in trees if tree for n in names_in(tree)]


def _contradiction(view: View, path: Path, condition: object) -> Iterator[Issue]:
    def look(situation: Situation) -> Iterator[Finding]:
        name = box(situation, condition).contradiction
        if name is not None:
            message = Message("this can never be true: no '{name}' fulfils all that is asked of it", name=name)
            yield Finding(name, path, "reach.never", message)

    yield from in_situations(view, _names(view, condition), look)


def _lines(view: View, step: StepAt) -> Iterator[Issue]:
    lines = step.body.lines
    everywhere = situations(view, _names(view, *(line.when for line in lines)))
    boxes = [[_box(s, line.when) for line in lines] for s in everywhere]
    for index in range(1, len(lines)):
        above = [_above(found, index) for found in boxes]
        if all(a is not None for a in above):
            place = view.source.place((*step.path, "lines", above[0] or 0))
            message = Message("this line is never reached: line {line} above already answers", line=place.line)
            yield issue(view, (*step.path, "lines", index, "when"), "reach.line", message)


def _box(situation: Situation, condition: object) -> Box:
    return Box() if condition == REST else box(situation, condition)


def _above(boxes: list[Box], index: int) -> int | None:
    if boxes[index].contradiction is not None:
        return None
    return next((i for i in range(index) if boxes[i].holds(boxes[index])), None)


def _always(step: StepAt) -> bool:
    """Whether a step answers for everyone (a missing value keeps other graders from it)."""
    if step.kind != "rules" or step.body.when is not None or step.body.for_ is not None:
        return False
    return any(line.when == REST for line in step.body.lines)


def _grades(view: View) -> Iterator[Issue]:
    regulation = view.regulation
    if regulation.cells is None:
        yield from _values(view, ("grades",), regulation.grade_values, None)
    for name, axis in regulation.axes.items():
        yield from _values(view, ("axes", name, "values"), axis.values, name)


def _values(view: View, path: Path, values: tuple[GradeValue, ...], axis: str | None) -> Iterator[Issue]:
    own = [s for s in steps(view) if s.axis == axis]
    codes = [v.code for v in values]
    given = {code for step in own for code in _given(step, codes)}
    if axis is None:
        moves = view.regulation.movement
        given |= {code for move in moves.moves for code in move.to} | ({moves.tenure.then} if moves.tenure else set())
    ranked = [v.code for v in sorted(values, key=lambda v: v.rank or 0) if v.rank is not None]
    at = [i for i, code in enumerate(ranked) if code in given]
    if at and any(s.kind == "raise" for s in own):
        given |= set(ranked[: max(at) + 1])
    if at and any(s.kind == "lower" for s in own):
        given |= set(ranked[min(at) :])
    for index, value in enumerate(values):
        if value.code not in given:
            message = Message("nothing gives the code '{code}'", code=value.code)
            yield issue(view, (*path, index, "code"), "reach.grade", message)


def _given(step: StepAt, codes: list[str]) -> Iterator[str]:
    body: Any = step.body
    if step.kind in ("bands", "rank", "share"):
        yield from body.into
        if getattr(body, "too_few", None):
            yield body.too_few
    elif step.kind == "rules":
        yield from (line.to for line in body.lines)
    elif step.kind == "matrix":
        for row in body.cells.values():
            for cell in row.values():
                yield from cell.values() if isinstance(cell, dict) else (cell,)
    elif step.kind == "veto":
        yield body.to
    elif step.kind in ("cap", "floor"):
        yield body.at
    elif step.kind == "judgement":
        yield from body.may or codes
        yield body.otherwise
