"""What every test has: compiled messages, Chinese as the language, the shared real data, repeatable Hypothesis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fenji import i18n
from hatch_build import compile_catalogues
from tests.requirement_results import RequirementResults

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

settings.register_profile(
    "default", derandomize=True, max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", derandomize=True, max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    compile_catalogues(ROOT)
    config.pluginmanager.register(RequirementResults(ROOT), "requirement-results")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets that lie beside the project, never inside it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data sets are not here: they are looked for in shared/data beside the project's folder")
    return SHARED_DATA


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test starts in Chinese, whatever machine it runs on and whatever language the test before spoke."""
    monkeypatch.setenv("FENJI_LANG", "zh")
    before = i18n._language.set(None)
    yield
    i18n._language.reset(before)
