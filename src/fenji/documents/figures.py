"""The columns of a trace as figures for people: title, kind, and plain values out of Arrow columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa

from fenji.engine.spec.indicators import Indicator
from fenji.engine.view import View
from fenji.i18n import Message, _, language

PLACES = 4
"""Decimal places of a quotient that is shown; the comparison itself is exact and was made by the engine."""


class Kind(StrEnum):
    """How a figure is shown."""

    MONEY = "money"
    RATIO = "ratio"
    NUMBER = "number"
    WHOLE = "whole"
    DATE = "date"
    TEXT = "text"


UNITS: Mapping[str, Message] = {
    "CNY": Message("yuan"),
    "count": Message("times"),
    "days": Message("days"),
    "months": Message("months"),
    "years": Message("years"),
    "points": Message("points"),
}


@dataclass(frozen=True)
class Figure:
    """One column of the trace, as it is shown."""

    name: str
    column: str
    title: str
    kind: Kind
    unit: str | None = None
    divisor: int = 1
    quotient: bool = False
    labels: Mapping[int, str] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the trace that it is read from."""
        return (self.column, f"{self.column}__d") if self.quotient else (self.column,)

    @property
    def heading(self) -> str:
        """The title with its unit, where the title does not say it."""
        if self.unit is None or self.kind in (Kind.RATIO, Kind.DATE, Kind.TEXT):
            return self.title
        unit = str(UNITS[self.unit]) if self.unit in UNITS else self.unit
        return self.title if unit in self.title else _("{title} ({unit})", title=self.title, unit=unit)

    def values(self, rows: pa.Table) -> list[Any]:
        """Plain values: ``Decimal``, ``int``, dates, texts; missing ones are ``None``."""
        found = rows.column(self.column).to_pylist()
        if self.labels is not None:
            return [None if v is None else self.labels.get(int(v), str(v)) for v in found]
        if self.quotient:
            below = rows.column(f"{self.column}__d").to_pylist()
            return [_quotient(n, d) for n, d in zip(found, below, strict=True)]
        if self.divisor != 1:
            return [None if v is None else _quotient(v, self.divisor) for v in found]
        return list(found)


def _quotient(above: Any, below: Any) -> Decimal | None:
    if above is None or not below:
        return None
    return round(Decimal(above) / Decimal(below), PLACES)


def title_of(text: Any, name: str) -> str:
    """A title in the language of the context, or the name where there is none."""
    return str(text.get(language())) if text is not None else name


def figures(view: View, kept: Mapping[str, Mapping[str, Any]], schema: Iterable[str]) -> list[Figure]:
    """The indicators of a regulation that a trace holds, in the order of the file."""
    present = set(schema)
    found = []
    for name, spec in view.regulation.indicators.items():
        if f"i_{name}" in present:
            found.append(_figure(view, name, spec, kept.get(name, {})))
    return found


def _figure(view: View, name: str, spec: Indicator, how: Mapping[str, Any]) -> Figure:
    kind = view.indicator_type(name)
    title = title_of(spec.title, name)
    column = f"i_{name}"
    if kind.kind == "date":
        return Figure(name, column, title, Kind.DATE)
    if kind.kind != "number":
        return Figure(name, column, title, Kind.TEXT, labels=_labels(view, spec))
    divisor, quotient = int(how.get("divisor") or 1), bool(how.get("quotient"))
    return Figure(name, column, title, number_kind(view, kind.unit), kind.unit, divisor, quotient)


def _labels(view: View, spec: Indicator) -> dict[int, str] | None:
    if spec.judged and spec.judged.scale:
        return {number: label for label, number in view.regulation.scales[spec.judged.scale].items()}
    if spec.model and spec.model.nearest:
        return dict(enumerate(spec.model.nearest.centres, 1))
    return None


def number_kind(view: View, unit: str | None) -> Kind:
    """How a number of a unit is shown."""
    if unit == view.regulation.currency:
        return Kind.MONEY
    if unit in ("ratio", "percent"):
        return Kind.RATIO
    return Kind.WHOLE if unit in ("count", "days", "months", "years") else Kind.NUMBER


def score_lines(view: View, kept: Mapping[str, Mapping[str, Any]], schema: Iterable[str]) -> list[Figure]:
    """The points of each line of each score, in the order of the file."""
    present = set(schema)
    found = []
    for name, spec in view.regulation.indicators.items():
        for line, points in (spec.points.lines if spec.points else {}).items():
            column = f"p_{name}__{line}"
            if column not in present:
                continue
            source = view.regulation.indicators.get(points.of or line)
            what = title_of(points.title or (source.title if source else None), line)
            title = _("Points: {what}", what=what)
            divisor = int(kept.get(name, {}).get("divisor") or 1)
            found.append(Figure(line, column, title, Kind.NUMBER, divisor=divisor))
    return found


def amounts(found: Iterable[Figure]) -> list[Figure]:
    """The figures in money that can be added up."""
    return [f for f in found if f.kind is Kind.MONEY and not f.quotient]
