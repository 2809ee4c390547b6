"""CSV, TSV and blank-separated text as a sheet of text cells."""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from fenji.facts.errors import FactsError
from fenji.facts.readers.encoding import TextFile, as_utf8
from fenji.facts.readers.layout import Layout, find_layout
from fenji.facts.readers.records import BLANKS, LONGEST_CELL, written_plain
from fenji.facts.readers.sheet import ROW, PlainCsv, RawSheet, cell_name
from fenji.i18n import _

_DELIMITERS = (",", "\t", ";", "|", "\x01", "^")
_SAMPLE = 200
_HEAD = 1 << 22
_UNPACKED_AT_LEAST, _UNPACKED_RATIO = 1 << 30, 100


@dataclass(frozen=True, slots=True)
class _Sample:
    records: list[list[str]]
    lines: list[int]  # the physical line on which each record ends
    quoted_newlines: bool


def read_delimited(path: Path, name: str, scratch: Path, delimiter: str | None = None) -> RawSheet:
    """The one sheet of a text file; ``scratch`` is an empty folder that outlives the use of the sheet.

    :raises FactsError: when the file is empty or in no known encoding.
    """
    text = as_utf8(_unpacked(path, scratch), scratch / f"{abs(hash(path))}.utf8")
    head = _head(text.path)
    if not head.strip("\ufeff \t\r\n\x00"):
        raise FactsError(name, _("The file is empty."), _("Export it again, or leave it out."))
    delimiter = delimiter or _delimiter(head)
    sample = _records(head, delimiter)
    layout = find_layout(sample.records)
    return _sheet(text, name, delimiter, sample, layout, scratch)


def _head(path: Path) -> str:
    """The first lines, whole."""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        part = stream.read(_HEAD)
    lines = part.splitlines(keepends=True)
    whole = lines[:-1] if len(part) == _HEAD and len(lines) > 1 else lines
    return "".join(whole[:_SAMPLE])


def _unpacked(path: Path, scratch: Path) -> Path:
    if path.suffix.lower() != ".gz":
        return path
    target = scratch / f"{abs(hash(path))}.unpacked"
    left = _UNPACKED_AT_LEAST + _UNPACKED_RATIO * path.stat().st_size
    try:
        with gzip.open(path, "rb") as source, target.open("wb") as sink:
            while chunk := source.read(1 << 22):
                sink.write(chunk)
                left -= len(chunk)
                if left < 0:
                    raise ValueError(path)
    except (EOFError, ValueError, zlib.error) as error:
        raise FactsError(
            path.name,
            _("The packed file is damaged or unpacks to far too much."),
            _("Unpack it yourself and import what is in it."),
        ) from error
    return target


def _delimiter(head: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells, more than one."""
    lines = [line for line in head.splitlines() if line.strip()]
    best, best_score = ",", 0.0
    if not lines:
        return best
    for delimiter in (*_DELIMITERS, BLANKS):
        if delimiter == BLANKS and best_score:
            break
        widths = Counter(width for row in _quiet(head, lines, delimiter) if (width := len(row)) > 1)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = round(10 * count / len(lines)) + min(width, 50) / 100
        if delimiter == BLANKS and (count < 0.9 * len(lines) or any(c.isalpha() for c in lines[-1])):
            continue
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _quiet(head: str, lines: list[str], delimiter: str) -> Iterator[list[str]]:
    if delimiter == BLANKS:
        return (line.split() for line in lines)
    return (row for row in csv.reader(head.splitlines(keepends=True), delimiter=delimiter) if row)


def _records(head: str, delimiter: str) -> _Sample:
    csv.field_size_limit(LONGEST_CELL)
    source = head.lstrip("\ufeff").splitlines(keepends=True)
    if delimiter == BLANKS:
        return _Sample([line.split() for line in source], list(range(1, len(source) + 1)), quoted_newlines=False)
    reader = csv.reader(source, delimiter=delimiter)
    records, lines = [], []
    for record in reader:
        records.append(record)
        lines.append(reader.line_num)
    return _Sample(records, lines, quoted_newlines=len(records) != len(source))


def _sheet(text: TextFile, name: str, delimiter: str, sample: _Sample, layout: Layout, scratch: Path) -> RawSheet:
    data = [row for row in sample.records[layout.first :] if any(cell.strip() for cell in row)]
    width = Counter(len(row) for row in data).most_common(1)[0][0] if data else 0
    headers = layout.headers or tuple(f"column {i + 1}" for i in range(width))
    notes = () if text.encoding.startswith("utf-8") else (_("Encoding: {encoding}.", encoding=text.encoding),)
    if not layout.headers:
        notes = (*notes, _("No header row was found; columns are named by position."))
    skip = sample.lines[layout.first - 1] if layout.first else 0
    common: dict[str, Any] = {
        "file": name,
        "sheet": None,
        "first_row": layout.first + 1,
        "sample": tuple(map(tuple, data)),
        "notes": notes,
        "title": " ".join(cell for row in sample.records[: layout.first] for cell in row),
        "damaged": text.damaged,
        "odd_blanks": text.odd_blanks or (text.tabs and delimiter != "\t"),
    }
    regular = delimiter != BLANKS and skip == layout.first and len(headers) > 1
    plain = PlainCsv(text.path, delimiter, skip, len(headers), scratch)
    sheet = RawSheet(headers=filled_names(headers), cells=plain, **common)
    return sheet if regular and _duckdb_reads(plain) else by_hand(sheet, plain)


def _duckdb_reads(plain: PlainCsv) -> bool:
    """Whether every record has exactly its cells; only a whole pass can tell, and the import makes it anyway."""
    try:
        csv_relation(duckdb.connect(), plain).limit(1).fetchall()
    except duckdb.Error:
        return False
    return True


def csv_relation(connection: duckdb.DuckDBPyConnection, plain: PlainCsv) -> duckdb.DuckDBPyRelation:
    """The cells of a plain CSV file as text columns ``_c0``.., in file order, strict about their number."""
    cells = [cell_name(i) for i in range(plain.width)]
    return connection.read_csv(
        str(plain.path),
        header=False,
        skiprows=plain.skip,
        delimiter=plain.delimiter,
        quotechar='"',
        escapechar='"',
        columns={**({ROW: "BIGINT"} if plain.numbered else {}), **dict.fromkeys(cells, "VARCHAR")},
        auto_detect=False,
        null_padding=False,
        max_line_size=LONGEST_CELL,
    )


def filled_names(headers: tuple[str, ...]) -> tuple[str, ...]:
    """Headers with a name for every column; repeated ones get a number."""
    seen: Counter[str] = Counter()
    names = []
    for i, header in enumerate(headers):
        name = re.sub(r"\s+", " ", header.strip("\ufeff \t\r\n'\"")) or f"column {i + 1}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return tuple(names)


def by_hand(sheet: RawSheet, plain: PlainCsv) -> RawSheet:
    """``sheet`` read record by record, after DuckDB found its file irregular."""
    cells, bad = written_plain(plain.path, plain.delimiter, sheet.first_row - 1, plain.width, plain.scratch)
    return replace(sheet, cells=cells, bad_rows=bad)
