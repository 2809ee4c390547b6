"""Assessment: who fills which part of which form, in which order, by when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from fenji.engine.spec.base import AnyText, Model, Name, Names, Period, Traced
from fenji.engine.spec.conditions import Selector
from fenji.engine.spec.indicators import SpecError
from fenji.i18n import Message


class Section(Traced):
    """The part of a form that one role fills: indicators or judgement steps, and free notes."""

    by: Name
    title: AnyText | None = None
    fills: Names = ()
    notes: Names = ()
    shows: Names = ()


class Form(Traced):
    """A rating form; ``register`` is its place in the form register (catalogue D12)."""

    title: AnyText
    register_: str | None = Field(default=None, alias="register")
    sections: tuple[Section, ...] = Field(min_length=1)


class Days(Model):
    """A window of days in the year, month-day."""

    from_: str = Field(alias="from", pattern=r"^\d{2}-\d{2}$")
    to: str = Field(pattern=r"^\d{2}-\d{2}$")


class Remind(Model):
    """Reminders so many days before the date a cycle runs on."""

    days_before: tuple[int, ...]


class CycleStep(Traced):
    """One act of an assessment; ``silent`` says what happens when nobody acts in time."""

    do: Literal["fill", "check", "examine", "propose", "meet", "decide", "approve", "publish", "notify", "archive"]
    by: Names
    title: AnyText | None = None
    form: Name | None = None
    judgement: Names = ()
    for_: Selector | None = Field(default=None, alias="for")
    within: Period | None = None
    silent: Literal["escalate", "agree", "return", "propose_stop_supply"] | None = None
    may: Names = ()
    lists: tuple[AnyText, ...] = ()


class Cycle(Traced):
    """A round of assessment: ``every`` period, or ``on`` an event, a date or a parameter."""

    id: Name
    title: AnyText
    every: Period | None = None
    on: Name | None = None
    as_of: str | None = Field(default=None, pattern=r"^(\d{2}-\d{2}|month_end|quarter_end|year_end)$")
    window: Days | None = None
    per: Name | None = None
    covers: Selector | None = None
    opens: Period | None = None
    publishes: Names = ()
    remind: Remind | None = None
    steps: tuple[CycleStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_start(self) -> Cycle:
        if (self.every is None) == (self.on is None):
            raise SpecError(Message("a cycle needs exactly one of: {names}", names="every, on"))
        return self


class Assessment(Model):
    """The forms and the cycles."""

    forms: dict[Name, Form] = {}
    cycles: tuple[Cycle, ...] = ()


class Responsibility(Traced):
    """What a role answers for."""

    by: Name
    does: AnyText


def _to_kind(value: object) -> str:
    return "all_staff" if isinstance(value, str) else "roles"


class Visibility(Traced):
    """Which parts of a result which roles may see."""

    show: Names
    to: Annotated[Annotated[str, Tag("all_staff")] | Annotated[tuple[Name, ...], Tag("roles")], Discriminator(_to_kind)]


class Choice(Model):
    """A place where the source is silent and this regulation decided: what, why, and ``at`` which path."""

    id: str
    at: str
    what: AnyText
    why: AnyText
