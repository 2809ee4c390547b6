"""Parameters, scales and indicators: what makes values."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from fenji.engine.spec.base import AnyText, Code, ExpressionText, Model, Name, Names, Period, Scalar, Traced
from fenji.i18n import Message


class SpecError(ValueError):
    """A block contradicts itself; pydantic carries it to the check, which finds its place."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.text)


class Parameter(Traced):
    """A figure that changes by date: the value with the latest date up to the as-of date counts.

    With ``by`` the value depends on an attribute: each dated value is a mapping from its values.
    """

    title: AnyText | None = None
    unit: str | None = None
    by: Name | None = None
    between: tuple[Scalar, Scalar] | None = None
    one_of: tuple[Scalar, ...] | None = None
    values: dict[dt.date, Scalar | dict[str, Scalar]] = Field(min_length=1)


Scale = dict[str, int]
"""The labels people choose from, each with its whole number."""


class Rolling(Model):
    """The last n months, days or years up to the as-of date."""

    months: Scalar | None = None
    days: Scalar | None = None
    years: Scalar | None = None


CalendarPart = Literal["last_full", "to_date"]


class Window(Model):
    """A closed interval of days that ends on or before the as-of date; exactly one kind.

    ``back`` moves it by so many of its own lengths; ``count`` takes so many calendar units together.
    """

    calendar_year: CalendarPart | None = None
    calendar_quarter: CalendarPart | None = None
    calendar_month: CalendarPart | None = None
    fiscal_year: CalendarPart | None = None
    fiscal_quarter: CalendarPart | None = None
    rolling: Rolling | None = None
    since: Name | None = None
    count: Scalar | None = None
    back: Scalar | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Window:
        if len(self.kinds) != 1:
            raise SpecError(Message("a window needs exactly one of: {names}", names=", ".join(WINDOW_KINDS)))
        return self

    @property
    def kinds(self) -> list[str]:
        """The kinds that are given."""
        return [k for k in WINDOW_KINDS if getattr(self, k) is not None]


WINDOW_KINDS = (
    "calendar_year", "calendar_quarter", "calendar_month", "fiscal_year", "fiscal_quarter", "rolling", "since",
)  # fmt: skip
AGGREGATES = ("sum", "count", "distinct", "average", "min", "max", "first", "last", "active")


def _window_kind(value: Any) -> str:
    return "all" if isinstance(value, str) else "window"


class Measure(Model):
    """One figure over the rows of a fact table: ``count: rows`` counts rows, ``active: months`` months with rows."""

    from_: str = Field(alias="from")
    sum: Name | None = None
    count: Literal["rows"] | None = None
    distinct: Name | None = None
    average: Name | None = None
    min: Name | None = None
    max: Name | None = None
    first: Name | None = None
    last: Name | None = None
    active: Literal["days", "months", "years"] | None = None
    where: ExpressionText | None = None
    over: Annotated[
        Annotated[Literal["all"], Tag("all")] | Annotated[Window, Tag("window")], Discriminator(_window_kind)
    ] = "all"

    @model_validator(mode="after")
    def _one_aggregate(self) -> Measure:
        if sum(getattr(self, a) is not None for a in AGGREGATES) != 1:
            raise SpecError(Message("a measure needs exactly one of: {names}", names=", ".join(AGGREGATES)))
        return self

    @property
    def aggregate(self) -> str:
        """Which aggregate is asked for."""
        return next(a for a in AGGREGATES if getattr(self, a) is not None)

    @property
    def column(self) -> str:
        """The column it is taken over (``rows`` for a count)."""
        return str(getattr(self, self.aggregate))


class Judged(Model):
    """A value that people of one role give on a scale, or as a number between two bounds."""

    by: Name
    scale: Name | None = None
    between: tuple[Scalar, Scalar] | None = None
    sheet: AnyText | None = None
    evidence: Names = ()
    valid: Period | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> Judged:
        if (self.scale is None) == (self.between is None):
            raise SpecError(Message("a judged indicator needs exactly one of: {names}", names="scale, between"))
        return self


