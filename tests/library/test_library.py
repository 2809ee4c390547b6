"""The built-in library as a whole: found by id, checked without an error, complete with cases."""

from __future__ import annotations

import pytest

from fenji.engine.check import check_file
from fenji.facts.contract import load_contract
from fenji.regulations import library
from tests.library import files


def test_a_regulation_is_found_by_its_id_and_by_the_beginning_that_only_it_has() -> None:
    whole = library.regulation_path("s13-abc")
    assert whole is not None and whole.name == "s13-abc.yaml"
    assert library.regulation_path("s13") == whole


@pytest.mark.parametrize("name", ["", "s", "s1", "nothing", "../s13-abc", "s13-abc.cases"])
def test_what_is_no_id_finds_nothing(name: str) -> None:
    assert library.regulation_path(name) is None
    assert library.cases_path(name) is None


@pytest.mark.parametrize("name", library.ids())
def test_the_check_finds_nothing(name: str) -> None:
    path = library.regulation_path(name)
    assert path is not None
    assert [str(issue) for issue in check_file(path, load_contract()).issues] == []


@pytest.mark.parametrize("name", library.ids())
def test_the_file_is_named_as_the_regulation_and_has_cases(name: str) -> None:
    assert files.view(name).regulation.regulation == name
    assert files.source(name).tree["regulation"] == name
