"""Who moved since an earlier run: the matrix of grades and the customers with the most money on the move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from fenji.documents.result import Result
from fenji.engine.run import GRADES, read_manifest
from fenji.engine.view import ranked

SHOWN = 50


@dataclass(frozen=True)
class Mover:
    """One customer whose grade changed; ``better`` is none where the grades have no common order."""

    customer: str
    name: str | None
    before: str | None
    now: str | None
    money: Decimal
    better: bool | None


@dataclass(frozen=True)
class Movers:
    """The comparison with an earlier run; codes are those of both runs, none stands for no grade.

    ``matrix`` counts customers by (before, now); ``came`` and ``left`` are in one run only.
    """

    regulation: str
    as_of: str
    before: Sequence[str | None]
    now: Sequence[str | None]
    matrix: Mapping[tuple[str | None, str | None], int]
    risen: int
    fallen: int
    came: int
    left: int
    shown: Sequence[Mover]


def movers(result: Result, previous: Path) -> Movers:
    """The comparison of a run with the one in ``previous``.

    Raises:
        PlanError: when that folder holds no finished run.
    """
    manifest = read_manifest(previous)
    con = result.connection
    con.read_parquet(str(previous / GRADES)).create_view("before", replace=True)
    con.execute(
        "CREATE OR REPLACE TABLE moved AS SELECT coalesce(t.customer_id, b.customer_id) AS id, "
        "b.grade AS was, t.grade AS is_now, t.customer_id IS NULL AS gone, b.customer_id IS NULL AS new, "
        f"coalesce({result.amount()}, 0)::DECIMAL(38,2) AS money "
        "FROM trace t FULL JOIN before b ON t.customer_id = b.customer_id"
    )
    counts = con.execute("SELECT was, is_now, count(*) FROM moved WHERE NOT gone AND NOT new GROUP BY 1, 2").fetchall()
    matrix = {(was, now): int(count) for was, now, count in counts}
    [[came, left]] = con.execute("SELECT count(*) FILTER (new), count(*) FILTER (gone) FROM moved").fetchall()
    order = {value.code: place for place, value in enumerate(ranked(result.view.regulation.grade_values))}
    older = [
        code for code in dict.fromkeys(was for was, _now in matrix) if code is not None and code not in result.grades
    ]
    before: list[str | None] = [*result.grades, *older]
    return Movers(
        regulation=f"{manifest['regulation']} v{manifest['version']}",
        as_of=str(manifest["as_of"]),
        before=[code for code in [*before, None] if any(was == code for was, _now in matrix)],
        now=[*result.grades, *([None] if any(now is None for _was, now in matrix) else [])],
        matrix=matrix,
        risen=sum(count for pair, count in matrix.items() if better(order, *pair) is True),
        fallen=sum(count for pair, count in matrix.items() if better(order, *pair) is False),
        came=int(came),
        left=int(left),
        shown=list(moving(result, SHOWN)),
    )


def moving(result: Result, limit: int) -> Iterator[Mover]:
    """The movers with the most money, after ``movers`` has compared the runs."""
    order = {value.code: place for place, value in enumerate(ranked(result.view.regulation.grade_values))}
    found = result.connection.cursor().execute(
        "SELECT m.id, n.name, m.was, m.is_now, m.money FROM moved m LEFT JOIN names n ON m.id = n.customer_id "
        "WHERE NOT m.gone AND NOT m.new AND m.was IS DISTINCT FROM m.is_now ORDER BY abs(m.money) DESC, m.id "
        f"LIMIT {int(limit)}"
    )
    while rows := found.fetchmany(10_000):
        yield from (mover(row, order) for row in rows)


def mover(row: tuple[Any, ...], order: Mapping[str, int]) -> Mover:
    """A row as a mover."""
    customer, name, was, now, money = row
    return Mover(customer, name, was, now, Decimal(money), better(order, was, now))


def better(order: Mapping[str, int], was: str | None, now: str | None) -> bool | None:
    """Whether a move is one upwards; none where one end has no rank, or nothing moved."""
    if was is None or now is None or was == now or was not in order or now not in order:
        return None
    return order[now] < order[was]
