"""Movement on a series of dates: each run sees the ledger that the runs before it made (catalogue P09, P12).

A proposed grade is never published, so it does not enter the ledger. A grade enters it when it changes, and anew
when its tenure was over and it was given again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fenji.engine.contract import FactTables
from fenji.engine.deadlines import WorkingDays, deadline
from fenji.engine.plan import Plan
from fenji.engine.plan.movement import tenure_boundary
from fenji.engine.run import Run, grade
from fenji.engine.spec.movement import Move
from fenji.engine.view import View, grade_codes, ranked

LEDGER, MOVES = "ledger.parquet", "moves.parquet"
_LEDGER_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()), ("regulation", pa.string()), ("axis", pa.string()), ("grade", pa.string()),
        ("standing", pa.string()), ("valid_from", pa.date32()), ("valid_to", pa.date32()),
    ]
)  # fmt: skip
_SEEN = ["customer_id", "grade", "standing", "computed", "previous", "previous_from", "held", "limited"]


@dataclass(frozen=True)
class Moved:
    """One move: from which grade to which, and where the regulation names it: who decides it, by when."""

    customer: str
    on: dt.date
    before: str | None
    after: str
    due_on: dt.date | None = None
    decided_by: str | None = None


@dataclass(frozen=True)
class Round:
    """One date of the series: how many customers stand where, moved, were held or limited."""

    as_of: dt.date
    grades: Mapping[str, int]
    rose: int
    fell: int
    held: int
    limited: int
    digest: str


@dataclass
class Series:
    """A finished series. ``flaps`` counts, per customer, moves that take back the move before within ``flap_days``."""

    rounds: list[Round] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)
    flap_days: int = 400

    @property
    def flaps(self) -> Counter[str]:
        """Moves that take back the customer's move before."""
        found: Counter[str] = Counter()
        last: dict[str, Moved] = {}
        for move in self.moves:
            earlier = last.get(move.customer)
            back = earlier is not None and earlier.before == move.after
            if earlier is not None and back and (move.on - earlier.on).days <= self.flap_days:
                found[move.customer] += 1
            if move.before is not None:
                last[move.customer] = move
        return found


def schedule(first: dt.date, last: dt.date, step: Callable[[dt.date, int], dt.date]) -> Iterator[dt.date]:
    """The dates from ``first`` to ``last``; ``step(first, n)`` is the n-th date after the first."""
    count = 0
    while (day := step(first, count)) <= last:
        yield day
        count += 1


