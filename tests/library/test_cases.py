"""Every case of the built-in library: rows in, grades out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenji.regulations import library
from tests.library import files

CASES = [(name, *case) for name in library.ids() if library.cases_path(name) for case in files.case_ids(name)]


@pytest.mark.parametrize(
    ("name", "case", "requires"),
    [pytest.param(*one, id=f"{one[0]}-{one[1]}", marks=pytest.mark.xdist_group(f"library-{one[0]}")) for one in CASES],
)
def test_the_case_comes_out_as_it_says(
    name: str, case: str, requires: tuple[str, ...], record_property: Callable[[str, object], None]
) -> None:
    for requirement in requires:
        record_property("req", requirement)
    result = files.results(name)[case]
    assert result.ok, "\n".join(map(str, result.differences)) or str(result.error)
