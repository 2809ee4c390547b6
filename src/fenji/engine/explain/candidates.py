"""Which new values of one figure are worth grading: just across every border, in whole steps."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from fenji.engine.explain.borders import Borders, Lever, around
from fenji.engine.readout import indicator

_GROWTH = 4
_FARTHEST = 10**14
_TILES = 20
_NEAR = 2


def start(lever: Lever, value: Any) -> Fraction | int | None:
    """The present value of a number or date in steps; none where it is missing."""
    if value is None or isinstance(value, dt.date):
        return None if value is None else value.toordinal()
    steps = value / lever.step
    return int(steps) if steps.denominator == 1 else Fraction(steps)


def crossing(lever: Lever, now: Fraction | int | None, borders: Iterable[int]) -> set[int]:
    """The values just at and just across each border, on the side away from the present value."""
    found: set[int] = set()
    for border in borders:
        if now is None or border == now:
            found |= {border - 1, border, border + 1}
        else:
            found |= {border, border + 1} if border > now else {border - 1, border}
    return allowed(lever, now, found)


def allowed(lever: Lever, now: Fraction | int | None, values: Iterable[int]) -> set[int]:
    """Values that the lever may take and does not have."""
    low = lever.low
    if lever.kind == "number" and low is None and (now is None or now >= 0):
        low = 0
    if lever.kind == "date":
        low = dt.date(1900, 1, 1).toordinal()
    high = (
        lever.high
        if lever.high is not None
        else _FARTHEST
        if lever.kind == "number"
        else dt.date(2200, 1, 1).toordinal()
    )
    return {v for v in values if v != now and (low is None or v >= low) and v <= high}


def grid(lever: Lever, now: Fraction | int | None, farthest: int) -> set[int]:
    """Values at growing distances, so that no far change is overlooked."""
    middle = int(now) if now is not None else (lever.high or 0 if lever.kind == "date" else 0)
    found, distance = {0 if lever.kind == "number" else middle}, 1
    while distance <= farthest * _GROWTH:
        found |= {middle + distance, middle - distance}
        distance *= _GROWTH
    return allowed(lever, now, found)


def farthest(lever: Lever, now: Fraction | int | None) -> int:
    """How far a grid goes: far beyond every written border and the present value."""
    if lever.kind == "date":
        return 4**7
    known = [abs(b) for b in lever.direct] + [abs(int(now)) if now is not None else 0, int(1000 / lever.step)]
    return min(max(known) * 16, _FARTHEST)


def roots(samples: Sequence[tuple[int | Fraction, Fraction | None]], borders: Iterable[Fraction]) -> set[int]:
    """Where a computed value crosses its borders: exact for linear values and for quotients of linear values."""
    found: set[int] = set()
    for at in range(len(samples) - 1):
        (x1, y1), (x2, y2) = samples[at], samples[at + 1]
        if y1 is None or y2 is None or y1 == y2:
            continue
        third = samples[at + 2] if at + 2 < len(samples) else samples[at - 1]
        for border in borders:
            if min(y1, y2) <= border <= max(y1, y2):
                root = _root((Fraction(x1), y1 - border), (Fraction(x2), y2 - border), third, border)
                found |= {v for r in root for v in around(r)}
    return found


def _root(
    one: tuple[Fraction, Fraction], two: tuple[Fraction, Fraction], third: tuple[Any, Fraction | None], border: Fraction
) -> list[Fraction]:
    """The zero between two points of a line, and of the hyperbola through a third."""
    (x1, y1), (x2, y2) = one, two
    found = [x1 - y1 * (x2 - x1) / (y2 - y1)]
    if third[1] is not None and third[0] not in (x1, x2):
        x3, y3 = Fraction(third[0]), third[1] - border
        # the inverse of (a + b x) / (1 + d x) is of the same form, so its value at 0 is the zero looked for
        if 0 not in (y1 - y2, y2 - y3, y1 - y3):
            above = x1 * y2 * y3 * (x2 - x3) - x2 * y1 * y3 * (x1 - x3) + x3 * y1 * y2 * (x1 - x2)
            below = y2 * y3 * (x2 - x3) - y1 * y3 * (x1 - x3) + y1 * y2 * (x1 - x2)
            if below and min(x1, x2) <= above / below <= max(x1, x2):
                found.append(above / below)
    return found


class Compared:
    """The values of a population, best last, with the borders that places, tiles and shares draw in it."""

    def __init__(self, borders: Borders, rows: Sequence[Mapping[str, Any]], name: str) -> None:
        self.borders, self.name = borders, name
        self.plan = borders.plan
        self.rows = rows
        self.rules: list[tuple[list[Fraction], list[Fraction], str, Any]] = []
        for kind, spec in borders.populations[name]:
            mark = f"i_{spec[0]}" if kind == "tile" else f"s_{spec.id}_of"
            values = [self.value(row) for row in rows if row.get(mark) is not None]
            ordered = sorted(v for v in values if v is not None)
            self.rules.append((ordered, [Fraction(0), *accumulate(ordered)], kind, spec))

    def value(self, row: Mapping[str, Any]) -> Fraction | None:
        found = indicator(self.plan, row, self.name)
        if isinstance(found, str):
            judged = self.plan.regulation.indicators[self.name].judged
            return Fraction(self.plan.regulation.scales[judged.scale][found]) if judged and judged.scale else None
        return found if isinstance(found, Fraction) else None

    def near(self, now: Fraction | int | None) -> set[Fraction]:
        """The values of others at which a customer's place, tile or share may change its meaning."""
        found: set[Fraction] = set()
        for values, sums, kind, spec in self.rules:
            if not values:
                continue
            if kind == "share":
                found |= self.share_borders(values, sums, spec, now)
                continue
            high = (spec[1] if kind == "tile" else spec).best == "high"
            for index in self.indices(len(values), kind, spec):
                at = len(values) - 1 - index if high else index
                found |= set(values[max(0, at - _NEAR) : max(0, at + _NEAR + 1)])
        return found

    def indices(self, size: int, kind: str, spec: Any) -> set[int]:
        """How many better ones there are at each border."""
        if kind == "rank":
            portions = []
            for text in spec.into.values():
                word, _space, share = text.partition(" ")
                if share:
                    figure = self.plan.resolver.figure(share)
                    portions.append(figure if word == "top" else 1 - figure)
            return {int(p * size) for p in portions}
        name, tile = spec
        parts = self.plan.resolver.whole(tile.into)
        numbers = range(1, parts + 1) if parts <= _TILES else self.wanted(name, parts)
        return {(parts - n) * size // parts for n in numbers} | {(parts - n + 1) * size // parts for n in numbers}

    def wanted(self, name: str, parts: int) -> list[int]:
        """The tiles that the regulation names, where there are too many to try all."""
        named = {int(c) for c in self.borders.constants.get(name, ()) if isinstance(c, Fraction)}
        return sorted(n for c in named for n in (c - 1, c, c + 1) if 1 <= n <= parts)

    def share_borders(
        self, values: list[Fraction], sums: list[Fraction], spec: Any, now: Fraction | int | None
    ) -> set[Fraction]:
        """The first values, upwards, at which the running share passes each of its borders."""
        found: set[Fraction] = set()
        at = bisect_left(values, now) if now is not None else len(values)
        own = values[at] if at < len(values) and values[at] == now else Fraction(0)
        total = sums[-1]
        for text in spec.into.values():
            interval = self.plan.resolver.interval(text)
            for border in (interval.low, interval.high):
                if isinstance(border, Fraction) and 0 < border < 1:
                    found |= self.passing(values, sums, total, own, border)
        return found

    def passing(
        self, values: list[Fraction], sums: list[Fraction], total: Fraction, own: Fraction, border: Fraction
    ) -> set[Fraction]:
        """Values around the first segment in which the share is within the border; it falls as the value grows."""
        low, high = bisect_left(values, own), len(values)
        while low < high:
            middle = (low + high) // 2
            above = total - sums[middle + 1]
            if above + values[middle] <= border * (total - own + values[middle]):
                high = middle
            else:
                low = middle + 1
        found = set(values[max(0, low - _NEAR) : low + _NEAR + 1])
        for at in range(max(0, low - _NEAR), min(len(values), low + _NEAR + 1)):
            found.add((border * (total - own) - (total - sums[at + 1])) / (1 - border))
        return {v for v in found if v >= 0}
