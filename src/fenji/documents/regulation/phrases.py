"""Conditions and formulas as documents write them: titles, figures, signs of comparison, and words between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fenji.documents.regulation.vocabulary import word
from fenji.documents.regulation.words import Words, day_text, listed, sentences
from fenji.engine.contract import Table
from fenji.engine.explain.words import number
from fenji.engine.expression import ExpressionError, parse
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
from fenji.engine.spec.conditions import AtLeast
from fenji.i18n import Message, _

_SIGNS = {"=": "=", "<>": "\u2260", "<": "<", "<=": "\u2264", ">": ">", ">=": "\u2265"}
_ARITHMETIC = {"*": "\u00d7", "/": "\u00f7", "-": "\u2212", "+": "+"}
_CALLS = {
    "days_between": Message("days from {first} to {second}"),
    "months_between": Message("months from {first} to {second}"),
    "years_between": Message("years from {first} to {second}"),
}  # fmt: skip
_LISTS = {
    "coalesce": Message("the first known of ({parts})"), "least": Message("the least of ({parts})"),
    "greatest": Message("the greatest of ({parts})"),
}  # fmt: skip


@dataclass(frozen=True)
class Phrases:
    """Says expressions; names are columns of ``table`` first, where there is one."""

    words: Words
    table: Table | None = None

    def text(self, written: str) -> str:
        """An expression in words; ``rest`` is everything else, and what cannot be read stays as written."""
        if written.strip() == "rest":
            return _("all others")
        try:
            return self.say(parse(written))
        except ExpressionError:
            return written

    def condition(self, condition: Any) -> str:
        """A condition in one line."""
        return _("; and ").join(self.parts(condition))

    def parts(self, condition: Any) -> Iterator[str]:
        """Each part of a condition that must hold."""
        if isinstance(condition, AtLeast):
            needed = self.words.figure(condition.at_least)
            options = sentences(self.text(part) for part in condition.of)
            yield _("at least {number} of the following hold: {options}", number=needed, options=options)
        elif isinstance(condition, str):
            yield self.text(condition)
        else:
            for part in condition:
                yield from self.parts(part)

    # the tree
    def say(self, node: Node, unit: str = "") -> str:
        """A part of an expression; literals take the unit of the other side."""
        handler: Callable[[Any, str], str] = getattr(self, "_" + type(node).__name__.lower())
        return handler(node, unit)

    def unit(self, node: Node) -> str:
        """The unit of the names in a part of an expression, where they have one only."""
        if isinstance(node, Call) and node.function.endswith("_between"):
            return node.function.removesuffix("_between")
        if isinstance(node, Arithmetic) and node.operator in "*/":
            return ""
        units = {self._unit_of(n.name) for n in names_in(node)} - {""}
        return units.pop() if len(units) == 1 else ""

    def _unit_of(self, name: str) -> str:
        scope = self.words.view.columns(self.table.name) if self.table else None
        found = scope.type_of(name) if scope else None
        return found.unit or "" if found else self.words.unit(name)

    def _number(self, node: Number, unit: str) -> str:
        if node.ratio:
            return f"{number(node.value * 100)}%"
        return self.words.shown(node.value, unit)

    def _string(self, node: String, unit: str) -> str:
        return _("'{text}'", text=word("values", node.value))

    def _date(self, node: Date, unit: str) -> str:
        return day_text(node.value)

    def _null(self, node: Null, unit: str) -> str:
        return _("no value")

    def _name(self, node: Name, unit: str) -> str:
        if node.name == "as_of":
            return _("the as-of date")
        if self.table and node.name in self.table.columns:
            return self.words.column(self.table, node.name)
        if node.name in self.words.regulation.parameters:
            return self.words.figure(node.name, unit)
        return self.words.name(node.name)

    def _negative(self, node: Negative, unit: str) -> str:
        return f"-{self.say(node.operand, unit)}"

    def _arithmetic(self, node: Arithmetic, unit: str) -> str:
        own = "" if node.operator in "*/" else unit
        parts = [
            f"({self.say(side, own)})" if isinstance(side, Arithmetic) else self.say(side, own)
            for side in (node.left, node.right)
        ]
        return f"{parts[0]} {_ARITHMETIC[node.operator]} {parts[1]}"

    def _left(self, node: Node, unit: str) -> str:
        """The left side of a comparison: a parameter there is what the sentence is about, so it is named."""
        if isinstance(node, Name) and node.name in self.words.regulation.parameters:
            return self.words.name(node.name)
        return self.say(node, unit)

    def _comparison(self, node: Comparison, unit: str) -> str:
        own = self.unit(node)
        left, right = self._left(node.left, own), self.say(node.right, own)
        if isinstance(node.right, String) and node.operator == "=":
            return _("{left} is {right}", left=left, right=right)
        if isinstance(node.right, String) and node.operator == "<>":
            return _("{left} is other than {right}", left=left, right=right)
        return f"{left} {_SIGNS[node.operator]} {right}"

    def _logic(self, node: Logic, unit: str) -> str:
        word_between = _(" and ") if node.operator == "and" else _(" or ")
        return word_between.join(
            f"({self.say(o)})" if isinstance(o, Logic) and o.operator != node.operator else self.say(o)
            for o in node.operands
        )

    def _not(self, node: Not, unit: str) -> str:
        if isinstance(node.operand, IsNull):
            return _("{left} is recorded", left=self._left(node.operand.operand, ""))
        if isinstance(node.operand, In):
            inner = node.operand
            return _("{left} is none of {options}", left=self._left(inner.operand, ""), options=self._options(inner))
        return _("not ({said})", said=self.say(node.operand))

    def _options(self, node: In) -> str:
        return listed(self.say(o, self.unit(node.operand)) for o in node.options)

    def _in(self, node: In, unit: str) -> str:
        return _("{left} is one of {options}", left=self._left(node.operand, ""), options=self._options(node))

    def _between(self, node: Between, unit: str) -> str:
        own = self.unit(node)
        return _(
            "{left} lies between {low} and {high}",
            left=self._left(node.operand, own), low=self.say(node.low, own), high=self.say(node.high, own),
        )  # fmt: skip

    def _isnull(self, node: IsNull, unit: str) -> str:
        return _("{left} is not recorded", left=self._left(node.operand, ""))

    def _case(self, node: Case, unit: str) -> str:
        parts = [
            _("{value} where {condition}", value=self.say(v, unit), condition=self.say(c)) for c, v in node.branches
        ]
        if node.otherwise:
            parts.append(_("else {value}", value=self.say(node.otherwise, unit)))
        return sentences(parts)

    def _call(self, node: Call, unit: str) -> str:
        if node.function.startswith("add_"):
            return self._moved(node)
        parts = [self.say(a, unit) for a in node.arguments]
        if node.function in _CALLS:
            return _(_CALLS[node.function].text, first=parts[0], second=parts[1])
        return _(_LISTS[node.function].text, parts=sentences(parts))

    def _moved(self, node: Call) -> str:
        day, length = node.arguments
        unit = node.function.removeprefix("add_")
        if isinstance(length, Negative):
            return _("{length} before {event}", length=self.say(length.operand, unit), event=self.say(day))
        return _("{length} after {event}", length=self.say(length, unit), event=self.say(day))
