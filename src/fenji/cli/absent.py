"""Facts that a company does not have: stated by ``--absent``, or columns that only narrow or describe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fenji.cli.errors import CallError
from fenji.engine.contract import FactTables, Table
from fenji.engine.expression import names_in
from fenji.engine.issues import unknown
from fenji.engine.plan import PlanError
from fenji.engine.plan.base import OPTIONAL_TABLES
from fenji.engine.plan.columns import DERIVED_NEEDS
from fenji.engine.view import View
from fenji.facts.contract import ARROW_TYPES
from fenji.i18n import Message


@dataclass(frozen=True)
class Needs:
    """The columns of one table that a regulation reads: ``summed`` decide figures, ``soft`` narrow or describe."""

    summed: frozenset[str]
    soft: frozenset[str]


def needs(view: View) -> dict[str, Needs]:
    """What a regulation reads of each table, derived columns replaced by what they come from."""
    summed: dict[str, set[str]] = {}
    soft: dict[str, set[str]] = {"customers": set()}
    for spec in view.regulation.indicators.values():
        if spec.attribute:
            soft["customers"].add(spec.attribute)
        if spec.measure:
            table = view.facts.tables[spec.measure.from_]
            own = summed.setdefault(table.name, set())
            own |= {table.owner, *([table.date] if table.date else ())}
            own |= {spec.measure.column} & set(table.columns)
            soft.setdefault(table.name, set()).update(names(view, spec.measure.where, table))
    soft["customers"] |= names(view, view.regulation.applies_to.where, view.facts.tables["customers"])
    return {
        name: Needs(
            imported(summed.get(name, set())), imported(soft.get(name, set())) - imported(summed.get(name, set()))
        )
        for name in {*summed, *soft}
    }


def names(view: View, where: str | None, table: Table) -> set[str]:
    """The columns that a condition names."""
    tree = view.parsed(where) if where else None
    return {node.name for node in names_in(tree)} & set(table.columns) if tree else set()


def imported(columns: Iterable[str]) -> frozenset[str]:
    """Columns as they are imported."""
    return frozenset(part for name in columns for part in DERIVED_NEEDS.get(name, (name,)))


def completed(
    views: Collection[View], facts: FactTables, absent: Sequence[str], folder: Path
) -> tuple[FactTables, list[Message]]:
    """The facts with what is stated to be absent as empty tables and columns, and notes on columns taken as missing.

    Raises:
        CallError: when ``absent`` names something that no table has.
        PlanError: with every table and column that is lacking and was not stated to be absent.
    """
    stated = [stated_absent(views, text) for text in absent]
    files, versions = dict(facts.files), dict(facts.versions)
    problems: list[Message] = []
    notes: list[Message] = []
    for view in views:
        for name, need in needs(view).items():
            table = view.facts.tables[name]
            if name not in files:
                if name in OPTIONAL_TABLES:
                    continue
                if (name, None) not in stated:
                    problems.append(no_table(name))
                    continue
                files[name], versions[name] = (), "absent"
            lacking = (need.summed | need.soft) - columns_of(files[name])
            hard = [c for c in sorted(lacking & need.summed) if files[name] and (name, c) not in stated]
            problems += [no_column(name, column) for column in hard]
            taken = sorted(c for c in lacking & need.soft if files[name] and (name, c) not in stated)
            if taken:
                notes.append(
                    Message(
                        "table '{table}' has no column {columns}: taken as missing",
                        table=name,
                        columns=", ".join(taken),
                    )
                )
            if lacking and not hard:
                files[name] = (*files[name], empty(table, lacking, folder, len(files[name])))
    if problems:
        raise PlanError(*problems)
    return replace(facts, files=files, versions=versions), notes


def covering(facts: FactTables, since: dt.date | None) -> FactTables:
    """The facts with the first day from which all of them are complete, where the user states one."""
    return facts if since is None else replace(facts, covers_from=dict.fromkeys(facts.files, since))


def stated_absent(views: Collection[View], text: str) -> tuple[str, str | None]:
    """A table or a column of one."""
    name, _dot, column = text.partition(".")
    tables = next(iter(views)).facts.tables
    if name not in tables:
        raise CallError(unknown(Message("table"), name, tables))
    if column and column not in tables[name].columns:
        raise CallError(unknown(Message("column of '{table}'", table=name), column, tables[name].columns))
    return name, column or None


def no_table(name: str) -> Message:
    """The message on a table that is not there."""
    return Message(
        "the facts have no table '{table}', which the regulation uses; bring it, or say --absent {table} "
        "if there are no such rows",
        table=name,
    )  # fmt: skip


def no_column(table: str, column: str) -> Message:
    """The message on a column that is not there."""
    return Message(
        "the facts have no column '{column}' in table '{table}', which the regulation uses; name it in a mapping file, "
        "or say --absent {table}.{column} if there is none: it then counts as missing",
        table=table, column=column,
    )  # fmt: skip


def columns_of(files: Sequence[str]) -> set[str]:
    """The columns that some of the files have."""
    return {name for file in files for name in pq.read_schema(file).names}


def empty(table: Table, columns: Iterable[str], folder: Path, number: int) -> str:
    """A Parquet file without rows that has the columns, and the table's own with them when it stands alone."""
    wanted = set(columns) | (set() if number else {c.name for c in table.columns.values() if not c.derived})
    schema = pa.schema([(c, ARROW_TYPES[table.columns[c].type]) for c in sorted(wanted)])
    path = folder / f"absent-{table.name}-{number}.parquet"
    pq.write_table(schema.empty_table(), path)
    return str(path)
