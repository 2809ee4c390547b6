"""Cases of a regulation: rows in, grades out. They prove a regulation, and later that an edit broke nothing."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path as FilePath

from fenji.engine.caseexpect import compared, treated
from fenji.engine.casefile import Case, CaseFile, Expect, Member
from fenji.engine.contract import Column, ColumnType, Table
from fenji.engine.expression import literals
from fenji.engine.issues import Issue, Path, RegulationError, Source, unknown
from fenji.engine.plan import PlanError
from fenji.engine.plan.resolve import Resolver
from fenji.engine.readout import Row, Value
from fenji.engine.sameplan import SamePlan
from fenji.engine.spec.steps import body
from fenji.engine.treatment import treat
from fenji.engine.view import View
from fenji.i18n import Message

NOT_COVERED = "not_covered"
"""What ``standing`` is expected to be where ``applies_to`` leaves a customer out."""
Rows = dict[str, list[dict[str, object]]]
_LEDGER = {"standing": "computed", "axis": None}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a case expected and did not get; ``member`` counts the customers of a population from 1."""

    what: str
    expected: object
    found: object
    member: int | None = None

    def __str__(self) -> str:
        place = f"[{self.member}] " if self.member else ""
        return f"{place}{self.what}: {self.expected!s} <> {self.found!s}"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Whether a case came out as it says."""

    id: str
    requires: tuple[str, ...]
    ok: bool
    differences: tuple[Difference, ...] = ()
    error: PlanError | None = None


@dataclass
class CaseFacts:
    """Collects the rows of the cases of one run, filling in keys, owners and defaults."""

    view: View
    tables: Mapping[str, Table]
    source: Source
    rows: Rows = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def add(self, table: str, given: Mapping[str, str | None], path: Path, owner: str | None) -> None:
        known = self.tables[table]
        row: dict[str, object] = {
            name: self.cell(column, given[name], (*path, name)) if name in given else column.default
            for name, column in known.columns.items()
            if not column.derived
        }
        for name in given.keys() - row.keys():
            place = self.source.key_place((*path, name))
            self.issues.append(Issue(place, "cases.names", unknown(Message("column"), name, row), (*path, name)))
        rows = self.rows.setdefault(table, [])
        if owner is not None:
            row[known.owner] = owner
        if len(known.key) == 1:
            row[known.key[0]] = row.get(known.key[0]) or f"{len(rows) + 1:06}"
        rows.append(row)

    def cell(self, column: Column, text: str | None, path: Path) -> object:
        """A written value as its column stores it."""
        if text is None or column.type is ColumnType.TEXT:
            return text
        value = literals.date(text) if column.type is ColumnType.DATE else literals.number(text)
        if value is None:
            self.fault(path, Message("'{text}' is not a value of column '{column}'", text=text, column=column.name))
            return None
        if isinstance(value, dt.date):
            return value
        places = {ColumnType.MONEY: 2, ColumnType.NUMBER: 4}.get(column.type, 0)
        whole = value * 10**places
        if whole.denominator != 1:
            self.fault(
                path,
                Message("'{text}' has more decimal places than column '{column}' keeps", text=text, column=column.name),
            )
            return None
        return int(whole) if column.type is ColumnType.INTEGER else Decimal(int(whole)).scaleb(-places)

    def fault(self, path: Path, message: Message) -> None:
        self.issues.append(Issue(self.source.place(path), "cases.facts", message, path))


@dataclass(frozen=True)
class Subject:
    """One customer of a case, where it stands in the file and how it is called in the run."""

    case: Case
    member: Member
    path: Path
    customer: str
    number: int | None = None


def run_cases(
    view: View, source: Source, others: Mapping[str, View] | None = None, *, engine: str = "duckdb"
) -> list[CaseResult]:
    """Grades the customers of a case file and compares them with what the file expects, in the order of the file.

    Args:
        view: the regulation, checked.
        source: the case file as read (``load.read_file``).
        others: the regulations that ``grade_of`` names.

    Raises:
        RegulationError: when the case file itself is wrong, with every fault.
    """
    file = case_file(view, source)
    found: dict[str, CaseResult] = {}
    for _, populations in groupby(graded_together(view, file, others or {}), key=lambda p: _setting(p[0].case, file)):
        results = _run(view, source, file, list(populations), others or {}, engine)
        found.update({result.id: result for result in results})
    return [found[case.id] for case in file.cases]


def case_file(view: View, source: Source) -> CaseFile:
    """The typed case file.

    Raises:
        RegulationError: with every fault of its shape, its dates and its names.
    """
    file, issues = CaseFile.read(source)
    if file is None:
        raise RegulationError(issues)
    for path, what, name, known in _strange(view, file):
        issues.append(Issue(source.key_place(path), "cases.names", unknown(what, name, known), path))
    if issues:
        raise RegulationError(issues)
    return file


def _strange(view: View, file: CaseFile) -> Iterator[tuple[Path, Message, str, Collection[str]]]:
    """Names in a case file that the regulation does not have: their place, kind and the valid ones."""
    regulation, judges = view.regulation, _judges(view)
    if file.regulation != regulation.regulation:
        yield ("regulation",), Message("regulation"), file.regulation, [regulation.regulation]
    for at, case in enumerate(file.cases):
        for name in case.parameters.keys() - regulation.parameters.keys():
            yield ("cases", at, "parameters", name), Message("parameter"), name, regulation.parameters
    for name in file.facts.keys() - view.facts.tables.keys():
        yield ("facts", name), Message("table"), name, view.facts.tables
    for subject in _subjects(file):
        member, path = subject.member, subject.path
        for name in member.facts.keys() - view.facts.tables.keys():
            yield (*path, "facts", name), Message("table"), name, view.facts.tables
        for name in member.judgements.keys() - judges.keys():
            yield (*path, "judgements", name), Message("judgement"), name, judges
        for name in member.expect.indicators.keys() - regulation.indicators.keys():
            yield (*path, "expect", "indicators", name), Message("indicator"), name, regulation.indicators
        for name in member.expect.axes.keys() - regulation.axes.keys():
            yield (*path, "expect", "axes", name), Message("axis"), name, regulation.axes


def _subjects(file: CaseFile) -> Iterator[Subject]:
    for at, case in enumerate(file.cases):
        path: Path = ("cases", at)
        if case.population is None:
            yield Subject(case, case, path, case.customer.get("customer_id") or case.id)
            continue
        for n, member in enumerate(case.population, 1):
            name = member.customer.get("customer_id") or f"{case.id}#{n:04}"
            yield Subject(case, member, (*path, "population", n - 1), name, n)


def graded_together(view: View, file: CaseFile, others: Mapping[str, View]) -> Iterator[list[Subject]]:
    """Which customers are graded together: those of a population, and single ones that cannot touch each other."""
    alone = any(looks_at_all(v) for v in (view, *others.values()))

    def group(subject: Subject) -> tuple[str, str]:
        case = subject.case
        apart = alone or case.population is not None or "customer_id" in case.customer
        return _setting(case, file), case.id if apart else ""

    for _, found in groupby(sorted(_subjects(file), key=group), key=group):
        yield list(found)


def _setting(case: Case, file: CaseFile) -> str:
    """What a plan depends on: the day and the parameters."""
    return repr((case.as_of or file.as_of, sorted(case.parameters.items())))


def looks_at_all(view: View) -> bool:
    """Whether a customer's grade depends on the other customers."""
    regulation = view.regulation
    steps = [*regulation.grading, *(s for axis in regulation.axes.values() for s in axis.grading)]
    return any(i.tile or (i.model and i.model.topsis) for i in regulation.indicators.values()) or any(
        body(s)[0] in ("rank", "share") for s in steps
    )


