"""A finished run read back: each customer's row with values as they are meant, not as they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from fenji.engine.plan.build import Plan
from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.several import reasons_column
from fenji.engine.plan.steps import Target
from fenji.engine.run import Run

Value = Fraction | dt.date | str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One customer's result; ``indicators`` are exact numbers, days, labels or texts.

    ``axis_reasons`` holds, for each axis, code and reason of everything that speaks for the code.
    """

    customer: str
    grade: str | None
    computed: str | None
    previous: str | None
    held: bool
    limited: bool
    reason: str | None
    standing: str
    ungraded: str | None
    axes: Mapping[str, str | None]
    axes_all: Mapping[str, tuple[str, ...]]
    flags: frozenset[str]
    indicators: Mapping[str, Value]
    axis_reasons: Mapping[str, tuple[tuple[str, str], ...]]


def read_rows(run: Run) -> Iterator[Row]:
    """Every customer of a run, in no order."""
    return rows_in(run.plan, run.trace())


def rows_in(plan: Plan, trace: pa.Table) -> Iterator[Row]:
    """Every customer of a trace."""
    for batch in trace.to_batches(max_chunksize=5000):
        for row in batch.to_pylist():
            yield read_row(plan, row)


def read_row(plan: Plan, row: Mapping[str, Any]) -> Row:
    """One row of the trace."""
    axes_all = {}
    for name, axis in plan.axes.items():
        if axis.several:
            codes = row[f"{axis.answer}_all"]
            axes_all[name] = tuple(codes.split(",")) if codes else ()
    return Row(
        customer=row[OWNER], grade=row["grade"], computed=row["computed"], previous=row["previous"], held=row["held"],
        limited=row["limited"], reason=row["reason"], standing=row["standing"], ungraded=row["ungraded"],
        axes={name: row[axis.answer] for name, axis in plan.axes.items()}, axes_all=axes_all,
        flags=frozenset(c[2:] for c, v in row.items() if c.startswith("f_") and v),
        indicators={name: indicator(plan, row, name) for name in plan.regulation.indicators},
        axis_reasons={name: tuple(_reasons(axis, row)) for name, axis in plan.axes.items()},
    )  # fmt: skip


def _reasons(axis: Target, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Code and reason of an axis: of its answer, or of every true line where it keeps several codes."""
    if not axis.several:
        code, reason = row[axis.answer], row[f"{axis.answer}_reason"]
        if code and reason:
            yield code, reason
        return
    for pair in (row[reasons_column(axis.answer)] or "").split(","):
        code, _, reason = pair.partition(":")
        if reason:
            yield code, reason


def indicator(plan: Plan, row: Mapping[str, Any], name: str) -> Value:
    """The value of an indicator, read from a row of the trace."""
    raw = row[f"i_{name}"]
    if raw is None:
        return None
    spec, how = plan.regulation.indicators[name], plan.number_columns.get(name)
    if how is not None:
        below = row[f"i_{name}__d"] if how.quotient else how.divisor
        return None if below is None else Fraction(raw) / Fraction(below)
    if spec.judged and spec.judged.scale:
        scale = plan.regulation.scales[spec.judged.scale]
        labels: list[str] = [label for label, number in scale.items() if number == raw]
        return labels[0]
    if spec.model and spec.model.nearest:
        centres: list[str] = list(spec.model.nearest.centres)
        return centres[int(raw) - 1]
    if spec.measure and spec.measure.aggregate == "average":
        average: Fraction = Fraction(raw) / Fraction(row[f"i_{name}__d"])
        return average
    found: Value = raw if isinstance(raw, str | dt.date) else Fraction(raw)
    return found
