"""A grid of cells with merged areas as a sheet: header found, merged cells carried down."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from fenji.facts.readers.delimited import filled_names
from fenji.facts.readers.layout import find_layout
from fenji.facts.readers.sheet import PlainCsv, RawSheet, cell_table
from fenji.i18n import _

_SAMPLE = 200


@dataclass(slots=True)
class Grid:
    """The cells of one sheet from its first used cell on, which stands at ``row`` and ``column`` (from 0)."""

    name: str
    row: int = 0
    merged: list[list[list[int]]] = field(default_factory=list)
    column: int = 0
    date_1904: bool = False
    rows: list[list[str]] = field(default_factory=list)
    more: Rest | None = None


@dataclass(slots=True)
class Rest:
    """The rows of a large sheet that are not held in memory: ``rows`` gives them again, ``width`` is the widest."""

    rows: Callable[[], Iterator[list[str]]]
    scratch: Path
    width: int = 0


def grid_sheet(name: str, grid: Grid) -> RawSheet:
    """The sheet that a grid holds."""
    filled = [i for i, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    visible = [grid.rows[i] for i in filled]
    layout = find_layout(visible[: _SAMPLE + 30])
    data = filled[layout.first :]
    width = max((len(grid.rows[i]) for i in data), default=0)
    width = max(width, grid.more.width if grid.more else 0)
    headers = layout.headers or tuple(f"column {i + 1}" for i in range(width))
    headers = headers + ("",) * (width - len(headers))
    spread = _fill_merged(grid, set(data))
    if grid.more:
        cells: pa.Table | PlainCsv = _written(grid, grid.more, data, len(headers), spread)
    else:
        cells = cell_table([grid.rows[i] for i in data], [grid.row + i + 1 for i in data], len(headers))
    notes = () if layout.headers else (_("No header row was found; columns are named by position."),)
    return RawSheet(
        file=name,
        sheet=grid.name,
        headers=filled_names(headers),
        first_row=grid.row + (data[0] if data else len(grid.rows)) + 1,
        sample=tuple(tuple(grid.rows[i]) for i in data[:_SAMPLE]),
        cells=cells,
        spread={column: frozenset(rows) for column, rows in spread.items()},
        date_1904=grid.date_1904,
        title=" ".join(cell for row in visible[: layout.first] for cell in row),
        notes=notes,
    )


def _fill_merged(grid: Grid, data: set[int]) -> dict[int, set[int]]:
    """Carry the value of a cell that was merged downwards into the rows it covers; say which cells those are."""
    spread: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in grid.merged:
        first, column = top - grid.row, left - grid.column
        if bottom == top or first not in data or right != left or not 0 <= column < len(grid.rows[first]):
            continue
        value = grid.rows[first][column]
        for index in range(first + 1, min(bottom - grid.row + 1, len(grid.rows))):
            row = grid.rows[index]
            row.extend([""] * (column + 1 - len(row)))
            if index in data and not row[column].strip():
                row[column] = value
                spread.setdefault(column, set()).add(grid.row + index + 1)
    return spread


def _written(grid: Grid, more: Rest, data: list[int], width: int, spread: dict[int, set[int]]) -> PlainCsv:
    """A large sheet as a plain CSV with row numbers, so that memory does not grow with it."""
    target = more.scratch / f"{uuid.uuid4()}.csv"
    covered = _covered(grid)
    values: dict[int, str] = {}
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for index in data:
            row = grid.rows[index]
            writer.writerow([grid.row + index + 1, *row, *[""] * (width - len(row))])
            values = dict(enumerate(row))
        for index, row in enumerate(more.rows(), len(grid.rows)):
            if not any(cell.strip() for cell in row):
                continue
            row.extend([""] * (width - len(row)))
            for column in covered.get(index, ()):
                if column < width and not row[column].strip():
                    row[column] = values.get(column, "")
                    spread.setdefault(column, set()).add(grid.row + index + 1)
            writer.writerow([grid.row + index + 1, *row[:width]])
            values = dict(enumerate(row))
    return PlainCsv(target, ",", 0, width, more.scratch, numbered=True)


def _covered(grid: Grid) -> dict[int, list[int]]:
    """row -> columns that are covered by a cell merged downwards from above, beyond the rows in memory."""
    covered: dict[int, list[int]] = {}
    for (top, left), (bottom, right) in grid.merged:
        if left == right and bottom > top:
            for index in range(max(top - grid.row + 1, len(grid.rows)), bottom - grid.row + 1):
                covered.setdefault(index, []).append(left - grid.column)
    return covered
