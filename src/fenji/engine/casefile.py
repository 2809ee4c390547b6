"""The shape of a case file: ``NAME.cases.yaml`` beside ``NAME.yaml``."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from fenji.engine.check.structure import faults
from fenji.engine.issues import Issue, Source
from fenji.engine.spec.base import Model, Names
from fenji.i18n import Message

NOTHING = ("null", "~", "")


def _cell(value: Any) -> Any:
    return None if isinstance(value, str) and value in NOTHING else value


Cell = Annotated[str | None, BeforeValidator(_cell)]
"""A value as written; ``null`` is none."""
Given = dict[str, Cell]


class Said(Model):
    """A judgement: its value, and its day where that is not the as-of date."""

    value: str
    on: dt.date | None = None


def _as_said(value: Any) -> Any:
    if isinstance(value, list):
        return {"value": ",".join(map(str, value))}
    return value if isinstance(value, dict | Said) else {"value": value}


class Previous(Model):
    """The grade in the ledger before."""

    grade: str
    since: dt.date


class Expect(Model):
    """What must come out; only what is named is compared. An axis with several codes may list them all.

    ``entitlements`` and ``service`` name the kinds that are compared, ``null`` where there must be none;
    ``obligations`` (Chinese texts) and ``playbooks`` (Chinese titles) list all.
    """

    grade: Cell = None
    standing: Cell = None
    reason: Cell = None
    computed: Cell = None
    previous: Cell = None
    held: bool | None = None
    limited: bool | None = None
    ungraded: Cell = None
    flags: Names | None = None
    axes: dict[str, Cell | tuple[str, ...]] = {}
    indicators: Given = {}
    entitlements: dict[str, Any] | None = None
    service: dict[str, Any] | None = None
    obligations: Names | None = None
    playbooks: Names | None = None


class Member(Model):
    """One customer with its facts, and what must come out for it."""

    customer: Given = {}
    facts: dict[str, tuple[Given, ...]] = {}
    judgements: dict[str, Annotated[Said, BeforeValidator(_as_said)]] = {}
    previous: Previous | None = None
    expect: Expect = Expect()


class Case(Member):
    """One case: a customer alone, or several graded together."""

    id: Annotated[str, Field(min_length=1, max_length=120)]
    requires: Names = ()
    as_of: dt.date | None = None
    parameters: dict[str, str] = {}
    population: Annotated[tuple[Member, ...], Field(min_length=1)] | None = None


class CaseFile(Model):
    """All cases of a regulation; ``facts`` are rows that every case sees."""

    regulation: str
    as_of: dt.date
    facts: dict[str, tuple[Given, ...]] = {}
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    @classmethod
    def read(cls, source: Source) -> tuple[CaseFile | None, list[Issue]]:
        """The typed file, or every fault of its shape; an id that stands twice is one."""
        try:
            file = cls.model_validate(source.tree)
        except ValidationError as error:
            return None, faults(source, error, cls)
        seen: set[str] = set()
        issues = []
        for at, case in enumerate(file.cases):
            if case.id in seen:
                path = ("cases", at, "id")
                issues.append(
                    Issue(source.place(path), "cases.twice", Message("case '{id}' stands here twice", id=case.id), path)
                )
            seen.add(case.id)
        return file, issues
