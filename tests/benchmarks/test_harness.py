"""The benchmark harness at a tiny size: results have their shape and all contenders agree; times are not looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.bars import Result, judged, save
from benchmarks.compare import differing_cells

ROOT = Path(__file__).parent.parent.parent
SHAPE = {"bar": str, "value": float, "limit": float | None, "holds": bool | None, "runs": int, "size": int}


def run(folder: Path, only: str) -> dict[str, dict[str, object]]:
    """One run of the command; its results by bar."""
    command = [sys.executable, "-m", "benchmarks", "--sizes", "20k", "--runs", "1", "--only", only]
    command += ["--folder", str(folder), "--results", str(folder / "results.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not measured" not in done.stderr, done.stderr
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    for result in results:
        assert result.keys() == SHAPE.keys()
        for key, kind in SHAPE.items():
            assert isinstance(result[key], int | kind), (key, result)
        assert (result["limit"] is None) == (result["holds"] is None)
        assert result["bar"] in done.stdout
    return {r["bar"]: r for r in results}


def test_fenji_and_the_hand_written_sql_give_the_same_trace_and_every_ratio_is_told(tmp_path: Path) -> None:
    results = run(tmp_path, "engine")
    assert results["hand_sql_differing_cells"]["value"] == 0
    assert {"hand_sql", "group_by", "scan", "peak_memory", "cpu_seconds.hand"} <= results.keys()
    assert results["hand_sql"]["limit"] == 1.10 and results["group_by"]["limit"] is None


def test_a_missed_bar_is_told_and_is_no_error() -> None:
    assert judged("hand_sql", 1.2, 5, 10_000_000) == Result("hand_sql", 1.2, 1.10, False, 5, 10_000_000)
    assert judged("pandas_float", 5, 5, 10_000_000).holds is True
    assert judged("group_by", 2.2, 3, 100_000_000).holds is False
    assert judged("group_by", 2.2, 3, 10_000_000).holds is True


def test_results_of_bars_that_were_not_measured_again_stay(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    save([judged("scan", 7, 5, 10), judged("scan", 7, 3, 100)], path)
    save([judged("scan", 6, 5, 10)], path)
    assert [(r["size"], r["value"]) for r in json.loads(path.read_text(encoding="utf-8"))] == [(10, 6), (100, 7)]


@pytest.mark.parametrize(
    ("other", "differing"),
    [
        ({"customer_id": ["b", "a"], "x": [None, 1], "y": ["q", "p"]}, 0),
        ({"customer_id": ["a", "b"], "x": [1, 0], "y": ["p", "r"]}, 2),
        ({"customer_id": ["a", "c"], "x": [1, None], "y": ["p", "q"]}, 4),
        ({"customer_id": ["a", "b"], "x": [1, None]}, 2),
    ],
)
def test_every_differing_cell_lonely_row_and_lonely_column_counts(
    tmp_path: Path, other: dict[str, list[object]], differing: int
) -> None:
    one = {"customer_id": ["a", "b"], "x": [1, None], "y": ["p", "q"]}
    for name, columns in (("one", one), ("other", other)):
        pq.write_table(pa.table(columns), tmp_path / name)
    assert differing_cells(tmp_path / "one", tmp_path / "other") == differing


@pytest.mark.slow
def test_pandas_gives_the_same_grades_and_limits_of_memory_change_none(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="`make bench` installs pandas")
    results = run(tmp_path, "rivals,limited")
    assert results["pandas_differing_grades"]["value"] == 0
    assert {"pandas_float", "pandas_decimal", "limited_memory", "peak_memory"} <= results.keys()


@pytest.mark.slow
def test_the_rule_engine_gives_the_same_grades(tmp_path: Path) -> None:
    pytest.importorskip("zen", reason="`make bench` installs zen-engine")
    assert run(tmp_path, "rules")["zen_differing_grades"]["value"] == 0
