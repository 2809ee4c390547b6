"""One import: sheets in, fact tables changed, a report of every row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fenji.facts import sql
from fenji.facts.assemble import Assembled, assemble, derive_customers, resolve_customers
from fenji.facts.contract import ORDER_LINES, load_contract, table_named
from fenji.facts.details import add_details
from fenji.facts.errors import FactsError
from fenji.facts.guess import Guess, guess, style_notes, what_is_missing
from fenji.facts.mapping import ColumnMap, MappingFile, SheetMap, mapping_document
from fenji.facts.normalise import settle_dates, stage_sheet
from fenji.facts.parts import Part, make_part
from fenji.facts.readers.sheet import PlainCsv, RawSheet
from fenji.facts.reasons import reason
from fenji.facts.repair import CellReject
from fenji.facts.report import SHOWN_REJECTS, ImportReport, Reject, SheetReport
from fenji.facts.store import StoreChange
from fenji.i18n import _


@dataclass(slots=True)
class _Entry:
    """One sheet of the import, recognised or not."""

    sheet: RawSheet
    guess: Guess
    given: bool = False  # by a mapping of the user
    part: Part | None = None


@dataclass(slots=True)
class Import:
    """An import on its way; feed it sheets, then ``run`` it."""

    change: StoreChange
    mapping: MappingFile = field(default_factory=MappingFile)
    entries: list[_Entry] = field(default_factory=list)
    failed: list[SheetReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, sheet: RawSheet, given: SheetMap | None = None) -> None:
        """Take one more sheet in, with its mapping if there is one."""
        given = (
            given or self.mapping.find(sheet.file, sheet.sheet) or self.mapping.find(Path(sheet.file).name, sheet.sheet)
        )
        if given is not None:
            self._check_headers(sheet, [*given.columns.values(), *given.extra.values()])
            self.entries.append(_Entry(sheet, Guess(given, ()), given=True))
        else:
            self.entries.append(_Entry(sheet, guess(sheet)))

    def _check_headers(self, sheet: RawSheet, columns: Iterable[ColumnMap]) -> None:
        known = {*sheet.headers, "#row"}
        missing = [column.header for column in columns if column.header not in known]
        if missing:
            raise FactsError(
                sheet.file,
                _("There is no column `{header}`, which the mapping names.", header=missing[0]),
                _("Its columns are: {words}.", words=", ".join(sheet.headers[:50])),
            )

    def fail(self, name: str, error: FactsError) -> None:
        """Note a file that could not be read; the others go on."""
        reject = Reject(name, None, None, None, f"{error.what} {error.mend}".strip(), "", "unreadable", rows=0)
        self.failed.append(SheetReport(name, None, None, {}, {}, 0, 0, 0, 0, (reject,), {reject.reason: 0}))

    def run(self) -> ImportReport:
        """Type, assemble and write everything; the change is committed by its own block."""
        entries = self._recognised()
        for index, entry in enumerate(entries):
            table = table_named(entry.guess.mapping.table or "")
            if not entry.given:
                mapping = settle_dates(self.change.connection, entry.sheet, entry.guess.mapping)
                styles = [note for map_ in mapping.columns.values() for note in style_notes(map_)]
                entry.guess = Guess(mapping, (*entry.guess.notes, *styles), entry.guess.weak)
            stage = f"stage_{index}"
            staged = stage_sheet(self.change.connection, entry.sheet, entry.guess.mapping, table, stage)
            entry.part = make_part(
                self.change.connection, index, entry.sheet, table, staged, self.change.store.currency
            )
        parts = [entry.part for entry in entries if entry.part is not None]
        for assembled in self._assembled(parts):
            self.change.upsert(assembled.table, assembled.relation, assembled.columns)
        self.change.mapping = mapping_document([part.staged.mapping for part in parts])
        return self._report()

    def _recognised(self) -> list[_Entry]:
        """The sheets with a table; a weakly recognised one counts only when nothing else is."""
        found = [entry for entry in self.entries if entry.guess.mapping.table]
        if not any(
            entry.guess.mapping.table == "orders" and "order_id" in entry.guess.mapping.columns for entry in found
        ):
            for entry in found:
                if entry.guess.mapping.table == ORDER_LINES:
                    entry.guess = Guess(entry.guess.mapping, (what_is_missing(entry.sheet),))
            found = [entry for entry in found if entry.guess.mapping.table != ORDER_LINES]
        return [entry for entry in found if not entry.guess.weak] or found

    def _assembled(self, parts: Sequence[Part]) -> list[Assembled]:
        by_table: dict[str, list[Part]] = {}
        for part in parts:
            by_table.setdefault(part.table.name, []).append(part)
        result = []
        if "customers" in by_table:
            result.append(
                assemble(self.change.connection, load_contract().tables["customers"], by_table.pop("customers"))
            )
        lines = by_table.pop(ORDER_LINES, [])
        if lines:
            add_details(self.change.connection, by_table["orders"], lines)
        for part in by_table.get("orders", ()):
            if "amount" not in part.columns:
                part.notes.append(_("There is no amount column: the orders have no amounts."))
        facts = [part for group in by_table.values() for part in group]
        known = self._known_customers(result[0] if result else None)
        resolve_customers(self.change.connection, facts, known)
        if known is None and facts:
            result.append(derive_customers(self.change.connection, facts))
            self.change.derived_customers = True
            self.notes.append(
                _("There is no customer table: the customers were taken from the other files, all as active.")
            )
        elif result:
            self.change.derived_customers = False
        tables = [load_contract().tables[name] for name in by_table]
        return [*result, *(assemble(self.change.connection, table, by_table[table.name]) for table in tables)]

    def _known_customers(self, new: Assembled | None) -> str | None:
        """A relation with every customer by number and name, of this import and of the store; None: derive them."""
        selects = []
        if new is not None:
            named = "name" if "name" in new.columns else "CAST(NULL AS VARCHAR) AS name"
            selects.append(f"SELECT customer_id, {named} FROM {new.relation}")
        version = self.change.base("customers")
        stored = version is not None and not (new is None and self.change.customers_are_derived())
        if stored and version is not None and (files := self.change.store.table("customers").files(version)):
            listed = ", ".join(sql.text(file) for file in files)
            selects.append(f"SELECT customer_id, name FROM read_parquet([{listed}], union_by_name = true)")
        return f"({' UNION '.join(selects)})" if selects else None

    def _report(self) -> ImportReport:
        sheets = [self._sheet_report(entry) for entry in self.entries]
        self._note_strangers()
        rejects_file = self._write_rejects()
        return ImportReport(
            import_id=self.change.import_id,
            known_on=self.change.known_on,
            sheets=(*sheets, *self.failed),
            tables=tuple(self.change.reports),
            notes=tuple(self.notes),
            rejects_file=rejects_file,
            mapping=self.change.mapping,
        )

    def _note_strangers(self) -> None:
        """Most rows of a sheet naming unknown customers: probably files that do not belong together."""
        for entry in self.entries:
            part = entry.part
            strangers = sum(1 for reject in part.rejects if reject.code == "unknown_customer") if part else 0
            if part and 2 * strangers > part.staged.read:
                self.notes.append(
                    _(
                        "{file}: most rows name customers that are not in the customer table; do these files fit?",
                        file=part.place,
                    )
                )

    def _sheet_report(self, entry: _Entry) -> SheetReport:
        sheet, part = entry.sheet, entry.part
        if part is None:
            return _unrecognised(entry, self.change)
        part.rejects.sort(key=lambda reject: reject.row)
        rejected = len(part.rejects)
        mapping = part.staged.mapping
        notes = [*sheet.notes, *entry.guess.notes, *part.notes]
        loose = [mapping.extra[name].header for name in part.staged.became_text]
        notes += [_("`{header}` is kept as text: not every cell fits one type.", header=header) for header in loose]
        return SheetReport(
            file=sheet.file,
            sheet=sheet.sheet,
            table="orders" if part.table.name == ORDER_LINES else part.table.name,
            columns={name: column.header for name, column in mapping.columns.items()},
            extra={name: column.header for name, column in mapping.extra.items()},
            read=part.staged.read,
            taken=part.taken,
            merged=part.staged.read - rejected - part.taken,
            rejected=rejected,
            rejects=tuple(_reject(sheet, reject) for reject in part.rejects[:SHOWN_REJECTS]),
            reasons=dict(Counter(reason(reject.code) for reject in part.rejects)),
            notes=tuple(notes),
        )

    def _write_rejects(self) -> str | None:
        parts = [entry for entry in self.entries if entry.part is not None and entry.part.rejects]
        if not parts:
            return None
        path = self.change.store.path / "rejects" / f"{self.change.import_id}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([_("File"), _("Sheet"), _("Row"), _("Column"), _("Reason"), _("Original text")])
            for entry in parts:
                for item in entry.part.rejects if entry.part else ():
                    reject = _reject(entry.sheet, item)
                    cells = [
                        reject.file,
                        reject.sheet or "",
                        reject.row,
                        reject.column or "",
                        reject.reason,
                        reject.text,
                    ]
                    writer.writerow([_harmless(str(cell)) for cell in cells])
        return str(path)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet program will run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and len(cell) > 1 else cell


def _reject(sheet: RawSheet, item: CellReject) -> Reject:
    return Reject(sheet.file, sheet.sheet, item.row, item.column, reason(item.code), item.text, item.code)


def _unrecognised(entry: _Entry, change: StoreChange) -> SheetReport:
    sheet = entry.sheet
    if isinstance(sheet.cells, PlainCsv):
        from fenji.facts.readers.delimited import csv_relation

        rows = int((csv_relation(change.connection, sheet.cells).count("*").fetchall() or [(0,)])[0][0])
    else:
        rows = sheet.cells.num_rows
    rows += len(sheet.bad_rows)
    why = reason("unrecognised")
    skipped = entry.guess.mapping.table is None and not entry.guess.notes
    text = ", ".join(sheet.headers[:30])[:500]
    reject = Reject(sheet.file, sheet.sheet, None, None, why, text, "unrecognised", rows)
    notes = (*sheet.notes, *(() if skipped else entry.guess.notes))
    return SheetReport(sheet.file, sheet.sheet, None, {}, {}, rows, 0, 0, rows, (reject,), {why: rows}, notes)
