"""The reference pages of the command line are the ones that the application gives."""

from __future__ import annotations

import re

import pytest

from fenji.cli.reference import reference
from tools.cli_reference import PAGES, ROOT


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_current(lang: str) -> None:
    page = (ROOT / PAGES[lang]).read_text(encoding="utf-8")
    assert page == reference(lang), "run: .venv/bin/python tools/cli_reference.py"


def test_every_command_of_the_issue_and_every_exit_code_is_described() -> None:
    page = reference("en")
    for name in ("check", "library", "import", "grade", "explain", "render", "schema", "judgements sheet", "demo"):
        assert f"## fenji {name}\n" in page
    assert re.findall(r"^\| (\d) \|", page, re.MULTILINE) == ["0", "1", "2", "3", "4"]


def test_the_english_page_has_no_chinese() -> None:
    assert not re.search("[\u4e00-\u9fff]", reference("en"))
