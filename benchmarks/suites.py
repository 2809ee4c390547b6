"""The measurements, each a function from a setting to results."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bars import Result, judged
from benchmarks.compare import differing_cells
from benchmarks.generate import generate
from benchmarks.measure import Task, interleaved, measure, median

WARM = 20_000
"""Orders of the facts on which each child first does its act."""


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
