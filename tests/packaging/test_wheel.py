"""A user without make, Node, git or the network installs the wheel from a folder and grades from anywhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parent.parent.parent
LOCK = ROOT / "requirements" / "run.txt"
WHEELS = ROOT / "build" / "wheelhouse"

pytestmark = pytest.mark.slow

REGULATION = """\
regulation: by-sales
version: 1
title: {zh: 按销售额分级, en: By sales}
in_force: {from: 2026-01-01}
currency: CNY
applies_to: {subject: customer}
indicators:
  sales:
    title: {zh: 年销售额, en: Sales}
    unit: CNY
    measure: {from: orders, sum: amount, over: {calendar_year: last_full}}
    missing: 0
grades: [{code: A, rank: 1}, {code: B, rank: 2}]
grading:
  - bands: {id: by_sales, of: sales, into: {A: ">= 1000", B: "< 1000"}}
"""
FACTS = {
    "customers.csv": "customer_id,name\nC1,Alpha\nC2,Beta\n",
    "orders.csv": "order_id,customer_id,ordered_on,amount\nO1,C1,2025-03-01,1000.00\nO2,C2,2025-03-02,999.99\n",
}


def run(command: list[str | Path], folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheelhouse() -> Path:
    """The locked packages as wheels; downloaded once, kept until the lock changes."""
    stamp = WHEELS / f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}.complete"
    if not stamp.exists():
        WHEELS.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--only-binary", ":all:"]
        done = subprocess.run(
            [*pip, "--require-hashes", "-r", LOCK, "-d", WHEELS], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            pytest.skip(f"the folder of wheels cannot be made here: {done.stderr.strip()[-300:]}")
        stamp.touch()
    return WHEELS


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that offers nothing but the fresh installation: no make, no Node, no index, no pip settings."""
    home = tmp_path_factory.mktemp("home")
    return {
        "PATH": str(home / "venv" / "bin"),
        "HOME": str(home),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "LANG": "C.UTF-8",
        "FENJI_LANG": "zh",
    }


@pytest.fixture(scope="module")
def installed(wheelhouse: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``fenji`` command of a fresh environment."""
    built = tmp_path_factory.mktemp("dist")
    hatchling = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(hatchling, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    place = Path(environment["HOME"], "venv")
    venv.create(place, with_pip=True)
    run(
        [place / "bin/python", "-m", "pip", "install", "--quiet", "--find-links", wheelhouse, wheel],
        place,
        environment,
    )
    return place / "bin" / "fenji"


def test_the_installed_demo_grades_its_own_sample_from_any_folder(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    done = run([installed, "demo"], tmp_path, {**environment, "DEMO_SERVE": "0"})
    assert "客户分类表.xlsx" in done.stdout
    assert list(tmp_path.rglob("客户分类表.xlsx"))


def test_the_installed_command_grades_given_facts_from_any_folder(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    facts = tmp_path / "exports"
    facts.mkdir()
    for name, text in FACTS.items():
        (facts / name).write_text(text, encoding="utf-8")
    (tmp_path / "by-sales.yaml").write_text(REGULATION, encoding="utf-8")
    run(
        [
            installed,
            "grade",
            "by-sales.yaml",
            "--facts",
            "exports",
            "--as-of",
            "2026-01-31",
            "--out",
            "graded",
            "--covers-from",
            "2025-01-01",
        ],
        tmp_path,
        environment,
    )
    assert (tmp_path / "graded/客户分类表.xlsx").is_file()
    grades = duckdb.read_parquet(str(tmp_path / "graded/grades.parquet"))
    assert grades.select("customer_id, grade").order("customer_id").fetchall() == [("C1", "A"), ("C2", "B")]


def test_the_installed_command_speaks_chinese_and_english(installed: Path, environment: dict[str, str]) -> None:
    home = Path(environment["HOME"])
    chinese = run([installed, "--lang", "zh", "library"], home, environment).stdout
    english = run([installed, "--lang", "en", "library"], home, environment).stdout
    assert chinese != english
