"""Conditions as boxes: for each name the values that a conjunction of simple comparisons leaves it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from fenji.engine.check.domains import Domain, domain
from fenji.engine.check.situations import Situation
from fenji.engine.expression.nodes import (
    Between,
    Comparison,
    Date,
    In,
    IsNull,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    String,
)
from fenji.engine.spec.conditions import AtLeast

Key = tuple[Fraction, int]
_LOWEST: Key = (Fraction(-(10**40)), 0)
_HIGHEST: Key = (Fraction(10**40), 0)
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True, slots=True)
class Values:
    """The values left to one name: numbers between two cuts, or texts; ``null`` alone means no value."""

    low: Key = _LOWEST
    high: Key = _HIGHEST
    texts: frozenset[str] | None = None  # none: any text
    without: frozenset[str] = frozenset()
    null: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return self.low >= self.high or (self.texts is not None and not self.texts - self.without)

    def meet(self, other: Values) -> Values:
        """The values that both leave."""
        if self.null != other.null:
            return Values(texts=frozenset())
        texts = self.texts if other.texts is None else other.texts if self.texts is None else self.texts & other.texts
        return Values(
            max(self.low, other.low), min(self.high, other.high), texts, self.without | other.without, self.null
        )

    def holds(self, other: Values) -> bool:
        """Whether every value of ``other`` is here too."""
        if self.null or other.null:
            return self.null == other.null
        if not (self.low <= other.low and other.high <= self.high):
            return False
        left = None if other.texts is None else other.texts - other.without
        if self.texts is not None and (left is None or not left <= self.texts):
            return False
        return not self.without & left if left is not None else self.without <= other.without


@dataclass
class Box:
    """What a condition asks of each name; ``exact`` while nothing was left out."""

    names: dict[str, Values] = field(default_factory=dict)
    exact: bool = True

    def add(self, name: str, values: Values) -> None:
        """Ask more of a name."""
        self.names[name] = self.names[name].meet(values) if name in self.names else values

    @property
    def contradiction(self) -> str | None:
        """A name of which nothing is left, or none."""
        return next((name for name, values in self.names.items() if values.empty), None)

    def holds(self, other: Box) -> bool:
        """Whether whatever fulfils ``other`` is known to fulfil this."""
        if not self.exact:
            return False
        return all(name in other.names and values.holds(other.names[name]) for name, values in self.names.items())


def box(situation: Situation, condition: object) -> Box:
    """The box of a condition (one, a list, or at least n of)."""
    result = Box()
    for tree in _conjuncts(situation, condition, result):
        _add(situation, tree, result)
    return result


def _conjuncts(situation: Situation, condition: object, result: Box) -> Iterator[Node]:
    if isinstance(condition, str):
        tree = situation.view.parsed(condition)
        if tree is not None:
            yield tree
    elif isinstance(condition, AtLeast):
        if condition.at_least == str(len(condition.of)):
            for text in condition.of:
                yield from _conjuncts(situation, text, result)
        else:
            result.exact = False
    elif isinstance(condition, tuple):
        for part in condition:
            yield from _conjuncts(situation, part, result)


def _add(situation: Situation, node: Node, result: Box) -> None:
    if isinstance(node, Logic) and node.operator == "and":
        for operand in node.operands:
            _add(situation, operand, result)
        return
    found = _atom(situation, node)
    if found is None:
        result.exact = False
    else:
        result.add(*found)


def _atom(situation: Situation, node: Node) -> tuple[str, Values] | None:
    """The name and the values of one simple comparison, or none for anything else."""
    if isinstance(node, Comparison):
        left, operator, right = node.left, node.operator, node.right
        if not isinstance(left, Name) or _is_parameter(situation, left):
            left, operator, right = right, _TURNED[operator], left
        if isinstance(left, Name):
            values = _compared(situation, left.name, operator, right)
            return (left.name, values) if values else None
    if isinstance(node, IsNull) and isinstance(node.operand, Name):
        return node.operand.name, Values(null=True)
    if isinstance(node, Not) and isinstance(node.operand, IsNull) and isinstance(node.operand.operand, Name):
        return node.operand.operand.name, Values()
    if isinstance(node, Between) and isinstance(node.operand, Name):
        low = _compared(situation, node.operand.name, ">=", node.low)
        high = _compared(situation, node.operand.name, "<=", node.high)
        return (node.operand.name, low.meet(high)) if low and high else None
    if isinstance(node, In) and isinstance(node.operand, Name) and all(isinstance(o, String) for o in node.options):
        name = node.operand.name
        if not _ranks(situation, name):
            return name, Values(texts=frozenset(o.value for o in node.options if isinstance(o, String)))
    return None


def _is_parameter(situation: Situation, node: Node) -> bool:
    return isinstance(node, Name) and node.name in situation.view.regulation.parameters


def _ranks(situation: Situation, name: str) -> dict[str, int]:
    """The numbers of the labels of a judged name."""
    regulation = situation.view.regulation
    indicator = regulation.indicators.get(name)
    scale = indicator.judged.scale if indicator and indicator.judged else None
    return regulation.scales.get(scale or "", {})


def _compared(situation: Situation, name: str, operator: str, node: Node) -> Values | None:
    value = _constant(situation, node)
    ranks = _ranks(situation, name)
    if isinstance(value, str) and value in ranks:
        found = _numbers(operator, Fraction(ranks[value]))
        return found and found.meet(_limits(Domain(Fraction(min(ranks.values())), Fraction(max(ranks.values())))))
    if isinstance(value, dt.date):
        return _numbers(operator, Fraction(value.toordinal()))
    if isinstance(value, Fraction):
        found = _numbers(operator, value)
        indicators = situation.view.regulation.indicators
        return found and (found.meet(_limits(domain(situation, name))) if name in indicators else found)
    if isinstance(value, str) and operator == "=":
        return Values(texts=frozenset({value}))
    if isinstance(value, str) and operator == "<>":
        return Values(without=frozenset({value}))
    return None


def _limits(limits: Domain) -> Values:
    low = _LOWEST if limits.low is None else (limits.low, 0)
    return Values(low, _HIGHEST if limits.high is None else (limits.high, 1))


def _numbers(operator: str, value: Fraction) -> Values | None:
    before, behind = (value, 0), (value, 1)
    if operator == "=":
        return Values(before, behind)
    if operator in ("<", "<="):
        return Values(high=before if operator == "<" else behind)
    if operator in (">", ">="):
        return Values(low=behind if operator == ">" else before)
    return None


def _constant(situation: Situation, node: Node) -> Fraction | dt.date | str | None:
    """The value of a literal or of a parameter in this situation."""
    if isinstance(node, Number | Date | String):
        return node.value
    if isinstance(node, Negative) and isinstance(node.operand, Number):
        return -node.operand.value
    if isinstance(node, Name) and _is_parameter(situation, node):
        return situation.value(node.name)
    return None
