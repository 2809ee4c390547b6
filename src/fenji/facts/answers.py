"""Judgement workbooks that come back: every answer is a judgement, conflicts are rejected, empty cells stay missing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from fenji.engine.contract import ColumnType
from fenji.facts import sql
from fenji.facts.mapping import ColumnMap, SheetMap
from fenji.facts.parse import CellStyle, parse_cell
from fenji.facts.readers.sheet import BadRow, PlainCsv, RawSheet, cell_name, cell_table
from fenji.facts.store import StoreChange

HIDDEN = "fenji.judgements"
"""The hidden sheet that such a workbook carries; it says which column is which."""
COLUMNS = ("judgement_id", "customer_id", "judged_on", "judge", "value", "note")
_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Matter:
    """One answered column: the matter, its header in the workbook, and which answers there are."""

    header: str
    name: str
    labels: tuple[str, ...]
    low: str
    high: str
    regulation: str
    role: str

    def accepts(self, value: str) -> bool:
        """Whether an answer is one of the labels, or a number between the bounds."""
        if self.labels:
            return value in self.labels
        try:
            return Decimal(self.low) <= Decimal(value) <= Decimal(self.high)
        except InvalidOperation:
            return False


@dataclass(slots=True)
class Answers:
    """Turns judgement workbooks of one import into sheets of judgements; knows what was judged before."""

    change: StoreChange
    known: dict[_Key, str] | None = None
    given: dict[_Key, str] = field(default_factory=dict)

    def sheets(self, found: Sequence[RawSheet]) -> Iterator[tuple[RawSheet, SheetMap | None]]:
        """The sheets of a file: those of a judgement workbook as judgements, all others as they are."""
        hidden = next((sheet for sheet in found if sheet.sheet == HIDDEN), None)
        if hidden is None:
            yield from ((sheet, None) for sheet in found)
            return
        rows = [dict(zip(hidden.headers, row, strict=False)) for row in hidden.sample]
        places = {row.get("kind", ""): row.get("header", "") for row in rows if row.get("kind") != "matter"}
        asked = [matter_of(row) for row in rows if row.get("kind") == "matter"]
        for sheet in found:
            if places.get("customer") in sheet.headers and not isinstance(sheet.cells, PlainCsv):
                for matter in asked:
                    if matter.header in sheet.headers:
                        yield self.judged(sheet, places, matter)

    def judged(self, sheet: RawSheet, places: dict[str, str], matter: Matter) -> tuple[RawSheet, SheetMap]:
        """The answers to one matter as a sheet of judgements."""
        kept: list[list[str | None]] = []
        numbers: list[int] = []
        bad: list[BadRow] = []
        for number, row in rows_of(sheet):
            value = row.get(matter.header, "").strip()
            if not value:
                continue
            customer, judge = row.get(places["customer"], "").strip(), row.get(places["judge"], "").strip()
            day = row.get(places["date"], "").strip()
            code = self.fault(matter, customer, day_of(day), value, judge)
            if code:
                bad.append(BadRow(number, code, f"{customer}: {value}"))
                continue
            kept.append(
                [key_of(matter, customer, day_of(day)), customer, day, judge, value, row.get(places["note"], "")]
            )
            numbers.append(number)
        raw = RawSheet(
            file=sheet.file,
            sheet=f"{sheet.sheet} / {matter.header}",
            headers=COLUMNS,
            first_row=sheet.first_row,
            sample=tuple(tuple(cell or "" for cell in row) for row in kept[:200]),
            cells=cell_table(kept, numbers, len(COLUMNS)),
            bad_rows=tuple(bad),
        )
        columns = {name: ColumnMap(name) for name in COLUMNS}
        constants = {"regulation": matter.regulation, "matter": matter.name, "role": matter.role}
        return raw, SheetMap(sheet.file, "judgements", raw.sheet, columns, constants)

    def fault(self, matter: Matter, customer: str, day: str, value: str, judge: str) -> str:
        """Why an answer cannot be taken, as a code; empty when it can."""
        if not matter.accepts(value):
            return "unknown_answer"
        if not judge:
            return "no_judge"
        key = (matter.regulation, matter.name, customer, day)
        if self.before().get(key, value) != value or self.given.get(key, value) != value:
            return "judged_already"
        self.given[key] = value
        return ""

    def before(self) -> dict[_Key, str]:
        """What the store holds already, by regulation, matter, customer and day."""
        if self.known is None:
            self.known = {}
            version = self.change.base("judgements")
            files = self.change.store.table("judgements").files(version) if version is not None else ()
            if files:
                listed = ", ".join(sql.text(file) for file in files)
                rows = self.change.connection.execute(
                    "SELECT regulation, matter, customer_id, CAST(judged_on AS VARCHAR), value "
                    f"FROM read_parquet([{listed}], union_by_name = true)"
                ).fetchall()
                self.known = {(row[0], row[1], row[2], row[3]): row[4] for row in rows}
        return self.known


def matter_of(row: dict[str, str]) -> Matter:
    """One line of the hidden sheet."""
    try:
        labels = tuple(map(str, json.loads(row.get("labels") or "[]")))
    except ValueError:
        labels = ()
    return Matter(
        row.get("header", ""), row.get("name", ""), labels, row.get("low", ""), row.get("high", ""),
        row.get("regulation", ""), row.get("role", ""),
    )  # fmt: skip


def rows_of(sheet: RawSheet) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row of a sheet with its number, cells by header."""
    assert not isinstance(sheet.cells, PlainCsv)
    for row in sheet.cells.to_pylist():
        yield int(row["_row"]), {h: row.get(cell_name(at)) or "" for at, h in enumerate(sheet.headers)}


def day_of(text: str) -> str:
    """A day in ISO form, or the text itself when it is none; the import will say so."""
    value = parse_cell(text, ColumnType.DATE, CellStyle()) if text else None
    return value.isoformat() if isinstance(value, dt.date) else text


def key_of(matter: Matter, customer: str, day: str) -> str:
    """The key of a judgement: the same answer brought in twice is the same judgement."""
    parts = json.dumps([matter.regulation, matter.name, matter.role, customer, day], ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()[:32]
