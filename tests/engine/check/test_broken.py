"""Each file of broken/ makes one mistake in base.yaml; the check finds it, only it, and says exactly this."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from fenji import i18n
from fenji.engine.check import Checked, check_text
from fenji.facts.contract import load_contract

HERE = Path(__file__).parent
BASE = (HERE / "base.yaml").read_text(encoding="utf-8")
BROKEN = sorted((HERE / "broken").glob("*.yaml"))


def checked(text: str) -> Checked:
    return check_text(text, "base.yaml", load_contract())


def broken(mistake: dict[str, Any]) -> str:
    assert BASE.count(mistake["replace"]) >= 1
    return BASE.replace(mistake["replace"], mistake["with"], 1)


def test_nothing_is_wrong_with_the_regulation_that_the_others_are_made_from() -> None:
    assert checked(BASE).issues == ()


def test_there_are_enough_broken_files() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_one_mistake_is_found_at_its_place_with_its_exact_message_in_both_languages(file: Path) -> None:
    mistake = yaml.safe_load(file.read_text(encoding="utf-8"))
    found = checked(broken(mistake)).issues
    assert [(i.place.line, i.place.column, i.level.value) for i in found] == [
        (mistake["line"], mistake["column"], mistake["level"])
    ]
    i18n.use("en")
    assert str(found[0].message) == mistake["en"]
    i18n.use("zh")
    assert str(found[0].message) == mistake["zh"]


def test_several_mistakes_are_told_all_at_once_from_the_top_of_the_file() -> None:
    text = BASE
    for name in ("unknown-evidence", "gap-between-bins", "matrix-without-a-cell", "unknown-duty"):
        mistake = yaml.safe_load((HERE / "broken" / f"{name}.yaml").read_text(encoding="utf-8"))
        text = text.replace(mistake["replace"], mistake["with"], 1)
    found = checked(text).issues
    assert [i.code for i in found] == ["names", "intervals.gap", "matrix.cell", "names"]
    assert [i.place.line for i in found] == sorted(i.place.line for i in found)


def test_warnings_do_not_keep_a_regulation_from_running() -> None:
    mistake = yaml.safe_load((HERE / "broken" / "scale-unused.yaml").read_text(encoding="utf-8"))
    result = checked(broken(mistake))
    assert result.ok and result.issues
    assert result.required().regulation.regulation == "base-regulation"
