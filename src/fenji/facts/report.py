"""What an import did: per file what it became, the counts, the rows that could not be taken and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN_REJECTS = 1000
"""Rejects of one sheet that the report itself lists; the rejects file of the import holds them all."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not taken; ``row`` counts as a spreadsheet does (the first line is 1)."""

    file: str
    sheet: str | None
    row: int | None
    column: str | None  # the header in the file, or None when the whole row is meant
    reason: str  # in the language of the import
    text: str  # the original cell, or the row when no single cell is to blame
    code: str = ""  # the same reason as a stable code
    rows: int = 1  # more than one when a whole sheet could not be taken


@dataclass(frozen=True, slots=True)
class SheetReport:
    """One sheet or file: what it became. ``read == taken + merged + rejected`` always."""

    file: str
    sheet: str | None
    table: str | None  # None: no fact table recognised
    columns: Mapping[str, str]  # contract column -> header in the file
    extra: Mapping[str, str]  # further columns that came in under their own name
    read: int
    taken: int
    merged: int  # identical repetitions, and lines that became part of an order row
    rejected: int
    rejects: tuple[Reject, ...] = ()  # the first SHOWN_REJECTS of them
    reasons: Mapping[str, int] = field(default_factory=dict)  # reason -> rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableReport:
    """One fact table after the import: what changed in the store."""

    table: str
    version: str
    rows: int
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import, whole. ``rejects_file`` is a CSV with every reject, if there were any."""

    import_id: str
    known_on: dt.date
    sheets: tuple[SheetReport, ...] = ()
    tables: tuple[TableReport, ...] = ()
    notes: tuple[str, ...] = ()
    rejects_file: str | None = None
    mapping: Mapping[str, Any] = field(default_factory=dict)  # what was used, ready for save_mapping

    @property
    def rejected(self) -> int:
        """Rows not taken, over all sheets."""
        return sum(sheet.rejected for sheet in self.sheets)

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """The rejects that the sheet reports list."""
        return tuple(reject for sheet in self.sheets for reject in sheet.rejects)

    def as_json(self) -> dict[str, Any]:
        """Plain values only: dictionaries, lists, texts, numbers; dates in ISO form."""
        return {**asdict(self), "known_on": self.known_on.isoformat()}
