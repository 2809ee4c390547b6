"""The type of every part of an expression: what may be compared, added and combined."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from fenji.engine.expression.literals import date as parse_date
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
)  # fmt: skip
from fenji.engine.issues import unknown
from fenji.i18n import Message


@dataclass(frozen=True, slots=True)
class Type:
    """``kind`` is number, text, date, bool, label (of a scale), code (of an axis) or null.

    ``unit`` belongs to numbers (none: any); ``of`` names the scale or axis, ``values`` its labels or codes
    from worst to best (a scale) or in the order of the file (an axis).
    """

    kind: str
    unit: str | None = None
    of: str | None = None
    values: tuple[str, ...] = ()


NUMBER, TEXT, DATE, BOOL, NULL = Type("number"), Type("text"), Type("date"), Type("bool"), Type("null")
UNKNOWN = Type("unknown")
KIND_NAMES = {
    "number": Message("a number"), "text": Message("a text"), "date": Message("a date"), "bool": Message("a condition"),
    "label": Message("a label of a scale"), "code": Message("a code"), "null": Message("null"),
}  # fmt: skip


class Scope(Protocol):
    """The names that an expression may use."""

    @property
    def what(self) -> Message:
        """What the names are, for "unknown ...": indicator, column, ..."""

    def type_of(self, name: str) -> Type | None:
        """The type of a name, or none if it is not known here."""

    def names(self) -> Collection[str]:
        """All names known here."""


Report = Callable[[int, Message], None]


def infer(node: Node, scope: Scope, report: Report) -> Type:
    """The type of an expression; every fault goes to ``report`` with its offset, and its type is ``UNKNOWN``."""
    return _Inference(scope, report).of(node)


class _Inference:
    def __init__(self, scope: Scope, report: Report) -> None:
        self.scope = scope
        self.report = report

    def of(self, node: Node) -> Type:
        handler: Callable[[Node], Type] = getattr(self, "_" + type(node).__name__.lower())
        return handler(node)

    def fault(self, node: Node, message: Message) -> Type:
        self.report(node.at, message)
        return UNKNOWN

    def expect(self, node: Node, *kinds: str) -> Type:
        found = self.of(node)
        if found.kind in (*kinds, "unknown", "null"):
            return found
        if isinstance(node, String) and "date" in kinds and parse_date(node.value):
            return DATE
        wanted = KIND_NAMES[kinds[0]]
        return self.fault(
            node, Message("expected {wanted}, found {found}", wanted=wanted, found=KIND_NAMES[found.kind])
        )

    def _number(self, node: Number) -> Type:
        return Type("number", "ratio" if node.ratio else None)

    def _string(self, node: String) -> Type:
        return TEXT

    def _date(self, node: Date) -> Type:
        return DATE

    def _null(self, node: Null) -> Type:
        return NULL

    def _name(self, node: Name) -> Type:
        found = self.scope.type_of(node.name)
        if found is not None:
            return found
        return self.fault(node, unknown(self.scope.what, node.name, self.scope.names()))

    def _negative(self, node: Negative) -> Type:
        return self.expect(node.operand, "number")

    def _arithmetic(self, node: Arithmetic) -> Type:
        left, right = self.expect(node.left, "number"), self.expect(node.right, "number")
        if "unknown" in (left.kind, right.kind):
            return UNKNOWN
        if node.operator in "+-":
            return Type("number", self.same_unit(node, left, right))
        if node.operator == "*":
            return Type("number", _product_unit(left.unit, right.unit))
        same = left.unit is not None and left.unit == right.unit
        return Type("number", "ratio" if same else (left.unit if right.unit in (None, "ratio") else None))

    def same_unit(self, node: Node, left: Type, right: Type) -> str | None:
        units = {u for u in (left.unit, right.unit) if u is not None}
        if len(units) > 1:
            self.report(node.at, Message("the units differ: {left} and {right}", left=left.unit, right=right.unit))
        return next(iter(units), None)

    def _comparison(self, node: Comparison) -> Type:
        self.compare(node.left, node.right, ordered=node.operator not in ("=", "<>"))
        return BOOL

    def compare(self, left_node: Node, right_node: Node, *, ordered: bool) -> None:
        left, right = self.of(left_node), self.of(right_node)
        if "unknown" in (left.kind, right.kind):
            return
        for node, own, other in ((left_node, left, right), (right_node, right, left)):
            if own.kind == "null":
                self.report(node.at, Message("nothing equals null; write 'is null' or 'is not null'"))
                return
            if isinstance(node, String) and other.kind != "text":
                self.quoted(node, other)
                if ordered and other.kind == "code":
                    self.unordered(left_node, other)
                return
        if left.kind != right.kind or (left.of != right.of):
            self.report(
                right_node.at,
                Message("cannot compare {left} with {right}", left=KIND_NAMES[left.kind], right=KIND_NAMES[right.kind]),
            )
        elif left.kind == "number":
            self.same_unit(right_node, left, right)
        if ordered and left.kind in ("text", "bool", "code") and left.kind == right.kind:
            self.unordered(left_node, left)

    def unordered(self, node: Node, kind: Type) -> None:
        self.report(node.at, Message("{kind} has no order; use = or <>", kind=KIND_NAMES[kind.kind]))

    def quoted(self, node: String, other: Type) -> None:
        if other.kind == "date":
            if parse_date(node.value) is None:
                self.report(node.at, Message("'{text}' is not a date; write it as 2026-01-31", text=node.value))
        elif other.kind in ("label", "code"):
            if node.value not in other.values:
                what = (
                    Message("label of scale '{name}'", name=other.of)
                    if other.kind == "label"
                    else Message("code of '{name}'", name=other.of)
                )
                self.report(node.at, unknown(what, node.value, other.values))
        else:
            self.report(
                node.at,
                Message("cannot compare {left} with {right}", left=KIND_NAMES[other.kind], right=KIND_NAMES["text"]),
            )

    def _logic(self, node: Logic) -> Type:
        for operand in node.operands:
            self.expect(operand, "bool")
        return BOOL

    def _not(self, node: Not) -> Type:
        self.expect(node.operand, "bool")
        return BOOL

    def _in(self, node: In) -> Type:
        for option in node.options:
            self.compare(node.operand, option, ordered=False)
        return BOOL

    def _between(self, node: Between) -> Type:
        self.compare(node.operand, node.low, ordered=True)
        self.compare(node.operand, node.high, ordered=True)
        return BOOL

    def _isnull(self, node: IsNull) -> Type:
        self.of(node.operand)
        return BOOL

    def _case(self, node: Case) -> Type:
        for condition, _ in node.branches:
            self.expect(condition, "bool")
        return self.join([value for _, value in node.branches] + ([node.otherwise] if node.otherwise else []))

    def join(self, nodes: list[Node]) -> Type:
        """The common type of several values."""
        result = NULL
        for node in nodes:
            found = self.of(node)
            if found.kind in ("unknown", "null"):
                continue
            if result.kind == "null":
                result = found
            elif result.kind != found.kind or result.of != found.of:
                return self.fault(
                    node,
                    Message(
                        "expected {wanted}, found {found}", wanted=KIND_NAMES[result.kind], found=KIND_NAMES[found.kind]
                    ),
                )
            elif found.kind == "number":
                result = Type("number", self.same_unit(node, result, found))
        return result

    def _call(self, node: Call) -> Type:
        if node.function in ("add_months", "add_days"):
            self.expect(node.arguments[0], "date")
            self.expect(node.arguments[1], "number")
            return DATE
        if node.function.endswith("_between"):
            for argument in node.arguments:
                self.expect(argument, "date")
            return Type("number", node.function.removesuffix("_between"))
        joined = self.join(list(node.arguments))
        if node.function in ("least", "greatest") and joined.kind not in ("number", "date", "unknown", "null"):
            return self.fault(
                node,
                Message("expected {wanted}, found {found}", wanted=KIND_NAMES["number"], found=KIND_NAMES[joined.kind]),
            )
        return joined


def _product_unit(left: str | None, right: str | None) -> str | None:
    plain = (None, "ratio", "count")
    if left in plain:
        return right if right not in (None, "ratio") else (left if right == left else None)
    return left if right in plain else None
