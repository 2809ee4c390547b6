"""Which files a given path stands for, and each file as sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fenji.facts.errors import FactsError
from fenji.facts.readers.delimited import read_delimited
from fenji.facts.readers.markup import read_markup
from fenji.facts.readers.parquet import read_parquet
from fenji.facts.readers.sheet import RawSheet
from fenji.facts.readers.workbook import read_workbook
from fenji.i18n import _

TEXTS = frozenset({".csv", ".tsv", ".txt", ".tab", ".psv"})
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
PARQUETS = frozenset({".parquet", ".pq"})


def kind_of(path: Path) -> str:
    """``text``, ``workbook``, ``parquet`` or an empty text for what is no source of facts."""
    suffix = (
        path.suffixes[-2].lower() if path.suffix.lower() == ".gz" and len(path.suffixes) > 1 else path.suffix.lower()
    )
    if suffix in TEXTS:
        return "text"
    if path.suffix.lower() in WORKBOOKS:
        return "workbook"
    return "parquet" if path.suffix.lower() in PARQUETS else ""


def source_files(source: Path) -> list[tuple[Path, str]]:
    """The files of a folder (and of folders in it), or the one file, each with the name that messages use.

    :raises FactsError: when there is nothing to read.
    """
    if not source.exists():
        raise FactsError(str(source), _("There is no such file or folder."), _("Check the path."))
    if source.is_file():
        if not kind_of(source):
            raise FactsError(
                source.name,
                _("Files of this kind cannot be read."),
                _("Give CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet."),
            )
        return [(source, source.name)]
    found = sorted(
        path for path in source.rglob("*") if path.is_file() and kind_of(path) and not _is_hidden(path, source)
    )
    if not found:
        mend = _("Put CSV, TSV, XLSX, XLS, XLSB, ODS or Parquet files in it.")
        raise FactsError(str(source), _("The folder holds no file of facts."), mend)
    return [(path, path.relative_to(source).as_posix()) for path in found]


def _is_hidden(path: Path, root: Path) -> bool:
    """Hidden files, and the lock files that spreadsheet programs leave beside an open workbook."""
    return any(part.startswith((".", "~$", "__MACOSX")) for part in path.relative_to(root).parts)


def read_file(path: Path, name: str, scratch: Path) -> Iterator[RawSheet]:
    """The sheets of one file.

    :raises FactsError: when the file cannot be read.
    """
    kind = kind_of(path)
    try:
        if kind == "text" and _is_workbook(path):
            yield from read_workbook(path, name, scratch)
        elif kind == "workbook" and _is_markup(path):
            yield from read_markup(path, name, scratch)
        elif kind == "text" or (kind == "workbook" and _is_text(path)):
            yield read_delimited(path, name, scratch)
        elif kind == "workbook":
            yield from read_workbook(path, name, scratch)
        else:
            yield read_parquet(path, name)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise FactsError(
            name, _("The file cannot be read: {detail}.", detail=detail), _("Check the file and its rights.")
        ) from error


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(512)


def _is_workbook(path: Path) -> bool:
    """A workbook that somebody renamed to .csv."""
    return path.suffix.lower() != ".gz" and _head(path).startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _is_markup(path: Path) -> bool:
    """An HTML table or XML spreadsheet that a system named .xls."""
    head = _head(path).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return head.startswith((b"<html", b"<table", b"<!doctype", b"<?xml", b"<meta", b"<head", b"<style", b"<div"))


def _is_text(path: Path) -> bool:
    """A text export that a system named .xls, as many ERP systems do."""
    head = _head(path)
    binary = head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"))
    return (
        not binary
        and not head.lstrip().startswith(b"<")
        and b"\t" in head
        and b"\0" not in head[:2].replace(b"\xff\xfe", b"")
    )
