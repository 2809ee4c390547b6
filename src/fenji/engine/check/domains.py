"""Which numbers a value can be: its lowest, its highest, and whether it is always whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import add

from fenji.engine.check.situations import Situation
from fenji.engine.contract import ColumnType
from fenji.engine.expression import literals
from fenji.engine.expression.nodes import Arithmetic, Call, Name, Negative, Node, Number
from fenji.engine.spec.indicators import Indicator, Points, PointsLine


@dataclass(frozen=True, slots=True)
class Domain:
    """The numbers from ``low`` to ``high`` (none: without end), only whole ones where ``whole``."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False


ANYTHING = Domain()
_COUNTED = Domain(Fraction(0), None, True)


def domain(situation: Situation, name: str, seen: frozenset[str] = frozenset()) -> Domain:
    """The numbers that a name can be in a situation; a literal for ``missing`` is one of them."""
    indicator = situation.view.regulation.indicators.get(name)
    if indicator is None:
        value = situation.number(name)
        return Domain(value, value, value.denominator == 1) if value is not None else ANYTHING
    if name in seen:
        return ANYTHING
    found = _indicator(situation, indicator, seen | {name})
    filled = literals.number(indicator.missing) if indicator.missing else None
    return found if filled is None else _with(found, filled)


def _with(found: Domain, value: Fraction) -> Domain:
    low = None if found.low is None else min(found.low, value)
    high = None if found.high is None else max(found.high, value)
    return Domain(low, high, found.whole and value.denominator == 1)


def _indicator(situation: Situation, indicator: Indicator, seen: frozenset[str]) -> Domain:
    if indicator.tile:
        return Domain(Fraction(1), situation.number(indicator.tile.into), True)
    if indicator.points:
        return points_domain(situation, indicator.points, seen)
    if indicator.judged and indicator.judged.between:
        low, high = (situation.number(text) for text in indicator.judged.between)
        return Domain(low, high)
    if indicator.model and indicator.model.topsis:
        return Domain(Fraction(0), situation.number(indicator.model.topsis.steps), True)
    if indicator.formula:
        tree = situation.view.parsed(indicator.formula)
        return _expression(situation, tree, seen) if tree else ANYTHING
    measure = indicator.measure
    if measure and measure.aggregate in ("count", "distinct", "active"):
        return _COUNTED
    tables = situation.view.facts.tables
    table, column = (measure.from_, measure.column) if measure else ("customers", indicator.attribute or "")
    stored = tables[table].columns.get(column) if table in tables else None
    averaged = measure is not None and measure.aggregate == "average"
    return Domain(whole=stored is not None and stored.type is ColumnType.INTEGER and not averaged)


def _expression(situation: Situation, node: Node, seen: frozenset[str]) -> Domain:
    if isinstance(node, Number):
        return Domain(node.value, node.value, node.value.denominator == 1)
    if isinstance(node, Name):
        return domain(situation, node.name, seen)
    if isinstance(node, Negative):
        return _scaled(_expression(situation, node.operand, seen), Fraction(-1))
    if isinstance(node, Call) and node.function.endswith("_between"):
        return Domain(whole=True)
    if isinstance(node, Arithmetic):
        left, right = _expression(situation, node.left, seen), _expression(situation, node.right, seen)
        if node.operator == "-":
            right = _scaled(right, Fraction(-1))
        if node.operator in "+-":
            return Domain(
                _both(add, left.low, right.low), _both(add, left.high, right.high), left.whole and right.whole
            )
        if node.operator == "*":
            return _product(left, right)
    return ANYTHING


def _both(combine: Callable[[Fraction, Fraction], Fraction], a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else combine(a, b)


def _product(left: Domain, right: Domain) -> Domain:
    for one, other in ((left, right), (right, left)):
        if one.low is not None and one.low == one.high:
            return replace(_scaled(other, one.low), whole=one.whole and other.whole)
    return Domain(whole=left.whole and right.whole)


def _scaled(found: Domain, factor: Fraction) -> Domain:
    ends = [None if end is None else end * factor for end in (found.low, found.high)]
    if factor < 0:
        ends.reverse()
    return Domain(ends[0], ends[1], found.whole and factor.denominator == 1)


def points_domain(situation: Situation, points: Points, seen: frozenset[str] = frozenset()) -> Domain:
    """The scores that the lines can make together, before they are scaled to ``max``."""
    lines = [line_domain(situation, line.of or name, line, seen) for name, line in points.lines.items()]
    low = sum((d.low for d in lines if d.low is not None), Fraction(0))
    high = sum((d.high for d in lines if d.high is not None), Fraction(0))
    return Domain(
        None if any(d.low is None for d in lines) else low,
        None if any(d.high is None for d in lines) else high,
        all(d.whole for d in lines) and points.lines_missing != "reweigh",
    )


def line_domain(situation: Situation, name: str, line: PointsLine, seen: frozenset[str] = frozenset()) -> Domain:
    """The points that one line can give."""
    weight = situation.number(line.weight) if line.weight else Fraction(1)
    if weight is None:
        return ANYTHING
    listed = line.bins or line.labels
    if line.bins:
        given = [situation.number(points) for points in line.bins]
    elif line.labels:
        given = [situation.number(points) for points in line.labels.values()]
    else:
        given = _labels(situation, name)
    numbers = [g for g in given if g is not None]
    if numbers:
        return _scaled(Domain(min(numbers), max(numbers), all(n.denominator == 1 for n in numbers)), weight)
    return ANYTHING if listed else _scaled(domain(situation, name, seen), weight)


def _labels(situation: Situation, name: str) -> list[Fraction | None]:
    """The numbers of the scale that a name is judged on."""
    view = situation.view
    indicator = view.regulation.indicators.get(name)
    scale = indicator.judged.scale if indicator and indicator.judged else None
    return [Fraction(n) for n in view.regulation.scales.get(scale or "", {}).values()]
