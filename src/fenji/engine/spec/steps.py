"""Grades, axes and the steps that make them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from fenji.engine.spec.base import AnyText, Code, ExpressionText, Model, Name, Names, Period, Scalar, Traced
from fenji.engine.spec.conditions import Condition, Selector, Wanted


class GradeValue(Traced):
    """One grade or axis value. No ``rank``: nominal. ``attention`` is apart from rank."""

    code: Code
    rank: int | None = None
    attention: int | None = None
    title: AnyText | None = None
    means: AnyText | None = None


class Cells(Traced):
    """Grades that are the pairs of two axes, written ``a`` + ``join`` + ``b``."""

    cells: tuple[Name, ...] = Field(min_length=2, max_length=3)
    join: str = "/"


class StepBody(Traced):
    """What every step may have."""

    id: Name
    title: AnyText | None = None
    for_: Selector | None = Field(default=None, alias="for")


class Bands(StepBody):
    """A grader: the code whose interval holds the value."""

    of: Name
    into: dict[Code, Scalar] = Field(min_length=1)
    when: Condition | None = None
    reason: Code | None = None


class Rank(StepBody):
    """A grader: the place in the population; ``top p``, ``last p``, ``rest``; equals stay together."""

    of: Name
    best: Literal["high", "low"] = "high"
    among: ExpressionText | None = None
    at_least: Scalar | None = None
    too_few: Code | None = None
    into: dict[Code, Scalar] = Field(min_length=1)
    when: Condition | None = None


class Share(StepBody):
    """A grader: the running share of the total, from the best down, equals together; intervals of a ratio."""

    of: Name
    best: Literal["high", "low"] = "high"
    among: ExpressionText | None = None
    at_least: Scalar | None = None
    too_few: Code | None = None
    into: dict[Code, Scalar] = Field(min_length=1)
    when: Condition | None = None


class RuleLine(Traced):
    """One line of ``rules``: the first whose condition is true gives ``to``; ``rest`` is always true."""

    to: Code
    when: Condition
    reason: Code | None = None
    because: AnyText | None = None


class Rules(StepBody):
    """A grader: an ordered list, the first true line answers."""

    lines: tuple[RuleLine, ...] = Field(min_length=1)
    when: Condition | None = None


Row = dict[Code, Code | dict[Code, Code]]


class Matrix(StepBody):
    """A grader: each cell of two or three axes is named."""

    of: tuple[Name, ...] = Field(min_length=2, max_length=3)
    cells: dict[Code, Row]
    when: Condition | None = None


class Veto(StepBody):
    """An adjuster: when true its code is the last word."""

    when: Condition
    to: Code
    reason: Code | None = None
    because: AnyText


class Cap(StepBody):
    """An adjuster: when true a better answer becomes ``at``."""

    at: Code
    when: Condition
    reason: Code | None = None
    because: AnyText


class Floor(StepBody):
    """An adjuster: when true a worse answer becomes ``at``."""

    at: Code
    when: Condition
    reason: Code | None = None
    because: AnyText


class Shift(StepBody):
    """An adjuster: when true the answer moves ``by`` ranks (``raise`` up, ``lower`` down), stopping at the ends."""

    by: Scalar = "1"
    when: Condition
    reason: Code | None = None
    because: AnyText


class Judgement(StepBody):
    """A decision of people. Without one: ``proposed`` (the engine's answer stands open), ``ungraded``, or a code."""

    by: Name
    may: Wanted = ()
    otherwise: Code = "proposed"
    opinions: Names = ()
    valid: Period | None = None


class Flag(StepBody):
    """Moves nothing; marks a customer so that entitlements and service can name it."""

    code: Name
    when: Condition
    because: AnyText


class BandsStep(Model):
    bands: Bands


class RankStep(Model):
    rank: Rank


class ShareStep(Model):
    share: Share


class RulesStep(Model):
    rules: Rules


class MatrixStep(Model):
    matrix: Matrix


class VetoStep(Model):
    veto: Veto


class CapStep(Model):
    cap: Cap


class FloorStep(Model):
    floor: Floor


class RaiseStep(Model):
    raise_: Shift = Field(alias="raise")


class LowerStep(Model):
    lower: Shift


class JudgementStep(Model):
    judgement: Judgement


class FlagStep(Model):
    flag: Flag


STEP_KINDS = (
    "bands", "rank", "share", "rules", "matrix", "veto", "cap", "floor", "raise", "lower", "judgement", "flag",
)  # fmt: skip
GRADERS = ("bands", "rank", "share", "rules", "matrix")


def _step_kind(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((k for k in value if k in STEP_KINDS), None)
    return next((k for k in STEP_KINDS if getattr(value, "raise_" if k == "raise" else k, None) is not None), None)


Step = Annotated[
    Annotated[BandsStep, Tag("bands")]
    | Annotated[RankStep, Tag("rank")]
    | Annotated[ShareStep, Tag("share")]
    | Annotated[RulesStep, Tag("rules")]
    | Annotated[MatrixStep, Tag("matrix")]
    | Annotated[VetoStep, Tag("veto")]
    | Annotated[CapStep, Tag("cap")]
    | Annotated[FloorStep, Tag("floor")]
    | Annotated[RaiseStep, Tag("raise")]
    | Annotated[LowerStep, Tag("lower")]
    | Annotated[JudgementStep, Tag("judgement")]
    | Annotated[FlagStep, Tag("flag")],
    Discriminator(_step_kind),
]


def body(step: Any) -> tuple[str, Any]:
    """The kind of a step and its body."""
    kind = _step_kind(step)
    assert kind is not None
    return kind, getattr(step, "raise_" if kind == "raise" else kind)


class Axis(Traced):
    """A value beside the grade, or a side of a matrix, with its own steps; ``several`` keeps every matching code."""

    title: AnyText | None = None
    several: bool = False
    values: tuple[GradeValue, ...] = Field(min_length=1)
    grading: tuple[Step, ...] = Field(min_length=1)


def _grades_kind(value: Any) -> str:
    return "cells" if isinstance(value, dict | Cells) else "list"


Grades = Annotated[
    Annotated[tuple[GradeValue, ...], Field(min_length=1), Tag("list")] | Annotated[Cells, Tag("cells")],
    Discriminator(_grades_kind),
]
Ungraded = dict[Code, AnyText]
"""Named results that are no grade."""
