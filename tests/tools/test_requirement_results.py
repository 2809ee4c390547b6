"""A test run leaves behind which requirements it proved, from one process or from several."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.requirements import RESULTS, covered

ROOT = Path(__file__).parent.parent.parent
CONFTEST = """
from pathlib import Path
from tests.requirement_results import RequirementResults

def pytest_configure(config):
    config.addinivalue_line("markers", "req(*ids): requirements")
    config.pluginmanager.register(RequirementResults(Path(__file__).parent))
"""
TESTS = """
import pytest

@pytest.mark.req("S01.1", "S01.2")
def test_passes():
    pass

@pytest.mark.req("S01.3")
def test_fails():
    assert False

@pytest.mark.req("S01.4")
def test_skipped():
    pytest.skip("not here")

def test_reads_its_ids_from_a_file(record_property):
    record_property("req", "S01.5")

@pytest.fixture
def broken():
    raise OSError

@pytest.mark.req("S01.6")
def test_cannot_start(broken):
    pass
"""


def run_pytest(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs/requirements").mkdir(parents=True)
    ids = "".join(f"S01.{number},S01,\n" for number in range(1, 7))
    (tmp_path / "docs/requirements/ids.csv").write_text(f"id,section,tag\n{ids}", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_only_passed_tests_cover(project: Path, arguments: tuple[str, ...]) -> None:
    done = run_pytest(project, *arguments)
    assert "2 passed, 1 skipped, 1 error" in done.stdout.replace("1 failed, ", "")
    assert sorted(covered(project)) == ["S01.1", "S01.2", "S01.5"]


def test_a_second_run_of_one_test_keeps_what_the_first_proved(project: Path) -> None:
    run_pytest(project)
    run_pytest(project, "-k", "reads_its_ids")
    assert sorted(covered(project)) == ["S01.1", "S01.2", "S01.5"]


def test_results_of_a_removed_file_are_dropped(project: Path) -> None:
    run_pytest(project)
    (project / "test_some.py").rename(project / "test_other.py")
    run_pytest(project, "-k", "test_passes")
    assert list(json.loads((project / RESULTS).read_text(encoding="utf-8"))) == ["test_other.py::test_passes"]


def test_an_unknown_id_stops_the_run_and_is_named(project: Path) -> None:
    (project / "test_some.py").write_text(TESTS.replace("S01.3", "S99.9"), encoding="utf-8")
    done = run_pytest(project)
    assert done.returncode == 4
    assert "docs/requirements/ids.csv has no 'S99.9'" in done.stdout + done.stderr
