"""Where each catalogued requirement stands: ``make requirements`` writes build/requirements.json.

``covered``: a test that really checks it passed, and its file has not changed since.
``placed``: a regulation of the library names it (``req:`` or ``choices:``). ``listed``: docs/requirements/listed.csv
says why it waits. ``open``: nothing yet. The strongest of these counts; ``by`` names what proves it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypedDict

import yaml

Status = Literal["covered", "placed", "listed", "open"]
STATUSES: tuple[Status, ...] = ("covered", "placed", "listed", "open")
ROOT = Path(__file__).parent.parent
RESULTS = Path("build", "requirements-tests.json")
REPORT = Path("build", "requirements.json")


class Standing(TypedDict):
    """One line of the report."""

    status: Status
    by: list[str]


class TestResult(TypedDict):
    """What a test run left about one marked test; ``digest`` is that of the test's file."""

    ids: list[str]
    passed: bool
    file: str
    digest: str


def known_ids(root: Path = ROOT) -> dict[str, str]:
    """Every requirement id with its section, in the order of docs/requirements/ids.csv."""
    with (root / "docs/requirements/ids.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["section"] for row in csv.DictReader(file)}


def listed(root: Path = ROOT) -> dict[str, str]:
    """Requirements put off on purpose, each with its reason."""
    with (root / "docs/requirements/listed.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["reason"] for row in csv.DictReader(file)}


def digest(path: Path) -> str:
    """Tells whether a test file is still the one that ran; empty when it is gone."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def read_results(root: Path = ROOT) -> dict[str, TestResult]:
    """What the test runs so far left, by test; nothing before the first run."""
    path = root / RESULTS
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def fresh_results(root: Path = ROOT) -> dict[str, TestResult]:
    """The results whose test file has not changed since."""
    digests: dict[str, str] = {}
    fresh = {}
    for test, result in read_results(root).items():
        file = result["file"]
        digests.setdefault(file, digest(root / file))
        if digests[file] == result["digest"]:
            fresh[test] = result
    return fresh


def covered(root: Path = ROOT) -> dict[str, list[str]]:
    """Tests that passed, by the requirement they check; a requirement with a failing test is not covered."""
    by: dict[str, list[str]] = defaultdict(list)
    failing = set()
    for test, result in fresh_results(root).items():
        for requirement in result["ids"]:
            if result["passed"]:
                by[requirement].append(test)
            else:
                failing.add(requirement)
    return {requirement: sorted(tests) for requirement, tests in by.items() if requirement not in failing}


def placed(root: Path = ROOT) -> dict[str, list[str]]:
    """Places in the library's regulations, by the requirement they name."""
    by: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "src/fenji/regulations").glob("*.yaml")):
        if not path.name.endswith(".cases.yaml"):
            for requirement, place in _named(yaml.safe_load(path.read_text(encoding="utf-8")), path.name):
                by[requirement].append(place)
    return dict(by)


def _named(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "req":
                yield from ((str(each), place) for each in (inner if isinstance(inner, list) else [inner]))
            elif key == "choices" and isinstance(inner, list):
                yield from ((str(each["id"]), f"{place}: choices") for each in inner if "id" in each)
            else:
                yield from _named(inner, f"{place}: {key}" if ": " not in place else f"{place}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, place)


def standings(root: Path = ROOT) -> dict[str, Standing]:
    """Every known requirement with its status and what proves it."""
    tests, places, reasons = covered(root), placed(root), listed(root)
    report: dict[str, Standing] = {}
    for requirement in known_ids(root):
        if requirement in tests:
            report[requirement] = {"status": "covered", "by": tests[requirement]}
        elif requirement in places:
            report[requirement] = {"status": "placed", "by": places[requirement]}
        elif requirement in reasons:
            report[requirement] = {"status": "listed", "by": [f"docs/requirements/listed.csv: {reasons[requirement]}"]}
        else:
            report[requirement] = {"status": "open", "by": []}
    return report


GAP = re.compile(r"^S\d{2}\.[UP]-(cut|wgt|win|cad|dec|mov|ent|frq|new)$")
"""A cell of the catalogue's gap matrix (0.5), such as ``S01.U-cad``: named by choices, counted with no section."""


def strangers(root: Path = ROOT) -> dict[str, list[str]]:
    """Ids that regulations, tests or the list name, but neither the catalogue nor its gap matrix."""
    named = {**placed(root), **{requirement: ["docs/requirements/listed.csv"] for requirement in listed(root)}}
    for test, result in fresh_results(root).items():
        for requirement in result["ids"]:
            named.setdefault(requirement, []).append(test)
    known = known_ids(root)
    return {
        requirement: by for requirement, by in named.items() if requirement not in known and not GAP.match(requirement)
    }


def _table(report: Mapping[str, Standing], sections: Mapping[str, str]) -> Iterator[str]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STATUSES, 0))
    for requirement, standing in report.items():
        for row in (sections[requirement], "all"):
            counts[row][standing["status"]] += 1
    yield f"{'section':<8}{'ids':>6}" + "".join(f"{status:>9}" for status in STATUSES) + f"{'share':>8}"
    for section in sorted(counts, key=lambda name: (name == "all", name)):
        count = counts[section]
        total = sum(count.values())
        share = 100 * (total - count["open"]) // total
        yield f"{section:<8}{total:>6}" + "".join(f"{count[status]:>9}" for status in STATUSES) + f"{share:>7}%"


def main() -> int:
    """Write the report, print the share of each section; 1 when something names an unknown requirement."""
    report = standings()
    (ROOT / REPORT).parent.mkdir(exist_ok=True)
    (ROOT / REPORT).write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n".join(_table(report, known_ids())))
    print(f"Share: not open. Details: {REPORT}")
    if not read_results():
        print("No test results yet: run `make test` (and `make test-slow`) first, nothing counts as covered before.")
    unknown = strangers()
    for requirement, by in unknown.items():
        print(f"{requirement}: not in docs/requirements/ids.csv; named by {', '.join(by)}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
