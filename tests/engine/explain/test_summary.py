"""The one line for lists is the line of each single explanation."""

from __future__ import annotations

import pytest

from fenji.engine.explain import explain, summaries
from tests.engine.explain.books import book

NAMES = (
    "s03-annual-sales",
    "s09-points-150-100-80",
    "s13-abc",
    "s14-rfm",
    "s24-heavy-vehicle",
    "s27-value-x-potential",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_lines_of_a_list_are_those_of_each_customer(name: str, lang: str) -> None:
    found = book(name)
    trace = found.graded(found.rows(9, 120))
    assert summaries(found.plan, trace, lang).to_pylist() == [e.summary(lang) for e in explain(found.plan, trace)]
