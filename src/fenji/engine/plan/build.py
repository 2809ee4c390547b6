"""The whole plan of a regulation: base table -> values -> axes -> grade -> movement -> result with its trace."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.base import PREVIOUS, PREVIOUS_FROM, PREVIOUS_SINCE, Base
from fenji.engine.plan.codes import axis_list, grade_list
from fenji.engine.plan.fold import Fold, Reasons
from fenji.engine.plan.indicators import Indicators
from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.movement import EASED, Eased, Moves, Track, provisional
from fenji.engine.plan.numbers import NumberColumn
from fenji.engine.plan.project import extend
from fenji.engine.plan.resolve import Resolver
from fenji.engine.plan.several import fold_several
from fenji.engine.plan.steps import StepColumns, Target
from fenji.engine.plan.values import Expressions, missing
from fenji.engine.spec.steps import body
from fenji.engine.view import View

RESULT = (
    "computed",
    "previous",
    "previous_from",
    "previous_since",
    "held",
    "limited",
    "grade",
    "reason",
    "standing",
    "ungraded",
)
"""The result columns, after the trace."""


@dataclass
class Plan:
    """One regulation at one as-of date, ready to run on any engine.

    ``base`` makes one row per subject from the facts; ``graded`` makes results from such rows, so that
    a changed value can be graded again without the facts.
    """

    view: View
    as_of: dt.date
    overrides: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.view, self.as_of, self.overrides)
        self.regulation = self.view.regulation
        self.indicators = Indicators(self.resolver)
        self.axes = {name: self.axis(name) for name in self.regulation.axes}
        self.grade = Target("grade", grade_list(self.regulation), tuple(body(s) for s in self.regulation.grading))
        self.reasons: dict[str, Reasons] = {name: Reasons() for name in [*self.axes, "grade"]}

    def axis(self, name: str) -> Target:
        """An axis as a target of steps."""
        spec = self.regulation.axes[name]
        return Target(name, axis_list(self.regulation, name), tuple(body(s) for s in spec.grading), spec.several)

    @property
    def number_columns(self) -> Mapping[str, NumberColumn]:
        """How each computed number is kept."""
        return self.indicators.numbers

    def base(self, tables: Mapping[str, ir.Table], results: Mapping[str, ir.Table] | None = None) -> ir.Table:
        """One row per subject with every value that comes from facts, stated missing values filled in.

        Raises:
            PlanError: naming every table and column that the facts lack.
        """
        return self.indicators.prepare(Base(self.resolver, tables, results or {}).build())

    def graded(self, base: ir.Table) -> ir.Table:
        """The result with its trace from a base table."""
        table = self.indicators.add_all(base)
        targets = {name: StepColumns(self.indicators, target) for name, target in self.axes.items()}
        for columns in targets.values():
            table = columns.compile(table)
        for name, columns in targets.items():
            table = self.fold_axis(name, columns, table)
        columns = StepColumns(self.indicators, self.grade, self.axes)
        table = self.fold_grade(columns, columns.compile(table), targets)
        return self.finished(table)

    def fold_axis(self, name: str, columns: StepColumns, table: ir.Table) -> ir.Table:
        if self.axes[name].several:
            return fold_several(columns, self.reasons[name], table)
        gone, stopped = self.must_have(table, self.names_of(columns)), f"{self.axes[name].answer}__stopped"
        if gone is None:
            return Fold(columns, self.reasons[name]).run(table)
        return Fold(columns, self.reasons[name], stopped=stopped).run(extend(table, {stopped: gone}))

    def names_of(self, columns: StepColumns) -> set[str]:
        """Every name that the steps of a target use, however indirectly."""
        names: set[str] = set()
        for kind, spec in columns.target.steps:
            names |= columns.grader_names(kind, spec)
            conditions = [getattr(spec, "when", None), *(line.when for line in getattr(spec, "lines", ()))]
            names |= {n for condition in conditions for n in columns.condition_names(condition)}
        return self.view.all_names(names)

    def must_have(self, table: ir.Table, names: set[str] | None = None) -> ir.Value | None:
        """The first value that is missing and without which there is no grade, as ``missing:name``."""
        branches = []
        for name, spec in self.regulation.indicators.items():
            if spec.missing == "ungraded" and (names is None or name in names):
                branches.append((missing(self.indicators.value(table, name)), ibis.literal(f"missing:{name}")))
        return ibis.cases(*branches, else_=ibis.null("string")) if branches else None

    def cells(self, table: ir.Table) -> tuple[Any, Any]:
        """The join of the axes as a code number, where all are there; and whether one is open."""
        cells = self.regulation.cells
        if cells is None:
            return None, None
        answers = {name: table[self.axes[name].answer] for name in cells.cells}
        return self.joined(answers), ibis.or_(*(table[f"{self.axes[a].answer}_open"] for a in cells.cells))

    def joined(self, answers: Mapping[str, ir.Value]) -> ir.Value:
        """The number of the cell that the axes' numbers make."""
        number: Any = ibis.literal(0, "int16")
        for name, answer in answers.items():
            order = [v.code for v in self.regulation.axes[name].values]
            codes = self.axes[name].codes
            places = [(answer == codes.number(c), ibis.literal(i, "int16")) for i, c in enumerate(order)]
            number = number * len(order) + ibis.cases(*places, else_=ibis.null("int16"))
        return (number + 1).cast("int16")

    def fold_grade(self, columns: StepColumns, table: ir.Table, axes: Mapping[str, StepColumns]) -> ir.Table:
        """The computed grade, moved, with its standing."""
        gone = self.must_have(table)
        scope = table["x_scope"].isnull().ifelse("scope", ibis.null("string"))
        table = extend(table, {"x_gone": scope if gone is None else ibis.coalesce(scope, gone)})
        start, start_open = self.cells(table)
        stopped = "x_gone" if gone is not None or self.regulation.applies_to.where else None
        fold = Fold(columns, self.reasons["grade"], stopped=stopped)
        table = fold.run(table, start=start, start_open=start_open)
        if PREVIOUS not in table.columns:
            return extend(table, {"x_final": table["x_grade"]})
        table = self.ease(columns, table, axes)
        return self.move_grade(columns, table) if self.regulation.cells is None else self.move_cells(table, axes)

    def ease(self, columns: StepColumns, table: ir.Table, axes: Mapping[str, StepColumns]) -> ir.Table:
        """The answers over eased borders, of the axes first, where there is a margin."""
        margin = self.regulation.movement.margin
        if margin is None or not self.resolver.figure(margin):
            return table
        for name, axis in axes.items():
            if not self.axes[name].several:
                table = Eased(axis, self.resolver.figure(margin)).fold(table, self.reasons[name])
        if self.regulation.cells is not None:
            return table
        return Eased(columns, self.resolver.figure(margin)).fold(table, self.reasons["grade"])

    def move_grade(self, columns: StepColumns, table: ir.Table) -> ir.Table:
        """A ranked grade moves as a whole."""
        track = Track("x_grade", PREVIOUS, f"x_grade{EASED}", "x_final")
        moved = Moves(self.resolver, columns, lambda t: Expressions(columns.lookup(t)), track).move(table)
        return extend(moved, {"x_held": moved["x_final__held"]})

    def move_cells(self, table: ir.Table, axes: Mapping[str, StepColumns]) -> ir.Table:
        """A grade that is a cell moves on each of its ranked axes; a named result stays."""
        assert self.regulation.cells is not None
        parts: dict[str, ir.Value] = {}
        held: list[ir.BooleanValue] = []
        for name in self.regulation.cells.cells:
            target, columns = self.axes[name], axes[name]
            if not target.codes.ranks or target.several:
                parts[name] = table[target.answer]
                continue
            table = extend(table, {f"v_{name}__before": self.part_of_cell(table[PREVIOUS], name)})
            track = Track(target.answer, f"v_{name}__before", f"{target.answer}{EASED}", f"v_{name}")
            table = Moves(self.resolver, columns, lambda t, c=columns: Expressions(c.lookup(t)), track).move(table)  # type: ignore[misc]
            parts[name] = table[f"v_{name}"]
            held.append(table[f"v_{name}__held"])
        start, _ = self.cells(table)
        moved = (table["x_grade"] == start).ifelse(
            self.joined({n: table[p.get_name()] for n, p in parts.items()}), table["x_grade"]
        )
        return extend(
            table, {"x_final": moved.cast("int16"), "x_held": ibis.or_(*held) if held else ibis.literal(False)}
        )

    def part_of_cell(self, cell: ir.IntegerValue, axis: str) -> ir.Value:
        """The number on one axis of a cell's number."""
        assert self.regulation.cells is not None
        names = self.regulation.cells.cells
        orders = [[v.code for v in self.regulation.axes[a].values] for a in names]
        codes = self.axes[axis].codes
        branches = []
        for index, combination in enumerate(itertools.product(*orders)):
            code = combination[names.index(axis)]
            branches.append((cell == index + 1, ibis.literal(codes.number(code), "int16")))
        return ibis.cases(*branches, else_=ibis.null("int16"))

    def finished(self, table: ir.Table) -> ir.Table:
        """The trace columns and the result columns, in order, texts for codes."""
        codes, names = self.grade.codes, self.reasons["grade"].names
        final = table["x_final"]
        named = codes.numbers(sorted(codes.ungraded)) if codes.ungraded else []
        is_named = final.isin(named) if named else ibis.literal(False)
        no_grade = final.isnull() | ibis.coalesce(is_named, ibis.literal(False))
        table = extend(table, {"x_none": no_grade, "x_new": provisional(self.resolver, table, self.indicators.value)})
        final, no_grade = table["x_final"], table["x_none"]
        standing = ibis.cases(
            (no_grade, "ungraded"),
            (table["x_grade_open"], "proposed"),
            (table["x_new"], "provisional"),
            else_="computed",
        )
        why_none = ibis.coalesce(
            table["x_gone"], self.text(final, codes.names), table["x_grade_open"].ifelse("awaiting", "unmatched")
        )
        moved = "x_previous" in table.columns
        null, no = ibis.null("string"), ibis.literal(False)
        result = {
            "computed": self.text(table["x_grade"], codes.names),
            "previous": self.text(table["x_previous"], codes.names) if moved else null,
            "previous_from": table[PREVIOUS_FROM] if moved else ibis.null("date"),
            "previous_since": table[PREVIOUS_SINCE] if moved else ibis.null("date"),
            "held": table["x_held"] if moved else no,
            "limited": ibis.coalesce(table["x_final"] != table["x_grade"], no) if moved else no,
            "grade": no_grade.ifelse(null, self.text(final, codes.names)),
            "reason": self.text(table["x_grade_reason"], names),
            "standing": standing,
            "ungraded": no_grade.ifelse(why_none, null),
        }  # fmt: skip
        return table.select(**{c: table[c] for c in self.trace_columns(table)}, **self.axis_columns(table), **result)

    def trace_columns(self, table: ir.Table) -> list[str]:
        """The customer and every column of the trace, without the helpers of the fold."""
        kept = [c for c in table.columns if c[:2] in ("i_", "m_", "p_", "d_", "s_", "f_", "n_")]
        return [OWNER, *kept]

    def axis_columns(self, table: ir.Table) -> dict[str, ir.Value]:
        """Code, reason and open of each axis, as texts."""
        found: dict[str, ir.Value] = {}
        for name, target in self.axes.items():
            found[target.answer] = self.text(table[target.answer], target.codes.names)
            found[f"{target.answer}_reason"] = self.text(table[f"{target.answer}_reason"], self.reasons[name].names)
            found[f"{target.answer}_open"] = table[f"{target.answer}_open"]
            if target.several:
                found |= {f"{target.answer}_{k}": table[f"{target.answer}_{k}"] for k in ("all", "reasons")}
        return found

    @staticmethod
    def text(number: ir.IntegerValue, names: Any) -> ir.StringValue:
        """A number as the name it stands for."""
        if not names:
            return ibis.null("string")
        return ibis.cases(*((number == i + 1, n) for i, n in enumerate(names)), else_=ibis.null("string"))
