"""Runs the cases of a regulation on each change of it, by the oracle, until one of them fails.

The oracle grades row by row and is proven equal to the engine elsewhere; that every case of the unchanged
regulation comes out on it is checked here first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import yaml

from fenji.engine import cases
from fenji.engine.caseexpect import compared, treated
from fenji.engine.check.run import check
from fenji.engine.check.structure import validate
from fenji.engine.expression import parse
from fenji.engine.issues import Path
from fenji.engine.plan import PlanError
from fenji.engine.plan.resolve import Resolver
from fenji.engine.readout import Row
from fenji.engine.treatment import treat
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from tests.engine.oracle import expressions, values
from tests.engine.oracle.run import grade_all
from tests.library import files
from tests.mutants.changes import TREATMENT, Change, Changes
from tools.requirements import ROOT

EQUIVALENT = "docs/requirements/equivalent-mutants.yaml"
GOAL = 95


@dataclass(frozen=True)
class Group:
    """Customers of the cases that are graded together, with their facts and their unchanged results."""

    subjects: tuple[Any, ...]
    facts: Any
    as_of: dt.date
    parameters: Mapping[str, str]
    rows: Mapping[str, Row]


@dataclass
class Tally:
    """How the changes of one regulation fared; ``alive`` are those that no case noticed."""

    name: str
    killed: int = 0
    refused: int = 0
    equivalent: int = 0
    alive: list[Change] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The killed ones in percent of those that count; the check refuses some before any case can."""
        total = self.killed + len(self.alive)
        return 100 * self.killed / total if total else 100.0


def equivalents(name: str) -> dict[str, str]:
    """Changes that cannot be noticed, with the reason."""
    found = yaml.safe_load((ROOT / EQUIVALENT).read_text(encoding="utf-8")) or {}
    return {str(e["change"]): str(e["reason"]) for e in found.get(name, [])}


def changed(view: View, change: Change) -> View | None:
    """The regulation with one change, or none when it is none any more."""
    tree: Any = view.source.tree
    for path, new in change.puts:
        tree = _put(tree, path, new)
    source = replace(view.source, tree=tree)
    regulation, faults = validate(source)
    return View(regulation, source, view.contract, view.others) if regulation and not faults else None


def _put(tree: Any, path: Path, new: object) -> Any:
    if not path:
        return new
    if isinstance(tree, list):
        return [_put(inner, path[1:], new) if n == path[0] else inner for n, inner in enumerate(tree)]
    return {key: _put(inner, path[1:], new) if key == path[0] else inner for key, inner in tree.items()}


class Library:
    """The cases of one built-in regulation, ready to be run on changes of it."""

    def __init__(self, name: str) -> None:
        cached = lru_cache(maxsize=None)(parse)
        expressions.parse = values.parse = cached  # the same few texts, row after row
        self.name, self.view = name, files.view(name)
        self.others = {other: files.view(other) for other in self.view.others}
        self.groups = sorted(self._groups(), key=lambda g: len(g.subjects))

    def _groups(self) -> Iterator[Group]:
        source = files.source(self.name)
        file = cases.case_file(self.view, source)
        for subjects in cases.graded_together(self.view, file, self.others):
            case = subjects[0].case
            as_of = case.as_of or file.as_of
            facts = cases.facts_of(self.view, source, file, subjects, self.others, as_of)
            rows = grade_all(self.view, facts.rows, as_of, case.parameters, self.others)
            group = Group(tuple(subjects), facts.rows, as_of, case.parameters, rows)
            wrong = self.notices(group, self.view, rows)
            assert not wrong, f"{self.name}: the oracle does not agree with case {subjects[0].case.id}"
            yield group

    def notices(self, group: Group, view: View, rows: Mapping[str, Row]) -> bool:
        """Whether a case of the group fails."""
        resolver = Resolver(view, group.as_of, group.parameters)
        return any(True for s in group.subjects for _ in cases.found_otherwise(s, rows.get(s.customer), resolver))

    def treats_otherwise(self, group: Group, view: View) -> bool:
        """The same for a change that moves no grade."""
        resolver = Resolver(view, group.as_of, group.parameters)
        for subject in group.subjects:
            row, expect = group.rows.get(subject.customer), subject.member.expect
            if row is not None and treated(expect) and any(True for _ in compared(expect, treat(resolver, row))):
                return True
        return False

    def fate(self, change: Change) -> str:
        """``killed``, ``alive``, or ``refused`` where the check does not let it pass."""
        view = changed(self.view, change)
        if view is None:
            return "refused"
        try:
            if any(self.fails(group, view, change) for group in self.groups):
                return "killed"
        except (PlanError, AssertionError, KeyError, ValueError, TypeError, AttributeError):
            return "killed" if self.passes_check(view) else "refused"
        return "alive" if self.passes_check(view) else "refused"

    def fails(self, group: Group, view: View, change: Change) -> bool:
        if change.puts[0][0][0] in TREATMENT:
            return self.treats_otherwise(group, view)
        return self.notices(group, view, grade_all(view, group.facts, group.as_of, group.parameters, self.others))

    def passes_check(self, view: View) -> bool:
        return check(view.source, [], load_contract(), view.others).ok

    def tally(self) -> Tally:
        """All changes."""
        known, tally = equivalents(self.name), Tally(self.name)
        found = {change.name: change for change in Changes(self.view).all()}
        for name, change in found.items():
            if name in known:
                tally.equivalent += 1
                continue
            fate = self.fate(change)
            if fate == "alive":
                tally.alive.append(change)
            else:
                setattr(tally, fate, getattr(tally, fate) + 1)
        tally.unused = [name for name in known if name not in found]
        return tally
