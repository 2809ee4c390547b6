"""Conditions in words: titles for names, figures for parameters, the row's own values beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from fenji.engine.explain.evaluate import Evaluator, plain
from fenji.engine.explain.words import figure, joined, name_of, number, shown, unit_of
from fenji.engine.expression import parse
from fenji.engine.expression.nodes import (
    Arithmetic,
    Between,
    Call,
    Case,
    Comparison,
    Date,
    In,
    IsNull,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Null,
    Number,
    String,
    names_in,
)  # fmt: skip
from fenji.engine.expression.types import DATE
from fenji.i18n import Message, _

_COMPARED = {
    "=": Message("{left} is {right}"), "<>": Message("{left} is not {right}"),
    "<": Message("{left} is less than {right}"), "<=": Message("{left} is at most {right}"),
    ">": Message("{left} is more than {right}"), ">=": Message("{left} is at least {right}"),
}  # fmt: skip
_DATED = {
    "<": Message("{left} is before {right}"), "<=": Message("{left} is not after {right}"),
    ">": Message("{left} is after {right}"), ">=": Message("{left} is not before {right}"),
}  # fmt: skip
_CALLS = {
    "days_between": Message("days from {first} to {second}"),
    "months_between": Message("months from {first} to {second}"),
    "years_between": Message("years from {first} to {second}"), "add_months": Message("{first} plus {second} months"),
    "add_days": Message("{first} plus {second} days"),
}  # fmt: skip


class Phrases:
    """Says expressions over one row."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.view = evaluator.plan.view

    def condition(self, text: str) -> str:
        """A condition with the values it looked at: ``credit standing is at least good (now: fair)``."""
        if text.strip() == "rest":
            return _("everything else")
        tree = parse(text)
        return self.with_values(self.say(tree), tree)

    def plain(self, text: str) -> str:
        """A condition without the values."""
        return _("everything else") if text.strip() == "rest" else self.say(parse(text))

    def with_values(self, said: str, tree: Node) -> str:
        """What was said, with the row's values of the indicators and axes in it."""
        regulation = self.view.regulation
        names = list(dict.fromkeys(n.name for n in names_in(tree)))
        own = [n for n in names if n in regulation.indicators or n in regulation.axes]
        if not own:
            return said
        values = [shown(plain(self.evaluator.name(n)), unit_of(self.view, n)) for n in own]
        if len(own) == 1:
            return _("{said} (now: {value})", said=said, value=values[0])
        pairs = [_("{name} {value}", name=name_of(self.view, n), value=v) for n, v in zip(own, values, strict=True)]
        return _("{said} (now: {value})", said=said, value=joined(pairs))

    def unit(self, node: Node) -> str:
        """The unit of the names in a part of an expression, where they have one only."""
        if isinstance(node, Call) and node.function.endswith("_between"):
            return node.function.removesuffix("_between")
        if isinstance(node, Arithmetic) and node.operator in "*/":
            return ""
        units = {unit_of(self.view, n.name) for n in names_in(node)} - {""}
        return units.pop() if len(units) == 1 else ""

    def say(self, node: Node, unit: str = "") -> str:
        """A part of an expression; literals and parameters take the unit of the other side."""
        handler: Callable[[Any, str], str] = getattr(self, "_" + type(node).__name__.lower())
        return handler(node, unit)

    def _number(self, node: Number, unit: str) -> str:
        return (
            figure(node.value, unit)
            if unit
            else f"{number(node.value * 100, 2)}%"
            if node.ratio
            else number(node.value)
        )

    def _string(self, node: String, unit: str) -> str:
        return node.value

    def _date(self, node: Date, unit: str) -> str:
        return node.value.isoformat()

    def _null(self, node: Null, unit: str) -> str:
        return _("no value")

    def _name(self, node: Name, unit: str) -> str:
        if node.name in self.view.regulation.parameters:
            value = plain(self.evaluator.name(node.name))
            own = self.view.regulation.parameters[node.name].unit or unit
            return figure(value, own) if isinstance(value, Fraction | dt.date) else shown(value)
        return name_of(self.view, node.name)

    def _negative(self, node: Negative, unit: str) -> str:
        return f"-{self.say(node.operand, unit)}"

    def _arithmetic(self, node: Arithmetic, unit: str) -> str:
        signs = {"*": "\u00d7", "/": "\u00f7", "-": "\u2212"}
        parts = [
            f"({self.say(side, unit)})" if isinstance(side, Arithmetic) else self.say(side, unit)
            for side in (node.left, node.right)
        ]
        return f"{parts[0]} {signs.get(node.operator, node.operator)} {parts[1]}"

    def _comparison(self, node: Comparison, unit: str) -> str:
        own = self.unit(node)
        parameters = self.view.regulation.parameters
        left = self.say(node.left, own)
        if isinstance(node.left, Name) and node.left.name in parameters:
            left = name_of(self.view, node.left.name)
        dated = isinstance(node.left, Name) and self.view.steps_scope.type_of(node.left.name) == DATE
        words = _DATED if dated and node.operator in _DATED else _COMPARED
        return _(words[node.operator].text, left=left, right=self.say(node.right, own))

    def _logic(self, node: Logic, unit: str) -> str:
        word = _(" and ") if node.operator == "and" else _(" or ")
        return word.join(
            f"({self.say(o)})" if isinstance(o, Logic) and o.operator != node.operator else self.say(o)
            for o in node.operands
        )

    def _not(self, node: Not, unit: str) -> str:
        if isinstance(node.operand, IsNull):
            return _("{left} is there", left=self.say(node.operand.operand))
        return _("not ({said})", said=self.say(node.operand))

    def _in(self, node: In, unit: str) -> str:
        options = _(", ").join(self.say(o, self.unit(node.operand)) for o in node.options)
        return _("{left} is one of {options}", left=self.say(node.operand), options=options)

    def _between(self, node: Between, unit: str) -> str:
        own = self.unit(node)
        return _(
            "{left} lies between {low} and {high}",
            left=self.say(node.operand), low=self.say(node.low, own), high=self.say(node.high, own),
        )  # fmt: skip

    def _isnull(self, node: IsNull, unit: str) -> str:
        return _("{left} has no value", left=self.say(node.operand))

    def _case(self, node: Case, unit: str) -> str:
        parts = [
            _("{value} where {condition}", value=self.say(v, unit), condition=self.say(c)) for c, v in node.branches
        ]
        if node.otherwise:
            parts.append(_("else {value}", value=self.say(node.otherwise, unit)))
        return f"({joined(parts)})"

    def _call(self, node: Call, unit: str) -> str:
        parts = [self.say(a, unit) for a in node.arguments]
        if node.function in _CALLS:
            return _(_CALLS[node.function].text, first=parts[0], second=parts[1])
        words = {
            "coalesce": Message("the first known of ({parts})"), "least": Message("the least of ({parts})"),
            "greatest": Message("the greatest of ({parts})"),
        }  # fmt: skip
        return _(words[node.function].text, parts=joined(parts))
