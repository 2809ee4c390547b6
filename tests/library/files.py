"""The built-in regulations and their cases, read once for all tests."""

from __future__ import annotations

from functools import cache

from fenji.engine.cases import CaseResult, run_cases
from fenji.engine.check import check_file
from fenji.engine.issues import Source
from fenji.engine.load import read_file
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.regulations import library


@cache
def view(name: str) -> View:
    """A built-in regulation, checked."""
    path = library.regulation_path(name)
    assert path is not None
    return check_file(path, load_contract()).required()


@cache
def source(name: str) -> Source:
    """Its case file as read."""
    path = library.cases_path(name)
    assert path is not None, f"{name} has no cases"
    read, issues = read_file(path)
    assert read is not None and not issues, [str(i) for i in issues]
    return read


@cache
def results(name: str) -> dict[str, CaseResult]:
    """What each case came to, by id; the file runs once."""
    found = view(name)
    return {r.id: r for r in run_cases(found, source(name), {other: view(other) for other in found.others})}


def case_ids(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each case's id and the requirements it proves, without running it."""
    found = []
    for case in source(name).tree["cases"]:
        requires = case.get("requires", [])
        found.append((case["id"], tuple(requires) if isinstance(requires, list) else (requires,)))
    return found
