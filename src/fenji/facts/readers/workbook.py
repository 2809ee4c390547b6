"""XLSX, XLS, XLSB and ODS, read by a child process within limits."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from fenji.facts.errors import FactsError
from fenji.facts.readers import workbook_child
from fenji.facts.readers.grid import Grid, Rest, grid_sheet
from fenji.facts.readers.sheet import RawSheet
from fenji.i18n import _


@dataclass(frozen=True, slots=True)
class Limits:
    """What the reading of one workbook may use."""

    memory: int = 2 << 30  # bytes of address space
    seconds: int = 120
    unpacked: int = 4 << 30  # bytes that a zipped workbook may unpack to
    output: int = 16 << 30  # bytes that the child may write


_HELD_ROWS = 50_000


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
    sheets = [grid_sheet(name, grid) for grid in _grids(target, hidden, damaged) if any(map(any, grid.rows))]
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
    command += [str(limits.memory), str(limits.seconds), str(limits.output)]
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


def _grids(target: Path, hidden: list[str], damaged: list[str]) -> Iterator[Grid]:
    """The sheets that the child wrote; of large ones only the first rows are held."""
    grid: Grid | None = None
    place = 0
    with target.open("rb") as stream:
        for line in stream:
            place += len(line)
            value = json.loads(line)
            if isinstance(value, list):
                if grid is not None:
                    _add_row(grid, value, target, place - len(line))
                continue
            if grid is not None:
                yield grid
            grid = None
            if value.get("hidden"):
                hidden.append(value["sheet"])
            elif value.get("error"):
                damaged.append(value["sheet"])
            else:
                grid = Grid(value["sheet"], value["row"], value["merged"], value["column"], value["date_1904"])
    if grid is not None:
        yield grid


def _add_row(grid: Grid, row: list[str], target: Path, place: int) -> None:
    if grid.more is not None:
        grid.more.width = max(grid.more.width, len(row))
    elif len(grid.rows) < _HELD_ROWS:
        grid.rows.append(row)
    else:
        grid.more = Rest(partial(_rows_from, target, place), target.parent, len(row))


def _rows_from(target: Path, place: int) -> Iterator[list[str]]:
    """The rows of one sheet from a place in the child's output on."""
    with target.open("rb") as stream:
        stream.seek(place)
        for line in stream:
            value = json.loads(line)
            if not isinstance(value, list):
                return
            yield value
