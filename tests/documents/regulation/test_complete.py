"""Nothing that a regulation says is missing from its document, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fenji.documents.regulation.build import document
from fenji.documents.regulation.tree import texts
from fenji.engine.check.structure import validate
from fenji.engine.issues import Source
from fenji.engine.load import read_file
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.regulations.library import ids, regulation_path
from tests.documents.regulation.marking import marked, word_changes


def source_of(name: str) -> Source:
    path = regulation_path(name)
    assert path is not None
    source, issues = read_file(Path(path))
    assert source is not None and not issues
    return source


def text_of(regulation: Regulation, source: Source, lang: str) -> str:
    made = document(View(regulation, source, load_contract()), lang)
    days = [str(r.version) for r in made.history]
    return "\n".join([*texts(made), *days])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ids())
def test_every_value_of_the_regulation_is_in_the_document(name: str, lang: str) -> None:
    found = marked(source_of(name), lang)
    text = text_of(found.regulation, found.source, lang)
    lost = [
        (".".join(map(str, path)), looks[0])
        for path, marks in found.marks.items()
        for looks in marks
        if not any(look in text for look in looks)
    ]
    assert lost == []


def test_every_word_of_the_language_that_is_used_has_a_text() -> None:
    seen: set[str] = set()
    silent = []
    for name in ids():
        source = source_of(name)
        regulation, _issues = validate(source)
        assert regulation is not None
        before = text_of(regulation, source, "zh")
        for change, path, changed in word_changes(source):
            if change in seen:
                continue
            seen.add(change)
            other, issues = validate(changed)
            if other is not None and not issues and text_of(other, changed, "zh") == before:
                silent.append((name, change, path))
    assert silent == []
    assert len(seen) > 40


def chinese(value: object) -> Iterator[str]:
    """The Chinese texts of a regulation."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "zh":
                yield str(item)
            else:
                yield from chinese(item)
    elif isinstance(value, list):
        for item in value:
            yield from chinese(item)


@pytest.mark.parametrize("name", ids())
def test_no_code_of_the_language_or_of_facts_stands_in_the_chinese_text(name: str) -> None:
    source = source_of(name)
    regulation, _issues = validate(source)
    assert regulation is not None
    text = text_of(regulation, source, "zh")
    written = " ".join(chinese(source.tree))
    codes = re.findall(r"(?<![A-Za-z0-9_.-])[a-z][a-z_]{2,}(?![A-Za-z0-9_.-])", text)
    assert [code for code in codes if code not in written] == []
