"""Parameters: a value on every day in force, of the right type, within its own limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from fenji.engine.check.scalars import expected, shown
from fenji.engine.check.walk import issue, key_issue, key_warning
from fenji.engine.expression import literals
from fenji.engine.expression.types import DATE, NUMBER, TEXT, Type
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.spec.indicators import Parameter
from fenji.engine.view import View
from fenji.i18n import Message

_MAPPING = Message("a mapping (key: value)")
_TEXT_UNITS = ("text", "code")


def parameters(view: View) -> Iterator[Issue]:
    """Holes, values outside their limits, values of another type."""
    for name, parameter in view.regulation.parameters.items():
        path: Path = ("parameters", name)
        yield from _dates(view, path, parameter)
        if parameter.between:
            yield from _between(view, path, parameter.between)
        for index, option in enumerate(parameter.one_of or ()):
            yield from _typed(view, (*path, "one_of", index), option, parameter)
        for day, value in parameter.values.items():
            here = _value_path(view, path, day)
            if isinstance(value, dict):
                yield from _by(view, here, value, parameter)
            elif parameter.by is not None:
                message = Message("'{by}' decides this value; write one value for each of its values", by=parameter.by)
                yield issue(view, here, "parameters.by", message)
            else:
                yield from _value(view, here, value, parameter)


def _value_path(view: View, path: Path, day: dt.date) -> Path:
    return (*path, "values", day.isoformat())


def _dates(view: View, path: Path, parameter: Parameter) -> Iterator[Issue]:
    force = view.regulation.in_force
    first = min(parameter.values)
    if first > force.from_:
        message = Message(
            "there is no value from {start} to {end}; the regulation is in force from {start}",
            start=force.from_.isoformat(), end=(first - dt.timedelta(days=1)).isoformat(),
        )  # fmt: skip
        yield issue(view, (*path, "values"), "parameters.hole", message)
    for day in parameter.values:
        if force.to is not None and day > force.to:
            message = Message("the regulation ends on {end}; this value never holds", end=force.to.isoformat())
            yield key_warning(view, _value_path(view, path, day), "parameters.late", message)


def _between(view: View, path: Path, between: tuple[str, str]) -> Iterator[Issue]:
    ends = [literals.literal(text) for text in between]
    for index, (text, end) in enumerate(zip(between, ends, strict=True)):
        if isinstance(end, str):
            message = Message(
                "expected {wanted}, found {found}", wanted=Message("a number"), found=Message("'{text}'", text=text)
            )
            yield issue(view, (*path, "between", index), "types", message)
    low, high = ends
    if isinstance(low, Fraction) and isinstance(high, Fraction) and low > high:
        yield issue(
            view,
            (*path, "between"),
            "values",
            Message("nothing lies between {low} and {high}", low=between[0], high=between[1]),
        )


def _by(view: View, path: Path, values: dict[str, str], parameter: Parameter) -> Iterator[Issue]:
    if parameter.by is None:
        message = Message("one value must stand here; 'by: indicator' makes it depend on an indicator")
        yield issue(view, path, "parameters.by", message)
        return
    for key, value in values.items():
        yield from _value(view, (*path, key), value, parameter)
    every = dict.fromkeys(k for v in parameter.values.values() if isinstance(v, dict) for k in v)
    known = view.indicator_type(parameter.by) if parameter.by in view.regulation.indicators else None
    codes = known.values if known and known.kind in ("label", "code") else ()
    for key in values:
        if codes and key not in codes:
            yield key_issue(
                view, (*path, key), "names", unknown(Message("value of '{name}'", name=parameter.by), key, codes)
            )
    left = [key for key in (codes or every) if key not in values]
    if left:
        yield issue(view, path, "parameters.hole", Message("there is no value for: {values}", values=", ".join(left)))


def _wanted(view: View, parameter: Parameter) -> Type:
    if parameter.unit == "date":
        return DATE
    if parameter.unit in _TEXT_UNITS:
        return TEXT
    if parameter.unit is not None or parameter.between is not None:
        return NUMBER
    samples = list(parameter.one_of or ()) or [
        t for v in parameter.values.values() for t in (v.values() if isinstance(v, dict) else [v])
    ]
    kinds = {type(literals.literal(text)) for text in samples}
    if kinds == {Fraction}:
        return NUMBER
    return DATE if kinds == {dt.date} else TEXT


def _typed(view: View, path: Path, text: str, parameter: Parameter) -> Iterator[Issue]:
    wanted, value = _wanted(view, parameter), literals.literal(text)
    if wanted.kind == "text":
        return
    found = DATE if isinstance(value, dt.date) else NUMBER if isinstance(value, Fraction) else TEXT
    if found != wanted:
        yield issue(view, path, "types", expected(wanted, found))
    elif parameter.unit and "%" in text and parameter.unit != "ratio":
        message = Message("the units differ: {left} and {right}", left=parameter.unit, right="ratio")
        yield issue(view, path, "units", message)


def _value(view: View, path: Path, text: str, parameter: Parameter) -> Iterator[Issue]:
    faults = list(_typed(view, path, text, parameter))
    yield from faults
    if faults:
        return
    value = literals.literal(text)
    if parameter.one_of is not None and value not in [literals.literal(option) for option in parameter.one_of]:
        yield issue(view, path, "parameters.one_of", unknown(Message("value"), text, parameter.one_of))
    if parameter.between is None or not isinstance(value, Fraction):
        return
    low, high = (literals.number(end) for end in parameter.between)
    if low is not None and high is not None and low <= high and not low <= value <= high:
        message = Message(
            "{value} lies outside the limits {low} to {high}",
            value=shown(value, parameter.unit), low=parameter.between[0], high=parameter.between[1],
        )  # fmt: skip
        yield issue(view, path, "parameters.between", message)
