"""A regulation that uses the grade of another one finds it beside itself, whatever the files are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenji import i18n
from fenji.engine.check import check_file
from fenji.facts.contract import load_contract

LOWER = """
regulation: lower
title: x
in_force: {from: 2026-01-01}
indicators: {sales: {unit: CNY, measure: {from: orders, sum: amount}}%s}
grades: [{code: A, rank: 1}, {code: B, rank: 2}]
grading: [{bands: {id: by_sales, of: sales, into: {A: ">= 100", B: "< 100"}}}]
"""
UPPER = """
regulation: upper
title: x
in_force: {from: 2026-01-01}
indicators: {below: {grade_of: %s}}
grades: [{code: good}, {code: bad}]
grading: [{rules: {id: by_below, lines: [{to: good, when: "below = '%s'"}, {to: bad, when: rest}]}}]
"""


def found(folder: Path, lower: str, upper: str) -> list[str]:
    i18n.use("en")
    (folder / "some-name.yaml").write_text(lower, encoding="utf-8")
    (folder / "upper.yaml").write_text(upper, encoding="utf-8")
    return [f"{i.place.line}: {i.message}" for i in check_file(folder / "upper.yaml", load_contract()).issues]


@pytest.mark.parametrize(
    ("regulation", "code", "message"),
    [
        ("lower", "A", []),
        ("lower", "C", ["7: unknown code of 'lower': 'C'; expected one of: A, B"]),
        ("lowr", "A", ["5: unknown regulation: 'lowr'"]),
        ("upper", "good", ["5: a regulation cannot use its own grade"]),
        ("{regulation: lower, part: size}", "A", ["5: unknown axis: 'size'; expected one of: grade"]),
    ],
)
def test_the_grade_of_another_regulation_is_known_by_its_codes(
    tmp_path: Path, regulation: str, code: str, message: list[str]
) -> None:
    assert found(tmp_path, LOWER % "", UPPER % (regulation, code)) == message


def test_two_regulations_that_need_each_other_are_told_as_a_ring(tmp_path: Path) -> None:
    lower = (LOWER % ", above: {grade_of: upper}").replace("id: by_sales,", "id: by_sales, when: \"above = 'good'\",")
    assert found(tmp_path, lower, UPPER % ("lower", "A")) == ["5: this value needs itself: upper → lower → upper"]


def test_a_broken_neighbour_counts_as_not_there(tmp_path: Path) -> None:
    assert found(tmp_path, "regulation: lower\ntitle: [", UPPER % ("lower", "A")) == ["5: unknown regulation: 'lower'"]
