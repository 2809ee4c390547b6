"""A finished run as people look at it: names beside numbers, best first, with totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from fenji.documents.figures import Figure, amounts, figures, score_lines
from fenji.documents.words import grade_order
from fenji.engine.run import REASONS, read_manifest
from fenji.engine.view import View

BATCH = 20_000


def quoted(name: str) -> str:
    """A column name in SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Line:
    """One grade of the summary; ``grade`` is none for the customers without one."""

    grade: str | None
    customers: int
    money: Decimal
    standings: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """Rows that were not taken, as the report of the import lists them; ``total`` counts all of them."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    total: int = 0
    file: str | None = None


@dataclass
class Result:
    """The files of a run with the regulation it ran and the customers' names.

    Args:
        customers: the Parquet files of the customer table, for the names; none when there is no such table.
    """

    folder: Path
    view: View
    customers: Sequence[str] = ()
    rejects: Table | None = None
    manifest: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.manifest = self.manifest or read_manifest(self.folder)

    @cached_property
    def schema(self) -> list[str]:
        """The columns of the trace."""
        return list(pq.read_schema(self.folder / REASONS).names)

    @cached_property
    def figures(self) -> list[Figure]:
        """The indicators, in the order of the regulation."""
        return figures(self.view, self.manifest["columns"], self.schema)

    @cached_property
    def score_lines(self) -> list[Figure]:
        """The points of each line of each score."""
        return score_lines(self.view, self.manifest["columns"], self.schema)

    @cached_property
    def money(self) -> Figure | None:
        """The figure that shares of money are taken of: the first in money that is not nothing for everybody."""
        found = amounts(self.figures)
        for figure in found:
            column = quoted(figure.column)
            [[some]] = self.connection.execute(f"SELECT count(*) FROM trace WHERE {column} <> 0").fetchall()
            if some:
                return figure
        return found[0] if found else None

    @cached_property
    def grades(self) -> list[str]:
        """The grades, best first."""
        return grade_order(self.view)

    @cached_property
    def count(self) -> int:
        """How many customers the run has."""
        return int(self.manifest["customers"])

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB session with the views ``trace``, ``names`` and ``places`` (of the grades)."""
        con = duckdb.connect()
        con.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        con.read_parquet(str(self.folder / REASONS)).create_view("trace")
        places = pa.table(
            {"grade": pa.array(self.grades, pa.string()), "place": pa.array(range(len(self.grades)), pa.int32())}
        )
        con.register("places", places)
        if self.customers:
            con.read_parquet(list(self.customers), union_by_name=True).create_view("customers")
            columns = [row[0] for row in con.execute("DESCRIBE customers").fetchall()]
            name = "any_value(name)" if "name" in columns else "NULL::VARCHAR"
            con.execute(f"CREATE VIEW names AS SELECT customer_id, {name} AS name FROM customers GROUP BY customer_id")
        else:
            con.execute("CREATE VIEW names AS SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS name WHERE false")
        return con

    def amount(self, alias: str = "t") -> str:
        """The SQL of the main money figure; 0 where there is none."""
        money = self.money
        if money is None:
            return "0::DECIMAL(18,2)"
        column = f"{alias}.{quoted(money.column)}"
        return column if money.divisor == 1 else f"({column} / {money.divisor})::DECIMAL(38,2)"

    @cached_property
    def summary(self) -> list[Line]:
        """One line a grade, best first, empty grades too; last the customers without one, if there are any."""
        rows = self.connection.execute(
            f"SELECT grade, standing, count(*), coalesce(sum({self.amount()}), 0)::DECIMAL(38,2) "
            "FROM trace t GROUP BY 1, 2"
        ).fetchall()
        lines = []
        for grade in [*self.grades, None]:
            own = [row for row in rows if row[0] == grade]
            if own or grade is not None:
                standings = {str(row[1]): int(row[2]) for row in own}
                money = sum((Decimal(row[3]) for row in own), Decimal(0))
                lines.append(Line(grade, sum(standings.values()), money, standings))
        return lines

    @cached_property
    def ungraded(self) -> list[tuple[str, int]]:
        """Why customers have no grade, most frequent first."""
        rows = self.connection.execute(
            "SELECT ungraded, count(*) AS n FROM trace WHERE grade IS NULL GROUP BY 1 ORDER BY n DESC, 1"
        ).fetchall()
        return [(str(row[0]), int(row[1])) for row in rows]

    def rows(self, *, graded: bool | None = None, limit: int | None = None) -> Iterator[pa.Table]:
        """The trace with names, best grade first, then by money and id; in batches.

        Args:
            graded: only customers with (or without) a grade.
        """
        which = {None: "true", True: "t.grade IS NOT NULL", False: "t.grade IS NULL"}[graded]
        order = f"p.place NULLS LAST, {self.amount()} DESC NULLS LAST, t.customer_id"
        sql = (
            f"SELECT n.name AS customer_name, t.* FROM trace t LEFT JOIN names n USING (customer_id) "
            f"LEFT JOIN places p ON t.grade = p.grade WHERE {which} ORDER BY {order}"
        )
        reader = self.connection.sql(sql + (f" LIMIT {int(limit)}" if limit else "")).to_arrow_reader(BATCH)
        for batch in reader:
            yield pa.Table.from_batches([batch])
