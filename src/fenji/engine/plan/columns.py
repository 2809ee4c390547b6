"""Fact columns as values at the as-of date: what happened later is missing, what was planned stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from fenji.engine.contract import Column, ColumnType, Moment, Table
from fenji.engine.plan import numbers
from fenji.engine.plan.resolve import ByAttribute, PlanError, Resolver
from fenji.engine.plan.values import Coded, Day, Expressions, Text, Value
from fenji.engine.view import AS_OF, Constant
from fenji.i18n import Message

DERIVED_NEEDS: Mapping[str, tuple[str, ...]] = {
    "open_amount": ("amount", "paid_on", "paid_amount"),
    "days_overdue": ("amount", "paid_on", "paid_amount", "due_on"),
    "days_late": ("amount", "paid_on", "paid_amount", "due_on"),
}
"""The imported columns that each derived column is computed from."""


def constant_value(value: Constant | dict[str, Constant]) -> Value:
    """A parameter's value as a value of an expression."""
    if isinstance(value, dt.date):
        return Day(value)
    if isinstance(value, str):
        return Text(value)
    assert not isinstance(value, dict)
    return numbers.constant(value)


@dataclass(frozen=True)
class Rows:
    """The rows of one fact table as the regulation sees them at the as-of date."""

    resolver: Resolver
    table: Table
    rows: ir.Table

    def raw(self, name: str) -> ir.Value:
        """A column as imported, dates that happened later masked."""
        if name not in self.rows.columns:
            raise PlanError(
                Message(
                    "the facts have no column '{column}' in table '{table}', which the regulation uses",
                    column=name,
                    table=self.table.name,
                )
            )
        column = self.rows[name]
        known = self.table.columns.get(name)
        if known is not None and known.moment is Moment.HAPPENED and name != self.table.date:
            day = ibis.literal(self.resolver.as_of, "date")
            return (column <= day).ifelse(column, ibis.null("date"))
        return column

    def value(self, name: str) -> Value:
        """A column, a parameter or the as-of date as a value."""
        if name == AS_OF:
            return Day(self.resolver.as_of)
        known = self.table.columns.get(name)
        if known is None:
            return constant_value(self.resolver.parameter(name))
        if known.derived:
            return _DERIVED[name](self)
        return typed(self.raw(name), known)

    @property
    def expressions(self) -> Expressions:
        """Compiles conditions over these rows."""
        return Expressions(self.value)

    def _open(self) -> ir.DecimalValue:
        """What was not paid by the as-of date: a payment without a date counts, a later one does not."""
        amount, paid_on = self.raw("amount"), self.raw("paid_on")
        imported_paid_on = self.rows["paid_on"]
        paid = ibis.coalesce(self.raw("paid_amount"), paid_on.notnull().ifelse(amount, ibis.literal(0, amount.type())))
        later = imported_paid_on > ibis.literal(self.resolver.as_of, "date")
        counted = ibis.coalesce(later, ibis.literal(False)).ifelse(
            ibis.literal(0, amount.type()), paid.cast(amount.type())
        )
        return (amount - counted).cast("decimal(18, 2)")

    def _open_amount(self) -> numbers.Num:
        return numbers.of_decimal(self._open(), 2)

    def _days_overdue(self) -> numbers.Num:
        days = self._since_due(ibis.literal(self.resolver.as_of, "date"))
        return numbers.of_whole(self._where_open(days, ibis.literal(0, "int64")), 7)

    def _days_late(self) -> numbers.Num:
        paid_on = self.raw("paid_on")
        settled = paid_on.notnull().ifelse(self._since_due(paid_on), ibis.literal(0, "int64"))
        return numbers.of_whole(
            self._where_open(self._since_due(ibis.literal(self.resolver.as_of, "date")), settled), 7
        )

    def _where_open(self, days: ir.IntegerValue, settled: ir.IntegerValue) -> ir.IntegerValue:
        """Days of what is open, and of what is settled; missing where no amount says which it is."""
        left = self._open()
        return ibis.cases((left > 0, days), (left <= 0, settled), else_=ibis.null("int64"))

    def _since_due(self, day: ir.DateValue) -> ir.IntegerValue:
        days = day.delta(self.raw("due_on"), unit="day").cast("int64")
        return ibis.cases((days > 0, days), (days <= 0, ibis.literal(0, "int64")), else_=ibis.null("int64"))


_DERIVED = {"open_amount": Rows._open_amount, "days_overdue": Rows._days_overdue, "days_late": Rows._days_late}


def typed(expr: ir.Value, column: Column) -> Value:
    """A column expression as a value of its type."""
    if column.type is ColumnType.MONEY:
        return numbers.of_decimal(expr, 2)
    if column.type is ColumnType.NUMBER:
        return numbers.of_decimal(expr, 4)
    if column.type is ColumnType.INTEGER:
        return numbers.of_whole(expr)
    return Day(expr) if column.type is ColumnType.DATE else Text(expr)


def by_attribute(bound: ByAttribute, attribute: Value) -> numbers.Num:
    """A figure that depends on a value; missing for a value that has none."""
    branches = []
    for key, figure in bound.values.items():
        assert isinstance(attribute, Text | Coded)
        wanted = key if isinstance(attribute, Text) else attribute.number(key)
        branches.append((attribute.expr == ibis.literal(wanted), numbers.constant(figure)))
    return numbers.pick(branches, None)
