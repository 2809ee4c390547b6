"""XLSX, XLS, XLSB and ODS, read by a child process within limits."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from fenji.facts.errors import FactsError
from fenji.facts.readers import workbook_child
from fenji.facts.readers.delimited import filled_names
from fenji.facts.readers.layout import find_layout
from fenji.facts.readers.sheet import RawSheet, cell_table
from fenji.i18n import _

_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one workbook may use."""

    memory: int = 2 << 30  # bytes of address space
    seconds: int = 120
    unpacked: int = 4 << 30  # bytes that a zipped workbook may unpack to
    output: int = 8 << 30


@dataclass(slots=True)
class _Grid:
    name: str
    row: int = 0
    merged: list[list[list[int]]] = field(default_factory=list)
    column: int = 0
    date_1904: bool = False
    rows: list[list[str]] = field(default_factory=list)


def read_workbook(path: Path, name: str, scratch: Path, limits: Limits | None = None) -> list[RawSheet]:
    """Every visible sheet with cells in it; hidden and empty ones are named in the notes of the first.

    :raises FactsError: when the file is damaged, protected, or would take more than the limits.
    """
    limits = limits or Limits()
    _refuse_bomb(path, name, limits)
    target = scratch / "workbook.jsonl"
    _run_child(path, name, target, limits)
    hidden: list[str] = []
    damaged: list[str] = []
    sheets = [_raw_sheet(name, grid) for grid in _grids(target, hidden, damaged) if any(map(any, grid.rows))]
    target.unlink()
    if not sheets:
        raise FactsError(
            name, _("The workbook has no cells in any visible sheet."), _("Export it again, or leave it out.")
        )
    notes = []
    if hidden:
        notes.append(_("Hidden sheets are not read: {names}.", names=", ".join(hidden)))
    if damaged:
        notes.append(_("Damaged sheets could not be read: {names}.", names=", ".join(damaged)))
    return [replace(sheets[0], notes=(*sheets[0].notes, *notes)), *sheets[1:]]


def _refuse_bomb(path: Path, name: str, limits: Limits) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return
    if unpacked > limits.unpacked:
        raise _too_large(name)


def _too_large(name: str) -> FactsError:
    return FactsError(
        name,
        _("The workbook would take more memory or time than is allowed."),
        _("Save only the sheet that is needed, as CSV, and import that."),
    )


def _run_child(path: Path, name: str, target: Path, limits: Limits) -> None:
    command = [sys.executable, "-P", workbook_child.__file__, str(path.resolve()), str(target)]
    command += [str(limits.memory), str(limits.seconds)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds + 10, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_large(name) from error
    if done.returncode == workbook_child.PROTECTED:
        raise FactsError(
            name, _("The workbook is protected by a password."), _("Save it without a password and import it again.")
        )
    if done.returncode == workbook_child.NOT_A_WORKBOOK:
        raise FactsError(
            name,
            _(
                "The workbook cannot be read: {detail}.",
                detail=done.stderr.decode("utf-8", "replace")[:200].rstrip(". "),
            ),
            _("Open it in a spreadsheet program, save it as XLSX and import it again."),
        )
    if done.returncode != 0:
        raise _too_large(name)


def _grids(target: Path, hidden: list[str], damaged: list[str]) -> Iterator[_Grid]:
    grid: _Grid | None = None
    with target.open(encoding="utf-8") as stream:
        for line in stream:
            value = json.loads(line)
            if isinstance(value, list):
                if grid is not None:
                    grid.rows.append(value)
                continue
            if grid is not None:
                yield grid
            grid = None
            if value.get("hidden"):
                hidden.append(value["sheet"])
            elif value.get("error"):
                damaged.append(value["sheet"])
            else:
                grid = _Grid(value["sheet"], value["row"], value["merged"], value["column"], value["date_1904"])
    if grid is not None:
        yield grid


def _raw_sheet(name: str, grid: _Grid) -> RawSheet:
    filled = [i for i, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    visible = [grid.rows[i] for i in filled]
    layout = find_layout(visible[: _SAMPLE + 30])
    data = filled[layout.first :]
    width = max((len(grid.rows[i]) for i in data), default=0)
    headers = layout.headers or tuple(f"column {i + 1}" for i in range(width))
    headers = headers + ("",) * (width - len(headers))
    spread = _fill_merged(grid, set(data))
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


def _fill_merged(grid: _Grid, data: set[int]) -> dict[int, set[int]]:
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
