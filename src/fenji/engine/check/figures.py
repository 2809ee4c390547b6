"""Figures and windows: counts, weights, lengths of time, missing values, and what cannot stand together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from fenji.engine.check import scalars
from fenji.engine.check.scalars import AT_LEAST_ONE, COUNT, Wanted
from fenji.engine.check.walk import at_least_scalars, issue, key_issue, periods, steps
from fenji.engine.expression import literals
from fenji.engine.expression.types import DATE, NUMBER, Type
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.spec.base import Period
from fenji.engine.spec.indicators import Indicator, ModelValue, Window
from fenji.engine.view import View
from fenji.i18n import Message

_LENGTHS = ("days", "working_days", "hours", "months", "years")
_STAYS = ("none", "ungraded")


def figures(view: View) -> Iterator[Issue]:
    """Numbers of the wrong kind outside bands and parameters."""
    for name, indicator in view.regulation.indicators.items():
        path: Path = ("indicators", name)
        yield from _missing(view, (*path, "missing"), name, indicator)
        if indicator.measure and isinstance(indicator.measure.over, Window):
            yield from _window(view, (*path, "measure", "over"), indicator.measure.over)
        if indicator.tile:
            yield from scalars.number(view, (*path, "tile", "into"), indicator.tile.into, Wanted(whole=True, low=2))
        if indicator.model:
            yield from _model(view, (*path, "model"), indicator.model)
        if indicator.judged and indicator.judged.between:
            yield from _judged(view, (*path, "judged", "between"), indicator.judged.between)
    for step in steps(view):
        if step.kind in ("raise", "lower"):
            yield from scalars.number(view, (*step.path, "by"), step.body.by, AT_LEAST_ONE)
        if getattr(step.body, "at_least", None) is not None:
            yield from scalars.number(view, (*step.path, "at_least"), step.body.at_least, COUNT)
    for path, condition in at_least_scalars(view):
        yield from _at_least(view, path, condition.at_least, len(condition.of))
    for path, period in periods(view):
        yield from _period(view, path, period)
    yield from _scales(view)
    tenure = view.regulation.movement.tenure
    if tenure and tenure.ends == "fiscal_year":
        yield from _calendar(view, ("movement", "tenure", "ends"), "fiscal_year")
    for currency, rate in view.regulation.rates.items():
        yield from scalars.number(view, ("rates", currency), rate)


def _at_least(view: View, path: Path, text: str, conditions: int) -> Iterator[Issue]:
    faults = list(scalars.number(view, (*path, "at_least"), text, AT_LEAST_ONE))
    number = literals.number(text)
    if not faults and number is not None and number > conditions:
        message = Message("{wanted} of {count} conditions can never be true", wanted=text, count=conditions)
        faults.append(issue(view, (*path, "at_least"), "values", message))
    yield from faults


def _period(view: View, path: Path, period: Period) -> Iterator[Issue]:
    given = [unit for unit in _LENGTHS if getattr(period, unit) is not None]
    if len(given) != 1:
        message = Message("a length of time needs exactly one of: {names}", names=", ".join(_LENGTHS))
        yield issue(view, path, "structure.period", message)
        return
    unit = given[0]
    parameter_unit = "days" if unit == "working_days" else unit
    yield from scalars.number(view, (*path, unit), period.length, Wanted(whole=True, low=0, unit=parameter_unit))
    if period.after and period.before:
        yield issue(view, path, "structure.period", Message("'after' and 'before' cannot stand together"))


def _calendar(view: View, path: Path, kind: str) -> Iterator[Issue]:
    """Whether the regulation says when its fiscal year starts, where it uses one."""
    if "calendar" not in view.source.tree:
        example = "{fiscal_year_starts: 04-01}"
        message = Message(
            "'{kind}' needs 'calendar: {example}' at the top of the regulation", kind=kind, example=example
        )
        yield key_issue(view, path, "windows", message)


def _window(view: View, path: Path, window: Window) -> Iterator[Issue]:
    kind = window.kinds[0]
    for key in ("count", "back"):
        text = getattr(window, key)
        if text is None:
            continue
        if kind == "since" or (key == "count" and (kind == "rolling" or getattr(window, kind) == "to_date")):
            other = f"{kind}: to_date" if kind not in ("since", "rolling") else kind
            message = Message("'{key}' cannot stand beside '{other}'", key=key, other=other)
            yield key_issue(view, (*path, key), "windows", message)
        else:
            yield from scalars.number(view, (*path, key), text, AT_LEAST_ONE if key == "count" else COUNT)
    if kind.startswith("fiscal"):
        yield from _calendar(view, (*path, kind), kind)
    if window.rolling:
        given = [unit for unit in ("days", "months", "years") if getattr(window.rolling, unit) is not None]
        if len(given) != 1:
            message = Message("a rolling window needs exactly one of: {names}", names="days, months, years")
            yield issue(view, (*path, "rolling"), "windows", message)
        else:
            length = getattr(window.rolling, given[0])
            yield from scalars.number(
                view, (*path, "rolling", given[0]), length, Wanted(whole=True, low=1, unit=given[0])
            )


def _missing(view: View, path: Path, name: str, indicator: Indicator) -> Iterator[Issue]:
    text = indicator.missing
    if text is None or text in _STAYS:
        return
    kind = view.indicator_type(name)
    value = literals.literal(text)
    found = DATE if isinstance(value, dt.date) else NUMBER if isinstance(value, Fraction) else None
    if kind.kind in ("number", "date") and (found is None or found.kind != kind.kind):
        message = Message(
            "expected {wanted}, 'none' or 'ungraded', found '{found}'",
            wanted=Message("a number") if kind.kind == "number" else Message("a date"), found=text,
        )  # fmt: skip
        yield issue(view, path, "types", message)
    elif kind.kind == "number" and "%" in text and kind.unit not in (None, "ratio"):
        yield issue(view, path, "units", Message("the units differ: {left} and {right}", left=kind.unit, right="ratio"))
    elif kind.kind in ("label", "code") and kind.values and text not in kind.values:
        yield issue(view, path, "names", unknown(_what(kind), text, [*kind.values, *_STAYS]))


def _what(kind: Type) -> Message:
    if kind.kind == "label":
        return Message("label of scale '{name}'", name=kind.of)
    return Message("code of '{name}'", name=kind.of) if kind.of else Message("code")


def _judged(view: View, path: Path, between: tuple[str, str]) -> Iterator[Issue]:
    faults = [found for i, text in enumerate(between) for found in scalars.number(view, (*path, i), text)]
    yield from faults
    low, high = (literals.number(text) for text in between)
    if low is not None and high is not None and low >= high:
        yield issue(
            view, path, "values", Message("nothing lies between {low} and {high}", low=between[0], high=between[1])
        )


def _model(view: View, path: Path, model: ModelValue) -> Iterator[Issue]:
    if model.clusters is not None:
        yield from scalars.number(view, (*path, "clusters"), model.clusters, Wanted(whole=True, low=2))
    if model.nearest:
        yield from _centres(view, (*path, "nearest"), model.nearest.centres)
        for name, unit in model.nearest.units.items():
            yield from scalars.number(view, (*path, "nearest", "units", name), unit)
    if model.topsis:
        yield from scalars.number(view, (*path, "topsis", "steps"), model.topsis.steps, AT_LEAST_ONE)
        for name, criterion in model.topsis.criteria.items():
            here = (*path, "topsis", "criteria", name, "weight")
            yield from scalars.number(view, here, criterion.weight, AT_LEAST_ONE)


def _centres(view: View, path: Path, centres: dict[str, dict[str, str]]) -> Iterator[Issue]:
    first = next(iter(centres.values()))
    for code, centre in centres.items():
        here = (*path, "centres", code)
        if set(centre) != set(first):
            message = Message("each centre needs the same inputs: {names}", names=", ".join(first))
            yield issue(view, here, "models", message)
        for name, value in centre.items():
            yield from scalars.number(view, (*here, name), value)


def _scales(view: View) -> Iterator[Issue]:
    for name, scale in view.regulation.scales.items():
        numbers: dict[int, str] = {}
        if len(scale) < 2:
            yield key_issue(view, ("scales", name), "values", Message("a scale needs two labels or more"))
        for label, number in scale.items():
            if number in numbers:
                message = Message("'{label}' and '{other}' have the same number", label=label, other=numbers[number])
                yield issue(view, ("scales", name, label), "values", message)
            numbers.setdefault(number, label)