@dataclass
class Ledger:
    """The grades in force: the rows brought with the facts, and those that the series adds."""

    regulation: str
    rows: list[dict[str, Any]]
    open: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open = {r["customer_id"]: r for r in self.rows if r["valid_to"] is None and self.mine(r)}

    def mine(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is of this regulation's grade."""
        return row["regulation"] == self.regulation and row["axis"] in (None, "", "grade")

    def give(self, customer: str, code: str | None, standing: str, on: dt.date) -> None:
        """Ends the grade in force the day before; a customer without a grade has none from here on."""
        current = self.open.pop(customer, None)
        if current is not None:
            current["valid_to"] = on - dt.timedelta(days=1)
        if code is not None:
            row = {
                "customer_id": customer, "regulation": self.regulation, "axis": "grade", "grade": code,
                "standing": standing, "valid_from": on, "valid_to": None,
            }  # fmt: skip
            self.rows.append(row)
            self.open[customer] = row

    def write(self, folder: Path) -> Path:
        """The ledger as a fact table."""
        path = folder / LEDGER
        pq.write_table(pa.Table.from_pylist(self.rows, schema=_LEDGER_SCHEMA), path)
        return path


def read_ledger(view: View, facts: FactTables) -> Ledger:
    """The ledger that the facts bring, or an empty one."""
    files = facts.files.get("grades", ())
    rows: list[dict[str, Any]] = []
    for file in files:
        rows += [{name: row.get(name) for name in _LEDGER_SCHEMA.names} for row in pq.read_table(file).to_pylist()]
    return Ledger(view.regulation.regulation, rows)


def run_series(
    view: View,
    facts: FactTables,
    dates: Sequence[dt.date],
    folder: Path,
    *,
    calendar: WorkingDays | None = None,
    parameters: Mapping[str, str] | None = None,
    others: Mapping[str, View] | None = None,
    progress: Callable[[dt.date], None] = lambda day: None,
) -> Series:
    """Grades on each date in turn, feeding each result to the next; writes the runs, the ledger and the moves.

    Raises:
        PlanError: when the facts lack something on one of the dates.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ledger, series = read_ledger(view, facts), Series()
    for day in sorted(dates):
        progress(day)
        seen = replace(facts, files={**facts.files, "grades": (str(ledger.write(folder)),)})
        run = grade(view, seen, day, folder / day.isoformat(), parameters=parameters, others=others)
        take(run, ledger, series, calendar or WorkingDays())
    ledger.write(folder)
    moves = [{**vars(m)} for m in series.moves]
    pq.write_table(pa.Table.from_pylist(moves, schema=_MOVES_SCHEMA), folder / MOVES)
    return series


_MOVES_SCHEMA = pa.schema(
    [
        ("customer", pa.string()), ("on", pa.date32()), ("before", pa.string()), ("after", pa.string()),
        ("due_on", pa.date32()), ("decided_by", pa.string()),
    ]
)  # fmt: skip


def take(run: Run, ledger: Ledger, series: Series, calendar: WorkingDays) -> None:
    """Enters one run into the ledger and the series."""
    plan, day = run.plan, run.plan.as_of
    boundary = tenure_boundary(plan.resolver)
    ranks = {v.code: i for i, v in enumerate(ranked(grade_codes(plan.regulation)))}
    counted = [c for m in plan.regulation.movement.moves if m.counted_from and (c := f"i_{m.counted_from}")]
    rows = run.trace([*dict.fromkeys([*_SEEN, *counted])]).to_pylist()
    rose = fell = 0
    for row in sorted(rows, key=lambda r: str(r["customer_id"])):
        current = ledger.open.get(row["customer_id"])
        before = current["grade"] if current else None
        if row["standing"] == "proposed" or (row["grade"] is None and current is None):
            continue
        if row["grade"] != before:
            ledger.give(row["customer_id"], row["grade"], row["standing"], day)
            if row["grade"] is not None:
                series.moves.append(moved(plan, row, before, calendar))
            rose += before is not None and ranks.get(row["grade"], 0) < ranks.get(before, 0)
            fell += before is not None and ranks.get(row["grade"], 0) > ranks.get(before, 0)
        elif current and boundary is not None and current["valid_from"] < boundary:
            ledger.give(row["customer_id"], row["grade"], row["standing"], day)
    grades = Counter(r["grade"] or "" for r in ledger.open.values())
    held, limited = (sum(bool(r[part]) for r in rows) for part in ("held", "limited"))
    series.rounds.append(Round(day, dict(grades), rose, fell, held, limited, run.manifest.digest))


def moved(plan: Plan, row: Mapping[str, Any], before: str | None, calendar: WorkingDays) -> Moved:
    """A move, with the deadline and decider where the regulation names it."""
    move = Moved(row["customer_id"], plan.as_of, before, row["grade"])
    named = next((m for m in plan.regulation.movement.moves if before in m.from_ and row["grade"] in m.to), None)
    if named is None:
        return move
    return replace(move, due_on=due(plan, named, row, calendar), decided_by=named.decided_by)


def due(plan: Plan, move: Move, row: Mapping[str, Any], calendar: WorkingDays) -> dt.date | None:
    """By when a named move is to be decided: counted from its date, or from the as-of date."""
    if move.within is None:
        return None
    start = row.get(f"i_{move.counted_from}") if move.counted_from else None
    return deadline(start or plan.as_of, *plan.resolver.period(move.within), calendar)
