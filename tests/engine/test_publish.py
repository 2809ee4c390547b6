"""A run is published whole: whatever kills it, a reader sees the old result or the new one, never half of each."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fenji.engine import run as runs
from fenji.engine.plan import PlanError
from fenji.engine.run import GRADES, MANIFEST, REASONS, Run, complete, publish, read_manifest
from tests.engine.comparing import run_on
from tests.library import files

DAY = dt.date(2026, 12, 31)
FILES = (REASONS, GRADES, MANIFEST)


class KilledError(BaseException):
    """Stands for a kill: nothing catches it."""


def a_run(folder: Path, name: str) -> Path:
    """The files of a finished run, not yet published."""
    work = folder / f"work-{name}"
    work.mkdir()
    for file in FILES:
        (work / file).write_text(f'{{"run": "{name}"}}')
    return work


def seen(folder: Path) -> set[str]:
    """What a reader sees: the manifest first, as every command reads it."""
    read_manifest(folder)
    return {(folder / file).read_text() for file in FILES}


@pytest.mark.parametrize("survived", range(5))
def test_a_kill_at_any_step_of_the_publication_leaves_one_whole_result(
    survived: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    publish(a_run(tmp_path, "old"), folder)
    steps = 0

    def counted(real: Any) -> Any:
        def step(*given: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps > survived:
                raise KilledError
            return real(*given)

        return step

    work = a_run(tmp_path, "new")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", counted(Path.rename))
        patched.setattr(Path, "replace", counted(Path.replace))
        with suppress(KilledError):
            publish(work, folder)
    assert seen(folder) == {'{"run": "new"}' if survived else '{"run": "old"}'}


def test_a_publication_that_was_cut_off_is_ended_before_the_next_one(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    publish(a_run(tmp_path, "old"), folder)
    a_run(tmp_path, "half").rename(folder / runs.STAGED)
    publish(a_run(tmp_path, "new"), folder)
    assert seen(folder) == {'{"run": "new"}'}
    assert sorted(p.name for p in folder.iterdir()) == sorted(FILES)


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    publish(a_run(tmp_path, "new"), folder)
    complete(folder)
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_run_that_fails_leaves_the_old_result_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    view = files.view("s13-abc")
    facts: dict[str, list[dict[str, Any]]] = {"customers": [{"customer_id": "c1", "status": "active"}], "orders": []}
    old = run_on(view, facts, DAY, tmp_path)

    def killed(*given: object, **named: object) -> Run:
        raise KilledError

    monkeypatch.setattr(runs, "finish", killed)
    with pytest.raises(KilledError):
        run_on(view, facts, DAY, tmp_path)
    assert read_manifest(tmp_path / "run")["digest"] == old.manifest.digest
    assert sorted(p.name for p in tmp_path.iterdir()) == ["facts", "run"]


def test_a_folder_without_a_result_says_so(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=tmp_path.name):
        read_manifest(tmp_path)
