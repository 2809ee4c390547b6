"""What an explanation holds: typed, without words; the words come when it is read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from fenji.engine.plan.resolve import ResolvedInterval
from fenji.engine.readout import Value
from fenji.engine.spec.base import Text

Effect = Literal[
    "answered", "silent", "passed", "not_for", "switched_off", "capped", "floored", "raised", "lowered", "vetoed",
    "not_met", "undecided", "no_effect", "decided", "awaited", "set", "after_veto",
]  # fmt: skip
"""What a step did. ``passed``: a grader that was no longer asked; ``not_for``: its ``for`` did not hold;
``switched_off``: a setting of the regulation is against it; ``no_effect``: true, but the answer satisfied it before."""


@dataclass(frozen=True, slots=True)
class ValueUsed:
    """One indicator that the grade depends on.

    ``window`` are the first and last day it was measured over (no first day: from the beginning); ``stated`` means
    that the value was missing and the regulation's ``missing:`` stands in for it; ``role`` judges it.
    """

    name: str
    kind: str
    value: Value
    unit: str
    window: tuple[dt.date | None, dt.date] | None = None
    missing: bool = False
    stated: bool = False
    role: str | None = None


@dataclass(frozen=True, slots=True)
class PointsUsed:
    """One line of a score: the value, the bin or label it fell into, its weight, and the points it gave, exactly."""

    line: str
    of: str
    value: Value
    points: Fraction | None
    weight: Fraction | None = None
    bin: ResolvedInterval | None = None
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class ScoreUsed:
    """A score and its lines; the points add up to ``total``, or are scaled to ``max`` where lines are missing."""

    name: str
    total: Fraction | None
    max: Fraction
    lines: tuple[PointsUsed, ...]
    reweighed: bool = False


@dataclass(frozen=True, slots=True)
class ConditionSeen:
    """One condition of a list: as written, and whether it is met (none: undecided)."""

    text: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """The place in a population: how many are strictly better, how many there are."""

    better: int
    of: int


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step: what it said and what it did.

    ``before`` and ``after`` are the answers around it. Bands have ``of``, its ``value`` and the ``band``; rank and
    share the ``place``; a matrix its ``cell``; rules the ``line`` that answered; adjusters ``because``.
    """

    id: str
    kind: str
    effect: Effect
    before: str | None = None
    after: str | None = None
    said: str | None = None
    of: str | None = None
    value: Value = None
    band: ResolvedInterval | None = None
    band_text: str | None = None
    place: Place | None = None
    share: Fraction | None = None
    cell: tuple[tuple[str, str], ...] = ()
    line: int | None = None
    need: int | None = None
    conditions: tuple[ConditionSeen, ...] = ()
    because: Text | None = None
    reason: str | None = None
    role: str | None = None
    flag: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """What people have yet to judge or decide, and who."""

    what: str
    role: str
    decision: bool = False


@dataclass(frozen=True, slots=True)
class TargetSeen:
    """The grade or an axis: its answer with every step on the way to it."""

    name: str
    code: str | None
    reason: str | None
    open: bool
    steps: tuple[StepSeen, ...]
    all_codes: tuple[str, ...] = ()
    all_reasons: tuple[tuple[str, str], ...] = ()
    awaited: tuple[Awaited, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """How the previous grade bears on the new one."""

    previous: str | None
    previous_from: dt.date | None
    held: bool
    limited: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole explanation of one customer's result, typed."""

    customer: str
    grade: str | None
    computed: str | None
    standing: str
    reason: str | None
    ungraded: str | None
    movement: Movement
    values: tuple[ValueUsed, ...]
    scores: tuple[ScoreUsed, ...]
    axes: tuple[TargetSeen, ...]
    target: TargetSeen
    flags: tuple[str, ...] = ()
    provisional_until: dt.date | None = None
    undecided: tuple[str, ...] = field(default=())
