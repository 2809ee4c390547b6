"""The trace of a run, read back into typed explanations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import ibis
import pyarrow as pa

from fenji.engine.explain.evaluate import Evaluator, as_day, holds, settled
from fenji.engine.explain.model import Facts, Movement, PointsUsed, ScoreUsed, TargetSeen, ValueUsed
from fenji.engine.explain.replay import Replay, told_several
from fenji.engine.explain.words import unit_of
from fenji.engine.plan import Plan, windows
from fenji.engine.plan.fold import GRADERS
from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.numbers import NumberColumn
from fenji.engine.plan.resolve import ResolvedInterval
from fenji.engine.plan.scores import Score, line_column
from fenji.engine.plan.steps import StepColumns
from fenji.engine.readout import Value, indicator
from fenji.engine.run import Manifest, Run
from fenji.engine.spec.indicators import PointsLine
from fenji.engine.view import AS_OF, View


def restored(view: View, manifest: Manifest | Mapping[str, Any]) -> Plan:
    """The plan of a finished run, so that its trace can be read without running it again."""
    found = manifest if isinstance(manifest, Mapping) else vars(manifest)
    plan = Plan(view, dt.date.fromisoformat(found["as_of"]), dict(found["parameters"]))
    plan.indicators.numbers.update({name: NumberColumn(**how) for name, how in found["columns"].items()})
    for name, reasons in found["reasons"].items():
        plan.reasons[name].names = list(reasons)
    return plan


def plan_of(source: Run | Plan) -> Plan:
    """The plan of a run, or the plan itself."""
    return source.plan if isinstance(source, Run) else source


class Reader:
    """Reads rows of the trace of one plan; what does not depend on the row is worked out once."""

    def __init__(self, plan: Plan, schema: pa.Schema) -> None:
        self.plan = plan
        self.view = plan.view
        self.regulation = plan.regulation
        self.schema = schema

    @cached_property
    def used(self) -> tuple[str, ...]:
        """The indicators that the grade or an axis depends on, in the order of the file."""
        names: set[str] = set()
        for target in [*self.plan.axes.values(), self.plan.grade]:
            columns = StepColumns(self.plan.indicators, target, self.plan.axes)
            for kind, spec in target.steps:
                if kind in GRADERS:
                    names |= columns.grader_names(kind, spec)
                elif getattr(spec, "when", None) is not None:
                    names |= columns.condition_names(spec.when)
                for line in getattr(spec, "lines", ()):
                    names |= columns.condition_names(line.when)
        movement = self.regulation.movement
        if movement.hold:
            names |= self.view.condition_names(movement.hold.when)
        if movement.provisional and movement.provisional.until.after:
            names.add(movement.provisional.until.after)
        names |= {n for n, i in self.regulation.indicators.items() if i.missing == "ungraded"}
        names |= {p.by for n in names if (p := self.regulation.parameters.get(n)) and p.by}
        below = self.view.all_names(names - {AS_OF})
        return tuple(n for n in self.regulation.indicators if n in below)

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each indicator."""
        return {name: unit_of(self.view, name) for name in self.regulation.indicators}

    @cached_property
    def divisors(self) -> dict[str, int]:
        """What the points columns of each score are multiplied by."""
        table = ibis.table(ibis.Schema.from_pyarrow(self.schema), name="trace")
        return {
            name: Score(self.plan.indicators, name, spec.points, table).divisor
            for name, spec in self.regulation.indicators.items()
            if spec.points
        }

    def read(self, row: Mapping[str, Any], *, lists: bool = True) -> Facts:
        """One row, explained; without ``lists`` the single conditions of lists are left out."""
        evaluator = Evaluator(self.plan, row)
        axes: dict[str, TargetSeen] = {}
        for name, target in self.plan.axes.items():
            replay = Replay(self.plan, target, row, evaluator, lists=lists)
            axes[name] = told_several(replay) if target.several else replay.run()
        replay = Replay(self.plan, self.plan.grade, row, evaluator, axes, lists=lists)
        cells = self.regulation.cells
        waiting = tuple(a for n in cells.cells for a in axes[n].awaited) if cells else ()
        return Facts(
            customer=row[OWNER], grade=row["grade"], computed=row["computed"], standing=row["standing"],
            reason=row["reason"], ungraded=row["ungraded"], axes=tuple(axes.values()),
            movement=Movement(row["previous"], row.get("previous_from"), bool(row["held"]), bool(row["limited"])),
            values=tuple(self.value(row, name) for name in self.used) if lists else (),
            scores=tuple(self.score(row, name, evaluator) for name in self.used if name in self.divisors)
            if lists else (),
            target=replay.run(self.start(row), waiting), flags=self.flags(row),
            provisional_until=self.provisional_until(row, evaluator),
            undecided=tuple(n for n in self.used if row[f"i_{n}"] is None) if lists else (),
        )  # fmt: skip

    def start(self, row: Mapping[str, Any]) -> str | None:
        """The cell that the axes make, where the grades are cells and all axes are there."""
        if self.regulation.cells is None:
            return None
        codes = [row[self.plan.axes[a].answer] for a in self.regulation.cells.cells]
        if None in codes:
            return None
        joined = self.regulation.cells.join.join(codes)
        return joined if joined in self.plan.grade.codes.names else None

    def flags(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(column[2:] for column in self.schema.names if column.startswith("f_") and row[column])

    def value(self, row: Mapping[str, Any], name: str) -> ValueUsed:
        """One indicator as used: its value, window and marks."""
        spec = self.regulation.indicators[name]
        value = indicator(self.plan, row, name)
        return ValueUsed(
            name, spec.kind, value, self.units[name], self.window(row, name), missing=value is None,
            stated=bool(row.get(f"m_{name}")), role=spec.judged.by if spec.judged else None,
        )  # fmt: skip

    def window(self, row: Mapping[str, Any], name: str) -> tuple[dt.date | None, dt.date] | None:
        """The days a measure was taken over."""
        measure = self.regulation.indicators[name].measure
        if measure is None or self.view.facts.tables[measure.from_].date is None:
            return None
        if not isinstance(measure.over, str) and measure.over.since:
            return row[f"i_{measure.over.since}"], self.plan.as_of
        span = self.plan.resolver.window(measure.over)
        return span.start, span.end

    # scores
    def score(self, row: Mapping[str, Any], name: str, evaluator: Evaluator) -> ScoreUsed:
        """A score with its lines."""
        points = self.regulation.indicators[name].points
        assert points is not None
        lines = tuple(self.line(row, name, key, line, evaluator) for key, line in points.lines.items())
        total = indicator(self.plan, row, name)
        missing = any(line.points is None for line in lines)
        return ScoreUsed(
            name, total if isinstance(total, Fraction) else None, self.plan.resolver.figure(points.max), lines,
            reweighed=points.lines_missing == "reweigh" and missing and total is not None,
        )  # fmt: skip

    def line(self, row: Mapping[str, Any], score: str, key: str, line: PointsLine, evaluator: Evaluator) -> PointsUsed:
        """One line of a score."""
        raw = row[line_column(score, key)]
        of = line.of or key
        value = indicator(self.plan, row, of)
        return PointsUsed(
            key, of, value, None if raw is None else Fraction(raw, self.divisors[score]),
            self.plan.resolver.figure(line.weight) if line.weight else None,
            self.bin(line, value, evaluator), line.title,
        )  # fmt: skip

    def bin(self, line: PointsLine, value: Value, evaluator: Evaluator) -> ResolvedInterval | None:
        """The bin that holds a value."""
        for text in (line.bins or {}).values():
            found = settled(self.plan.resolver.interval(text), evaluator)
            if value is not None and holds(found, value):
                return found
        return None

    def provisional_until(self, row: Mapping[str, Any], evaluator: Evaluator) -> dt.date | None:
        """The day from which the grade is no longer provisional."""
        spec = self.regulation.movement.provisional
        if row["standing"] != "provisional" or spec is None or spec.until.after is None:
            return None
        day = as_day(evaluator.name(spec.until.after))
        if day is None:
            return None
        unit, length = self.plan.resolver.period(spec.until)
        if unit in ("months", "years"):
            return windows.add_months(day, length * (12 if unit == "years" else 1))
        return day + dt.timedelta(days=length)
