"""The two READMEs say the same, and nothing they point to is missing."""

from __future__ import annotations

import re

import pytest

from tests.architecture.project import ROOT

READMES = ("README.md", "README.zh-CN.md")
LINK = re.compile(r"\]\(([^)#]+)\)")
SCREEN = 45


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(name: str) -> list[str]:
    return [line.partition("#")[0].strip() for line in text(name).splitlines() if line.startswith("    ")]


def links(name: str) -> list[str]:
    return [target for target in LINK.findall(text(name)) if target not in READMES]


@pytest.mark.parametrize("name", READMES)
def test_every_link_of_a_readme_leads_somewhere(name: str) -> None:
    targets = [target for target in LINK.findall(text(name)) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_make_command_of_a_readme_exists(name: str) -> None:
    makefile = text("Makefile")
    named = set(
        re.findall(r"\bmake ([a-z-]+)\b", " ".join(re.findall(r"`make [a-z-]+`|^ +make [a-z-]+", text(name), re.M)))
    )
    assert named
    assert [target for target in named if not re.search(rf"^{target}:", makefile, re.M)] == []


def test_the_readmes_show_the_same_commands_and_links() -> None:
    assert commands("README.md") == commands("README.zh-CN.md")
    assert links("README.md") == links("README.zh-CN.md")


@pytest.mark.parametrize("name", READMES)
def test_a_readme_fits_one_screen(name: str) -> None:
    assert len(text(name).splitlines()) <= SCREEN
