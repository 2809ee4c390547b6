"""A regulation seen through its contract: what each name means, its type, and what depends on what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from fenji.engine.contract import Column, ColumnType, Contract, Table
from fenji.engine.expression import ExpressionError, literals, names_in, parse
from fenji.engine.expression.nodes import Node
from fenji.engine.expression.types import DATE, TEXT, UNKNOWN, Type, infer
from fenji.engine.issues import Source
from fenji.engine.spec.conditions import AtLeast
from fenji.engine.spec.indicators import Indicator, Parameter
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import GradeValue
from fenji.i18n import Message

AS_OF = "as_of"
COLUMN_TYPES = {
    ColumnType.TEXT: "text", ColumnType.MONEY: "number", ColumnType.NUMBER: "number",
    ColumnType.INTEGER: "number", ColumnType.DATE: "date",
}  # fmt: skip
Constant = Fraction | dt.date | str


def column_type(column: Column, currency: str) -> Type:
    """The type of a fact column in expressions; money carries the currency as its unit."""
    unit = currency if column.type is ColumnType.MONEY else None
    return Type(COLUMN_TYPES[column.type], unit)


@dataclass(frozen=True)
class ColumnScope:
    """Names in a ``where``: the columns of one table, parameters, ``as_of``."""

    view: View
    table: Table
    what: Message = field(default=Message("column or parameter"))

    def type_of(self, name: str) -> Type | None:
        if name == AS_OF:
            return DATE
        column = self.table.columns.get(name)
        if column is not None:
            return column_type(column, self.view.regulation.currency)
        return self.view.parameter_type(name)

    def names(self) -> Collection[str]:
        return [*self.table.columns, *self.view.regulation.parameters, AS_OF]


@dataclass(frozen=True)
class ValueScope:
    """Names in formulas, conditions and steps: indicators, parameters, ``as_of`` and (in steps) axes."""

    view: View
    axes: tuple[str, ...] = ()
    what: Message = field(default=Message("indicator, axis or parameter"))

    def type_of(self, name: str) -> Type | None:
        if name == AS_OF:
            return DATE
        regulation = self.view.regulation
        if name in regulation.indicators:
            return self.view.indicator_type(name)
        if name in self.axes:
            return Type("code", of=name, values=regulation.codes(name))
        return self.view.parameter_type(name)

    def names(self) -> Collection[str]:
        regulation = self.view.regulation
        return [*regulation.indicators, *self.axes, *regulation.parameters, AS_OF]


@dataclass(frozen=True)
class View:
    """One regulation with the contract it is checked and compiled against.

    ``others`` are the regulations that ``grade_of`` may name, by id.
    """

    regulation: Regulation
    source: Source
    contract: Contract
    others: Mapping[str, Regulation] = field(default_factory=dict)
    _types: dict[str, Type] = field(default_factory=dict)

    @cached_property
    def facts(self) -> Contract:
        """The contract with the regulation's own columns."""
        own = {
            table: {name: Column(name, c.type, c.moment) for name, c in columns.items()}
            for table, columns in self.regulation.facts.items()
        }
        return self.contract.with_columns(own)

    @property
    def values(self) -> ValueScope:
        """The scope of formulas and of the steps of axes."""
        return ValueScope(self)

    @cached_property
    def steps_scope(self) -> ValueScope:
        """The scope of the steps that make the grade: axes may be named."""
        return ValueScope(self, tuple(self.regulation.axes))

    def columns(self, table: str) -> ColumnScope | None:
        """The scope of a ``where`` over a table, or none if there is no such table."""
        found = self.facts.tables.get(table)
        return ColumnScope(self, found) if found else None

    # parameters
    def parameter_type(self, name: str) -> Type | None:
        """The type of a parameter, or none if there is no such parameter."""
        parameter = self.regulation.parameters.get(name)
        if parameter is None:
            return None
        first = next(iter(parameter.values.values()))
        sample = next(iter(first.values()), "") if isinstance(first, dict) else first
        value = literals.literal(sample)
        if isinstance(value, dt.date):
            return DATE
        if isinstance(value, str) and parameter.unit is not None:
            return UNKNOWN  # the check says that it is no figure
        if isinstance(value, str) or (
            parameter.one_of and parameter.unit is None and not all(map(literals.number, parameter.one_of))
        ):
            return TEXT
        return Type("number", parameter.unit)

    def parameter_at(self, parameter: Parameter, day: dt.date) -> Constant | dict[str, Constant] | None:
        """The value in force on a day (by attribute value where it depends on one), or none before the first."""
        dates = [d for d in parameter.values if d <= day]
        if not dates:
            return None
        value = parameter.values[max(dates)]
        return (
            {k: literals.literal(v) for k, v in value.items()} if isinstance(value, dict) else literals.literal(value)
        )

    # indicators
    def indicator_type(self, name: str) -> Type:
        """The type of an indicator; ``UNKNOWN`` while it cannot be told."""
        if name not in self._types:
            self._types[name] = UNKNOWN  # a ring of formulas ends here
            self._types[name] = self._indicator_type(self.regulation.indicators[name])
        return self._types[name]

    def _indicator_type(self, indicator: Indicator) -> Type:
        unit = indicator.unit
        if indicator.measure:
            return self._measure_type(indicator)
        if indicator.attribute:
            column = self.facts.tables["customers"].columns.get(indicator.attribute)
            return self._with_unit(column_type(column, self.regulation.currency), unit) if column else UNKNOWN
        if indicator.judged:
            scale = indicator.judged.scale
            if scale is None:
                return Type("number", unit)
            labels = self.regulation.scales.get(scale)
            if labels is None:
                return UNKNOWN
            return Type("label", of=scale, values=tuple(sorted(labels, key=lambda k: labels[k])))
        if indicator.formula:
            return self._formula_type(indicator.formula, unit)
        if indicator.grade_of:
            return self._grade_of_type(indicator)
        if indicator.model and not indicator.model.topsis:
            centres = tuple(indicator.model.nearest.centres) if indicator.model.nearest else ()
            return Type("number", unit) if unit else (Type("code", of=None, values=centres) if centres else TEXT)
        return Type("number", unit)

    def _measure_type(self, indicator: Indicator) -> Type:
        measure = indicator.measure
        assert measure is not None
        if measure.aggregate in ("count", "distinct", "active"):
            return Type("number", indicator.unit or ("count" if measure.aggregate == "count" else None))
        table = self.facts.tables.get(measure.from_)
        column = table.columns.get(measure.column) if table else None
        if column and measure.aggregate in ("sum", "average") and COLUMN_TYPES[column.type] != "number":
            return UNKNOWN
        return self._with_unit(column_type(column, self.regulation.currency), indicator.unit) if column else UNKNOWN

    def _grade_of_type(self, indicator: Indicator) -> Type:
        assert indicator.grade_of is not None
        other = self.others.get(indicator.grade_of.regulation)
        if other is None:
            return UNKNOWN
        if indicator.grade_of.part == "grade":
            return Type("code", of=other.regulation, values=tuple(g.code for g in grade_codes(other)))
        axis = other.axes.get(indicator.grade_of.part)
        return Type("code", of=indicator.grade_of.part, values=tuple(v.code for v in axis.values)) if axis else UNKNOWN

    def _formula_type(self, text: str, unit: str | None) -> Type:
        try:
            found = infer(parse(text), self.values, lambda at, message: None)
        except ExpressionError:
            return UNKNOWN
        return self._with_unit(found, unit)

    @staticmethod
    def _with_unit(found: Type, unit: str | None) -> Type:
        return Type("number", unit) if unit and found.kind == "number" else found

    # what depends on what
    def direct_names(self, name: str) -> tuple[str, ...]:
        """The names an indicator is computed from."""
        indicator = self.regulation.indicators[name]
        found: list[str] = []
        if indicator.points:
            found += [line.of or key for key, line in indicator.points.lines.items()]
            for line in indicator.points.lines.values():
                found += [bound for text in (line.bins or {}).values() for bound in interval_names(text)]
        if indicator.tile:
            found.append(indicator.tile.of)
        if indicator.model:
            found += self._model_names(indicator)
        for text in _texts(indicator):
            tree = self.parsed(text)
            found += [n.name for n in names_in(tree)] if tree else []
        if indicator.measure and not isinstance(indicator.measure.over, str) and indicator.measure.over.since:
            found.append(indicator.measure.over.since)
        return tuple(found) + tuple(p.by for n in found if (p := self.regulation.parameters.get(n)) and p.by)

    def _model_names(self, indicator: Indicator) -> list[str]:
        model = indicator.model
        assert model is not None
        if model.nearest:
            return list(next(iter(model.nearest.centres.values())))
        return list(model.topsis.criteria) if model.topsis else []

    def parsed(self, text: str) -> Node | None:
        """The tree of an expression, or none when it is outside the language."""
        try:
            return parse(text)
        except ExpressionError:
            return None

    def all_names(self, names: Collection[str]) -> set[str]:
        """The names and everything below them, however indirectly."""
        seen: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.regulation.indicators:
                todo += self.direct_names(name)
        return seen

    def judged_below(self, names: Collection[str]) -> tuple[str, ...]:
        """The judged indicators among the names and everything below them, in the order of the file."""
        below = self.all_names(names)
        return tuple(n for n, i in self.regulation.indicators.items() if i.judged and n in below)

    def condition_names(self, condition: object) -> set[str]:
        """The names a condition uses directly."""
        return {n.name for text in condition_texts(condition) if (tree := self.parsed(text)) for n in names_in(tree)}

    @cached_property
    def ranked(self) -> tuple[GradeValue, ...]:
        """The ranked grades, best first."""
        return ranked(self.regulation.grade_values)


