"""The child process of a measurement: ``python -m benchmarks.child TASK ARGUMENTS`` prints one line of JSON.

Arguments: ``data`` (folder of Parquet facts), ``out`` (where to write), ``warm`` (facts to do the same act on first).
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol


class Act(Protocol):
    """What is measured; what it returns is told to the parent."""

    def __call__(self, data: Path, out: Path) -> dict[str, Any]: ...


TASKS = {
    "plan_and_trace": "ours",
    "whole": "ours",
    "scored": "ours",
    "compile": "compiling",
    "hand": "sql",
    "group_by": "sql",
    "scan": "sql",
    "pandas_float": "frames",
    "pandas_decimal": "frames",
    "zen_engine": "rules",
}
"""The module of each task; its function of that name takes the arguments and returns the act."""


def cpu() -> float:
    """The CPU seconds of this process so far, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main(name: str, arguments: dict[str, Any]) -> None:
    act: Act = getattr(import_module(f"benchmarks.contenders.{TASKS[name]}"), name)(arguments)
    out = Path(arguments.get("out", "."))
    if warm := arguments.get("warm"):
        act(Path(warm), out.with_name(out.name + "-warm"))
    before, start = cpu(), time.perf_counter()
    told = act(Path(arguments.get("data", ".")), out)
    print(json.dumps({"cpu": cpu() - before, "wall": time.perf_counter() - start, **told}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
