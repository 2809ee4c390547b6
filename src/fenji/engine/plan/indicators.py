"""Values from values: formulas, points, tiles and models, level by level, each level one projection."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import ibis
import ibis.expr.types as ir

from fenji.engine.expression import parse
from fenji.engine.plan import models, numbers, populations
from fenji.engine.plan.columns import by_attribute, constant_value, typed
from fenji.engine.plan.judged import JUDGED_PLACES
from fenji.engine.plan.measures import MeasureNode, divisor_column, measured, value_column
from fenji.engine.plan.numbers import Num, NumberColumn
from fenji.engine.plan.project import extend
from fenji.engine.plan.resolve import Bound, ByAttribute, ResolvedInterval, Resolver
from fenji.engine.plan.scores import Score, as_number
from fenji.engine.plan.values import Coded, Day, Expressions, Text, Value, compare, missing
from fenji.engine.spec.indicators import Indicator
from fenji.engine.view import AS_OF


@dataclass
class Indicators:
    """Reads indicators from a table and adds those that are computed from others."""

    resolver: Resolver
    numbers: dict[str, NumberColumn] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view = self.resolver.view
        self.specs = self.view.regulation.indicators

    # reading
    def value(self, table: ir.Table, name: str) -> Value:
        """An indicator, a parameter or the as-of date as a value over ``table``."""
        if name == AS_OF:
            return Day(self.resolver.as_of)
        if name not in self.specs:
            value = self.resolver.parameter(name)
            parameter = self.view.regulation.parameters[name]
            if isinstance(value, dict):
                assert parameter.by is not None
                figures = {k: v for k, v in value.items() if isinstance(v, Fraction)}
                return by_attribute(ByAttribute(parameter.by, figures), self.value(table, parameter.by))
            return constant_value(value)
        if name in self.numbers:
            return self.kept(table, name)
        return self.read(table, name, self.specs[name])

    def read(self, table: ir.Table, name: str, spec: Indicator) -> Value:
        """The value of an indicator of the base table."""
        column = table[value_column(name)]
        if spec.measure:
            known = self.view.facts.tables[spec.measure.from_].columns.get(spec.measure.column)
            return measured(MeasureNode(name, spec.measure, self.resolver.window(spec.measure.over)), table, known)
        if spec.attribute:
            return typed(column, self.view.facts.tables["customers"].columns[spec.attribute])
        if spec.judged:
            if spec.judged.scale is None:
                return numbers.of_decimal(column, JUDGED_PLACES)
            scale = self.view.regulation.scales[spec.judged.scale]
            return Coded(column, lambda label: scale[label])
        if spec.model and spec.model.nearest:
            centres = list(spec.model.nearest.centres)
            return Coded(column, lambda label: centres.index(label) + 1)
        kind = self.view.indicator_type(name).kind
        if kind == "number":
            return numbers.of_decimal(column, 4) if spec.model and spec.model.name else numbers.of_whole(column)
        return Day(column) if kind == "date" else Text(column)

    def kept(self, table: ir.Table, name: str) -> Num:
        """A number that was computed here or filled where it was missing."""
        how, column = self.numbers[name], table[value_column(name)]
        if how.scale is not None:
            return numbers.of_decimal(column, how.scale, how.digits)
        if how.quotient:
            return Num(column, table[divisor_column(name)], how.digits, how.divisor_digits)
        return Num(column, how.divisor, how.digits, len(str(how.divisor)))

    def expressions(self, table: ir.Table) -> Expressions:
        """Compiles formulas over ``table``."""
        return Expressions(lambda name: self.value(table, name))

    # keeping
    def keep(self, name: str, value: Value) -> dict[str, ir.Value]:
        """The columns in which a value is kept, and how to read them back."""
        if not isinstance(value, Num):
            expr = value.expr if value is not None else ibis.null("string")
            return {value_column(name): expr if isinstance(expr, ir.Value) else ibis.literal(expr)}
        if value.column is not None:
            self.numbers[name] = NumberColumn(value.scale, digits=value.n_digits)
            return {value_column(name): value.column.cast(f"decimal(18, {value.scale})")}
        numerator = numbers.whole(value.n) if isinstance(value.n, int) else value.n
        kind = "int64" if value.n_digits <= 18 or numerator.type().is_integer() else "decimal(38, 0)"
        if isinstance(value.d, int):
            self.numbers[name] = NumberColumn(divisor=value.d, digits=value.n_digits)
            return {value_column(name): numerator.cast(kind)}
        self.numbers[name] = NumberColumn(quotient=True, digits=value.n_digits, divisor_digits=value.d_digits)
        divisor = value.d.cast("int64" if value.d_digits <= 18 else "decimal(38, 0)")
        return {value_column(name): numerator.cast(kind), divisor_column(name): divisor}

    # the stages
    def prepare(self, table: ir.Table) -> ir.Table:
        """The base values with stated missing values filled in, and marked."""
        columns: dict[str, ir.Value] = {}
        for name, spec in self.specs.items():
            if self.computed(spec):
                continue
            columns.update(self.filled(name, spec, self.read(table, name, spec)))
        return extend(table, columns) if columns else table

    @staticmethod
    def computed(spec: Indicator) -> bool:
        """Whether an indicator is computed from other indicators."""
        inside = spec.model and (spec.model.nearest or spec.model.topsis)
        return bool(spec.formula or spec.points or spec.tile or inside)

    def filled(self, name: str, spec: Indicator, value: Value) -> dict[str, ir.Value]:
        """A value where ``missing:`` gives a literal: filled, with a mark of where it was missing."""
        if spec.missing in (None, "none", "ungraded") or (
            spec.measure and spec.measure.aggregate in ("sum", "count", "distinct", "active")
        ):
            return {}
        assert spec.missing is not None
        literal = self.resolver.scalar(spec.missing)
        mark = {f"m_{name}": missing(value)}
        if isinstance(value, Num) and isinstance(literal, Fraction):
            return {**self.keep(name, numbers.coalesce([value, numbers.constant(literal)])), **mark}
        if isinstance(value, Coded):
            return {
                value_column(name): ibis.coalesce(value.expr, ibis.literal(value.number(spec.missing), "int16")),
                **mark,
            }
        if isinstance(value, Text | Day) and not isinstance(literal, Fraction | dict):
            return {value_column(name): ibis.coalesce(value.expr, ibis.literal(literal)), **mark}
        return {}

    def levels(self) -> list[list[str]]:
        """The computed indicators in the order in which they can be computed."""
        level: dict[str, int] = {}
        todo = [n for n, s in self.specs.items() if self.computed(s)]
        pending = set(todo)
        while todo:
            rest = []
            for name in todo:
                below = self.view.all_names(self.view.direct_names(name)) & pending
                if below <= level.keys():
                    level[name] = max((level[b] for b in below), default=-1) + 1
                else:
                    rest.append(name)
            if len(rest) == len(todo):
                raise AssertionError(f"a ring of indicators passed the check: {rest}")
            todo = rest
        return [[n for n in level if level[n] == k] for k in range(max(level.values(), default=-1) + 1)]

    def due(self, levels: list[list[str]]) -> dict[str, int]:
        """The last level after which each tile can be placed: the one before the first that reads it."""
        found = {n: len(levels) - 1 for names in levels for n in names if self.specs[n].tile}
        for level, names in enumerate(levels):
            for used in self.view.all_names({d for n in names for d in self.view.direct_names(n)}) & found.keys():
                found[used] = min(found[used], level - 1)
        return found

    def add_all(self, table: ir.Table) -> ir.Table:
        """``table`` with every computed indicator; tiles wait for each other, for each placing sorts out the table."""
        levels = self.levels()
        due, waiting = self.due(levels), list[str]()
        for level, names in enumerate(levels):
            plain = [n for n in names if self.specs[n].formula or self.specs[n].points]
            if plain:
                table = self.add_plain(table, plain)
            waiting += [n for n in names if self.specs[n].tile]
            if any(due[n] <= level for n in waiting):
                table = populations.placed(table, [self.tile(table, n) for n in waiting])
                waiting = []
            for name in names:
                if self.specs[name].model:
                    table = self.add_model(table, name, self.specs[name])
        return table

    def add_plain(self, table: ir.Table, names: list[str]) -> ir.Table:
        """Formulas and scores of one level, in one projection (two where scores are among them)."""
        lines: dict[str, ir.Value] = {}
        scores: dict[str, Score] = {}
        for name in names:
            points = self.specs[name].points
            if points:
                scores[name] = Score(self, name, points, table)
                lines.update(scores[name].line_columns())
        if lines:
            table = extend(table, lines)
        columns: dict[str, ir.Value] = {}
        for name in names:
            spec = self.specs[name]
            value = (
                scores[name].total(table)
                if name in scores
                else self.expressions(table).value(parse(spec.formula or ""))
            )
            filled = self.filled(name, spec, value)
            columns.update(filled or self.keep(name, value))
        return extend(table, columns)

    def tile(self, table: ir.Table, name: str) -> tuple[populations.Population, populations.Columns]:
        """The population of a tile, and its column."""
        spec = self.specs[name].tile
        assert spec is not None
        among = self.expressions(table).condition(spec.among) if spec.among else None
        value = as_number(self.value(table, spec.of))
        self.numbers[name] = NumberColumn(digits=4)
        column = populations.tile_column(value_column(name), self.resolver.whole(spec.into))
        return populations.Population(value, spec.best == "high", among), column

    def add_model(self, table: ir.Table, name: str, spec: Indicator) -> ir.Table:
        """A model that is computed here."""
        assert spec.model is not None
        if spec.model.nearest:
            return models.nearest(self, table, name, spec.model.nearest)
        assert spec.model.topsis is not None
        return models.topsis(self, table, name, spec.model.topsis)

    # intervals
    def bound(self, table: ir.Table, bound: Bound) -> Value:
        """A bound as a value."""
        if isinstance(bound, ByAttribute):
            return by_attribute(bound, self.value(table, bound.by))
        return numbers.constant(bound) if isinstance(bound, Fraction) else Day(bound)

    def inside(self, table: ir.Table, value: Value, interval: ResolvedInterval) -> ir.BooleanValue:
        """Whether a value lies in an interval."""
        parts = []
        if interval.low is not None:
            parts.append(compare(">=" if interval.low_closed else ">", value, self.bound(table, interval.low)))
        if interval.high is not None:
            parts.append(compare("<=" if interval.high_closed else "<", value, self.bound(table, interval.high)))
        return ibis.and_(*parts)