def _texts(indicator: Indicator) -> Iterator[str]:
    """The expressions that an indicator is computed with."""
    if indicator.formula:
        yield indicator.formula
    if indicator.tile and indicator.tile.among:
        yield indicator.tile.among
    if indicator.model and indicator.model.topsis and indicator.model.topsis.among:
        yield indicator.model.topsis.among


def condition_texts(condition: object) -> Iterator[str]:
    """The expressions of a condition, in order."""
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, AtLeast):
        yield from condition.of
    elif isinstance(condition, tuple):
        for part in condition:
            yield from condition_texts(part)


def interval_names(text: str) -> tuple[str, ...]:
    """The parameters that the bounds of an interval name."""
    found = literals.interval(text)
    bounds = (found.low, found.high) if found else ()
    return tuple(b for b in bounds if b and isinstance(literals.literal(b), str))


def ranked(values: Collection[GradeValue]) -> tuple[GradeValue, ...]:
    """The values that have a rank, best first."""
    return tuple(sorted((v for v in values if v.rank is not None), key=lambda v: v.rank or 0))


def grade_codes(regulation: Regulation) -> tuple[GradeValue, ...]:
    """Every grade code: the listed ones, or for cells every joined pair (unranked)."""
    cells = regulation.cells
    if cells is None:
        return regulation.grade_values
    joined: list[tuple[str, ...]] = [()]
    for axis in cells.cells:
        codes = regulation.codes(axis) if axis in regulation.axes else ()
        joined = [(*left, code) for left in joined for code in codes]
    return tuple(GradeValue(code=cells.join.join(parts)) for parts in joined)
