"""What one graded customer gets and owes: the blocks that hold for it, merged in their order (meaning, section 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fenji.engine.plan.resolve import Resolver
from fenji.engine.readout import Row
from fenji.engine.spec.base import Period, Text, as_text
from fenji.engine.spec.conditions import Selector
from fenji.engine.spec.treatment import Duty, Playbook, vocabulary
from fenji.engine.view import Constant

ANY, EVERYONE = "any", "everyone"
Value = Fraction | dt.date | bool | str | tuple[Text, ...] | Mapping[str, Any] | None
"""A number (money in the currency, shares as fractions), yes or no, a code or role, texts, or a block of values."""


@dataclass(frozen=True, slots=True)
class Granted:
    """One entitlement and the block (counted from 0) that it comes from."""

    value: Value
    block: int


@dataclass(frozen=True, slots=True)
class Length:
    """A period in figures; ``after`` or ``before`` names the date it is counted from."""

    unit: str
    length: Fraction
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One service duty in figures."""

    duty: Duty
    every: Length | None
    within: Length | None
    coverage: Fraction | None


@dataclass(frozen=True, slots=True)
class Served:
    """The duties of one kind and the block that they come from."""

    duties: tuple[Due, ...]
    block: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What the customer owes, when it is looked at, and the block that says so."""

    owes: tuple[Text, ...]
    checked: str | None
    block: int


@dataclass(frozen=True, slots=True)
class Treatment:
    """Everything that a customer gets and owes; ``playbooks`` go with the block that they come from."""

    entitlements: Mapping[str, Granted]
    obligations: tuple[Owed, ...]
    service: Mapping[str, Served]
    playbooks: tuple[tuple[int, Playbook], ...]


def treat(resolver: Resolver, row: Row) -> Treatment:
    """The treatment of a customer at the date of the resolver.

    Later blocks replace earlier ones key by key; playbooks and obligations add up. Where provisional customers
    enjoy only the base, only blocks for everyone count. A proposed grade is treated as if it were in force:
    whether it may be used is the caller's question.

    Raises:
        PlanError: when a parameter has no value at the date.
    """
    regulation = resolver.view.regulation
    entitlements: dict[str, Granted] = {}
    for block, entitlement in _held(regulation.entitlements, resolver, row):
        for name, written in entitlement.grants.items():
            entitlements[name] = Granted(_value(resolver, _kind(name), written), block)
    service: dict[str, Served] = {}
    playbooks = []
    for block, served in _held(regulation.service, resolver, row):
        for kind, duties in served.duties.items():
            service[kind] = Served(tuple(_due(resolver, duty) for duty in duties), block)
        if served.playbook:
            playbooks.append((block, served.playbook))
    owed = tuple(Owed(o.owes, o.checked, block) for block, o in _held(regulation.obligations, resolver, row))
    return Treatment(entitlements, owed, service, tuple(playbooks))


def _held(blocks: Iterable[Any], resolver: Resolver, row: Row) -> Iterator[tuple[int, Any]]:
    provisional = resolver.view.regulation.movement.provisional
    base_only = row.standing == "provisional" and provisional is not None and provisional.enjoys == EVERYONE
    for n, block in enumerate(blocks):
        if block.for_ == EVERYONE or (not base_only and selected(block.for_, row, resolver.view.regulation.ungraded)):
            yield n, block


def selected(selector: Selector, row: Row, named: Collection[str] = ()) -> bool:
    """Whether a ``for`` names this customer: all keys hold, the values of a key are alternatives.

    ``named`` are the regulation's results that are no grade; on an axis they do not count as any value.
    """
    if isinstance(selector, str):
        return True
    return all(_key(key, wanted, selector, row, named) for key, wanted in selector.items())


def _key(
    key: str, wanted: tuple[str, ...], selector: Mapping[str, tuple[str, ...]], row: Row, named: Collection[str]
) -> bool:
    if key == "reason":
        found = set(_reasons(selector, row))
    elif key == "flag":
        found = set(row.flags)
    elif key in ("grade", "standing", "ungraded"):
        found = {getattr(row, key)} - {None}
    else:
        found = {code for code in codes(key, row) if code not in named}
    return bool(found) if ANY in wanted else not found.isdisjoint(wanted)


def codes(axis: str, row: Row) -> tuple[str, ...]:
    """The codes of an axis: one, or all of an axis with several."""
    if axis in row.axes_all:
        return row.axes_all[axis]
    code = row.axes.get(axis)
    return () if code is None else (code,)


def _reasons(selector: Mapping[str, tuple[str, ...]], row: Row) -> Iterator[str]:
    """The reasons behind what the selector names: of its codes on its axes, else of the grade and of every axis."""
    named = [axis for axis in row.axes if axis in selector]
    if "grade" in selector or not named:
        yield from () if row.reason is None else (row.reason,)
    for axis in named or row.axes:
        wanted = selector.get(axis, (ANY,))
        for code, reason in row.axis_reasons.get(axis, ()):
            if code in codes(axis, row) and (ANY in wanted or code in wanted):
                yield reason


def _kind(name: str) -> str:
    found = vocabulary().entitlements.get(name)
    return found.kind if found else "priority"  # the one key that only a block has


def _value(resolver: Resolver, kind: str, written: Any) -> Value:
    if kind == "block":
        return {name: _value(resolver, _kind(name), inner) for name, inner in written.items()}
    if kind == "texts":
        listed = written if isinstance(written, list | tuple) else [written]
        return tuple(Text.model_validate(as_text(one)) for one in listed)
    if kind == "yes_no":
        return written in ("yes", "true")
    return str(written) if kind == "role" else _scalar(resolver.scalar(written))


def _scalar(found: Constant | Mapping[str, Constant]) -> Constant:
    assert not isinstance(found, Mapping), "the check lets no parameter in here that depends on an attribute"
    return found


def _due(resolver: Resolver, duty: Duty) -> Due:
    def length(period: Period | None) -> Length | None:
        if period is None:
            return None
        return Length(period.unit, resolver.figure(period.length), period.after, period.before)

    coverage = None if duty.coverage is None else resolver.figure(duty.coverage)
    return Due(duty, length(duty.every), length(duty.within), coverage)
