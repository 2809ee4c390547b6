"""The locks hold everything the project asks for, each file by its hash."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.project import ROOT

LOCKS = ("run", "test", "spark", "bench")
PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)")


def pins(lock: str) -> dict[str, set[str]]:
    """Locked versions by package; more than one where they depend on the Python version."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8").splitlines():
        if match := PINNED.match(line):
            found.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return found


def asked_for(lock: str) -> list[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    asked = list(project["dependencies"])
    if lock == "spark":
        asked += project["optional-dependencies"]["spark"]
    extra = ROOT / f"requirements/{lock}.in"
    if extra.exists():
        lines = extra.read_text(encoding="utf-8").splitlines()
        asked += [line for line in lines if line and not line.startswith("#")]
    return [Requirement(text) for text in asked]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str) -> None:
    locked = pins(lock)
    unmet = [
        str(requirement)
        for requirement in asked_for(lock)
        if not locked.get(canonicalize_name(requirement.name))
        or any(version not in requirement.specifier for version in locked[canonicalize_name(requirement.name)])
    ]
    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_a_hash(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[^\s#])", text.strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ["test", "spark", "bench"])
def test_the_locks_agree_on_what_the_product_runs_with(lock: str) -> None:
    other = pins(lock)
    assert {name: versions for name, versions in pins("run").items() if other.get(name) != versions} == {}
