"""Places in a population, told in numbers: ties, borders, small values, too few, who is compared."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fenji.engine.readout import read_rows
from tests.engine.comparing import against_oracle, run_on
from tests.parity.regulations import view_of

DAY = dt.date(2026, 12, 31)
CODES = ("A", "B", "C")


def tree(step: dict[str, Any] | None = None, tile: dict[str, str] | None = None) -> dict[str, Any]:
    """A regulation with one look at the population: a step, or a tile whose number is the grade."""
    indicators: dict[str, Any] = {
        "money": {"attribute": "revenue"},
        "share": {"attribute": "market_share"},
        "people": {"attribute": "employees"},
        "rate": {"formula": "money / people"},
        "region": {"attribute": "region"},
    }
    rules = {"rules": {"id": "none", "lines": [{"to": "C", "when": "money is null and money is not null"}]}}
    if tile:
        indicators["tile"] = {"tile": tile}
    return {
        "regulation": "places", "title": "x", "in_force": {"from": "2026-01-01"}, "indicators": indicators,
        "grades": [{"code": c, "rank": n} for n, c in enumerate(CODES)], "ungraded": {"few": "x"},
        "grading": [step or rules],
    }  # fmt: skip


def graded(tree_: dict[str, Any], customers: list[dict[str, Any]], folder: Path) -> list[Any]:
    """The rows, in the order of the customers; the oracle must agree."""
    view = view_of(tree_)
    facts = {"customers": [{"customer_id": f"c{n}", **c} for n, c in enumerate(customers)]}
    assert against_oracle(view, facts, DAY, folder / "oracle") == []
    found = {row.customer: row for row in read_rows(run_on(view, facts, DAY, folder / "run"))}
    return [found[f"c{n}"] for n in range(len(customers))]


def grades(step: dict[str, Any], values: list[Any], folder: Path, column: str = "revenue") -> str:
    rows = graded(tree(step), [{column: v} for v in values], folder)
    return "".join(row.grade or "-" for row in rows)


def rank(into: dict[str, str], **more: str) -> dict[str, Any]:
    return {"rank": {"id": "place", "of": "money", "into": into, **more}}


def share(of: str = "money", **more: str) -> dict[str, Any]:
    return {"share": {"id": "part", "of": of, "into": {"A": "<= 80%", "B": "80% <.. 95%", "C": "> 95%"}, **more}}


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], "AABBBBBBBC"),
        ([10, 10, 10, 7, 6, 5, 4, 3, 2, 1], "AAABBBBBBC"),
        ([10, 9, 9, 7, 6, 5, 4, 3, 1, 1], "AAABBBBBCC"),
        ([5], "A"),
        ([5, None], "A-"),
        ([3, 3, 3], "AAA"),
    ],
)
def test_equals_stay_together_in_a_rank(values: list[Any], wanted: str, tmp_path: Path) -> None:
    assert grades(rank({"A": "top 20%", "B": "rest", "C": "last 10%"}), values, tmp_path) == wanted


def test_the_low_end_may_be_the_best(tmp_path: Path) -> None:
    assert grades(rank({"A": "top 50%", "B": "rest"}, best="low"), [1, 2, 3, 4], tmp_path) == "AABB"


def test_only_those_are_compared_for_whom_among_holds(tmp_path: Path) -> None:
    step = rank({"A": "top 50%", "B": "rest"}, among="region = 'x'")
    people = [{"revenue": v, "region": r} for v, r in ((4, "x"), (3, "y"), (2, "x"), (1, None))]
    assert [row.grade for row in graded(tree(step), people, tmp_path)] == ["A", None, "B", None]


@pytest.mark.parametrize(("count", "wanted"), [(2, ["few", "few"]), (3, [None, None, None])])
def test_a_population_that_is_too_small_has_its_own_result(count: int, wanted: list[Any], tmp_path: Path) -> None:
    step = rank({"A": "top 50%", "B": "rest"}, at_least="3", too_few="few")
    rows = graded(tree(step), [{"revenue": n} for n in range(count)], tmp_path)
    assert [row.ungraded for row in rows] == wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([80, 15, 5], "ABC"),
        ([Decimal("80.01"), Decimal("14.99"), 5], "BBC"),
        ([50, 30, 15, 5], "AABC"),
        ([40, 40, 20], "AAC"),
        ([50, 25, 25], "ACC"),
        ([100, 0, 0], "CCC"),
        ([0, 0], "--"),
        ([-5, -5], "--"),
    ],
)
def test_the_running_share_counts_equals_together(values: list[Any], wanted: str, tmp_path: Path) -> None:
    assert grades(share(), values, tmp_path) == wanted


@pytest.mark.parametrize(("of", "column"), [("share", "market_share"), ("people", "employees")])
def test_the_running_share_of_small_numbers_is_exact(of: str, column: str, tmp_path: Path) -> None:
    unit = Decimal("0.0001") if of == "share" else 1
    assert grades(share(of), [unit * 80, unit * 15, unit * 5], tmp_path, column) == "ABC"
    assert grades(share(of), [unit * 81, unit * 14, unit * 5], tmp_path / "above", column) == "BBC"


def test_the_running_share_of_quotients_sums_them_to_six_places(tmp_path: Path) -> None:
    people = [{"revenue": v, "employees": 400} for v in (Decimal("3.20"), Decimal("0.60"), Decimal("0.20"))]
    assert [row.grade for row in graded(tree(share("rate")), people, tmp_path)] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("values", "parts", "wanted"),
    [
        ([1, 2, 3, 4, 5], "5", [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4, 5, 6, 7], "5", [1, 2, 3, 3, 4, 5, 5]),
        ([1, 1, 1, 1, 5], "5", [4, 4, 4, 4, 5]),
        ([2, 2], "5", [5, 5]),
        ([7], "3", [3]),
        ([7, None], "3", [3, None]),
    ],
)
def test_a_tile_is_n_less_the_whole_part_of_the_better_ones(
    values: list[Any], parts: str, wanted: list[Any], tmp_path: Path
) -> None:
    rows = graded(tree(tile={"of": "money", "into": parts}), [{"revenue": v} for v in values], tmp_path)
    assert [row.indicators["tile"] for row in rows] == wanted
