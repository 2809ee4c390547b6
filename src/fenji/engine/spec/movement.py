"""Movement: the only place that sees the previous grade."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from fenji.engine.spec.base import AnyText, Code, Name, Names, Period, Scalar, Traced
from fenji.engine.spec.conditions import Condition, Selector, Wanted


class Provisional(Traced):
    """A new customer's grade is provisional until a period after a date; ``enjoys`` its grade or only the base."""

    until: Period
    enjoys: Literal["grade", "everyone"] = "grade"
    cycle: Name | None = None


def _ends_kind(value: Any) -> str:
    return "calendar" if isinstance(value, str) else "period"


class Tenure(Traced):
    """A grade ends; after ``grace`` it becomes ``then``: ``computed`` or a code."""

    for_: Selector | None = Field(default=None, alias="for")
    ends: Annotated[
        Annotated[Literal["calendar_year", "fiscal_year"], Tag("calendar")] | Annotated[Period, Tag("period")],
        Discriminator(_ends_kind),
    ]
    grace: Period | None = None
    then: Code = "computed"


class Limit(Traced):
    """How far and how soon a grade may move in one direction."""

    at_most: Scalar | None = None
    not_before: Period | None = None


class Hold(Traced):
    """While true, the previous grade stays."""

    when: Condition
    because: AnyText


class Move(Traced):
    """A named move with a deadline and a decider."""

    from_: Names = Field(alias="from")
    to: Wanted
    within: Period | None = None
    counted_from: Name | None = None
    decided_by: Name | None = None


class Override(Traced):
    """Who may set another grade by hand, and for how long."""

    by: Name
    at_most: Period


class Movement(Traced):
    """How a computed grade becomes the grade in force, given the previous one."""

    provisional: Provisional | None = None
    tenure: Tenure | None = None
    hold: Hold | None = None
    margin: Scalar | None = None
    fall: Limit | None = None
    rise: Limit | None = None
    moves: tuple[Move, ...] = ()
    override: Override | None = None
