"""The syntax tree of an expression. ``at`` is the offset of a node in its text, from 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""

    at: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number, exactly; ``ratio`` when it was written with a percent sign."""

    value: Fraction
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class String(Node):
    """A text in quotes; it stands for a label, a code or a date where the other side is one."""

    value: str


@dataclass(frozen=True, slots=True)
class Date(Node):
    """A day."""

    value: dt.date


@dataclass(frozen=True, slots=True)
class Null(Node):
    """No value."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An indicator, a parameter, an axis, a column, or ``as_of``."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-x``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``+ - * /``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``= <> < <= > >=``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` or ``or`` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not x``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in (a, b)``."""

    operand: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``x between a and b``, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    """``x is null``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Case(Node):
    """``case when a then b ... else c end``."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """One of the closed list of functions."""

    function: str
    arguments: tuple[Node, ...]


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for item in fields(node):
        yield from _inside(getattr(node, item.name))


def _inside(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield from walk(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _inside(part)


def names_in(node: Node) -> list[Name]:
    """Every name of the expression, in order."""
    return [n for n in walk(node) if isinstance(n, Name)]


def unplaced(node: Node) -> Node:
    """The same expression with every offset 0, so that equal conditions are equal wherever they stand."""
    changes: dict[str, object] = {"at": 0}
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            changes[item.name] = unplaced(value)
        elif isinstance(value, tuple):
            changes[item.name] = tuple(_unplaced_part(v) for v in value)
    return replace(node, **changes)  # type: ignore[arg-type]


def _unplaced_part(value: object) -> object:
    if isinstance(value, Node):
        return unplaced(value)
    return tuple(_unplaced_part(v) for v in value) if isinstance(value, tuple) else value
