"""How a sheet becomes a fact table: proposed from its headers, kept in a file, used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from fenji.engine.contract import ColumnType
from fenji.facts.contract import ORDER_LINES, load_contract, table_named
from fenji.facts.errors import FactsError
from fenji.facts.words import CUSTOMER_NAME, folded, vocabulary
from fenji.i18n import _

FORMAT = 1
_ORDERS = ("ymd", "mdy", "dmy")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where one contract column comes from and how its cells are written."""

    header: str
    unit: int = 1
    order: str = "ymd"
    decimal_comma: bool = False
    values: Mapping[str, str] = field(default_factory=dict)  # cell text -> value to store


@dataclass(frozen=True, slots=True)
class SheetMap:
    """One kind of sheet: which files and sheets it fits, and how it is read."""

    file: str  # a pattern over the file name
    table: str | None  # None: leave such sheets out
    sheet: str | None = None
    columns: Mapping[str, ColumnMap] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, ColumnMap] = field(default_factory=dict)  # own column name -> source
    extra_types: Mapping[str, ColumnType] = field(default_factory=dict)

    def fits(self, file: str, sheet: str | None) -> bool:
        """Whether this mapping is meant for that sheet of that file."""
        return fnmatch(file, self.file) and (self.sheet is None or sheet is None or fnmatch(sheet, self.sheet))


@dataclass(frozen=True, slots=True)
class MappingFile:
    """The mappings of one file, in order; the first that fits counts."""

    sheets: tuple[SheetMap, ...] = ()
    path: str = ""

    def find(self, file: str, sheet: str | None) -> SheetMap | None:
        """The mapping for a sheet, if there is one."""
        return next((entry for entry in self.sheets if entry.fits(file, sheet)), None)


def load_mapping(path: Path) -> MappingFile:
    """Read a mapping file.

    :raises FactsError: when it is no YAML mapping of this format or names unknown tables or columns.
    """
    return MappingFile(tuple(sheet_map(path, entry) for entry in _entries(path)), path.name)


def _wrong(path: Path, what: str, mend: str) -> FactsError:
    return FactsError(path.name, what, mend)


