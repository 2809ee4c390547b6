"""The account of requirements counts only what is proved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.requirements import RESULTS, covered, digest, listed, placed, standings, strangers


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("docs/requirements", "src/fenji/regulations", "build", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    ids = "id,section,tag\nS01.1,S01,\nS01.2,S01,I\nS01.3,S01,\nS01.4,S01,\n"
    (tmp_path / "docs/requirements/ids.csv").write_text(ids, encoding="utf-8")
    (tmp_path / "docs/requirements/listed.csv").write_text("id,reason\nS01.3,needs the site\n", encoding="utf-8")
    (tmp_path / "tests/test_a.py").write_text("one", encoding="utf-8")
    return tmp_path


def leave_results(project: Path, **results: Any) -> None:
    file = "tests/test_a.py"
    entries = {test: {"file": file, "digest": digest(project / file), **result} for test, result in results.items()}
    (project / RESULTS).write_text(json.dumps(entries), encoding="utf-8")


def test_a_passing_test_covers_its_requirements(project: Path) -> None:
    leave_results(project, a={"ids": ["S01.1", "S01.2"], "passed": True})
    assert covered(project) == {"S01.1": ["a"], "S01.2": ["a"]}


def test_one_failing_test_takes_the_cover_away(project: Path) -> None:
    leave_results(project, a={"ids": ["S01.1"], "passed": True}, b={"ids": ["S01.1"], "passed": False})
    assert covered(project) == {}


def test_a_test_file_changed_since_its_run_covers_nothing(project: Path) -> None:
    leave_results(project, a={"ids": ["S01.1"], "passed": True})
    (project / "tests/test_a.py").write_text("two", encoding="utf-8")
    assert covered(project) == {}


def test_a_regulation_places_what_its_req_and_choices_name_but_its_cases_do_not(project: Path) -> None:
    text = "grading:\n  - bands: {id: b, req: [S01.1, S01.2]}\nchoices:\n  - {id: S01.4, at: grading.b}\n"
    (project / "src/fenji/regulations/s01.yaml").write_text(text, encoding="utf-8")
    (project / "src/fenji/regulations/s01.cases.yaml").write_text("req: S01.3\n", encoding="utf-8")
    assert set(placed(project)) == {"S01.1", "S01.2", "S01.4"}


def test_the_strongest_status_counts(project: Path) -> None:
    leave_results(project, a={"ids": ["S01.1"], "passed": True})
    (project / "src/fenji/regulations/s01.yaml").write_text("req: [S01.1, S01.2]\n", encoding="utf-8")
    assert {each: standing["status"] for each, standing in standings(project).items()} == {
        "S01.1": "covered",
        "S01.2": "placed",
        "S01.3": "listed",
        "S01.4": "open",
    }


def test_an_id_that_the_catalogue_does_not_know_is_named(project: Path) -> None:
    (project / "src/fenji/regulations/s01.yaml").write_text("req: S99.9\n", encoding="utf-8")
    assert strangers(project) == {"S99.9": ["s01.yaml"]}


def test_the_library_and_the_list_name_known_requirements_only() -> None:
    assert strangers() == {}


def test_a_cell_of_the_gap_matrix_may_be_named(project: Path) -> None:
    text = "choices: [{id: S01.U-cad}, {id: S01.U-xyz}]\n"
    (project / "src/fenji/regulations/s01.yaml").write_text(text, encoding="utf-8")
    assert set(strangers(project)) == {"S01.U-xyz"}


def test_what_is_listed_gives_a_reason_and_is_not_placed_as_well() -> None:
    reasons, places = listed(), placed()
    assert [requirement for requirement, reason in reasons.items() if not reason or requirement in places] == []
