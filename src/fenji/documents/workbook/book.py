"""Puts the workbook of a run together."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.workbook import Workbook

from fenji.documents.movers import Movers
from fenji.documents.result import Result
from fenji.documents.workbook.basis import add_basis
from fenji.documents.workbook.listing import add_list, write_csv
from fenji.documents.workbook.moves import add_movers
from fenji.documents.workbook.rest import add_rejects, add_ungraded
from fenji.documents.workbook.sheet import Styles
from fenji.documents.workbook.summary import add_summary

WORKBOOK = "\u5ba2\u6237\u5206\u7c7b\u8868.xlsx"
"""The name of the workbook, the same in every language so that it is found."""
LIST = "\u5ba2\u6237\u540d\u5355.csv"
LARGEST = 1_000_000
"""Customers in the list of a workbook; more go to a CSV file beside it."""
BASIS_LARGEST = 200_000
"""Customers in the sheet of reasons; the trace holds them all."""

Sentences = Callable[[pa.Table], list[str | None]]


@dataclass(frozen=True)
class Notes:
    """Sentences about the rows of a batch: why a customer has its grade, and what would raise it."""

    why: Sentences | None = None
    path: Sentences | None = None


def write_workbook(result: Result, folder: Path, notes: Notes | None = None, moved: Movers | None = None) -> list[Path]:
    """Writes the workbook (and, for a long list, the CSV file) into ``folder``; returns what was written.

    The files appear whole or not at all.

    Raises:
        OSError: when the folder cannot be written, or the workbook is open elsewhere.
    """
    notes = notes or Notes()
    written = [folder / WORKBOOK]
    with tempfile.TemporaryDirectory(prefix=".fenji-", dir=folder) as scratch:
        work = Path(scratch)
        overflow = LIST if result.count > LARGEST else None
        if overflow:
            write_csv(result, work / LIST, notes)
            written.append(folder / LIST)
        options: dict[str, Any] = {
            "constant_memory": True, "tmpdir": scratch, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd",
        }  # fmt: skip
        book = Workbook(str(work / WORKBOOK), options)
        fill_book(book, result, notes, overflow)
        if moved is not None:
            add_movers(book, result, moved)
        try:
            book.close()
        except XlsxWriterException as error:
            raise OSError(str(error)) from error
        for path in written:
            (work / path.name).replace(path)
    return written


def fill_book(book: Workbook, result: Result, notes: Notes, overflow: str | None) -> None:
    """All sheets, in order."""
    styles = Styles(book)
    add_summary(book, styles, result, overflow)
    if overflow is None:
        add_list(book, styles, result, notes)
        if result.count <= BASIS_LARGEST:
            add_basis(book, styles, result)
    add_ungraded(book, styles, result)
    add_rejects(book, styles, result)