def _entries(path: Path) -> list[Mapping[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        aliased = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader))
        document = None if aliased else yaml.load(text, Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        detail = str(error).splitlines()[0][:200]
        raise _wrong(path, _("The file cannot be read: {detail}.", detail=detail), _("Correct its YAML.")) from error
    entries = document.get("files") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _wrong(path, _("This is not a mapping file."), _("Start it with `mapping: 1` and a list `files:`."))
    return entries


def sheet_map(path: Path, entry: Mapping[str, Any]) -> SheetMap:
    """One entry of a mapping file; ``path`` is only named in errors."""
    allowed = {"file", "sheet", "table", "columns", "constants", "extra"}
    if unknown := sorted(set(map(str, entry)) - allowed):
        raise _wrong(
            path,
            _("Unknown word `{word}`.", word=unknown[0]),
            _("Known are: {words}.", words=", ".join(sorted(allowed))),
        )
    table = entry.get("table")
    if table is not None and table not in load_contract().tables and table != ORDER_LINES:
        tables = ", ".join(load_contract().tables)
        raise _wrong(path, _("There is no fact table `{table}`.", table=table), _("Known are: {words}.", words=tables))
    extra = {str(name): _column_map(path, str(name), body) for name, body in _part(path, entry, "extra").items()}
    types = {str(name): _type(path, body) for name, body in _part(path, entry, "extra").items()}
    columns = {str(name): _column_map(path, str(name), body) for name, body in _part(path, entry, "columns").items()}
    constants = {str(name): str(value) for name, value in _part(path, entry, "constants").items()}
    if table is not None:
        _check_columns(path, table, [*columns, *constants])
    return SheetMap(
        file=str(entry.get("file", "*")),
        table=table,
        sheet=str(entry["sheet"]) if entry.get("sheet") is not None else None,
        columns=columns,
        constants=constants,
        extra=extra,
        extra_types=types,
    )


def _part(path: Path, entry: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    part = entry.get(name) or {}
    if not isinstance(part, dict):
        raise _wrong(
            path, _("`{word}` must be a mapping of names.", word=name), _("Write one `column: header` a line.")
        )
    return part


def _check_columns(path: Path, table: str, names: Sequence[str]) -> None:
    known = [name for name, column in table_named(table).columns.items() if not column.derived]
    for name in names:
        if name not in known and name != CUSTOMER_NAME:
            raise _wrong(
                path,
                _("Table {table} has no column `{column}` that can be imported.", table=table, column=name),
                _("Put further columns under `extra:`; known are: {words}.", words=", ".join(known)),
            )


def _column_map(path: Path, name: str, body: Any) -> ColumnMap:
    if isinstance(body, (str, int, float)):
        return ColumnMap(str(body))
    if not isinstance(body, dict) or "from" not in body:
        raise _wrong(
            path,
            _("Column `{column}` does not say where it comes from.", column=name),
            _("Write `{column}: header`.", column=name),
        )
    order = str(body.get("date", "ymd"))
    unit = body.get("unit", 1)
    unit = vocabulary("header_units").get(folded(unit), 0) if isinstance(unit, str) else unit
    values = body.get("values") or {}
    if order not in _ORDERS or not isinstance(unit, int) or unit < 1 or not isinstance(values, dict):
        mend = _("`date` is ymd, mdy or dmy; `unit` is a whole number; `values` is a mapping of words.")
        raise _wrong(path, _("Column `{column}` is described wrongly.", column=name), mend)
    return ColumnMap(
        header=str(body["from"]),
        unit=unit,
        order=order,
        decimal_comma=bool(body.get("decimal_comma", False)),
        values={str(word): str(value) for word, value in values.items()},
    )


def _type(path: Path, body: Any) -> ColumnType:
    word = body.get("type", "text") if isinstance(body, dict) else "text"
    try:
        return ColumnType(str(word))
    except ValueError as error:
        types = ", ".join(kind.value for kind in ColumnType)
        raise _wrong(path, _("There is no type `{word}`.", word=word), _("Known are: {words}.", words=types)) from error


def mapping_document(sheets: Sequence[SheetMap]) -> dict[str, Any]:
    """Mappings as plain values, in the form of a mapping file."""
    return {"mapping": FORMAT, "files": [_entry(sheet) for sheet in sheets]}


def _entry(sheet: SheetMap) -> dict[str, Any]:
    entry: dict[str, Any] = {"file": sheet.file}
    if sheet.sheet is not None:
        entry["sheet"] = sheet.sheet
    entry["table"] = sheet.table
    if sheet.columns:
        entry["columns"] = {name: _plain(column) for name, column in sheet.columns.items()}
    if sheet.constants:
        entry["constants"] = dict(sheet.constants)
    if sheet.extra:
        entry["extra"] = {
            name: {
                "from": column.header,
                "type": sheet.extra_types.get(name, ColumnType.TEXT).value,
                **_differing(column),
            }
            for name, column in sheet.extra.items()
        }
    return entry


def _differing(column: ColumnMap) -> dict[str, Any]:
    body = {
        "unit": column.unit,
        "date": column.order,
        "decimal_comma": column.decimal_comma,
        "values": dict(column.values),
    }
    plain = asdict(ColumnMap(""))
    names = {"unit": "unit", "date": "order", "decimal_comma": "decimal_comma", "values": "values"}
    return {name: value for name, value in body.items() if value != plain[names[name]]}


def _plain(column: ColumnMap) -> str | dict[str, Any]:
    body = _differing(column)
    return {"from": column.header, **body} if body else column.header


def save_mapping(document: Mapping[str, Any], path: Path) -> None:
    """Write a mapping (as an import report carries it) so that it can be edited and used again."""
    text = yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, encoding="utf-8")
