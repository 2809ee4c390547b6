"""Irregular text files, record by record: written out again as a plain CSV with the row numbers, the rest named."""

from __future__ import annotations

import csv
import itertools
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from fenji.facts.readers.sheet import BadRow, PlainCsv

BLANKS = " "
"""The delimiter of files whose cells are parted by any number of blanks."""

LONGEST_CELL = 1 << 24
_LONGEST_LINE = 1 << 25
_LONGEST_RECORD = 200
_SHOWN = 500


def written_plain(
    path: Path, delimiter: str, first: int, width: int, scratch: Path
) -> tuple[PlainCsv, tuple[BadRow, ...]]:
    """A plain CSV in ``scratch`` with every record of ``width`` cells after the first ``first`` records.

    Its first column is the number of the record, counted as a spreadsheet shows it.
    """
    target = scratch / f"{uuid.uuid4()}.csv"
    bad: list[BadRow] = []
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, record, text in _numbered(path, delimiter):
            if number <= first:
                continue
            while len(record) > width and not record[-1].strip():
                record.pop()
            if len(record) == width:
                writer.writerow([number, *record])
            else:
                code = "too_many_cells" if len(record) > width else "too_few_cells"
                bad.append(BadRow(number, code, text[:_SHOWN]))
    return PlainCsv(target, ",", 0, width, scratch, numbered=True), tuple(bad)


def _numbered(path: Path, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Every record that is not blank, with its number (blank ones counted)."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        numbers = itertools.count(1)
        records = _by_blanks(stream) if delimiter == BLANKS else _quoted(stream, delimiter)
        for number, record in zip(numbers, records, strict=False):
            if any(cell.strip() for cell in record):
                yield number, record, (" " if delimiter == BLANKS else delimiter).join(record)


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(_LONGEST_LINE):
        yield line.replace("\0", "")


def _by_blanks(stream: TextIO) -> Iterator[list[str]]:
    return (line.split() for line in _lines(stream))


def _quoted(stream: TextIO, delimiter: str) -> Iterator[list[str]]:
    """Records with quotes as CSV means them; where a quote never closes, its lines are taken as they are."""
    lines = _lines(stream)
    taken: list[str] = []

    def pulled() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line
            if len(taken) > _LONGEST_RECORD:
                return

    while True:
        taken.clear()
        reader = csv.reader(pulled(), delimiter=delimiter, strict=True)
        try:
            record = next(reader)
        except StopIteration:
            if not taken:
                return
            record = []
        except csv.Error:
            yield from _literal(taken, delimiter)
            continue
        yield record


def _literal(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    """Lines with a stray quote: leniently when it is one line, else every line for itself, quotes as they stand."""
    if len(lines) == 1:
        try:
            yield next(csv.reader(lines, delimiter=delimiter), [])
        except csv.Error:
            yield [lines[0][:_SHOWN]]
        return
    for line in lines:
        yield line.rstrip("\r\n").split(delimiter)
