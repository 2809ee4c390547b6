"""Measures tasks, each in a child process of its own: CPU seconds, wall seconds and peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Task:
    """What a child does: one of ``child.TASKS`` with its arguments."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """One run.

    ``cpu`` and ``wall`` are the seconds of the act alone, in a process that has imported its libraries and done the
    same act once on twenty thousand orders; ``process_cpu`` and ``peak`` (bytes) are the whole process's, as the
    kernel counted them.
    """

    cpu: float
    wall: float
    process_cpu: float
    peak: int
    told: Mapping[str, Any] = field(default_factory=dict)


class ChildFailed(RuntimeError):  # noqa: N818
    """A measured task did not come to its end."""


def measure(task: Task) -> Measured:
    """Runs a task in a child process.

    Raises:
        ChildFailed: when the child ends with an error; its last words are in the message.
    """
    command = [sys.executable, "-m", "benchmarks.child", task.name, json.dumps(task.arguments)]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = child.stdout, child.stderr
    assert out is not None and err is not None
    said = out.read()
    complaint = err.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise ChildFailed(f"{task.name}: " + "\n".join(complaint.strip().splitlines()[-6:]))
    told = json.loads(said.strip().splitlines()[-1])
    process = usage.ru_utime + usage.ru_stime
    return Measured(told.pop("cpu"), told.pop("wall"), process, usage.ru_maxrss * 1024, told)


def interleaved(
    tasks: Mapping[str, Task], runs: int, say: Callable[[str], None] = lambda line: None
) -> dict[str, list[Measured]]:
    """Runs the tasks in turn, A B C A B C ..., so that what else the machine does meets all of them alike."""
    found: dict[str, list[Measured]] = {name: [] for name in tasks}
    for turn in range(runs):
        for name, task in tasks.items():
            one = measure(task)
            found[name].append(one)
            say(f"  {turn + 1}/{runs} {name}: cpu {one.cpu:.2f} s, wall {one.wall:.2f} s, peak {one.peak / 1e9:.2f} GB")
    return found


def median(found: list[Measured], what: Callable[[Measured], float] = lambda m: m.cpu) -> float:
    """The median of one figure."""
    return statistics.median(what(m) for m in found)
