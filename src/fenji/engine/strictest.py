"""Two regulations on one customer: of two entitlements the stricter one wins, and the conflict is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from fenji.engine.spec.treatment import vocabulary
from fenji.engine.treatment import Treatment, Value

_MORE_IS_STRICTER = ("priority",)
_UNORDERED = ("role", "texts", "block")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one entitlement; ``ordered`` is false where none is stricter and people must decide."""

    name: str
    values: tuple[Value, Value]
    taken: Value
    ordered: bool


@dataclass(frozen=True, slots=True)
class Strictest:
    """The values that hold for a customer under two regulations, and where they differed."""

    values: Mapping[str, Value]
    conflicts: tuple[Conflict, ...]


def strictest(one: Treatment, other: Treatment) -> Strictest:
    """The stricter value of every entitlement, by the order of the vocabulary; what only one gives stands.

    Values without an order (roles, promises, blocks) that differ stay as the first regulation says, marked.
    """
    conflicts = tuple(_conflicts(one, other))
    values = {name: granted.value for treatment in (other, one) for name, granted in treatment.entitlements.items()}
    return Strictest({**values, **{c.name: c.taken for c in conflicts}}, conflicts)


def _conflicts(one: Treatment, other: Treatment) -> Iterator[Conflict]:
    for name, granted in one.entitlements.items():
        if name not in other.entitlements:
            continue
        values = granted.value, other.entitlements[name].value
        if values[0] == values[1]:
            continue
        places = generosity(name, values[0]), generosity(name, values[1])
        ordered = None not in places and places[0] != places[1]
        second = ordered and Fraction(places[1] or 0) < Fraction(places[0] or 0)
        yield Conflict(name, values, values[1] if second else values[0], ordered)


def generosity(name: str, value: Value) -> Fraction | None:
    """Where a value stands between strict (low) and generous (high); none where the kind has no order."""
    kind = vocabulary().entitlements[name]
    if kind.kind in _UNORDERED:
        return None
    if kind.kind == "choice":
        return Fraction(kind.values.index(value)) if isinstance(value, str) and value in kind.values else None
    if not isinstance(value, bool | Fraction):
        return None
    return -Fraction(value) if kind.kind in _MORE_IS_STRICTER or kind.strict == "high" else Fraction(value)
