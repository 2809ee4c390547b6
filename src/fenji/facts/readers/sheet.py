"""What every reader hands on: a sheet of text cells with its header and row numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

ROW = "_row"
"""Name of the row-number column in a cell table."""


def cell_name(index: int) -> str:
    """The name of a cell column; no column of a table can be called so."""
    return f"_c{index}"


@dataclass(frozen=True, slots=True)
class PlainCsv:
    """A UTF-8 file that DuckDB may read by itself: regular, without title lines after ``skip``."""

    path: Path
    delimiter: str
    skip: int  # physical lines before the first data line
    width: int
    scratch: Path  # where copies may be written
    numbered: bool = False  # a first column holds the row numbers


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that has no cells to take: too many or too few, or undecodable."""

    row: int
    code: str  # see reasons.py
    text: str


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as text. ``cells`` has columns ``_row`` (int64) and ``_c0``.. (string), or names a plain CSV."""

    file: str
    sheet: str | None
    headers: tuple[str, ...]
    first_row: int  # the row number of the first data row, counted as a spreadsheet does
    sample: tuple[tuple[str, ...], ...]  # the first data rows
    cells: pa.Table | PlainCsv
    bad_rows: tuple[BadRow, ...] = ()
    spread: Mapping[int, frozenset[int]] = field(default_factory=dict)  # column -> rows filled from a merged cell
    date_1904: bool = False
    title: str = ""  # what stood above the header
    odd_blanks: bool = True  # cells may be padded with tabs, wide or hard blanks
    damaged: bool = False  # some cells hold U+FFFD, where the file could not be decoded
    notes: tuple[str, ...] = ()


def cell_table(rows: Sequence[Sequence[str | None]], numbers: Sequence[int], width: int) -> pa.Table:
    """Cells of ``rows`` (padded to ``width``) with their row ``numbers``."""
    columns = [pa.array([row[i] if i < len(row) else None for row in rows], pa.string()) for i in range(width)]
    names = [ROW, *map(cell_name, range(width))]
    return pa.Table.from_arrays([pa.array(numbers, pa.int64()), *columns], names=names)
