"""``--set name=value``: parameters of the regulation for one run, checked as the file would be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from fenji.cli.errors import CallError
from fenji.engine.expression import literals
from fenji.engine.issues import unknown
from fenji.engine.spec.indicators import Parameter
from fenji.engine.view import View
from fenji.i18n import Message


def overrides(view: View, given: Sequence[str]) -> dict[str, str]:
    """The values by parameter.

    Raises:
        CallError: for an unknown parameter, or a value that it may not have.
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not sign or not value:
            raise CallError(Message("'{text}' is not a setting; write it as name=value", text=text))
        parameter = view.regulation.parameters.get(name)
        if parameter is None:
            raise CallError(unknown(Message("parameter"), name, view.regulation.parameters))
        fitting(view, name, parameter, value)
        found[name] = value
    return found


def fitting(view: View, name: str, parameter: Parameter, value: str) -> None:
    """Nothing, when the value fits the parameter."""
    if parameter.one_of and value not in parameter.one_of:
        names = ", ".join(parameter.one_of)
        raise CallError(Message("{name} = {value}: expected one of: {names}", name=name, value=value, names=names))
    kind = view.parameter_type(name)
    literal = literals.literal(value)
    if kind is not None and kind.kind == "number" and not isinstance(literal, Fraction):
        raise CallError(Message("{name} = {value}: a number is expected", name=name, value=value))
    if parameter.between and isinstance(literal, Fraction):
        low, high = (literals.literal(bound) for bound in parameter.between)
        if isinstance(low, Fraction) and isinstance(high, Fraction) and not low <= literal <= high:
            raise CallError(Message(
                "{name} = {value} lies outside the limits {low} to {high}",
                name=name, value=value, low=parameter.between[0], high=parameter.between[1],
            ))  # fmt: skip
