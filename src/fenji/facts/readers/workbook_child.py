"""The process that opens a workbook: run as a script with limits, because hostile files abort the reader library.

Writes one JSON line a sheet head and one a row to the output file. Imports nothing of fenji, to start quickly.
Exit codes: 0 read, 3 not a workbook or damaged, 4 protected by a password.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import zipfile
from typing import Any, TextIO

import python_calamine

NOT_A_WORKBOOK, PROTECTED = 3, 4
OWN = "fenji.judgements"
"""The hidden sheet of fenji's own judgement workbooks is read."""
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def limit(memory: int, seconds: int, output: int) -> None:
    """Never use more than this; where the system knows no limits, only the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text(value: Any) -> str:
    """A cell as text: dates in ISO form, numbers with the 15 digits that a spreadsheet keeps."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def starts_in_1904(path: str) -> bool:
    """Whether day numbers of an XLSX count from 1904."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as stream:
            return bool(re.search(rb"date1904\s*=\s*[\"'](1|true)", stream.read(1 << 20)))
    except (KeyError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False


def write_sheet(workbook: Any, name: str, epoch: bool, out: TextIO) -> None:
    """One sheet: its head, then its rows; trailing empty cells left out."""
    sheet = workbook.get_sheet_by_name(name)
    try:
        merged = sheet.merged_cell_ranges or []
    except Exception:
        merged = []
    start = sheet.start or (0, 0)
    head = {"sheet": name, "row": start[0], "column": start[1], "merged": merged, "date_1904": epoch}
    out.write(json.dumps(head) + "\n")
    for row in sheet.iter_rows():
        cells = [text(cell) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        out.write(json.dumps(cells) + "\n")


def write_visible(workbook: Any, meta: Any, epoch: bool, out: TextIO) -> None:
    """One visible sheet; a damaged one is named, so that the others can still be read."""
    try:
        write_sheet(workbook, meta.name, epoch, out)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        out.write(json.dumps({"sheet": meta.name, "error": str(error)[:200]}) + "\n")


def main(path: str, target: str, memory: int, seconds: int, output: int) -> int:
    """Read ``path`` into ``target`` within the limits."""
    limit(memory, seconds, output)
    try:
        workbook = python_calamine.load_workbook(path)
        epoch = starts_in_1904(path)
        with open(target, "w", encoding="utf-8") as out:
            for meta in workbook.sheets_metadata:
                if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible == python_calamine.SheetVisibleEnum.Visible or meta.name == OWN:
                    write_visible(workbook, meta, epoch, out)
                else:
                    out.write(json.dumps({"sheet": meta.name, "hidden": True}) + "\n")
    except python_calamine.PasswordError:
        return PROTECTED
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        with open(path, "rb") as stream:
            encrypted = stream.read(8) == _COMPOUND_FILE and b"E\0n\0c\0r\0y\0p\0t\0e\0d" in stream.read(1 << 20)
        sys.stderr.write(str(error)[:500])
        return PROTECTED if encrypted else NOT_A_WORKBOOK
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])))
