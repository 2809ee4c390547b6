"""The bars: limits from ``bars.toml``, results to ``results.json`` and as a table."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Result:
    """One bar: ``holds`` is null where there is no limit and the figure only informs.

    ``runs`` is how many runs of each task the medians are taken from; ``size`` how many orders (of ``compile``:
    regulations, of ``zen``: customers, of the imports: rows).
    """

    bar: str
    value: float
    limit: float | None
    holds: bool | None
    runs: int
    size: int


def limits() -> dict[str, Any]:
    """``bars.toml``."""
    return tomllib.loads((HERE / "bars.toml").read_text(encoding="utf-8"))


def judged(bar: str, value: float, runs: int, size: int) -> Result:
    """A figure against its limit; a bar whose limit depends on the size has none at other sizes."""
    found = limits().get(bar, {})
    found = found if "title" in found else found.get(str(size), {})
    value = round(value, 4)
    if "most" in found:
        return Result(bar, value, found["most"], value <= found["most"], runs, size)
    if "least" in found:
        return Result(bar, value, found["least"], value >= found["least"], runs, size)
    return Result(bar, value, None, None, runs, size)


def save(results: Iterable[Result], path: Path) -> None:
    """Writes the results; bars that were not measured this time keep their last result."""
    kept = {(r["bar"], r["size"]): r for r in json.loads(path.read_text(encoding="utf-8"))} if path.exists() else {}
    kept |= {(r.bar, r.size): asdict(r) for r in results}
    path.write_text(json.dumps(list(kept.values()), indent=1) + "\n", encoding="utf-8")


def table(results: Iterable[Result]) -> str:
    """The results as text."""
    rows = [("bar", "size", "value", "limit", "holds", "runs")]
    words = {True: "yes", False: "MISSED", None: ""}
    for r in results:
        limit = "" if r.limit is None else f"{r.limit:g}"
        rows.append((r.bar, f"{r.size:,}", f"{r.value:,.4g}", limit, words[r.holds], str(r.runs)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)
