"""The reference pages of the regulation language are what the code says."""

from __future__ import annotations

import pytest

from fenji.engine.spec.reference import reference
from fenji.engine.spec.treatment import vocabulary
from tests.conftest import ROOT
from tools.regulation_reference import PAGES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_current(lang: str) -> None:
    page = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    assert page == reference(lang), "run tools/regulation_reference.py"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_names_every_entitlement_and_duty_and_links_to_blocks_it_has(lang: str) -> None:
    page = reference(lang)
    for name in (*vocabulary().entitlements, *vocabulary().duties):
        assert f"| `{name}` |" in page
    headings = {line[3:].strip().lower() for line in page.splitlines() if line.startswith("## ")}
    links = {part.split(")", 1)[0] for part in page.split("](#")[1:]}
    assert links and links <= headings
