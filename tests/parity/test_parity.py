"""DuckDB and Spark: not one grade, point, indicator or reason differs."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fenji.engine.plan import PlanError
from fenji.engine.readout import read_rows
from fenji.engine.view import View
from fenji.regulations import library
from tests.engine.comparing import differences, run_on
from tests.engine.generate import Generator
from tests.engine.test_oracle import DAYS
from tests.library import files
from tests.parity.regulations import Maker, view_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """One Spark session for all comparisons."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: make test-slow installs it from requirements/spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java: install Debian's openjdk-17-jre-headless")
    from fenji.engine.backends.spark import session

    running = session()
    yield "spark"
    running.stop()


def compare(
    view: View, seed: int, customers: int, folder: Path, engines: tuple[str, str], others: dict[str, View]
) -> list[str]:
    """Where two engines differ on the same random facts."""
    day = DAYS[seed % len(DAYS)]
    facts = Generator(view, day, seed).facts(customers)
    one, two = (run_on(view, facts, day, folder / engine, others=others, engine=engine) for engine in engines)
    found = differences({row.customer: row for row in read_rows(one)}, read_rows(two))
    if one.manifest.digest != two.manifest.digest:
        found.append("the digests differ")
    return found


@pytest.mark.parametrize("name", library.ids())
def test_a_built_in_regulation_is_the_same_on_spark(name: str, spark: str, tmp_path: Path) -> None:
    view = files.view(name)
    others = {other: files.view(other) for other in view.others}
    assert compare(view, 2, 200, tmp_path, ("duckdb", spark), others) == []


@pytest.mark.parametrize("seed", range(40))
def test_a_random_regulation_is_the_same_on_spark(seed: int, spark: str, tmp_path: Path) -> None:
    view = view_of(Maker(seed).make())
    try:
        found = compare(view, seed, 60, tmp_path, ("duckdb", spark), {})
    except PlanError as error:
        found = [] if "38" in str(error) else [str(error)]
    assert found == []
