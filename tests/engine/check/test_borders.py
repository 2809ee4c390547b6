"""Borders belong to exactly one side, cells each have a result: shown on every combination, not on one example."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenji import i18n
from fenji.engine.check import check_text
from fenji.facts.contract import load_contract

BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")
BANDS = '大: ">= a_line", 小: "< a_line"'


def errors(old: str, new: str) -> list[str]:
    assert old in BASE
    i18n.use("en")
    return [f"{i.code}: {i.message}" for i in check_text(BASE.replace(old, new, 1), "r.yaml", load_contract()).issues]


@pytest.mark.req("F05")
@pytest.mark.parametrize(
    ("upper", "lower", "found"),
    [
        (">=", "<", []),
        (">", "<=", []),
        (">", "<", ["intervals.gap: no band holds the value 5000000; give a code or a named ungraded result"]),
        (">=", "<=", ["intervals.overlap: '小' and '大' both hold the value 5000000"]),
    ],
)
def test_a_border_belongs_to_exactly_one_band(upper: str, lower: str, found: list[str]) -> None:
    text = BASE.replace(", 2027-01-01: 600万", "", 1).replace(BANDS, f'大: "{upper} a_line", 小: "{lower} a_line"', 1)
    i18n.use("en")
    assert [f"{i.code}: {i.message}" for i in check_text(text, "r.yaml", load_contract()).issues] == found


@pytest.mark.parametrize(
    ("kept", "missing"),
    [
        ('小: "< a_line"', "values from 5000000"),
        ('大: ">= a_line"', "values below 5000000"),
    ],
)
def test_a_band_that_is_left_out_is_a_gap_unless_a_named_result_takes_it(kept: str, missing: str) -> None:
    gap = f"intervals.gap: no band holds {missing}; give a code or a named ungraded result (from 2026-01-01)"
    assert gap in errors(BANDS, kept)
    other = '">= a_line"' if "小" in kept else '"< a_line"'
    assert "intervals" not in " ".join(errors(BANDS, f"{kept}, new: {other}"))


@pytest.mark.req("F15")
@pytest.mark.parametrize(
    ("cell", "name"),
    [("高: VIP, ", "大 / 高"), (", 低: A", "大 / 低"), ("高: B, ", "小 / 高"), (", 低: C", "小 / 低")],
)
def test_a_matrix_has_a_result_for_each_cell(cell: str, name: str) -> None:
    assert f"matrix.cell: the matrix has no result for {name}" in errors(cell, "")


def test_borders_that_depend_on_an_attribute_are_looked_at_for_each_of_its_values() -> None:
    bands = '大: ">= big_order", 小: "< 20万"'
    found = errors(BANDS, bands)
    assert found == [
        "intervals.overlap: '小' and '大' both hold values from 100000 to below 200000 (for trade = '普通商')"
    ]


def test_borders_are_looked_at_on_every_date_on_which_a_parameter_changes() -> None:
    found = errors(BANDS, '大: ">= a_line", 小: "< 600万"')
    assert found == [
        "intervals.overlap: '小' and '大' both hold values from 5000000 to below 6000000 (from 2026-01-01)"
    ]
