"""Closeness to the ideal against the textbook's steps in plain Python floats."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from fenji.engine.readout import read_rows
from tests.engine.comparing import run_on
from tests.parity.regulations import view_of

DAY = dt.date(2026, 12, 31)
STEPS = 10000
WEIGHTS = {"money": 0.75, "people": 0.25}
TREE: dict[str, Any] = {
    "regulation": "topsis", "title": "x", "in_force": {"from": "2026-01-01"},
    "indicators": {
        "money": {"attribute": "revenue"},
        "people": {"attribute": "employees"},
        "score": {"model": {"topsis": {
            "criteria": {"money": {"weight": "3"}, "people": {"weight": "1", "best": "low"}},
        }}},
    },
    "grades": [{"code": "A", "rank": "1"}, {"code": "B", "rank": "2"}],
    "grading": [{"bands": {"id": "b", "of": "score", "into": {"A": ">= 5000", "B": "< 5000"}}}],
}  # fmt: skip


def expected(rows: list[tuple[float, float]]) -> list[float]:
    """Hwang and Yoon: normalise by the root of the squares, weigh, compare the distances to best and worst."""
    norms = [math.sqrt(sum(r[k] ** 2 for r in rows)) for k in range(2)]
    weighed = [[r[k] / norms[k] * w for k, w in enumerate(WEIGHTS.values())] for r in rows]
    best = (max(w[0] for w in weighed), min(w[1] for w in weighed))
    worst = (min(w[0] for w in weighed), max(w[1] for w in weighed))
    return [STEPS * math.dist(w, worst) / (math.dist(w, best) + math.dist(w, worst)) for w in weighed]


def scores(customers: list[dict[str, Any]], folder: Path) -> list[Any]:
    facts = {"customers": [{"customer_id": f"c{n:03}", **c} for n, c in enumerate(customers)]}
    rows = sorted(read_rows(run_on(view_of(TREE), facts, DAY, folder)), key=lambda r: r.customer)
    return [row.indicators["score"] for row in rows]


def test_closeness_is_that_of_the_textbook_rounded_down(tmp_path: Path) -> None:
    draw = random.Random(7)
    people = [(draw.randrange(1, 10**9), draw.randrange(1, 5000)) for _ in range(60)]
    found = scores([{"revenue": Decimal(m) / 100, "employees": p} for m, p in people], tmp_path)
    wanted = expected([(float(m), float(p)) for m, p in people])
    # the engine rounds down; only a value within a float's error of a whole number may fall on its other side
    assert all(f is not None and -1e-6 <= w - f < 1 + 1e-6 for f, w in zip(found, wanted, strict=True))


def test_the_best_in_all_is_at_the_top_and_the_worst_at_the_bottom(tmp_path: Path) -> None:
    people = [{"revenue": 900, "employees": 1}, {"revenue": 500, "employees": 5}, {"revenue": 100, "employees": 9}]
    top, _, bottom = scores(people, tmp_path)
    assert (top, bottom) == (STEPS, 0)


def test_who_misses_a_criterion_is_not_compared(tmp_path: Path) -> None:
    people = [{"revenue": 900, "employees": 1}, {"revenue": 10**9, "employees": None}, {"revenue": 100, "employees": 9}]
    assert scores(people, tmp_path) == [STEPS, None, 0]
