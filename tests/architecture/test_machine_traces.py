"""Nothing in the project knows the machine or the package index it was written with."""

from __future__ import annotations

import re

import pytest

from tests.architecture.project import project_files, relative, text_of

# Pieces, so that this file does not find itself.
_HOMES = "|".join(("/" + "work", "/" + "root", "/" + "home/[a-z]", "/" + "Users/[A-Za-z]", "C:\\\\" + "Users"))
MACHINE_PATH = re.compile(rf"(?<![\w.}}\]])(?:{_HOMES})(?=[/\\\w])")
_INDEX_WORDS = ("py" + r"pi\.org/simple", "python" + r"hosted\.org", r"registry\.npm" + r"js\.org", "--" + "index-url")
INDEX_ADDRESS = re.compile(
    "|".join((*_INDEX_WORDS, "--extra-" + "index-url", r"https?://[^\s\"']+" + r"/simple\b", r'"resolved":\s*"http'))
)


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}: {line.strip()[:160]}"
        for path in project_files()
        if (text := text_of(path)) is not None
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_holds_a_path_of_a_machine() -> None:
    assert found(MACHINE_PATH) == []


def test_no_file_holds_the_address_of_a_package_index() -> None:
    assert found(INDEX_ADDRESS) == []


@pytest.mark.parametrize("text", ["see /" + "work/main/x", 'open("/' + 'root/.ssh")', "cd /" + "home/li/fenji"])
def test_the_search_sees_paths_of_machines(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize("text", ["docs/" + "work/", "https://example.com/" + "home/x", "wo" + "rk/main"])
def test_the_search_passes_over_ordinary_text(text: str) -> None:
    assert not MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["--" + "index-url https://mirror.example", "https://mirror.example/pypi/" + "simple/"]
)
def test_the_search_sees_addresses_of_indexes(text: str) -> None:
    assert INDEX_ADDRESS.search(text)
