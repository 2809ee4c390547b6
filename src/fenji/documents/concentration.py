"""The 2/8 figures: which share of the customers brings which share of the amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fenji.documents.result import Result

POINTS = 120
EIGHTY = 0.8
TWENTY = 0.2


@dataclass(frozen=True)
class Concentration:
    """The curve over the customers with a positive amount, largest first; shares from 0 to 1.

    ``customers_for_80`` is the smallest share of them that has 80 % of the amount, ``amount_of_20`` what the
    first fifth has.
    """

    points: Sequence[tuple[float, float]]
    customers: int
    customers_for_80: float
    amount_of_20: float


def concentration(result: Result) -> Concentration | None:
    """The curve of a run, or none where there is no amount to share."""
    if result.money is None:
        return None
    con = result.connection
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE running AS SELECT row_number() OVER w AS n, sum(a) OVER w AS reached FROM "
        f"(SELECT t.customer_id, {result.amount()} AS a FROM trace t) WHERE a > 0 "
        "WINDOW w AS (ORDER BY a DESC, customer_id ROWS UNBOUNDED PRECEDING)"
    )
    [[count, total]] = con.execute("SELECT count(*), max(reached) FROM running").fetchall()
    if not count:
        return None
    step = max(1, count // POINTS)
    rows = con.execute(
        "SELECT n, reached FROM running WHERE n % $step = 0 OR n = $count OR n <= 3 ORDER BY n",
        {"step": step, "count": count},
    ).fetchall()
    points = [(0.0, 0.0), *((n / count, float(reached / total)) for n, reached in rows)]
    [[at]] = con.execute("SELECT min(n) FROM running WHERE reached >= $wanted", {"wanted": total * 8 / 10}).fetchall()
    fifth = max(1, round(count * TWENTY))
    [[first]] = con.execute("SELECT reached FROM running WHERE n = $n", {"n": fifth}).fetchall()
    return Concentration(points, count, (at or count) / count, float(first / total))
