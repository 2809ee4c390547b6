"""Skewed synthetic facts: a few customers order very often, most rarely; seeded, so each size is always the same.

Twenty orders per customer on the average; a customer's share follows a power law (rank = customers * u^2.5).
Dates over three years, nearly in order in the file, as in an export.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

PER_CUSTOMER = 20
FIRST, LAST = "2024-01-01", "2026-12-31"


def generate(folder: Path, orders: int) -> dict[str, Path]:
    """Writes ``customers.parquet`` and ``orders.parquet`` with so many orders, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = orders // PER_CUSTOMER
    paths = {name: folder / f"{name}.parquet" for name in ("customers", "orders")}
    if all(p.exists() for p in paths.values()):
        return paths
    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false")
    con.execute("SET memory_limit = '6GB'")
    con.execute("SET enable_progress_bar = false")
    con.execute(f"""
        COPY (
          SELECT printf('C%08d', i) AS customer_id, 'active' AS status,
                 ['north', 'east', 'south', 'west'][1 + i % 4] AS region
          FROM range({customers}) t(i)
        ) TO '{paths["customers"]}' (FORMAT parquet, COMPRESSION zstd)""")
    con.execute(f"""
        COPY (
          SELECT
            printf('C%08d', least({customers} - 1, floor({customers} * pow(h1, 2.5))::BIGINT)) AS customer_id,
            DATE '{FIRST}' + greatest(0, least(1095, floor(1095.0 * i / {orders})::INT + (h2 * 14)::INT - 7))
              AS ordered_on,
            CAST(round((5 + 2000 * h3 * h3 * h3) * CASE WHEN h4 < 0.03 THEN -1 ELSE 1 END, 2) AS DECIMAL(18, 2))
              AS amount,
            CASE WHEN h5 < 0.02 THEN 'cancelled' ELSE 'completed' END AS status
          FROM (
            SELECT i,
              (hash(i * 5 + 1) >> 11) / 9007199254740992.0 AS h1, (hash(i * 5 + 2) >> 11) / 9007199254740992.0 AS h2,
              (hash(i * 5 + 3) >> 11) / 9007199254740992.0 AS h3, (hash(i * 5 + 4) >> 11) / 9007199254740992.0 AS h4,
              (hash(i * 5 + 5) >> 11) / 9007199254740992.0 AS h5
            FROM range({orders}) t(i)
          )
        ) TO '{paths["orders"]}' (FORMAT parquet, COMPRESSION zstd)""")
    con.close()
    return paths
