"""Grades the same facts by the oracle and by an engine, or by two engines, and says where they differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from fractions import Fraction
from pathlib import Path

from fenji.engine.contract import FactTables
from fenji.engine.parquet import write_rows
from fenji.engine.readout import Row, read_rows
from fenji.engine.run import Run, grade
from fenji.engine.view import View
from tests.engine.oracle.run import grade_all
from tests.engine.oracle.values import Facts

LONG_AGO = dt.date(1900, 1, 1)
MANY = 12
"""So many differences are shown."""


def tables_of(view: View, facts: Facts, folder: Path) -> FactTables:
    """The facts as Parquet, said to be complete from long ago."""
    folder.mkdir(parents=True, exist_ok=True)
    written = write_rows(folder, view.facts.tables, facts)
    return FactTables({t: (str(p),) for t, p in written.items()}, covers_from=dict.fromkeys(written, LONG_AGO))


def run_on(
    view: View, facts: Facts, as_of: dt.date, folder: Path, *, parameters: Mapping[str, str] | None = None,
    others: Mapping[str, View] | None = None, engine: str = "duckdb",
) -> Run:  # fmt: skip
    """A run of the engine on facts that are given as rows."""
    tables = tables_of(view, facts, folder / "facts")
    return grade(view, tables, as_of, folder / "run", parameters=parameters, others=others, engine=engine)


def differences(ours: Mapping[str, Row], theirs: Iterable[Row]) -> list[str]:
    """Every field of every customer that is not the same."""
    found: list[str] = []
    other = {row.customer: row for row in theirs}
    found += [f"{c}: only in {'the first' if c in ours else 'the second'}" for c in sorted(ours.keys() ^ other.keys())]
    for customer in sorted(ours.keys() & other.keys()):
        for part in fields(Row):
            one, two = getattr(ours[customer], part.name), getattr(other[customer], part.name)
            if one == two:
                continue
            if isinstance(one, Mapping):
                found += [
                    f"{customer} {part.name}.{k}: {text(one.get(k))} <> {text(two.get(k))}"
                    for k in one
                    if one[k] != two.get(k)
                ]
            else:
                found.append(f"{customer} {part.name}: {text(one)} <> {text(two)}")
    return found


def text(value: object) -> str:
    return f"{float(value)!r} ({value})" if isinstance(value, Fraction) else repr(value)


def against_oracle(
    view: View, facts: Facts, as_of: dt.date, folder: Path, *, parameters: Mapping[str, str] | None = None,
    others: Mapping[str, View] | None = None, engine: str = "duckdb",
) -> list[str]:  # fmt: skip
    """Where the engine and the oracle differ."""
    expected = grade_all(view, facts, as_of, parameters, others)
    run = run_on(view, facts, as_of, folder, parameters=parameters, others=others, engine=engine)
    return differences(expected, read_rows(run))[:MANY]
