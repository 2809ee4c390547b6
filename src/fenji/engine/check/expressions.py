"""Every expression: inside the language, its names known, its types and units right."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.engine.check.walk import REST, Condition, conditions, issue, warning
from fenji.engine.expression import ExpressionError, parse
from fenji.engine.expression.nodes import Arithmetic, Call, Comparison, In, Name, Node, Number, String, walk
from fenji.engine.expression.types import BOOL, KIND_NAMES, Scope, Type, infer
from fenji.engine.issues import Issue, Path, nearest, unknown
from fenji.engine.view import ColumnScope, View
from fenji.i18n import Message


def expressions(view: View) -> Iterator[Issue]:
    """Parse errors, unknown names, wrong types; each at its column."""
    for condition in conditions(view):
        yield from _condition(view, condition)
    for name, indicator in view.regulation.indicators.items():
        if indicator.formula:
            yield from _formula(view, ("indicators", name, "formula"), indicator.formula, indicator.unit)


def _condition(view: View, condition: Condition) -> Iterator[Issue]:
    if condition.rest and condition.text == REST:
        return
    found: list[Issue] = []
    kind = _infer(view, condition.path, condition.text, condition.scope, found)
    if kind is not None and not found:
        tree = view.parsed(condition.text)
        if kind.kind not in ("bool", "unknown"):
            found.append(_expected(view, condition.path, BOOL, kind))
        elif tree is not None and not any(isinstance(node, Name) for node in walk(tree)):
            message = Message("this condition names nothing: it is the same for everybody")
            found.append(issue(view, condition.path, "types", message))
    yield from found


def _formula(view: View, path: Path, text: str, unit: str | None) -> Iterator[Issue]:
    found: list[Issue] = []
    kind = _infer(view, path, text, view.values, found)
    if kind is not None and not found:
        if kind.kind == "null":
            found.append(issue(view, path, "types.null", Message("this formula never has a value")))
        elif kind.kind == "bool":
            message = Message("a formula gives a number, a text or a date; write a condition where it is used")
            found.append(issue(view, path, "types", message))
        elif kind.unit and unit and kind.unit != unit and kind.kind == "number" and not _converts(view, text):
            found.append(
                issue(view, path, "units", Message("the units differ: {left} and {right}", left=unit, right=kind.unit))
            )
    yield from found


def _converts(view: View, text: str) -> bool:
    """Whether a formula multiplies or divides by a bare number, as one does to change the unit."""
    tree = view.parsed(text)
    factors = [n for n in walk(tree) if isinstance(n, Arithmetic) and n.operator in "*/"] if tree else []
    return any(isinstance(side, Number) for n in factors for side in (n.left, n.right))


def _expected(view: View, path: Path, wanted: Type, found: Type) -> Issue:
    message = Message("expected {wanted}, found {found}", wanted=KIND_NAMES[wanted.kind], found=KIND_NAMES[found.kind])
    return issue(view, path, "types", message)


def _infer(view: View, path: Path, text: str, scope: Scope, found: list[Issue]) -> Type | None:
    """The type of an expression, or none when it is outside the language; faults are added to ``found``."""
    try:
        tree = parse(text)
    except ExpressionError as error:
        found.append(issue(view, path, "expression", error.message, error.at))
        return None

    names = {node.at: node.name for node in walk(tree) if isinstance(node, Name)}

    def report(at: int, message: Message) -> None:
        code = "names" if message.text.startswith("unknown") else "types"
        if code == "names" and names.get(at) in view.regulation.axes:
            message = Message(
                "the axis '{name}' cannot stand here; only the steps of the grade see axes", name=names[at]
            )
        found.append(issue(view, path, code, message, at))

    kind = infer(tree, scope, report)
    for node in walk(tree):
        found += _division(view, path, node)
        found += _fixed_length(view, path, node)
        if isinstance(scope, ColumnScope):
            found += _usual_value(view, path, node, scope)
        else:
            found += _option(view, path, node)
    return kind


def _division(view: View, path: Path, node: Node) -> Iterator[Issue]:
    if (
        isinstance(node, Arithmetic)
        and node.operator == "/"
        and isinstance(node.right, Number)
        and node.right.value == 0
    ):
        yield issue(view, path, "formula.zero", Message("this divides by zero and never has a value"), node.right.at)


def _fixed_length(view: View, path: Path, node: Node) -> Iterator[Issue]:
    """Whether a date is moved by the same whole number for everybody."""
    if not (isinstance(node, Call) and node.function in ("add_months", "add_days")):
        return
    length, parameters = node.arguments[1], view.regulation.parameters
    names = [n.name for n in walk(length) if isinstance(n, Name)]
    whole = all(n.value.denominator == 1 for n in walk(length) if isinstance(n, Number))
    fixed = whole and all(name in parameters and parameters[name].by is None for name in names)
    if not fixed:
        message = Message("'{function}' takes a whole number or a parameter here", function=node.function)
        yield issue(view, path, "types", message, length.at)


def _compared(node: Node) -> tuple[str, list[Node]]:
    """The name that a node compares, and with what."""
    if isinstance(node, Comparison):
        for name, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(name, Name):
                return name.name, [other]
    if isinstance(node, In) and isinstance(node.operand, Name):
        return node.operand.name, list(node.options)
    return "", []


def _option(view: View, path: Path, node: Node) -> Iterator[Issue]:
    """A text that a parameter can never be."""
    name, options = _compared(node)
    parameter = view.regulation.parameters.get(name)
    if parameter is None or parameter.one_of is None:
        return
    for option in options:
        if isinstance(option, String) and option.value not in parameter.one_of:
            message = unknown(Message("value of '{name}'", name=name), option.value, parameter.one_of)
            yield issue(view, path, "names", message, option.at)


def _usual_value(view: View, path: Path, node: Node, scope: ColumnScope) -> Iterator[Issue]:
    """A text that is almost, but not quite, one of the usual values of its column."""
    name, options = _compared(node)
    column = scope.table.columns.get(name)
    for option in options:
        if column and column.values and isinstance(option, String) and option.value not in column.values:
            near = nearest(option.value, column.values, 0.75)
            if near:
                message = Message(
                    "'{value}' is not a usual value of '{column}'; did you mean '{near}'?",
                    value=option.value,
                    column=name,
                    near=near,
                )
                yield warning(view, path, "names.value", message, option.at)
