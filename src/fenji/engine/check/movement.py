"""Movement and adjusters: they need ranks, shares and dates that make sense."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.engine.check import scalars
from fenji.engine.check.walk import StepAt, issue, key_issue, steps, warning
from fenji.engine.issues import Issue
from fenji.engine.spec.steps import GradeValue
from fenji.engine.view import View
from fenji.i18n import Message

_RANKING = ("cap", "floor", "raise", "lower")


def movement(view: View) -> Iterator[Issue]:
    """What movement and adjusters ask of grades that have no rank, and figures out of range."""
    for step in steps(view):
        if step.axis and view.regulation.axes[step.axis].several:
            yield from _several(view, step)
        elif step.kind in _RANKING:
            yield from _adjuster(view, step)
    found = view.regulation.movement
    if found.margin is not None:
        yield from scalars.number(view, ("movement", "margin"), found.margin, scalars.SHARE)
    for key in ("fall", "rise"):
        limit = getattr(found, key)
        if limit and limit.at_most is not None:
            yield from scalars.number(view, ("movement", key, "at_most"), limit.at_most, scalars.AT_LEAST_ONE)
    if not _any_rank(view):
        for key in ("margin", "fall", "rise"):
            if getattr(found, key) is not None:
                message = Message("'{key}' needs grades with a rank; these have none", key=key)
                yield key_issue(view, ("movement", key), "movement.nominal", message)
    until = found.provisional.until if found.provisional else None
    if until is not None and until.after is None:
        message = Message("'after' is missing here: the date from which the time is counted")
        yield issue(view, ("movement", "provisional", "until"), "structure.missing", message)


def _several(view: View, step: StepAt) -> Iterator[Issue]:
    """An axis that keeps every matching code knows rules and judgements only."""
    if step.kind not in ("rules", "judgement"):
        message = Message("an axis with 'several' takes rules and judgements, no '{kind}'", kind=step.kind)
        yield key_issue(view, step.path, "several", message)
        return
    for key, value in (("when", getattr(step.body, "when", None)), ("for", step.body.for_)):
        if value is not None:
            message = Message("'{key}' has no effect on an axis with 'several'; write it into the lines", key=key)
            yield key_issue(view, (*step.path, key), "several", message)


def _any_rank(view: View) -> bool:
    cells = view.regulation.cells
    if cells is None:
        return bool(view.ranked)
    axes = view.regulation.axes
    return any(v.rank is not None for name in cells.cells if name in axes for v in axes[name].values)


def _values(view: View, step: StepAt) -> tuple[GradeValue, ...]:
    return view.regulation.axes[step.axis].values if step.axis else view.regulation.grade_values


def _adjuster(view: View, step: StepAt) -> Iterator[Issue]:
    ranks = {v.code: v.rank for v in reversed(_values(view, step))}
    at = getattr(step.body, "at", None)
    if all(rank is None for rank in ranks.values()):
        message = Message("'{key}' needs grades with a rank; these have none", key=step.kind)
        yield key_issue(view, step.path, "movement.nominal", message)
    elif at in ranks and ranks[at] is None:
        message = Message("'{code}' has no rank; '{key}' needs a ranked code", code=at, key=step.kind)
        yield issue(view, (*step.path, "at"), "movement.nominal", message)
    elif at in ranks and not _beyond(step.kind, ranks, at):
        message = Message("this changes nothing: no code lies beyond '{code}'", code=at)
        yield warning(view, (*step.path, "at"), "reach.adjuster", message)


def _beyond(kind: str, ranks: dict[str, int | None], at: str) -> bool:
    """Whether a cap has codes above it, or a floor codes below it."""
    own = ranks[at] or 0
    others = [rank for rank in ranks.values() if rank is not None]
    return any(rank < own if kind == "cap" else rank > own for rank in others)
