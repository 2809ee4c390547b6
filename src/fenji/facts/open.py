"""From whatever a user has to the facts of a run."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from pathlib import Path

from fenji.engine.contract import FactTables
from fenji.facts.answers import Answers
from fenji.facts.database_sources import SUFFIXES, DatabaseSource, FileSource, load_sources, read_database
from fenji.facts.errors import FactsError
from fenji.facts.importer import Import
from fenji.facts.mapping import MappingFile, load_mapping
from fenji.facts.report import ImportReport
from fenji.facts.sources import read_file, source_files
from fenji.facts.store import FactStore
from fenji.i18n import _


def open_facts(
    source: Path,
    store_dir: Path | None = None,
    mapping: Path | None = None,
    covers_from: dt.date | None = None,
    *,
    known_on: dt.date | None = None,
    currency: str = "CNY",
) -> tuple[FactTables, ImportReport]:
    """The facts of a folder of files, one file, a fact store or a sources file, ready to be computed on.

    Files are imported into ``store_dir``, or into a temporary store that goes with this process.

    :param covers_from: the first day from which the imported tables are complete, where the user knows it.
    :param known_on: for a store: the facts as they were known on that day; for files: the day they became known.
    :raises FactsError: when nothing can be read, with where, what and how to mend it.
    """
    if FactStore.is_store(source):
        tables = FactStore(source).tables(known_on)
        if not tables.files:
            raise FactsError(str(source), _("The fact store holds no facts yet."), _("Import files into it first."))
        return tables, ImportReport("", known_on or dt.datetime.now(dt.UTC).date())
    store = FactStore(store_dir or _temporary(), currency)
    report = import_files(store, source, mapping, covers_from, known_on=known_on)
    return store.tables(), report


def import_files(
    store: FactStore,
    source: Path,
    mapping: Path | None = None,
    covers_from: dt.date | None = None,
    *,
    known_on: dt.date | None = None,
    import_id: str | None = None,
) -> ImportReport:
    """Import a folder of files, one file or a sources file into a store, as one import.

    :raises FactsError: when nothing can be read or no fact table is recognised in any of it.
    """
    given = load_mapping(mapping) if mapping else MappingFile()
    is_list = source.suffix.lower() in SUFFIXES and source.is_file()
    listed = load_sources(source) if is_list else [FileSource(source, given)]
    names = tuple(entry.place if isinstance(entry, DatabaseSource) else entry.path.name for entry in listed)
    with store.change(known_on, names, import_id) as change:
        running, answers = Import(change), Answers(change)
        for entry in listed:
            if isinstance(entry, DatabaseSource):
                for sheet, sheet_map in read_database(entry):
                    running.add(sheet, sheet_map)
            else:
                _add_files(running, answers, entry, alone=len(listed) == 1)
        report = running.run()
        if not report.tables:
            raise _nothing(source, report)
        if covers_from is not None:
            change.covers_from = dict.fromkeys(change.versions, covers_from)
    return report


def _add_files(running: Import, answers: Answers, source: FileSource, *, alone: bool) -> None:
    """A file that cannot be read is reported and the others go on, unless it is the only one."""
    running.mapping = source.mapping
    files = source_files(source.path)
    for path, name in files:
        try:
            for sheet, given in answers.sheets(list(read_file(path, name, running.change.scratch))):
                running.add(sheet, given)
        except FactsError as error:
            if alone and len(files) == 1:
                raise
            running.fail(name, error)


def _nothing(source: Path, report: ImportReport) -> FactsError:
    first = next((sheet for sheet in report.sheets), None)
    detail = " ".join(first.notes) if first and first.notes else ""
    seen = first.rejects[0].text if first and first.rejects else ""
    return FactsError(
        source.name,
        _("No fact table was recognised. {detail}", detail=detail).strip(),
        _("Say in a mapping file which column is which; the headers are: {headers}.", headers=seen or "-"),
    )


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fenji-facts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
