"""Where a result can change: every border of a regulation, and which values can be changed to cross it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa

from fenji.engine.check.leftovers import PERSONAL
from fenji.engine.explain.evaluate import Evaluator, plain
from fenji.engine.explain.trace import Reader
from fenji.engine.expression import parse
from fenji.engine.expression.nodes import Between, Comparison, In, Name, Node, String, names_in, walk
from fenji.engine.plan import Plan
from fenji.engine.plan.resolve import ByAttribute
from fenji.engine.view import condition_texts

Kind = Literal["number", "label", "date", "text"]
Constant = Fraction | dt.date | str


@dataclass(frozen=True)
class Lever:
    """A value that may be changed: its kind and smallest step, and the numbers or labels it may take.

    Figures of numbers are counted in steps (cents, units, days), so that a search works on whole numbers.
    """

    name: str
    kind: Kind
    step: Fraction = Fraction(1)
    low: int | None = None
    high: int | None = None
    options: tuple[str, ...] = ()
    direct: tuple[int, ...] = ()
    """Borders of the value itself, in steps; where a border lies between two steps, both."""
    indirect: bool = False
    """Whether borders of other values depend on it too."""
    span: int = 0
    """The width of the range people judge in, in steps; 0 where there is none."""


@dataclass
class Borders:
    """The borders of one plan."""

    plan: Plan
    schema: pa.Schema
    constants: dict[str, set[Constant]] = field(default_factory=dict)
    atoms: dict[Node, set[Fraction]] = field(default_factory=dict)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view, self.regulation = self.plan.view, self.plan.regulation
        self.reader = Reader(self.plan, self.schema)
        self.used = self.reader.used
        self.collect()

    # collecting
    def collect(self) -> None:
        """Every border that the used part of the regulation names."""
        for target in [*self.plan.axes.values(), self.plan.grade]:
            for kind, spec in target.steps:
                if kind == "bands":
                    self.intervals(spec.of, spec.into.values())
        for name in self.used:
            points = self.regulation.indicators[name].points
            for key, line in points.lines.items() if points else ():
                self.intervals(line.of or key, (line.bins or {}).values())
                self.constants.setdefault(line.of or key, set()).update(line.labels or {})
        for text in self.texts():
            self.expression(parse(text))

    def texts(self) -> Iterator[str]:
        """Every expression of the used part."""
        for target in [*self.plan.axes.values(), self.plan.grade]:
            for _kind, spec in target.steps:
                for when in [getattr(spec, "when", None), *(line.when for line in getattr(spec, "lines", ()))]:
                    yield from (t for t in condition_texts(when) if t.strip() != "rest")
                if getattr(spec, "among", None):
                    yield spec.among
        for name in self.used:
            spec = self.regulation.indicators[name]
            yield from filter(None, (spec.formula, spec.tile and spec.tile.among))
        if self.regulation.movement.hold:
            yield from condition_texts(self.regulation.movement.hold.when)

    def intervals(self, name: str, texts: Iterable[str]) -> None:
        """The bounds of bands or bins of a value."""
        for text in texts:
            found = self.plan.resolver.interval(text)
            for bound in (found.low, found.high):
                for figure in bound.values.values() if isinstance(bound, ByAttribute) else [bound]:
                    if figure is not None:
                        self.constants.setdefault(name, set()).add(figure)
                if isinstance(bound, ByAttribute):
                    self.constants.setdefault(bound.by, set()).update(bound.values)

    def expression(self, tree: Node) -> None:
        """The comparisons of an expression."""
        for node in walk(tree):
            if isinstance(node, Comparison):
                self.compared(node.left, node.right)
            elif isinstance(node, Between):
                self.compared(node.operand, node.low)
                self.compared(node.operand, node.high)
            elif isinstance(node, In):
                for option in node.options:
                    self.compared(node.operand, option)

    def compared(self, left: Node, right: Node) -> None:
        """One comparison: of a name with constants, of an expression with a constant, or of two expressions."""
        if isinstance(right, Name) and not self.known(left):
            left, right = right, left
        known = self.known(right)
        if known is None or self.known(left) is not None:
            if known is None:
                self.pairs.append((left, right))
            return
        if isinstance(left, Name):
            self.constants.setdefault(left.name, set()).update(known)
        else:
            self.atoms.setdefault(left, set()).update(k for k in known if isinstance(k, Fraction))

    def known(self, node: Node) -> set[Constant] | None:
        """The constants a part of an expression can stand for; none when it depends on values."""
        names = names_in(node)
        if isinstance(node, Name) and node.name in self.regulation.parameters:
            figure = self.plan.resolver.parameter(node.name)
            return set(figure.values()) if isinstance(figure, dict) else {figure}
        if isinstance(node, String):
            return {node.value}
        if any(n.name not in self.regulation.parameters for n in names):
            return None
        value = self.constant(node)
        return None if value is None else {value}

    def constant(self, node: Node) -> Constant | None:
        """The value of an expression without names of values."""
        return plain(Evaluator(self.plan, {}).value(node))

    # levers
    @cached_property
    def levers(self) -> tuple[Lever, ...]:
        """Every value that may be changed, in the order of the file: no computed value, no personal attribute."""
        found = []
        for name in self.used:
            spec = self.regulation.indicators[name]
            if not (spec.measure or spec.attribute or spec.judged) or spec.attribute in PERSONAL:
                continue
            if lever := self.lever(name):
                found.append(lever)
        return tuple(found)

    def lever(self, name: str) -> Lever | None:
        """One value that may be changed; none where nothing it is compared with is known."""
        spec = self.regulation.indicators[name]
        constants = self.constants.get(name, set())
        kind = self.view.indicator_type(name).kind
        indirect = self.is_indirect(name)
        if spec.judged and spec.judged.scale:
            scale = self.regulation.scales[spec.judged.scale]
            return Lever(name, "label", options=tuple(sorted(scale, key=lambda k: scale[k])))
        if kind == "date":
            days = {c.toordinal() for c in constants if isinstance(c, dt.date)}
            high = self.plan.as_of.toordinal() if spec.measure else None
            return Lever(name, "date", high=high, direct=tuple(sorted(days)), indirect=indirect)
        if kind == "number":
            return self.number(name, spec, [c for c in constants if isinstance(c, Fraction)], indirect)
        texts = tuple(sorted(c for c in constants if isinstance(c, str)))
        return Lever(name, "text", options=texts) if texts else None

    def number(self, name: str, spec: Any, constants: list[Fraction], indirect: bool) -> Lever:
        """A number with its smallest step."""
        step = Fraction(1, 10 ** self.places(name))
        borders = {b for c in constants for b in around(c / step)}
        counted = spec.measure and spec.measure.aggregate in ("count", "distinct", "active")
        low = 0 if counted else None
        high, span = None, 0
        if spec.judged:
            low, high = (int(self.plan.resolver.figure(b) / step) for b in spec.judged.between)
            span = high - low
        return Lever(name, "number", step, low, high, direct=tuple(sorted(borders)), indirect=indirect, span=span)

    def places(self, name: str) -> int:
        """The decimal places of a base number."""
        how = self.plan.number_columns.get(name)
        if how is not None and how.scale is not None:
            return how.scale
        kind = self.schema.field(f"i_{name}").type
        return int(kind.scale) if pa.types.is_decimal(kind) and kind.scale > 0 else 2 if self.averaged(name) else 0

    def averaged(self, name: str) -> bool:
        """Whether a value is kept as a quotient."""
        return f"i_{name}__d" in self.schema.names

    def is_indirect(self, name: str) -> bool:
        """Whether the value is used in a formula, a score, a population or a longer comparison."""
        above = [n for n in self.used if n != name and name in self.view.all_names([n])]
        inside = [n for tree in [*self.atoms, *(side for pair in self.pairs for side in pair)] for n in names_in(tree)]
        reached = {name, *above}
        return bool(above) or any(n.name in reached for n in inside) or name in self.populations

    @cached_property
    def populations(self) -> dict[str, list[tuple[str, Any]]]:
        """The values by which customers are compared, with the steps (or tiles) that compare them."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for target in [*self.plan.axes.values(), self.plan.grade]:
            for kind, spec in target.steps:
                if kind in ("rank", "share"):
                    found.setdefault(spec.of, []).append((kind, spec))
        for name in self.used:
            tile = self.regulation.indicators[name].tile
            if tile:
                found.setdefault(tile.of, []).append(("tile", (name, tile)))
        return found

    def other_side(self, lever: Lever, left: Node, right: Node, row: Mapping[str, Any]) -> set[int]:
        """The value of the other side, in steps, where a comparison has the lever alone on one side."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Name) and one.name == lever.name:
                value = plain(Evaluator(self.plan, row).value(other))
                if isinstance(value, Fraction):
                    return set(around(value / lever.step))
                if isinstance(value, dt.date):
                    return {value.toordinal()}
        return set()

    def compared_columns(self, columns: Iterable[str]) -> list[str]:
        """The columns of the trace that say who is compared by what."""
        names = {f"i_{n}" for n in self.populations} | {f"i_{n}__d" for n in self.populations}
        marks = set()
        for kind, spec in (rule for rules in self.populations.values() for rule in rules):
            marks.add(f"i_{spec[0]}" if kind == "tile" else f"s_{spec.id}_of")
        return [c for c in columns if c in names | marks]

    @property
    def nested(self) -> bool:
        """Whether one comparison of customers looks at another, so that a change moves the others too."""
        tiles = {n for n in self.used if self.regulation.indicators[n].tile}
        return any(tiles & self.view.all_names([of]) for of in self.populations)

    @property
    def modelled(self) -> bool:
        """Whether a model over all customers is used, whose borders move with every value."""
        models = [self.regulation.indicators[n].model for n in self.used]
        return any(m is not None and m.topsis is not None for m in models)

    def smooth(self, name: str) -> bool:
        """Whether a value can change between the borders of what it is made from: tiles and bins only jump at them."""
        spec = self.regulation.indicators.get(name)
        if spec is None or spec.tile or spec.model or (spec.judged and spec.judged.scale):
            return False
        if spec.points:
            lines = spec.points.lines.items()
            return any(not (line.bins or line.labels) and self.smooth(line.of or key) for key, line in lines)
        if spec.formula:
            return any(self.smooth(n.name) for n in names_in(parse(spec.formula)))
        return True

    @cached_property
    def needed(self) -> frozenset[str]:
        """Every value that the watched expressions are computed from."""
        trees = [*self.watched, *(side for pair in self.pairs for side in pair)]
        names = {n.name for tree in trees for n in names_in(tree)}
        by = {p.by for n in names if (p := self.regulation.parameters.get(n)) and p.by}
        return frozenset(self.view.all_names(names | by))

    @cached_property
    def watched(self) -> dict[Node, tuple[Fraction, ...]]:
        """Expressions whose borders a search must find: computed values and longer expressions, with their borders."""
        found: dict[Node, set[Fraction]] = {node: set(borders) for node, borders in self.atoms.items()}
        for name, constants in self.constants.items():
            spec = self.regulation.indicators.get(name)
            if spec is not None and name in self.used and self.smooth(name) and self.plan.indicators.computed(spec):
                figures = {c for c in constants if isinstance(c, Fraction)}
                found.setdefault(Name(0, name), set()).update(figures)
        for name in self.populations:
            if self.plan.indicators.computed(self.regulation.indicators[name]) and self.smooth(name):
                found.setdefault(Name(0, name), set())
        return {node: tuple(sorted(borders)) for node, borders in found.items()}


def around(value: Fraction) -> tuple[int, ...]:
    """The whole number, or the two whole numbers around a fraction."""
    below = value.numerator // value.denominator
    return (below,) if value.denominator == 1 else (below, below + 1)
