"""The measurements, each a function from a setting to results."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import import_csv
from benchmarks.bars import Result, judged
from benchmarks.compare import differing_cells
from benchmarks.generate import generate
from benchmarks.measure import Task, interleaved, measure, median

WARM = 20_000
"""Orders of the facts on which each child first does its act."""
SAMPLE = 15_000
"""Customers that the row-at-a-time engine grades."""
PARITY = 200_000
"""Orders of the run that is done on Spark too."""
SLOW_RUNS = 3
"""Runs where each takes a minute or more."""
CSV_ROWS = 1_000_000
LIMIT = "2GB"


@dataclass(frozen=True)
class Setting:
    """Where data and results lie, how many orders, how many runs; ``say`` tells of progress."""

    folder: Path
    size: int
    runs: int
    say: Callable[[str], None]

    def data(self, size: int | None = None) -> Path:
        """The facts of a size, generated unless they are there."""
        size = size or self.size
        folder = self.folder / str(size)
        generate(folder, size)
        return folder

    def task(self, name: str, **further: Any) -> Task:
        """A task on the facts, writing into a file or folder of its own."""
        out = self.folder / f"out-{self.size}" / "-".join([name, *(str(v) for v in further.values())])
        out.parent.mkdir(parents=True, exist_ok=True)
        warm = str(self.data(WARM))
        return Task(name, {"data": str(self.data()), "out": str(out), "warm": warm, **further})

    def clear(self) -> None:
        """Removes what the tasks wrote; the facts stay."""
        shutil.rmtree(self.folder / f"out-{self.size}", ignore_errors=True)


def out(task: Task) -> Path:
    """Where a task wrote."""
    return Path(task.arguments["out"])


def engine(setting: Setting) -> list[Result]:
    """fenji against hand-written SQL, GROUP BY and scan; equality of the two traces first."""
    names = ("plan_and_trace", "hand", "group_by", "scan", "whole")
    tasks = {name: setting.task(name) for name in names}
    found = interleaved(tasks, setting.runs, setting.say)
    seconds = {name: median(runs) for name, runs in found.items()}

    def bar(name: str, value: float) -> Result:
        return judged(name, value, setting.runs, setting.size)

    ours, theirs = seconds["plan_and_trace"], seconds["hand"]
    differing = differing_cells(out(tasks["plan_and_trace"]), out(tasks["hand"]))
    results = [
        bar("hand_sql_differing_cells", differing),
        bar("hand_sql", ours / theirs),
        bar("group_by", ours / seconds["group_by"]),
        bar("scan", ours / seconds["scan"]),
        bar("whole_to_hand_sql", seconds["whole"] / theirs),
        bar("peak_memory", median(found["whole"], lambda m: m.peak) / 1e9),
    ]
    results += [bar(f"cpu_seconds.{name}", value) for name, value in seconds.items()]
    results += [bar(f"process_cpu_seconds.{n}", median(found[n], lambda m: m.process_cpu)) for n in ("whole", "hand")]
    return results


def compiling(setting: Setting) -> list[Result]:
    """The compile time of every regulation; the largest counts."""
    told = [measure(Task("compile")).told["seconds"] for _ in range(setting.runs)]
    worst = sorted(max(seconds.values()) for seconds in told)[len(told) // 2]
    for name, seconds in sorted(told[0].items(), key=lambda item: -item[1])[:3]:
        setting.say(f"  compile {name}: {seconds:.3f} s")
    return [judged("compile", worst, setting.runs, len(told[0]))]


def rivals(setting: Setting) -> list[Result]:
    """The whole grading against pandas in floats and in exact decimals; wall seconds, as somebody waits for them."""
    tasks = {name: setting.task(name) for name in ("whole", "pandas_float", "pandas_decimal")}
    runs = min(setting.runs, SLOW_RUNS)
    found = interleaved(tasks, runs, setting.say)
    wall = {name: median(them, lambda m: m.wall) for name, them in found.items()}
    cpu = {name: median(them) for name, them in found.items()}
    results = []
    for name in ("pandas_float", "pandas_decimal"):
        results.append(judged(name, wall[name] / wall["whole"], runs, setting.size))
        results.append(judged(f"cpu_ratio.{name}", cpu[name] / cpu["whole"], runs, setting.size))
    ours, theirs = out(tasks["whole"]) / "grades.parquet", out(tasks["pandas_decimal"])
    differing = differing_cells(theirs, ours, columns=["grade", "reason"])
    return [*results, judged("pandas_differing_grades", differing, runs, setting.size)]


def rule_engine(setting: Setting) -> list[Result]:
    """Customers graded per CPU second from the same indicator values, against zen-engine."""
    whole = setting.task("plan_and_trace")
    measure(whole)
    folders = {size: setting.folder / f"given-{size}" for size in (setting.size, WARM)}
    trace, sample = out(whole), folders[setting.size] / "sample.parquet"
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    customers = given(trace, folders[setting.size], sample)
    given(out(whole).with_name(out(whole).name + "-warm"), folders[WARM], folders[WARM] / "sample.parquet")
    places = {"data": str(folders[setting.size]), "warm": str(folders[WARM])}
    scored, rules = setting.task("scored"), setting.task("zen_engine")
    tasks = {
        "scored": Task("scored", {**scored.arguments, **places}),
        "zen_engine": Task("zen_engine", {**rules.arguments, "sample": str(sample), "warm": None}),
    }
    found = interleaved(tasks, setting.runs, setting.say)
    rows = found["zen_engine"][0].told["rows"]
    ours, theirs = customers / median(found["scored"]), rows / median(found["zen_engine"])
    graded = folders[setting.size] / "graded.parquet"
    only(out(tasks["scored"]), sample, graded)
    differing = differing_cells(out(tasks["zen_engine"]), graded, columns=["grade", "reason"])
    return [
        judged("zen", ours / theirs, setting.runs, customers),
        judged("zen_differing_grades", differing, setting.runs, rows),
        judged("customers_per_cpu_second.fenji", ours, setting.runs, customers),
        judged("customers_per_cpu_second.zen", theirs, setting.runs, rows),
    ]


def given(trace: Path, folder: Path, sample: Path) -> int:
    """Writes the indicator values of a trace as columns of customers, and a sample of the trace; returns the rows."""
    names = ["amount", "orders", "largest", "returns", "r", "f", "m"]
    values = ", ".join([*(f"i_{n} AS given_{n}" for n in names), "CAST(i_growth AS BIGINT) AS given_growth_n"])
    with duckdb.connect() as con:
        con.execute(
            f"""COPY (SELECT customer_id, 'active' AS status, {values}, i_growth__d AS given_growth_d
                      FROM read_parquet('{trace}'))
                TO '{folder / "given.parquet"}' (FORMAT parquet, COMPRESSION zstd)"""
        )
        con.execute(
            f"""COPY (FROM read_parquet('{trace}') ORDER BY hash(customer_id), customer_id LIMIT {SAMPLE})
                TO '{sample}' (FORMAT parquet)"""
        )
        found = con.execute("SELECT count(*) FROM read_parquet(?)", [str(trace)]).fetchone()
    assert found is not None
    return int(found[0])


def only(graded: Path, sample: Path, target: Path) -> None:
    """Writes those rows of ``graded`` whose customers are in ``sample``."""
    with duckdb.connect() as con:
        con.execute(
            f"""COPY (SELECT * FROM read_parquet('{graded}')
                      WHERE customer_id IN (SELECT customer_id FROM read_parquet('{sample}')))
                TO '{target}' (FORMAT parquet)"""
        )


def limited(setting: Setting) -> list[Result]:
    """The whole grading with a memory limit and without; the results must be the same."""
    tasks = {"whole": setting.task("whole"), "limited": setting.task("whole", memory_limit=LIMIT)}
    found = interleaved(tasks, setting.runs, setting.say)
    assert len({run.told["digest"] for runs in found.values() for run in runs}) == 1
    ratio = median(found["limited"]) / median(found["whole"])
    peak = {name: max(m.peak for m in runs) / 1e9 for name, runs in found.items()}
    return [
        judged("limited_memory", ratio, setting.runs, setting.size),
        judged("peak_memory", peak["whole"], setting.runs, setting.size),
        judged("peak_memory_limited", peak["limited"], setting.runs, setting.size),
    ]


def imports(setting: Setting) -> list[Result]:
    """The CSV import; see ``import_csv``."""
    runs = min(setting.runs, SLOW_RUNS)
    return [Result(**row) for row in import_csv.bars(CSV_ROWS, runs, lambda line: setting.say(f"  {line}"))]


def parity(setting: Setting) -> list[Result]:
    """The whole grading on DuckDB and on Spark; `make test-slow` compares the whole library."""
    size = min(PARITY, setting.size)
    data = {"data": str(setting.data(size)), "warm": None}
    tasks = {
        engine: Task("whole", {**setting.task("whole", engine=engine).arguments, **data})
        for engine in ("duckdb", "spark")
    }
    for task in tasks.values():
        measure(task)
    duck, spark = (out(task) / "reasons.parquet" for task in tasks.values())
    return [judged("spark_differing_cells", differing_cells(duck, spark), 1, size)]


def growth(found: list[Result], small: int, large: int) -> list[Result]:
    """How much faster fenji's CPU seconds grow with the orders than the hand-written SQL's, in the same run."""
    seconds = {(r.bar, r.size): r for r in found if r.bar.startswith("cpu_seconds.")}
    ours, theirs = (
        seconds[f"cpu_seconds.{n}", large].value / seconds[f"cpu_seconds.{n}", small].value
        for n in ("plan_and_trace", "hand")
    )
    return [judged("growth", ours / theirs, seconds["cpu_seconds.hand", large].runs, large)]
