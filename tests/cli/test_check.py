"""``fenji check`` and ``fenji library``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import REGULATION, Said

Fenji = Callable[..., Said]


def test_a_clean_regulation_ends_with_0_in_both_languages(fenji: Fenji, company: Path) -> None:
    chinese = fenji("check", company / "by-sales.yaml")
    english = fenji("--lang", "en", "check", company / "by-sales.yaml")
    assert (chinese.code, english.code) == (0, 0)
    assert "没有发现问题" in chinese.out and "no findings" in english.out


def test_a_broken_regulation_ends_with_1_and_names_file_line_and_column(fenji: Fenji, company: Path) -> None:
    broken = company / "broken.yaml"
    broken.write_text(REGULATION.replace("of: sales, into", "of: salse, into"), encoding="utf-8")
    line = next(n for n, text in enumerate(broken.read_text(encoding="utf-8").split("\n"), 1) if "salse" in text)
    said = fenji("check", broken)
    assert said.code == 1
    assert f"{broken}:{line}:" in said.err and "sales" in said.err


def test_json_lists_every_finding_and_nothing_else(fenji: Fenji, company: Path) -> None:
    broken = company / "broken.yaml"
    broken.write_text(REGULATION.replace("of: sales, into", "of: salse, into"), encoding="utf-8")
    said = fenji("check", broken, company / "by-sales.yaml", "--json")
    found = json.loads(said.out)
    assert said.code == 1 and not found["ok"] and said.err == ""
    assert found["files"] == {str(broken): False, str(company / "by-sales.yaml"): True}
    assert {issue["code"].split(".")[0] for issue in found["issues"]} >= {"names"}


def test_a_name_that_is_nearly_a_built_in_id_is_told_the_right_one(fenji: Fenji) -> None:
    said = fenji("check", "s13-abd")
    assert said.code == 2 and "s13-abc" in said.err


def test_the_library_is_listed_searched_and_shown(fenji: Fenji) -> None:
    everything = json.loads(fenji("library", "--json").out)
    found = json.loads(fenji("library", "--find", "RFM", "--json").out)
    assert {"s03-annual-sales", "s13-abc", "s14-rfm"} <= {entry["id"] for entry in everything}
    assert "s14-rfm" in {entry["id"] for entry in found} and len(found) < len(everything)
    assert "a_share" in fenji("library", "s13").out


def test_a_copy_has_its_own_first_day_and_currency_and_still_checks(fenji: Fenji, tmp_path: Path) -> None:
    copy = tmp_path / "mine" / "abc.yaml"
    said = fenji("library", "s13-abc", "--copy", copy, "--from", "2010-12-01", "--currency", "GBP")
    text = copy.read_text(encoding="utf-8")
    assert said.code == 0 and fenji("check", copy).code == 0
    assert "in_force: {from: 2010-12-01}" in text and "unit: GBP" in text and "2026-01-01" not in text
    assert fenji("library", "s13-abc", "--copy", copy).code == 2


@pytest.mark.parametrize(
    ("arguments", "code"), [(("--version",), 0), (("--help",), 0), (("--lang", "fr", "library"), 2), (("nonsense",), 2)]
)
def test_the_shell_is_told_how_a_call_ended(fenji: Fenji, arguments: tuple[str, ...], code: int) -> None:
    assert fenji(*arguments).code == code
