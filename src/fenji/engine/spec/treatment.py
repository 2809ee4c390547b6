"""Entitlements, obligations and service: what a grade gets and owes.

Which entitlements and duties exist, and the values of each from strict to generous, is data in
``vocabulary.yaml``, so that "the strictest wins" can be computed.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, ConfigDict, Field

from fenji.engine.spec.base import AnyText, Model, Name, Names, Period, Scalar, Traced, as_list
from fenji.engine.spec.conditions import Selector


class EntitlementType(Model):
    """What kind of value an entitlement takes; the values of a choice stand strict end first.

    ``strict`` says which end of an amount or number is the stricter one.
    """

    kind: Literal["choice", "priority", "money", "yes_no", "role", "texts", "block", "percent", "days", "count"]
    values: tuple[str, ...] = ()
    strict: Literal["low", "high"] = "low"
    title: AnyText


class DutyType(Model):
    """A kind of service duty."""

    title: AnyText


class Vocabulary(Model):
    """The entitlements and duties of the language."""

    entitlements: dict[str, EntitlementType]
    duties: dict[str, DutyType]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with fenji."""
    text = files(__package__).joinpath("vocabulary.yaml").read_text(encoding="utf-8")
    return Vocabulary.model_validate(yaml.load(text, Loader=yaml.CBaseLoader))  # noqa: S506 - all scalars stay text


class Entitlement(Traced):
    """A block of entitlements for some customers; later blocks replace earlier values, key by key."""

    model_config = ConfigDict(extra="allow")

    for_: Selector = Field(alias="for")

    @property
    def grants(self) -> dict[str, Any]:
        """What the block gives, by entitlement."""
        return dict(self.__pydantic_extra__ or {})


class Obligation(Traced):
    """What customers of a grade owe; ``checked`` says when it is looked at."""

    for_: Selector = Field(alias="for")
    owes: tuple[AnyText, ...] = Field(min_length=1)
    checked: Name | None = None


class PlaybookLine(Model):
    """One act of a playbook."""

    every: Period | None = None
    on: Name | None = None
    by: Names = ()
    does: AnyText


class Playbook(Model):
    """How a kind of customer is cared for, and what to avoid."""

    title: AnyText
    do: tuple[PlaybookLine, ...] = Field(min_length=1)
    avoid: tuple[AnyText, ...] = ()


class Duty(Traced):
    """One service duty: how often or on which event, by whom, within which time, for which share of cases."""

    every: Period | None = None
    on: Name | None = None
    by: Names = ()
    within: Period | None = None
    coverage: Scalar | None = None
    first: bool | None = None
    form: Name | None = None
    does: AnyText | None = None
    for_signs: tuple[AnyText, ...] = ()


Duties = Annotated[tuple[Duty, ...], BeforeValidator(as_list, json_schema_input_type=Duty | tuple[Duty, ...])]


class Service(Traced):
    """A block of service duties for some customers; each duty is one or several."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Duties]

    for_: Selector = Field(alias="for")
    playbook: Playbook | None = None

    @property
    def duties(self) -> dict[str, tuple[Duty, ...]]:
        """The duties, by kind."""
        return dict(self.__pydantic_extra__ or {})
