"""``python -m benchmarks [--quick] [--sizes 10m,100m] [--runs N] [--only SUITE,...]``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import suites
from benchmarks.bars import HERE, Result, save, table
from benchmarks.measure import ROOT, ChildFailed
from benchmarks.suites import Setting

QUICK, FULL = 10_000_000, 100_000_000
FEW_RUNS, MANY_RUNS = 3, 5
SUITES = {
    "engine": suites.engine, "compile": suites.compiling, "rivals": suites.rivals, "rules": suites.rule_engine,
    "limited": suites.limited, "imports": suites.imports, "parity": suites.parity,
}  # fmt: skip
"""By name, in the order in which they run."""
OF_QUICK = ("engine", "compile", "rules")
OF_SMALL = ("engine", "compile", "rivals", "rules", "imports", "parity")
OF_LARGE = ("engine", "limited")
"""What runs when nothing is named: with --quick, else below and from 100 million orders on."""


def orders(text: str) -> int:
    """A size as ``10m``, ``20k`` or digits."""
    units = {"k": 1_000, "m": 1_000_000}
    return int(text[:-1]) * units[text[-1]] if text[-1].lower() in units else int(text)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    about = "Measures every bar; a missed one is told, not an error."
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=about)
    parser.add_argument("--quick", action="store_true", help="10 million orders only")
    parser.add_argument("--sizes", help="orders, as 10m,100m")
    parser.add_argument("--runs", type=int, help="runs of each task (else 5, from 100 million orders on 3)")
    parser.add_argument("--only", help=f"some of {','.join(SUITES)}")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="where the facts lie")
    parser.add_argument("--results", type=Path, default=HERE / "results.json", help="where the results go")
    return parser.parse_args(given)  # fmt: skip


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


def measured(call: argparse.Namespace) -> list[Result]:
    """Every suite that was asked for, at each size that it is for."""
    sizes = [orders(s) for s in call.sizes.split(",")] if call.sizes else [QUICK] if call.quick else [QUICK, FULL]
    results: list[Result] = []
    for size in sizes:
        setting = Setting(call.folder, size, call.runs or (FEW_RUNS if size >= FULL else MANY_RUNS), say)
        usual = OF_LARGE if size >= FULL else OF_QUICK if call.quick else OF_SMALL
        for name in call.only.split(",") if call.only else usual:
            say(f"{name}, {size:,} orders; load {os.getloadavg()[0]:.1f}")
            start = time.monotonic()
            try:
                results += SUITES[name](setting)
            except ChildFailed as error:
                say(f"  not measured: {error}")
            say(f"  {time.monotonic() - start:.0f} s")
        setting.clear()
    measured_sizes = sorted({r.size for r in results if r.bar == "cpu_seconds.hand"})
    if len(measured_sizes) > 1:
        results += suites.growth(results, measured_sizes[0], measured_sizes[-1])
    return results


def main(given: Sequence[str]) -> None:
    call = arguments(given)
    results = measured(call)
    save(results, call.results)
    print(table(results))
    missed = [r.bar for r in results if r.holds is False]
    print(f"missed: {', '.join(missed)}" if missed else "every bar that was measured holds")


if __name__ == "__main__":
    main(sys.argv[1:])
