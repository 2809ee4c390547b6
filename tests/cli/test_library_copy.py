"""``fenji library copy``: a built-in regulation becomes one's own, with other figures."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from fenji.engine.check.run import check_file
from fenji.facts.contract import load_contract
from fenji.regulations import library
from tests.cli.conftest import Said

Fenji = Callable[..., Said]


def lines_changed(name: str, copy: Path) -> list[str]:
    path = library.regulation_path(name)
    assert path is not None
    old, new = (p.read_text(encoding="utf-8").split("\n") for p in (path, copy))
    return [line for line in difflib.ndiff(old, new) if line.startswith("+ ")]


def test_a_copy_differs_in_what_was_asked_for_only(fenji: Fenji, tmp_path: Path) -> None:
    copy = tmp_path / "my.yaml"
    said = fenji(
        "library", "copy", "s03", "--set", "vip_line=8000000", "--set", "margin=5%",
        "--title", '我公司: "分级"制度', "--as", "our-grading", "--out", copy,
    )  # fmt: skip
    assert said.code == 0
    assert len(lines_changed("s03", copy)) == 4
    regulation = check_file(copy, load_contract()).required().regulation
    assert regulation.regulation == "our-grading"
    assert regulation.title.zh == '我公司: "分级"制度'
    assert list(regulation.parameters["vip_line"].values.values()) == ["8000000"]
    assert list(regulation.parameters["margin"].values.values()) == ["5%"]


def test_one_of_several_values_is_named_by_its_key(fenji: Fenji, tmp_path: Path) -> None:
    copy = tmp_path / "my.yaml"
    view = check_file(library.regulation_path("s09") or Path(), load_contract()).required()
    values = next(iter(view.regulation.parameters["big_sales"].values.values()))
    assert isinstance(values, dict)
    key = next(iter(values))
    assert fenji("library", "copy", "s09", "--set", f"big_sales.{key}=333万", "--out", copy).code == 0
    changed = check_file(copy, load_contract()).required().regulation.parameters["big_sales"]
    assert next(iter(changed.values.values())) == {**values, key: "333万"}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("vip_line=1", "500万"),
        ("vip_line=many", "vip_line = many"),
        ("vip_lin=9000000", "vip_line"),
        ("composite_effect=never", "one_step"),
        ("vip_line", "name=value"),
        ("vip_line.x=9000000", "vip_line=value"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_nothing_written(
    fenji: Fenji, tmp_path: Path, setting: str, told: str
) -> None:
    copy = tmp_path / "my.yaml"
    said = fenji("--lang", "en", "library", "copy", "s03", "--set", setting, "--out", copy)
    assert said.code == 2 and told in said.err
    assert not copy.exists()


def test_a_value_that_breaks_the_bands_is_found_by_the_check(fenji: Fenji, tmp_path: Path) -> None:
    copy = tmp_path / "my.yaml"
    said = fenji("--lang", "en", "library", "copy", "s03", "--set", "a_line=2000万", "--out", copy)
    assert said.code == 1 and "a_line .. vip_line" in said.err
    assert not copy.exists()


@pytest.mark.parametrize(
    "arguments", [("copy",), ("copy", "s03"), ("copy", "s03", "--as", "My Id", "--out", "never-written.yaml")]
)
def test_a_call_that_says_too_little_or_nonsense_is_told_so(
    fenji: Fenji, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert fenji("library", *arguments).code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(fenji: Fenji, tmp_path: Path) -> None:
    copy = tmp_path / "my.yaml"
    copy.write_text("mine", encoding="utf-8")
    assert fenji("library", "copy", "s03", "--out", copy).code == 2
    assert copy.read_text(encoding="utf-8") == "mine"
