"""Ranks, matrices and scores: shares that fit, every cell named, weights that add up."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from fenji.engine.check import scalars
from fenji.engine.check.domains import line_domain, points_domain
from fenji.engine.check.scalars import shown
from fenji.engine.check.situations import Finding, Situation, in_situations
from fenji.engine.check.walk import REST, StepAt, issue, key_issue, steps
from fenji.engine.expression.types import NUMBER
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.spec.indicators import Points, PointsLine
from fenji.engine.view import View
from fenji.i18n import Message

_PLACE = re.compile(r"^(top|last) (\S+)$")


def graders(view: View) -> Iterator[Issue]:
    """What is wrong with ranks, matrices and scores."""
    for step in steps(view):
        if step.kind == "rank":
            yield from _rank(view, step)
        elif step.kind == "matrix":
            yield from _matrix(view, step)
    for name, indicator in view.regulation.indicators.items():
        if indicator.points:
            yield from _points(view, ("indicators", name, "points"), indicator.points)


def _rank(view: View, step: StepAt) -> Iterator[Issue]:
    places: list[tuple[str, str, str]] = []
    faults: list[Issue] = []
    for code, text in step.body.into.items():
        path: Path = (*step.path, "into", code)
        found = _PLACE.match(text)
        if found:
            places.append((code, found.group(1), found.group(2)))
            faults += scalars.number(view, path, found.group(2), scalars.SHARE)
        elif text != REST:
            message = Message("'{text}' is not a place; write 'top 20%', 'last 20%' or 'rest'", text=text)
            faults.append(issue(view, path, "rank.form", message))
    yield from faults
    if not faults:
        has_rest = any(text == REST for text in step.body.into.values())
        yield from in_situations(view, [p for _, _, p in places], lambda s: _shares(s, step, places, has_rest))


def _shares(
    situation: Situation, step: StepAt, places: list[tuple[str, str, str]], has_rest: bool
) -> Iterator[Finding]:
    reach = {"top": Fraction(0), "last": Fraction(0)}
    for code, end, text in places:
        share = situation.number(text)
        if share is None:
            return
        if share <= reach[end]:
            message = Message(
                "nobody is left for '{code}': '{end} {share}' is no more than what stands above",
                code=code,
                end=end,
                share=shown(share, "ratio"),
            )
            yield Finding(code, (*step.path, "into", code), "rank.unreachable", message)
        reach[end] = max(reach[end], share)
    total = reach["top"] + reach["last"]
    into = (*step.path, "into")
    if total > 1:
        yield Finding(
            "sum",
            into,
            "rank.sum",
            Message("top and last shares together are {total}, more than 100%", total=shown(total, "ratio")),
        )
    elif total < 1 and not has_rest:
        yield Finding(
            "rest",
            into,
            "rank.rest",
            Message("{share} of the customers have no place; name a code for 'rest'", share=shown(1 - total, "ratio")),
        )


def _matrix(view: View, step: StepAt) -> Iterator[Issue]:
    axes = step.body.of
    if any(axis not in view.regulation.axes for axis in axes):
        return
    yield from _cells(view, step, (*step.path, "cells"), step.body.cells, axes, ())


def _cells(
    view: View, step: StepAt, path: Path, cells: object, axes: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[Issue]:
    """The cells below some codes of the first axes; each last one is a code."""
    if not isinstance(cells, Mapping):
        yield issue(
            view, path, "matrix.form", Message("this cell needs a code for each code of '{axis}'", axis=axes[0])
        )
        return
    known = view.regulation.codes(axes[0])
    for code, inner in cells.items():
        here = (*path, code)
        if code not in known:
            yield key_issue(view, here, "names", unknown(Message("code of '{name}'", name=axes[0]), code, known))
        elif len(axes) > 1:
            yield from _cells(view, step, here, inner, axes[1:], (*above, code))
        elif not isinstance(inner, str):
            yield issue(view, here, "matrix.form", Message("a cell is one code"))
        elif inner not in step.results(view):
            what = Message("code of '{name}'", name=step.axis) if step.axis else Message("grade")
            yield issue(view, here, "names", unknown(what, inner, step.results(view)))
    for code in known:
        if code not in cells:
            cell = " / ".join((*above, code))
            yield issue(view, path, "matrix.cell", Message("the matrix has no result for {cell}", cell=cell))


def _points(view: View, path: Path, points: Points) -> Iterator[Issue]:
    faults = list(scalars.number(view, (*path, "max"), points.max))
    texts = [points.max]
    for name, line in points.lines.items():
        faults += _line(view, (*path, "lines", name), line.of or name, line)
        texts += [*(line.bins or {}), *(line.labels or {}).values(), *([line.weight] if line.weight else [])]
        of = view.regulation.indicators.get(line.of or name)
        texts += (of.judged.between or ()) if of and of.judged else ()
    yield from faults
    if not faults:
        yield from in_situations(view, texts, lambda s: _sum(s, path, points))


def _line(view: View, path: Path, name: str, line: PointsLine) -> Iterator[Issue]:
    if name not in view.regulation.indicators:
        return
    kind = view.indicator_type(name)
    if line.weight is not None:
        yield from scalars.number(view, (*path, "weight"), line.weight)
    for points in line.bins or {}:
        yield from (_at_key(view, i) for i in scalars.number(view, (*path, "bins", points), points))
    for label, points in (line.labels or {}).items():
        yield from scalars.number(view, (*path, "labels", label), points)
    if line.labels and kind.kind in ("label", "code") and kind.values:
        yield from _labels(
            view,
            (*path, "labels"),
            line.labels,
            kind.values,
            Message("label of scale '{name}'", name=kind.of)
            if kind.kind == "label"
            else Message("code of '{name}'", name=kind.of),
        )
    if line.labels and kind.kind in ("number", "date"):
        yield issue(
            view, (*path, "labels"), "types", Message("'{name}' has no labels; give bins or a weight", name=name)
        )
    if not line.bins and not line.labels and kind.kind not in ("number", "label", "unknown"):
        yield issue(view, (*path, "weight"), "types", scalars.expected(NUMBER, kind))


def _at_key(view: View, found: Issue) -> Issue:
    return Issue(view.source.key_place(found.path), found.code, found.message, found.path, found.level)


def _labels(view: View, path: Path, labels: Collection[str], known: tuple[str, ...], what: Message) -> Iterator[Issue]:
    for label in labels:
        if label not in known:
            yield key_issue(view, (*path, label), "names", unknown(what, label, known))
    left = [label for label in known if label not in labels]
    if left and all(label in known for label in labels):
        yield issue(view, path, "points.labels", Message("no points for: {labels}", labels=", ".join(left)))


def _sum(situation: Situation, path: Path, points: Points) -> Iterator[Finding]:
    top = situation.number(points.max)
    reach = points_domain(situation, points).high
    if points.lines_missing == "reweigh":
        for name, line in points.lines.items():
            if line_domain(situation, line.of or name, line).high is None:
                yield Finding(
                    name,
                    (*path, "lines", name),
                    "points.open",
                    Message("this line has no highest number of points; without one nothing can be reweighed"),
                )
    if top is None or reach is None or top == reach:
        return
    message = Message(
        "the weights do not add up: the lines reach {reach} points, 'max' says {max}",
        reach=shown(reach),
        max=shown(top),
    )
    yield Finding((reach, top), (*path, "max"), "points.max", message)
