"""Whatever people change in a regulation by mistake, the check tells it or passes it, and never fails itself."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fenji.engine.check import check_text
from fenji.facts.contract import load_contract

BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")
TOKENS = list(re.finditer(r"[\w.%]+|[{}\[\]:,\"'<>=]+", BASE))
ODD = [
    "",
    "0",
    "-1",
    "1.5",
    "5%",
    "''",
    "[]",
    "{}",
    "rest",
    "any",
    "everyone",
    "2026-01-01",
    "1e308",
    "null",
    "'a = 1'",
]
CHANGES = st.tuples(
    st.integers(0, len(TOKENS) - 1), st.one_of(st.sampled_from(TOKENS).map(lambda m: m.group()), st.sampled_from(ODD))
)


@given(st.lists(CHANGES, min_size=1, max_size=3, unique_by=lambda change: change[0]))
def test_any_words_of_a_regulation_may_be_changed(changes: list[tuple[int, str]]) -> None:
    text = BASE
    for index, word in sorted(changes, reverse=True):
        text = text[: TOKENS[index].start()] + word + text[TOKENS[index].end() :]
    result = check_text(text, "r.yaml", load_contract())
    lines = text.count("\n") + 1
    assert all(1 <= i.place.line <= lines and i.place.column >= 1 and str(i.message) for i in result.issues)
    assert result.ok or result.issues
