"""The cases of every built-in regulation notice nearly every single change of it."""

from __future__ import annotations

import pytest

from fenji.regulations import library
from tests.mutants import texts
from tests.mutants.run import GOAL, Library


@pytest.mark.slow
@pytest.mark.parametrize("name", library.ids())
def test_the_cases_notice_nearly_every_change(name: str) -> None:
    found = Library(name).tally()
    assert found.unused == []
    assert found.share >= GOAL, "\n".join(change.name for change in found.alive)


@pytest.mark.parametrize(
    ("text", "money", "others"),
    [
        ("12", False, ["13", "11"]),
        ("5%", False, ["6%", "4%"]),
        ("0.5", False, ["0.6", "0.4"]),
        ("100万", True, ["1000000.01", "999999.99"]),
        ("0", False, ["1"]),
        ("vip_line", False, []),
    ],
)
def test_a_figure_moves_by_one_step(text: str, money: bool, others: list[str]) -> None:
    assert texts.figures(text, money=money) == others


@pytest.mark.parametrize(
    ("text", "bound", "other"),
    [
        ("> a", "a", ">= a"),
        ("<= a", "a", "< a"),
        ("a .. b", "a", "a <.. b"),
        ("a .. b", "b", "a ..< b"),
        ("a <..< b", "b", "a <.. b"),
        ("a .. b", "c", "a .. b"),
    ],
)
def test_an_interval_takes_in_or_leaves_out_its_bound(text: str, bound: str, other: str) -> None:
    assert texts.toggled(text, bound) == other


def test_a_condition_changes_one_token_at_a_time() -> None:
    found = list(texts.expressions("sales >= 5 and credit < '好'", [["差", "好"]], []))
    assert found == [
        "sales > 5 and credit < '好'",
        "sales >= 6 and credit < '好'",
        "sales >= 4 and credit < '好'",
        "sales >= 5 or credit < '好'",
        "sales >= 5 and credit <= '好'",
        "sales >= 5 and credit < '差'",
    ]