class PointsLine(Model):
    """Points of one indicator: ``bins`` (points: interval), ``labels`` (label: points), or number times ``weight``."""

    of: Name | None = None
    bins: dict[Scalar, Scalar] | None = None
    labels: dict[str, Scalar] | None = None
    weight: Scalar | None = None
    title: AnyText | None = None
    req: Names = ()

    @model_validator(mode="after")
    def _some_rule(self) -> PointsLine:
        if self.bins is None and self.labels is None and self.weight is None:
            raise SpecError(Message("a points line needs bins, labels or a weight"))
        if self.bins is not None and self.labels is not None:
            raise SpecError(Message("a points line has bins or labels, not both"))
        return self


class Points(Model):
    """A score: the sum of its lines. ``reweigh`` scales what is present to ``max`` where lines are missing."""

    lines: dict[Name, PointsLine] = Field(min_length=1)
    lines_missing: Literal["missing", "reweigh"] = "missing"
    max: Scalar


class Tile(Model):
    """Which of n equal parts of the population a customer is in; n is the best. Equals stay together."""

    of: Name
    into: Scalar
    best: Literal["high", "low"] = "high"
    among: ExpressionText | None = None


class GradeOf(Model):
    """The result of another regulation at the same date; ``part`` names an axis of it."""

    regulation: str
    part: str = "grade"


class Centroids(Model):
    """The nearest of fixed centres by whole-number distance: squares of (value / unit) added up; a tie takes the first.

    ``units`` says what one step of an input is (100 yuan, 10 calls), so that no input drowns the others.
    """

    centres: dict[Code, dict[Name, Scalar]] = Field(min_length=2)
    units: dict[Name, Scalar] = {}


class Criterion(Model):
    """One criterion of TOPSIS: its weight and which end is best."""

    weight: Scalar
    best: Literal["high", "low"] = "high"


class Topsis(Model):
    """Closeness to the ideal (Hwang and Yoon 1981) among the customers compared, as a whole number 0 to ``steps``."""

    criteria: dict[Name, Criterion] = Field(min_length=2)
    steps: Scalar = "10000"
    among: ExpressionText | None = None


class ModelValue(Model):
    """A value computed elsewhere and brought in as a fact, or one of the two models computed here."""

    name: Name | None = None
    value: Name | None = None
    clusters: Scalar | None = None
    inputs: Names = ()
    names_follow: Literal["nearest_centre"] | None = None
    nearest: Centroids | None = None
    topsis: Topsis | None = None

    @model_validator(mode="after")
    def _one_model(self) -> ModelValue:
        if sum(x is not None for x in (self.name, self.nearest, self.topsis)) != 1:
            raise SpecError(Message("a model needs exactly one of: {names}", names="name, nearest, topsis"))
        return self


def _as_grade_of(value: Any) -> Any:
    return {"regulation": value} if isinstance(value, str) else value


INDICATOR_KINDS = ("measure", "attribute", "judged", "formula", "points", "tile", "grade_of", "model")


class Indicator(Traced):
    """One value per customer; exactly one kind.

    ``missing`` is a literal (used and marked), ``none`` (stays missing) or ``ungraded`` (no grade without it).
    """

    title: AnyText | None = None
    unit: str | None = None
    means: AnyText | None = None
    missing: Scalar | None = None
    measure: Measure | None = None
    attribute: Name | None = None
    judged: Judged | None = None
    formula: ExpressionText | None = None
    points: Points | None = None
    tile: Tile | None = None
    grade_of: Annotated[GradeOf | None, BeforeValidator(_as_grade_of, json_schema_input_type=str | GradeOf)] = None
    model: ModelValue | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Indicator:
        if sum(getattr(self, k) is not None for k in INDICATOR_KINDS) != 1:
            raise SpecError(Message("an indicator needs exactly one of: {names}", names=", ".join(INDICATOR_KINDS)))
        return self

    @property
    def kind(self) -> str:
        """Which kind it is."""
        return next(k for k in INDICATOR_KINDS if getattr(self, k) is not None)
