"""The regulation: the one document that grades, assesses, entitles and serves."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fenji.engine.contract import ColumnType, Moment
from fenji.engine.spec.assessment import Assessment, Choice, Responsibility, Visibility
from fenji.engine.spec.base import AnyText, Code, ExpressionText, Model, Name, Slug, Traced
from fenji.engine.spec.indicators import Indicator, Parameter, Scale
from fenji.engine.spec.movement import Movement
from fenji.engine.spec.steps import Axis, Cells, Grades, GradeValue, Step, Ungraded
from fenji.engine.spec.treatment import Entitlement, Obligation, Service


class InForce(Model):
    """From which day to which day, both included, the version holds."""

    from_: dt.date = Field(alias="from")
    to: dt.date | None = None


class Origin(Model):
    """The document a built-in regulation was written from, and the catalogue sections it answers."""

    document: str
    requirements: tuple[str, ...] = ()


class AppliesTo(Traced):
    """Who is graded: single customers, or groups by their head; ``where`` is a condition on customer columns."""

    subject: Literal["customer", "group"] = "customer"
    where: ExpressionText | None = None


class CalendarYear(Model):
    """The company's own year: the month and day its fiscal year starts."""

    fiscal_year_starts: Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")] = "01-01"


class OwnColumn(Model):
    """A column of the company's own that the regulation uses."""

    type: ColumnType
    moment: Moment | None = None
    title: AnyText | None = None


class Regulation(Model):
    """One version of one regulation."""

    regulation: Slug
    version: int = 1
    title: AnyText
    purpose: AnyText | None = None
    origin: Origin | None = None
    in_force: InForce
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    tax_basis: Literal["included", "excluded"] | None = None
    rates: dict[str, str] = {}
    calendar: CalendarYear = CalendarYear()
    applies_to: AppliesTo = AppliesTo()
    responsibilities: tuple[Responsibility, ...] = ()
    definitions: dict[str, AnyText] = {}
    facts: dict[str, dict[Name, OwnColumn]] = {}
    parameters: dict[Name, Parameter] = {}
    scales: dict[Name, Scale] = {}
    indicators: dict[Name, Indicator] = {}
    axes: dict[Name, Axis] = {}
    grades: Grades
    ungraded: Ungraded = {}
    grading: tuple[Step, ...] = ()
    movement: Movement = Movement()
    assessment: Assessment = Assessment()
    entitlements: tuple[Entitlement, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    service: tuple[Service, ...] = ()
    visibility: tuple[Visibility, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def cells(self) -> Cells | None:
        """The cells, where the grades are pairs of axes."""
        return self.grades if isinstance(self.grades, Cells) else None

    @property
    def grade_values(self) -> tuple[GradeValue, ...]:
        """The grades in the order of the file; for cells, every pair."""
        return self.grades if isinstance(self.grades, tuple) else ()

    def codes(self, axis: str) -> tuple[Code, ...]:
        """The codes of an axis in the order of the file."""
        return tuple(v.code for v in self.axes[axis].values)
