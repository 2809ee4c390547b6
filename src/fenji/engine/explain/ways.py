"""What a search for the way up finds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from fenji.engine.explain.borders import Kind
from fenji.engine.explain.model import Awaited
from fenji.engine.readout import Value

Status = Literal["way", "top", "awaiting", "decided", "held", "unranked", "none", "alone"]
"""``alone``: customers are compared in more than one layer, so the way is only computed for few at a time."""


@dataclass(frozen=True, slots=True)
class Way:
    """One change that reaches a better grade; ``change`` is new less old for numbers, days for dates.

    ``standing`` is the standing that the customer would have; where it is ``proposed``, ``awaited`` says whose word
    it would still need. ``cost`` orders ways: the share of the greater of both values by which a number changes, the
    share of its scale by which a judgement moves, a day as 1/365; texts come last.
    """

    name: str
    kind: Kind
    old: Value
    new: Value
    change: Fraction | None
    grade: str
    standing: str
    cost: Fraction
    awaited: tuple[Awaited, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """The way up of one customer on one target (``grade`` or an axis): the best way, and the other figures' ways."""

    customer: str
    target: str
    grade: str | None
    status: Status
    way: Way | None = None
    others: tuple[Way, ...] = ()
    awaited: tuple[Awaited, ...] = ()
    role: str | None = None
