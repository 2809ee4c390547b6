"""Which built-in regulation fits: by industry, what it looks at, how many grades it has, and the data it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fenji.cli.absent import columns_of, needs
from fenji.cli.errors import CallError
from fenji.engine.contract import FactTables
from fenji.engine.issues import unknown
from fenji.engine.plan.base import OPTIONAL_TABLES
from fenji.engine.spec.steps import body
from fenji.engine.view import View, condition_texts, grade_codes
from fenji.facts.open import open_facts
from fenji.i18n import Message
from fenji.regulations.library import industries, industry_titles

BASES: Mapping[str, Message] = {
    "sales": Message("sales and orders"),
    "payment": Message("payment and overdue amounts"),
    "behaviour": Message("contacts, requests and other behaviour"),
    "plans": Message("plans, opportunities and contracts"),
    "attributes": Message("what is known of the customer"),
    "judgement": Message("judgement by people"),
    "points": Message("points added up"),
    "ranking": Message("comparison with the other customers"),
}
"""What a grade can rest on."""
_TABLES = {
    "orders": "sales", "receivables": "payment", "credit_events": "payment", "contracts": "plans",
    "opportunities": "plans", "plans": "plans",
}  # fmt: skip
ANY = "any"


@dataclass(frozen=True)
class Profile:
    """What can be asked of a regulation before reading it; ``tables`` are the fact tables whose rows it must have."""

    industries: tuple[str, ...]
    bases: tuple[str, ...]
    grades: int
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What a user asks for; nothing is no condition."""

    industry: str | None = None
    basis: str | None = None
    grades: int | None = None
    tables: tuple[str, ...] | None = None

    def check(self, known_tables: Sequence[str]) -> None:
        """Nothing, when every word is known.

        Raises:
            CallError: with the nearest word.
        """
        if self.industry is not None and self.industry not in industry_titles():
            raise CallError(unknown(Message("industry"), self.industry, industry_titles()))
        if self.basis is not None and self.basis not in BASES:
            raise CallError(unknown(Message("basis"), self.basis, BASES))
        for table in self.tables or ():
            if table not in known_tables:
                raise CallError(unknown(Message("table"), table, known_tables))

    def fits(self, profile: Profile) -> bool:
        """Whether a regulation is one of those asked for."""
        return (
            (self.industry is None or self.industry in profile.industries or ANY in profile.industries)
            and (self.basis is None or self.basis in profile.bases)
            and (self.grades is None or self.grades == profile.grades)
            and (self.tables is None or set(profile.tables) <= set(self.tables))
        )


def profile(view: View) -> Profile:
    """The profile of a regulation, read from what its steps use."""
    tables = tuple(sorted(name for name, need in needs(view).items() if need.summed or name == "customers"))
    return Profile(
        industries(view.regulation.regulation), tuple(b for b in BASES if b in set(_bases(view))),
        len(grade_codes(view.regulation)), tables,
    )  # fmt: skip


def _bases(view: View) -> Iterator[str]:
    regulation = view.regulation
    names: set[str] = set()
    for kind, spec in map(body, [*regulation.grading, *(s for a in regulation.axes.values() for s in a.grading)]):
        if kind in ("rank", "share"):
            yield "ranking"
        if kind == "judgement":
            yield "judgement"
        of = getattr(spec, "of", ())
        names |= {of} if isinstance(of, str) else set()
        conditions = [getattr(spec, "when", None), *(line.when for line in getattr(spec, "lines", ()))]
        texts = [text for condition in conditions if condition is not None for text in condition_texts(condition)]
        names |= {name for text in texts for name in view.condition_names(text)}
    for name in view.all_names(names) & regulation.indicators.keys():
        found = regulation.indicators[name]
        if found.measure:
            yield _TABLES.get(found.measure.from_, "behaviour")
        if found.tile or (found.model and found.model.topsis):
            yield "ranking"
        for kind, there in (("attributes", found.attribute), ("judgement", found.judged), ("points", found.points)):
            if there:
                yield kind


def opened(source: Path) -> FactTables:
    """The facts that a user has.

    Raises:
        FactsError: when nothing of them can be read.
    """
    return open_facts(source)[0]


def lacking(view: View, facts: FactTables) -> list[str]:
    """What a regulation needs and the facts do not have: tables, and columns as ``table.column``."""
    found = []
    for name, need in needs(view).items():
        if name in OPTIONAL_TABLES or not (need.summed or name == "customers"):
            continue
        if name not in facts.files:
            found.append(name)
            continue
        there = columns_of(facts.files[name])
        found += [f"{name}.{column}" for column in sorted(need.summed - there)]
    return found
