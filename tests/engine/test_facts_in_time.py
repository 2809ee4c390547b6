"""What the result may depend on: the facts known and dated by the day, not their order, files or the future."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from fenji.engine.contract import FactTables, Moment
from fenji.engine.parquet import write_rows
from fenji.engine.run import Run, grade
from fenji.engine.view import View
from tests.engine.comparing import LONG_AGO, run_on
from tests.engine.generate import Generator, Rows
from tests.library import files
from tests.parity.regulations import Maker, view_of

DAY = dt.date(2026, 9, 30)
LIBRARY = ("s14-rfm", "s23-property-codes", "s24-heavy-vehicle", "s28-six-segments")
RANDOM = (3, 5, 7)
VIEWS = [*LIBRARY, *RANDOM]


def view_for(which: str | int) -> View:
    return files.view(which) if isinstance(which, str) else view_of(Maker(which).make())


def past(view: View, rows: Rows) -> Rows:
    """The facts as somebody knew them on the day: nothing dated after it, nothing that happened later."""
    found: Rows = {}
    for name, table_rows in rows.items():
        table = view.facts.tables[name]
        happened = [c.name for c in table.columns.values() if c.moment is Moment.HAPPENED]
        kept = [r for r in table_rows if not (table.date and r[table.date] > DAY)]
        found[name] = [
            {k: None if k in happened and v is not None and v > DAY else v for k, v in r.items()} for r in kept
        ]
    return found


def with_a_future(view: View, rows: Rows, seed: int) -> Rows:
    """The same facts when more has happened since: later rows, and days after the day where there was none."""
    draw = random.Random(seed)
    later = Generator(view, DAY, seed + 1000)
    found: Rows = {}
    for name, table_rows in rows.items():
        table = view.facts.tables[name]
        happened = [c.name for c in table.columns.values() if c.moment is Moment.HAPPENED and c.name != table.date]
        found[name] = [happens(row, happened, draw) for row in table_rows]
        if not table.date:
            continue
        for n in range(40):
            row = dict(draw.choice(table_rows)) if table_rows and name in OWN else later.row(table, f"c{n:04}", n)
            row[table.key[0]] = f"later{n:04}" if name not in KEYED else row[table.key[0]]
            found[name].append({**row, table.date: day_after(draw)})
    return found


def happens(row: dict[str, Any], happened: list[str], draw: random.Random) -> dict[str, Any]:
    """A row to which something happens later; what was paid already is not paid again."""
    empty = [k for k in happened if row.get(k) is None and not (k == "paid_on" and row.get("paid_amount") is not None)]
    return {**row, **{k: day_after(draw) for k in empty if draw.random() < 0.5}}


OWN, KEYED = ("judgements", "grades", "model_values"), ("grades", "model_values")


def day_after(draw: random.Random) -> dt.date:
    return DAY + dt.timedelta(days=draw.choice([1, 2, 31, 366]))


def outcome(run: Run) -> tuple[str, list[dict[str, Any]]]:
    return run.manifest.digest, sorted(run.trace().to_pylist(), key=lambda r: r["customer_id"])


@pytest.mark.parametrize("which", VIEWS)
def test_what_happened_after_the_day_changes_nothing(which: str | int, tmp_path: Path) -> None:
    view = view_for(which)
    known = past(view, Generator(view, DAY, 11).facts(40))
    before = outcome(run_on(view, known, DAY, tmp_path / "known"))
    after = outcome(run_on(view, with_a_future(view, known, 12), DAY, tmp_path / "later"))
    assert after == before


@pytest.mark.parametrize("which", [LIBRARY[0], LIBRARY[1], RANDOM[0]])
def test_the_order_of_rows_and_files_changes_nothing(which: str | int, tmp_path: Path) -> None:
    view = view_for(which)
    facts = Generator(view, DAY, 21).facts(40)
    first = run_on(view, facts, DAY, tmp_path / "one")
    draw = random.Random(5)
    parts: dict[str, list[str]] = {name: [] for name in facts}
    for part in range(3):
        shuffled = {name: draw.sample(rows[part::3], len(rows[part::3])) for name, rows in facts.items()}
        (tmp_path / str(part)).mkdir()
        for name, path in write_rows(tmp_path / str(part), view.facts.tables, shuffled).items():
            parts[name].append(str(path))
    tables = FactTables(
        {name: tuple(reversed(paths)) for name, paths in parts.items()}, covers_from=dict.fromkeys(parts, LONG_AGO)
    )
    assert grade(view, tables, DAY, tmp_path / "again").manifest.digest == first.manifest.digest


def test_the_same_inputs_give_the_same_digest_and_others_another(tmp_path: Path) -> None:
    view = files.view("s13-abc")
    facts = Generator(view, DAY, 31).facts(30)
    runs = [run_on(view, facts, DAY, tmp_path / str(n)) for n in range(2)]
    facts["orders"][0] = {**facts["orders"][0], "amount": 777, "ordered_on": DAY, "status": "completed"}
    other = run_on(view, facts, DAY, tmp_path / "other")
    assert runs[0].manifest.digest == runs[1].manifest.digest
    assert other.manifest.digest != runs[0].manifest.digest


@pytest.mark.parametrize("name", ["s03-annual-sales", "s09-points-150-100-80"])
def test_the_points_of_the_lines_add_up_to_the_score(name: str, tmp_path: Path) -> None:
    view = files.view(name)
    run = run_on(view, Generator(view, DAY, 41).facts(80), DAY, tmp_path)
    scores = {
        n: i.points for n, i in view.regulation.indicators.items() if i.points and i.points.lines_missing == "missing"
    }
    rows = run.trace().to_pylist()
    assert scores and rows
    for score, points in scores.items():
        for row in rows:
            lines = [row[f"p_{score}__{line}"] for line in points.lines]
            stated = row.get(f"m_{score}")
            assert stated or row[f"i_{score}"] == (None if None in lines else sum(lines))


def test_a_result_is_written_as_parquet_with_one_row_for_each_covered_customer(tmp_path: Path) -> None:
    view = files.view("s13-abc")
    run = run_on(view, Generator(view, DAY, 51).facts(25), DAY, tmp_path)
    table = pq.read_table(tmp_path / "run" / "grades.parquet")
    assert table.num_rows == run.manifest.customers == len(set(table["customer_id"].to_pylist()))
