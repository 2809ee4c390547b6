"""One customer's result in the words of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fenji.documents.regulation.words import day_text
from fenji.documents.words import grade_title, standing, why_ungraded
from fenji.engine.explain.words import shown, unit_of
from fenji.engine.plan import Plan
from fenji.engine.readout import Row, read_row
from fenji.i18n import _


@dataclass(frozen=True)
class Filled:
    """Answers what a form asks about one customer of a run.

    Args:
        row: the customer's row of the trace, with all its columns.
        name: the customer's name, where the run knew it.
    """

    plan: Plan
    row: Mapping[str, Any]
    name: str

    @property
    def result(self) -> Row:
        """The row as it is meant."""
        return read_row(self.plan, self.row)

    @property
    def customer(self) -> str:
        """The customer's number."""
        return self.result.customer

    def grade(self) -> str:
        """The grade with how firm it is, or why there is none."""
        found = self.result
        if found.grade is None:
            return why_ungraded(self.plan.view, found.ungraded)
        title = grade_title(self.plan.regulation, found.grade)
        said = found.grade if title == found.grade else _("{code} ({title})", code=found.grade, title=title)
        if found.standing == "computed":
            return said
        return _("{grade}, {standing}", grade=said, standing=standing(found.standing))

    def period(self) -> str:
        """The days of the first figure from records that has a stated window; empty where none has."""
        for spec in self.plan.regulation.indicators.values():
            if spec.measure and not isinstance(spec.measure.over, str) and not spec.measure.over.since:
                days = self.plan.resolver.window(spec.measure.over)
                first = day_text(days.start) if days.start else ""
                return _("{first} to {last}", first=first, last=day_text(days.end))
        return ""

    def value(self, name: str) -> str:
        """An indicator, an axis or a part of the result; empty where there is no value."""
        found = self.result
        if name in found.indicators:
            value = found.indicators[name]
            return "" if value is None else shown(value, unit_of(self.plan.view, name))
        if name in found.axes:
            return ",".join(found.axes_all.get(name, ())) or found.axes[name] or ""
        return self.grade() if name == "grade" else ""

    def decision(self, step: str, target: str) -> str:
        """The code that people decided at a step; empty before they did."""
        number = self.row.get(f"d_{step}")
        if number is None:
            return ""
        if isinstance(number, str):
            return number
        made = self.plan.grade if target == "grade" else self.plan.axes[target]
        return str(made.codes.names[int(number) - 1])
