"""The how-to pages do what they say: their files are written, their commands run, their output appears."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Said

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
LESSONS = [
    "write-a-regulation.md", "write-a-regulation.zh-CN.md", "choose-a-regulation.md", "choose-a-regulation.zh-CN.md",
]  # fmt: skip
_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a console block with the lines that must be in its output."""
    for part in text.split("$ fenji ")[1:]:
        line, *shown = part.strip().split("\n")
        yield shlex.split(line), shown


@pytest.mark.parametrize("page", LESSONS)
def test_everything_on_the_page_works(
    page: str,
    fenji: Callable[..., Said],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, name, text in _BLOCK.findall((PAGES / page).read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif kind == "console":
            for arguments, shown in commands(text):
                said = fenji("--lang", "zh" if "zh-CN" in page else "en", *arguments)
                assert said.code == 0, said.err
                assert [line for line in shown if line not in said.out] == []
                ran += 1
    assert ran >= 4


def test_both_languages_teach_the_same_files_and_commands() -> None:
    for page in LESSONS[::2]:
        english, chinese = ((PAGES / p).read_text(encoding="utf-8") for p in (page, page.replace(".md", ".zh-CN.md")))
        files = [[(b[1], b[2]) for b in _BLOCK.findall(text) if b[1]] for text in (english, chinese)]
        assert files[0] == files[1]
        called = [re.findall(r"^\$ (fenji \w+(?: copy)?)", text, re.MULTILINE) for text in (english, chinese)]
        assert called[0] == called[1]
