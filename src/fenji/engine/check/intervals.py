"""Bands, shares and bins: every value has its place, and only one, at every date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from fenji.engine.check.domains import Domain, domain
from fenji.engine.check.scalars import expected, shown
from fenji.engine.check.situations import Finding, Situation, in_situations
from fenji.engine.check.walk import issue, steps
from fenji.engine.expression import literals
from fenji.engine.expression.types import DATE, NUMBER, Type
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.view import View
from fenji.i18n import Message

Cut = tuple[int, int | Fraction, int]
"""A place between values: -1, 0 or 1 for below all, at a value, above all; the value; 0 before it, 1 behind it."""
_BOTTOM: Cut = (-1, 0, 0)
_TOP: Cut = (1, 0, 0)
_BAND, _BIN, _SHARE = Message("band"), Message("bin"), Message("share interval")


@dataclass(frozen=True)
class Part:
    """A named interval as written, and where."""

    name: str
    text: str
    path: Path


@dataclass(frozen=True)
class Split:
    """Values split into parts: what of, of which type, and what a part is called."""

    parts: tuple[Part, ...]
    path: Path
    type: Type
    of: str | None
    word: Message


def intervals(view: View) -> Iterator[Issue]:
    """Gaps, overlaps, empty and unreachable intervals; bounds that are unknown or of another kind or unit."""
    for split in _splits(view):
        faults = list(_bounds(view, split))
        yield from faults
        if not faults and split.type.kind in ("number", "date"):
            yield from in_situations(view, _bound_texts(split), lambda s, split=split: _coverage(s, split))  # type: ignore[misc]


def _splits(view: View) -> Iterator[Split]:
    for step in steps(view):
        path = (*step.path, "into")
        if step.kind == "bands" and step.body.of in view.regulation.indicators:
            kind = view.indicator_type(step.body.of)
            yield Split(_parts(step.body.into, path), path, kind, step.body.of, _BAND)
        elif step.kind == "share":
            yield Split(_parts(step.body.into, path), path, Type("number", "ratio"), None, _SHARE)
    for name, indicator in view.regulation.indicators.items():
        for key, line in indicator.points.lines.items() if indicator.points else ():
            of = line.of or key
            if line.bins is not None and of in view.regulation.indicators:
                path = ("indicators", name, "points", "lines", key, "bins")
                yield Split(_parts(line.bins, path), path, view.indicator_type(of), of, _BIN)


def _parts(into: Mapping[str, str], path: Path) -> tuple[Part, ...]:
    return tuple(Part(name, text, (*path, name)) for name, text in into.items())


def _bound_texts(split: Split) -> list[str]:
    found = [literals.interval(part.text) for part in split.parts]
    return [b for i in found if i for b in (i.low, i.high) if b is not None]


def _bounds(view: View, split: Split) -> Iterator[Issue]:
    """Whether each part is an interval whose bounds are of the type and unit of the value."""
    if split.type.kind not in ("number", "date", "unknown"):
        if split.word is _BIN:  # the check of references tells it for bands
            yield issue(view, split.path, "types", expected(NUMBER, split.type))
        return
    for part in split.parts:
        found = literals.interval(part.text)
        if found is None:
            message = Message(
                "'{text}' is not an interval; write for example {examples}",
                text=part.text, examples="'>= 100', '< 100', '100 ..< 200'",
            )  # fmt: skip
            yield issue(view, part.path, "intervals.form", message)
            continue
        for bound in dict.fromkeys(b for b in (found.low, found.high) if b is not None):
            yield from _bound(view, part, bound, split.type)


def _bound(view: View, part: Part, bound: str, wanted: Type) -> Iterator[Issue]:
    offset = part.text.find(bound)
    kind = view.parameter_type(bound)
    if kind is None:
        value = literals.literal(bound)
        if isinstance(value, str):
            yield issue(
                view, part.path, "names", unknown(Message("parameter"), bound, view.regulation.parameters), offset
            )
            return
        kind = DATE if isinstance(value, dt.date) else Type("number", "ratio" if "%" in bound else None)
    if "unknown" in (wanted.kind, kind.kind):
        return
    if kind.kind != wanted.kind:
        yield issue(view, part.path, "types", expected(wanted, kind), offset)
    elif kind.unit and wanted.unit and kind.unit != wanted.unit:
        message = Message("the units differ: {left} and {right}", left=wanted.unit, right=kind.unit)
        yield issue(view, part.path, "units", message, offset)


def _coverage(situation: Situation, split: Split) -> Iterator[Finding]:
    limits = _limits(situation, split)
    whole = split.type.kind == "date" or limits.whole
    start = _cut(limits.low, False, _BOTTOM, whole) if split.of else _cut(limits.low, True, _BOTTOM, whole)
    end = _cut(limits.high, True, _TOP, whole)
    placed: list[tuple[Cut, Cut, Part]] = []
    for part in split.parts:
        found = _cuts(situation, part, whole)
        if found is None:
            continue
        low, high = found
        if low >= high:
            yield Finding("empty", part.path, "intervals.empty", Message("nothing lies in '{text}'", text=part.text))
        elif high <= start or low >= end:
            message = Message(
                "no value reaches '{text}'; there are only {values}",
                text=part.text,
                values=_words(start, end, split, whole),
            )
            yield Finding("outside", part.path, "intervals.outside", message)
        else:
            placed.append((low, high, part))
    yield from _sweep(sorted(placed, key=lambda p: p[:2]), (start, end), split, whole)


def _sweep(
    placed: list[tuple[Cut, Cut, Part]], limits: tuple[Cut, Cut], split: Split, whole: bool
) -> Iterator[Finding]:
    reach = limits[0]
    last: Part | None = None
    for low, high, part in placed:
        if low > reach:
            yield _gap(reach, low, split, whole, (last, part))
        elif last is not None and low < reach:
            end = min(high, reach)
            message = Message(
                "'{first}' and '{second}' both hold {values}",
                first=last.name, second=part.name, values=_words(low, end, split, whole),
            )  # fmt: skip
            yield Finding(last, part.path, "intervals.overlap", message)
        if high > reach or last is None:
            reach, last = max(high, reach), part
    if reach < limits[1] and placed:
        yield _gap(reach, limits[1], split, whole, (last, None))


def _gap(low: Cut, high: Cut, split: Split, whole: bool, between: tuple[Part | None, Part | None]) -> Finding:
    values = _words(low, high, split, whole)
    if split.word is _BIN:
        message = Message("no {part} holds {values}", part=split.word, values=values)
    else:
        message = Message(
            "no {part} holds {values}; give a code or a named ungraded result", part=split.word, values=values
        )
    return Finding(between, split.path, "intervals.gap", message)


def _limits(situation: Situation, split: Split) -> Domain:
    if split.of is None:
        return Domain(Fraction(0), Fraction(1))
    return domain(situation, split.of) if split.type.kind == "number" else Domain()


def _cuts(situation: Situation, part: Part, whole: bool) -> tuple[Cut, Cut] | None:
    """Where an interval starts and ends, or none where a bound has no value (the check of parameters tells)."""
    found = literals.interval(part.text)
    if found is None:
        return None
    low = None if found.low is None else situation.value(found.low)
    high = None if found.high is None else situation.value(found.high)
    if isinstance(low, str) or isinstance(high, str):
        return None
    if (low is None) != (found.low is None) or (high is None) != (found.high is None):
        return None
    return _cut(low, not found.low_closed, _BOTTOM, whole), _cut(high, found.high_closed, _TOP, whole)


def _cut(value: Fraction | dt.date | None, behind: bool, otherwise: Cut, whole: bool) -> Cut:
    if value is None:
        return otherwise
    number = Fraction(value.toordinal()) if isinstance(value, dt.date) else value
    if whole:
        return (0, floor(number) + 1 if behind else ceil(number), 0)
    return (0, number, int(behind))


def _words(low: Cut, high: Cut, split: Split, whole: bool) -> Message:
    """The values between two cuts in words."""
    if whole and high[0] == 0:
        high = (0, high[1] - 1, 1)
    first, last = _value(low, split), _value(high, split)
    if low[0] < 0 and high[0] > 0:
        return Message("all values")
    if low[0] < 0:
        return Message("values up to {high}", high=last) if high[2] else Message("values below {high}", high=last)
    if high[0] > 0:
        return Message("values above {low}", low=first) if low[2] else Message("values from {low}", low=first)
    if low[1] == high[1]:
        return Message("the value {value}", value=first)
    if low[2] and high[2]:
        return Message("values above {low} up to {high}", low=first, high=last)
    if low[2]:
        return Message("values above {low} and below {high}", low=first, high=last)
    if high[2]:
        return Message("values from {low} to {high}", low=first, high=last)
    return Message("values from {low} to below {high}", low=first, high=last)


def _value(cut: Cut, split: Split) -> str:
    if cut[0]:
        return ""
    if split.type.kind == "date":
        return dt.date.fromordinal(int(cut[1])).isoformat()
    return shown(Fraction(cut[1]), split.type.unit)
