"""Whether two results are the same, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq


def differing_cells(one: Path, other: Path, key: str = "customer_id", columns: Sequence[str] = ()) -> int:
    """How many cells differ between two Parquet files, rows matched by ``key``.

    A row or a column that only one file has counts with all its cells. With ``columns``, only these are looked at.
    """
    mine, theirs = (set(pq.read_schema(p).names) for p in (one, other))
    shared = sorted((mine & theirs if not columns else set(columns)) - {key})
    lonely = len(mine ^ theirs) if not columns else 0
    parts = " + ".join(f'CAST(a."{c}" IS DISTINCT FROM b."{c}" AS INT)' for c in shared)
    with duckdb.connect() as con:
        found = con.execute(
            f"""SELECT coalesce(sum(CASE WHEN a.{key} IS NULL OR b.{key} IS NULL
                                         THEN {len(shared)} ELSE {parts} END), 0), count(*)
                FROM read_parquet(?) a FULL JOIN read_parquet(?) b ON a.{key} = b.{key}""",
            [str(one), str(other)],
        ).fetchone()
    assert found is not None
    return int(found[0]) + lonely * int(found[1])