def _run(
    view: View,
    source: Source,
    file: CaseFile,
    populations: list[list[Subject]],
    others: Mapping[str, View],
    engine: str,
) -> Iterator[CaseResult]:
    """Grades populations that share their day and parameters, one after the other."""
    case = populations[0][0].case
    as_of = case.as_of or file.as_of
    facts = [facts_of(view, source, file, subjects, others, as_of) for subjects in populations]
    with tempfile.TemporaryDirectory(prefix="fenji-cases-") as folder:
        try:
            plan = SamePlan(view, as_of, case.parameters, others, engine, FilePath(folder))
        except PlanError as error:
            yield from (CaseResult(s.case.id, s.case.requires, False, (), error) for p in populations for s in p)
            return
        with plan:
            for subjects, known in zip(populations, facts, strict=True):
                yield from _population(plan, subjects, known)


def _population(plan: SamePlan, subjects: list[Subject], facts: CaseFacts) -> Iterator[CaseResult]:
    """The results of the cases that are graded together."""
    try:
        rows = {row.customer: row for row in plan.grade(facts.rows)}
    except PlanError as error:
        yield from (CaseResult(s.case.id, s.case.requires, False, (), error) for s in subjects)
        return
    for _, found in groupby(subjects, key=lambda s: s.case.id):
        together = list(found)
        resolver = plan.plan.resolver
        differences = tuple(d for s in together for d in found_otherwise(s, rows.get(s.customer), resolver))
        one = together[0].case
        yield CaseResult(one.id, one.requires, not differences, differences)


