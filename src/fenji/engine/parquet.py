"""Rows of facts as Parquet files in the types of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fenji.engine.contract import ARROW_TYPES, Table


def write_rows(
    folder: Path, tables: Mapping[str, Table], rows: Mapping[str, Sequence[Mapping[str, object]]]
) -> dict[str, Path]:
    """One file for each table of ``rows``; columns that a row does not name are null."""
    written = {}
    for name, found in rows.items():
        schema = pa.schema([(c.name, ARROW_TYPES[c.type]) for c in tables[name].columns.values() if not c.derived])
        written[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(list(found), schema=schema), written[name])
    return written
