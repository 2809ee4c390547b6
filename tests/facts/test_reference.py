"""The reference page of the contract is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenji.facts.reference import reference

PAGES = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize(("lang", "page"), [("en", "facts.md"), ("zh", "facts.zh-CN.md")])
def test_the_reference_page_is_what_the_contract_says_today(lang: str, page: str) -> None:
    assert (PAGES / page).read_text(encoding="utf-8") == reference(lang), "run tools/facts_reference.py"