def facts_of(
    view: View, source: Source, file: CaseFile, subjects: list[Subject], others: Mapping[str, View], as_of: dt.date
) -> CaseFacts:
    """The rows of the customers that are graded together."""
    tables = {name: table for v in (*others.values(), view) for name, table in v.facts.tables.items()}
    facts = CaseFacts(view, tables, source)
    for table, rows in file.facts.items():
        for n, row in enumerate(rows):
            facts.add(table, row, ("facts", table, n), None)
    judges = _judges(view)
    for subject in subjects:
        member, owner = subject.member, subject.customer
        facts.add("customers", {**member.customer, "customer_id": owner}, (*subject.path, "customer"), owner)
        for table, rows in member.facts.items():
            for n, row in enumerate(rows):
                facts.add(table, row, (*subject.path, "facts", table, n), owner)
        for name, said in member.judgements.items():
            row = {
                "regulation": view.regulation.regulation, "matter": name, "value": said.value,
                "judged_on": (said.on or as_of).isoformat(), "role": judges[name], "judge": judges[name],
            }  # fmt: skip
            facts.add("judgements", row, (*subject.path, "judgements", name), owner)
        if member.previous:
            row = {
                "regulation": view.regulation.regulation, "grade": member.previous.grade,
                "valid_from": member.previous.since.isoformat(), **_LEDGER,
            }  # fmt: skip
            facts.add("grades", row, (*subject.path, "previous"), owner)
    if facts.issues:
        raise RegulationError(facts.issues)
    return facts


def _judges(view: View) -> dict[str, str]:
    """Who answers each judged indicator and each judgement step."""
    regulation = view.regulation
    found = {name: i.judged.by for name, i in regulation.indicators.items() if i.judged}
    for steps in (regulation.grading, *(axis.grading for axis in regulation.axes.values())):
        found.update({spec.id: spec.by for kind, spec in map(body, steps) if kind == "judgement"})
    return found


def found_otherwise(subject: Subject, row: Row | None, resolver: Resolver) -> Iterator[Difference]:
    """What was expected and came out otherwise; only what the case names is compared."""
    expect = subject.member.expect
    for what, wanted, found in _compared(expect, row):
        if wanted != found:
            yield Difference(what, wanted, found, subject.number)
    if row is not None and treated(expect):
        for what, wanted, found in compared(expect, treat(resolver, row)):
            yield Difference(what, wanted, found, subject.number)


def _compared(expect: Expect, row: Row | None) -> Iterator[tuple[str, object, object]]:
    named = expect.model_fields_set
    if "standing" in named:
        yield "standing", expect.standing, row.standing if row else NOT_COVERED
    if row is None:
        yield from ((key, getattr(expect, key), None) for key in sorted(named - {"standing"}) if getattr(expect, key))
        return
    for key in ("grade", "computed", "previous", "reason", "ungraded", "held", "limited"):
        if key in named:
            yield key, getattr(expect, key), getattr(row, key)
    if expect.flags is not None:
        yield "flags", tuple(sorted(expect.flags)), tuple(sorted(row.flags))
    for axis, code in expect.axes.items():
        yield f"axes.{axis}", code, (row.axes_all if isinstance(code, tuple) else row.axes).get(axis)
    for name, text in expect.indicators.items():
        found = row.indicators.get(name)
        yield f"indicators.{name}", _like(text, found), found


def _like(text: str | None, found: Value) -> Value:
    """A written value, read as the kind of value that was found."""
    if text is None or isinstance(found, str):
        return text
    value = literals.literal(text)
    return value if isinstance(value, Fraction | dt.date) else text
