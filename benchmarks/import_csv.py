"""The import of CSV files against DuckDB's own CSV reader writing Parquet: ``python -m benchmarks.import_csv``.

Prints one JSON row a bar. Every act runs in a child process of its own, in turn (A B C D, A B C D ...), after the same
act on twenty thousand rows; CPU seconds are those of the act alone. The upsert brings every key once more, every
amount changed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WARM_ROWS = 20_000
ACTS = ("base", "utf8", "gb18030", "upsert")
HEADER = (
    "\u8ba2\u5355\u53f7,\u5ba2\u6237\u7f16\u53f7,\u8ba2\u5355\u65e5\u671f,\u91d1\u989d,\u6210\u672c,\u6570\u91cf,"
    "\u4ea7\u54c1,\u533a\u57df,\u8ba2\u5355\u72b6\u6001\n"
)
REGIONS = ("\u534e\u4e1c", "\u534e\u5317", "\u534e\u5357", "\u897f\u5357")
PRODUCTS = ("\u6807\u51c6\u4ef6", "\u5b9a\u5236\u4ef6", "\u670d\u52a1", "\u914d\u4ef6")
STATES = ("\u5df2\u5b8c\u6210", "\u5df2\u53d6\u6d88", "\u5df2\u53d1\u8d27")


def write_orders(path: Path, rows: int, seed: int, encoding: str) -> None:
    """A file of orders as a Chinese system exports it; the same keys for every seed, other amounts."""
    chance = random.Random(seed)
    with path.open("w", encoding=encoding) as stream:
        stream.write(HEADER)
        for number in range(rows):
            day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}"
            cells = (
                f"SO{number:09d},C{number * 7919 % (rows // 10 + 1):07d},{day}",
                f"{chance.randrange(10**7) / 100:.2f},{chance.randrange(10**6) / 100:.2f},{chance.randrange(1, 99)}",
                f"{PRODUCTS[number % 4]},{REGIONS[number % 4]},{STATES[number % 3]}",
            )
            stream.write(",".join(cells) + "\n")


def prepare(folder: Path, rows: int) -> None:
    """The files of every act, small ones to warm up with and full ones."""
    for size, count in (("warm", WARM_ROWS), ("full", rows)):
        for act, seed, encoding in (("utf8", 1, "utf-8"), ("gb18030", 1, "gb18030"), ("upsert", 2, "utf-8")):
            target = folder / size / act
            target.mkdir(parents=True)
            write_orders(target / "orders.csv", count, seed, encoding)


def act_of(name: str, folder: Path) -> Callable[[], None]:
    """The act to be measured, with what it needs made ready."""
    if name == "base":
        import duckdb

        connection = duckdb.connect()
        connection.execute("SET threads = 2")
        source, target = folder / "utf8" / "orders.csv", folder / "base.parquet"
        query = f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)"
        return lambda: connection.execute(query) and None
    from fenji.facts.open import import_files
    from fenji.facts.store import FactStore

    store = FactStore(Path(tempfile.mkdtemp(dir=folder)) / "store")
    if name == "upsert":
        import_files(store, folder / "utf8")
    return lambda: import_files(store, folder / name) and None


def child(name: str, folder: Path) -> None:
    """One measurement, told as one line of JSON."""
    act_of(name, folder / "warm")()
    act = act_of(name, folder / "full")
    before = _cpu()
    act()
    print(json.dumps({"cpu": _cpu() - before, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def _cpu() -> float:
    mine, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


def run_child(name: str, folder: Path) -> dict[str, float]:
    """Measure one act in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.import_csv", "--child", name, "--folder", str(folder)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def bars(rows: int, runs: int, say: Callable[[str], None] = lambda line: None) -> list[dict[str, Any]]:
    """Every bar of the CSV import: ``{bar, value, limit, holds, runs, size}``."""
    limits = tomllib.loads((ROOT / "benchmarks" / "bars.toml").read_text(encoding="utf-8"))
    found: dict[str, list[dict[str, float]]] = {act: [] for act in ACTS}
    with tempfile.TemporaryDirectory(prefix="fenji-bench-") as scratch:
        folder = Path(scratch)
        prepare(folder, rows)
        for turn in range(runs):
            for act in ACTS:
                found[act].append(run_child(act, folder))
                say(
                    f"{turn + 1}/{runs} {act}: {found[act][-1]['cpu']:.2f} s CPU, {found[act][-1]['peak'] / 1e9:.2f} GB"
                )
    cpu = {act: statistics.median(one["cpu"] for one in found[act]) for act in ACTS}
    values = {f"csv_{act}": cpu[act] / cpu["base"] for act in ACTS[1:]}
    values["csv_memory"] = max(one["peak"] for act in ACTS[1:] for one in found[act]) / 1e9
    return [
        {
            "bar": bar,
            "value": round(value, 2),
            "limit": limits[bar]["most"],
            "holds": value <= limits[bar]["most"],
            "runs": runs,
            "size": rows,
        }
        for bar, value in values.items()
    ]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--child", choices=ACTS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.child:
        child(given.child, given.folder)
        return 0
    for row in bars(given.rows, given.runs, lambda line: print(line, file=sys.stderr)):
        print(json.dumps(row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
