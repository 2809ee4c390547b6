"""Writes which requirements the tests of a run really checked; ``make requirements`` reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.requirements import RESULTS, TestResult, digest, known_ids, read_results

PROPERTY = "req"


class RequirementResults:
    """Collects, over all worker processes, the outcome of every test that carries a requirement id.

    A test carries one by ``@pytest.mark.req("S03.7")`` or by ``record_property("req", "S03.7")``; the latter is for
    tests that read their ids from a file. A skipped test proves nothing and is left out.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known = known_ids(root)
        self.ids: dict[str, set[str]] = {}
        self.passed: dict[str, bool] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for requirement in (each for mark in item.iter_markers("req") for each in mark.args):
                if requirement not in self.known:
                    raise pytest.UsageError(f"{item.nodeid}: docs/requirements/ids.csv has no {requirement!r}")
                item.user_properties.append((PROPERTY, requirement))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            return
        if report.when == "call" or report.failed:
            self.passed[report.nodeid] = report.passed and self.passed.get(report.nodeid, True)
            self.ids[report.nodeid] = {str(value) for name, value in report.user_properties if name == PROPERTY}

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):
            return
        results = read_results(self.root)
        results.update(self._results())
        kept = {test: result for test, result in results.items() if (self.root / result["file"]).is_file()}
        path = self.root / RESULTS
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def _results(self) -> dict[str, TestResult]:
        results: dict[str, TestResult] = {}
        for test, ids in self.ids.items():
            file = test.partition("::")[0]
            if ids:
                results[test] = {
                    "ids": sorted(ids),
                    "passed": self.passed[test],
                    "file": file,
                    "digest": digest(self.root / file),
                }
        return results
