"""Numbers and dates as they stand outside expressions: a literal, or the name of a parameter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fenji.engine.check.walk import issue
from fenji.engine.expression import literals
from fenji.engine.expression.types import KIND_NAMES, NUMBER, Type
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.view import View
from fenji.i18n import Message


@dataclass(frozen=True)
class Wanted:
    """What a number must be: a whole one, a share (0 to 1), not below ``low``, in ``unit``."""

    whole: bool = False
    share: bool = False
    low: int | None = None
    unit: str | None = None


COUNT = Wanted(whole=True, low=0)
AT_LEAST_ONE = Wanted(whole=True, low=1)
SHARE = Wanted(share=True, low=0)


def number(view: View, path: Path, text: str, wanted: Wanted = Wanted()) -> Iterator[Issue]:
    """Whether a scalar is a number of the wanted kind, or a parameter that always is."""
    value = literals.literal(text)
    if isinstance(value, Fraction):
        yield from _fits(view, path, text, value, wanted)
        return
    parameter = view.regulation.parameters.get(text)
    kind = view.parameter_type(text)
    if parameter is None or kind is None:
        yield _not_a_number(view, path, text, value)
        return
    if kind.kind == "unknown":
        return
    if kind.kind != "number":
        yield issue(view, path, "types", expected(NUMBER, kind))
    elif parameter.by is not None:
        message = Message(
            "parameter '{name}' depends on '{by}'; one number must stand here", name=text, by=parameter.by
        )
        yield issue(view, path, "types", message)
    elif wanted.unit and kind.unit and kind.unit != wanted.unit:
        yield issue(
            view, path, "units", Message("the units differ: {left} and {right}", left=wanted.unit, right=kind.unit)
        )
    else:
        for one in parameter_numbers(view, text):
            yield from list(_fits(view, path, f"{text} = {shown(one)}", one, wanted))[:1]


def _not_a_number(view: View, path: Path, text: str, value: object) -> Issue:
    if isinstance(value, dt.date) or text[:1].isdigit():
        return issue(
            view,
            path,
            "types",
            Message(
                "expected {wanted}, found {found}", wanted=KIND_NAMES["number"], found=Message("'{text}'", text=text)
            ),
        )
    return issue(view, path, "names", unknown(Message("parameter"), text, view.regulation.parameters))


def _fits(view: View, path: Path, text: str, value: Fraction, wanted: Wanted) -> Iterator[Issue]:
    if wanted.whole and value.denominator != 1:
        yield issue(view, path, "values", Message("expected a whole number, found '{found}'", found=text))
    elif wanted.share and not 0 <= value <= 1:
        yield issue(view, path, "values", Message("expected a share from 0% to 100%, found '{found}'", found=text))
    elif wanted.low is not None and value < wanted.low:
        yield issue(
            view, path, "values", Message("expected {low} or more, found '{found}'", low=wanted.low, found=text)
        )


def parameter_numbers(view: View, name: str) -> list[Fraction]:
    """Every number a parameter ever takes."""
    parameter = view.regulation.parameters[name]
    values: list[str] = []
    for value in parameter.values.values():
        values += value.values() if isinstance(value, dict) else [value]
    return [found for text in values if (found := literals.number(text)) is not None]


def expected(wanted: Type, found: Type) -> Message:
    """A value of one type where another one must stand."""
    return Message("expected {wanted}, found {found}", wanted=KIND_NAMES[wanted.kind], found=KIND_NAMES[found.kind])


def shown(value: Fraction | dt.date, unit: str | None = None) -> str:
    """A value as a message shows it: exact, without an exponent; shares in percent."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if unit == "ratio":
        return f"{shown(value * 100)}%"
    if value.denominator == 1:
        return str(value.numerator)
    digits = f"{float(value):.6f}".rstrip("0")
    return digits if Fraction(digits) == value else str(value)
