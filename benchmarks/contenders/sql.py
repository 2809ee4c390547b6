"""DuckDB's SQL written by hand: the same regulation, a bare GROUP BY, a bare scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from benchmarks.child import Act

HAND = (Path(__file__).parent.parent / "hand.sql").read_text(encoding="utf-8")
GROUP_BY = """
COPY (SELECT customer_id, sum(amount) AS amount, count(*) AS orders, max(ordered_on) AS last_on
      FROM read_parquet('{orders}') GROUP BY customer_id) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"""
SCAN = """
SELECT sum(strlen(customer_id)), sum(amount), max(ordered_on), sum(strlen(status)) FROM read_parquet('{orders}')"""


def act(sql: str, arguments: dict[str, Any]) -> Act:
    """Runs a statement as ``engine.backends.duck`` is set: the order of rows is free."""

    def run(data: Path, out: Path) -> dict[str, Any]:
        settings = {"memory_limit": arguments["memory_limit"]} if arguments.get("memory_limit") else {}
        settings["temp_directory"] = str(out.with_suffix(".spill"))
        with duckdb.connect(config=settings) as con:
            con.execute("SET preserve_insertion_order = false")
            con.execute("SET enable_progress_bar = false")
            files = {name: str(data / f"{name}.parquet") for name in ("orders", "customers")}
            con.execute(sql.format(out=out, **files)).fetchall()
        return {}

    return run


def hand(arguments: dict[str, Any]) -> Act:
    """``hand.sql``."""
    return act(HAND, arguments)


def group_by(arguments: dict[str, Any]) -> Act:
    """Sum, count and max by customer, written."""
    return act(GROUP_BY, arguments)


def scan(arguments: dict[str, Any]) -> Act:
    """The four columns that the regulation needs, each read whole and summed up as cheaply as can be."""
    return act(SCAN, arguments)
