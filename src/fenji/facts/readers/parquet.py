"""A Parquet file as a sheet of text cells."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fenji.facts.errors import FactsError
from fenji.facts.readers.sheet import ROW, RawSheet, cell_name
from fenji.i18n import _

_SAMPLE = 200


def read_parquet(path: Path, name: str) -> RawSheet:
    """The one sheet of a Parquet file; row 1 is its first row.

    :raises FactsError: when it is damaged or holds nested columns only.
    """
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FactsError(
            name, _("The Parquet file cannot be read: {detail}.", detail=str(error)[:200]), _("Export it again.")
        ) from error
    return arrow_sheet(table, name, None)


def arrow_sheet(table: pa.Table, name: str, sheet: str | None) -> RawSheet:
    """Typed rows as text cells, in the form that the import reads back without loss."""
    flat = [(field.name, _texts(column)) for field, column in zip(table.schema, table.columns, strict=True)]
    kept = [(header, column) for header, column in flat if column is not None]
    if not kept:
        raise FactsError(name, _("There is no column of plain values."), _("Export plain columns."))
    columns = [column for _header, column in kept]
    rows = pa.array(range(1, table.num_rows + 1), pa.int64())
    cells = pa.Table.from_arrays([rows, *columns], names=[ROW, *(cell_name(i) for i in range(len(columns)))])
    head = cells.slice(0, _SAMPLE).drop_columns([ROW]).to_pydict()
    sample = tuple(tuple(value or "" for value in row) for row in zip(*head.values(), strict=True))
    return RawSheet(
        file=name, sheet=sheet, headers=tuple(header for header, _c in kept), first_row=1, sample=sample, cells=cells
    )


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The values as text; None for nested and binary columns."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no")
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    if pa.types.is_floating(kind):
        return pa.chunked_array(
            [[None if v is None or v != v else _number(v) for v in column.to_pylist()]], pa.string()
        )
    return column.cast(pa.string())


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
