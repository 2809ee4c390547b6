"""The cells of one sheet as typed rows: casts of DuckDB for what they take, Python for distinct remains.

Leaves a table ``<stage>`` with the mapped columns, ``_row``; rows that cannot be typed come back as rejects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from fenji.engine.contract import ColumnType, Table
from fenji.facts import sql
from fenji.facts.contract import adding_columns
from fenji.facts.guess import PERIODS
from fenji.facts.mapping import ColumnMap, SheetMap
from fenji.facts.parse import CellStyle
from fenji.facts.readers.delimited import by_hand, csv_relation
from fenji.facts.readers.encoding import has_blank_lines
from fenji.facts.readers.sheet import ROW, PlainCsv, RawSheet, cell_name
from fenji.facts.reasons import EARLIEST_YEAR, LATEST_YEAR, LONG_TEXT_LIMIT, TEXT_LIMIT
from fenji.facts.repair import CellReject, Source, fixes_of, repair
from fenji.facts.words import CUSTOMER_NAME, folded, total_words, value_words

ROW_NUMBER = "#row"
"""A header in a mapping that stands for the number of the row."""

_BLANKS = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279)"
_GROUPED = r"\s*[-+]?[\x{00A5}\x{FFE5}$]?\s*\d{1,3}(,?\d{3})*(\.\d+)?\s*\x{5143}?\s*"
_MARKS = "\u00a5\uffe5$, \u5143"
_LONG_DATE = "replace(replace(replace({cell}, '\u5e74', '-'), '\u6708', '-'), '\u65e5', '')"
_LONG = (
    "content",
    "remark",
    "note",
    "evidence",
    "needs",
    "preferences",
    "traits",
    "answer",
    "question",
    "suggestion",
    "measure",
    "root_cause",
)
_MOST_CODES = 5000
_PLAIN_NOTHING = (
    "NULL",
    "null",
    "'null",
    "-",
    "--",
    "/",
    "N/A",
    "#N/A",
    "NA",
    "<NA>",
    "nan",
    "NaN",
    "None",
    "\\N",
    "\u65e0",
)


@dataclass(frozen=True, slots=True)
class Staged:
    """The typed rows of one sheet in table ``stage``, and what did not get there."""

    stage: str
    columns: Mapping[str, ColumnType]  # in the stage, without _row
    read: int
    rejects: tuple[CellReject, ...]
    mapping: SheetMap
    became_text: tuple[str, ...] = ()  # further columns whose type did not hold


def stage_sheet(
    connection: duckdb.DuckDBPyConnection, sheet: RawSheet, mapping: SheetMap, table: Table, stage: str
) -> Staged:
    """Type the mapped columns of ``sheet`` into a new table ``stage``."""
    sources = _sources(sheet, mapping, table)
    try:
        _fast(connection, sheet, sources, stage)
        irregular = _is_misnumbered(connection, sheet, stage)
    except duckdb.Error:
        irregular = True
    if irregular and isinstance(sheet.cells, PlainCsv) and not sheet.cells.numbered:
        sheet = by_hand(sheet, sheet.cells)
        _fast(connection, sheet, sources, stage)
    loose = _loose_extras(connection, sources, mapping, stage)
    if loose:
        mapping = replace(mapping, extra_types={**mapping.extra_types, **dict.fromkeys(loose, ColumnType.TEXT)})
        sources = _sources(sheet, mapping, table)
        _fast(connection, sheet, sources, stage)
    return _finish(connection, sheet, mapping, table, stage, sources, tuple(sorted(loose)))


def settle_dates(connection: duckdb.DuckDBPyConnection, sheet: RawSheet, mapping: SheetMap) -> SheetMap:
    """The order of day and month by the whole column, where the proposal only saw the first rows."""
    indexes = {header: i for i, header in enumerate(sheet.headers)}

    def settled(map_: ColumnMap) -> ColumnMap:
        if map_.order == "ymd":
            return map_
        first, second = _largest_parts(connection, sheet, cell_name(indexes[map_.header]))
        order = "dmy" if first > 12 >= second else "mdy" if second > 12 >= first else map_.order
        return replace(map_, order=order)

    columns = {name: settled(map_) for name, map_ in mapping.columns.items()}
    extra = {name: settled(map_) for name, map_ in mapping.extra.items()}
    return replace(mapping, columns=columns, extra=extra)


def _largest_parts(connection: duckdb.DuckDBPyConnection, sheet: RawSheet, cell: str) -> tuple[int, int]:
    """The largest first and second number of dates whose year stands last."""
    cells, _width = _cells(connection, sheet)
    parts = f"regexp_extract({cell}, '^\\s*(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.]\\d{{2,4}}', ['a', 'b'])"
    try:
        rows = connection.execute(
            "SELECT max(TRY_CAST(d.a AS INTEGER)), max(TRY_CAST(d.b AS INTEGER)) "
            f"FROM (SELECT {parts} AS d FROM {cells})"
        ).fetchall()
    except duckdb.Error:
        return 0, 0  # irregular, and read by hand later: the sample must do
    return int(rows[0][0] or 0), int(rows[0][1] or 0)


def _is_misnumbered(connection: duckdb.DuckDBPyConnection, sheet: RawSheet, stage: str) -> bool:
    """Whether rows to be looked at stand in a file with blank lines, where DuckDB's count is not the row number."""
    if not isinstance(sheet.cells, PlainCsv) or sheet.cells.numbered:
        return False
    doubtful = sql.scalar(connection, f"SELECT count(*) FROM {sql.name(stage)} WHERE _raw IS NOT NULL")
    return doubtful > 0 and has_blank_lines(sheet.cells.path)


def _finish(
    connection: duckdb.DuckDBPyConnection,
    sheet: RawSheet,
    mapping: SheetMap,
    table: Table,
    stage: str,
    sources: list[Source],
    loose: tuple[str, ...],
) -> Staged:
    total = sql.scalar(connection, f"SELECT count(*) FROM {sql.name(stage)}")
    rejects, blank = repair(connection, sources, stage)
    _encode(connection, sources, mapping, table, stage)
    bad = tuple(CellReject(row.row, None, row.code, row.text) for row in sheet.bad_rows)
    columns = {source.name: source.type for source in sources}
    return Staged(stage, columns, total - blank + len(bad), (*bad, *rejects), mapping, loose)


def needed_keys(table: Table) -> tuple[str, ...]:
    """The key columns that no row may lack: of several, those that can be made are empty where a row has none."""
    if len(table.key) == 1:
        return table.key
    return tuple(part for part in table.key if table.columns[part].required)


def _sources(sheet: RawSheet, mapping: SheetMap, table: Table) -> list[Source]:
    indexes = {header: i for i, header in enumerate(sheet.headers)}
    found = []
    for name, map_ in [*mapping.columns.items(), *mapping.extra.items()]:
        if map_.header != ROW_NUMBER and map_.header not in indexes:
            continue
        column = table.columns.get(name) if name in mapping.columns else None
        kind = column.type if column else mapping.extra_types.get(name, ColumnType.TEXT)
        if name in adding_columns(table.name):
            kind = ColumnType.NUMBER  # four decimals until the lines of an order are added up
        index = indexes.get(map_.header, -1)
        style = CellStyle(map_.order, map_.decimal_comma, sheet.date_1904, map_.unit, (table.name, name) in PERIODS)
        identity = name in (*table.key, table.owner, CUSTOMER_NAME) or name.endswith("_id")
        found.append(
            Source(
                name=name,
                type=kind,
                cell=ROW if index < 0 else cell_name(index),
                map=map_,
                style=style,
                required=name == table.owner or name in needed_keys(table) or bool(column and column.required),
                limit=TEXT_LIMIT if column and name not in _LONG else LONG_TEXT_LIMIT,
                guarded=identity or (table.name == "customers" and name == "name"),
                odd_blanks=sheet.odd_blanks,
                wrapped=any(row[index].lstrip()[:1] in ("=", "'") for row in sheet.sample if index < len(row)),
                strip_zero=identity
                and any(row[index].strip().endswith(".0") for row in sheet.sample if index < len(row)),
                spread=sheet.spread.get(index, frozenset())
                if kind not in (ColumnType.TEXT, ColumnType.DATE)
                else frozenset(),
            )
        )
    return found


def _cells(connection: duckdb.DuckDBPyConnection, sheet: RawSheet) -> tuple[str, int]:
    """A view over the raw cells with their row numbers, and how many cell columns it has."""
    if isinstance(sheet.cells, PlainCsv):
        relation = csv_relation(connection, sheet.cells)
        relation.create_view("raw_cells", replace=True)
        if sheet.cells.numbered:
            return "raw_cells", sheet.cells.width
        return f"(SELECT row_number() OVER () + {sheet.first_row - 1} AS {ROW}, * FROM raw_cells)", sheet.cells.width
    connection.register("raw_cells_arrow", sheet.cells)
    return "raw_cells_arrow", sheet.cells.num_columns - 1


def _fast(connection: duckdb.DuckDBPyConnection, sheet: RawSheet, sources: list[Source], stage: str) -> None:
    """One pass over the cells: typed where a cast will do; ``_raw`` keeps the cells of all other rows."""
    cells, width = _cells(connection, sheet)
    typed = ", ".join(f"{_fast_expression(source)} AS {sql.name(source.name)}" for source in sources)
    doubtful = " OR ".join(_doubt(source) for source in sources)
    if sheet.damaged:
        doubtful += "".join(f" OR contains({cell_name(i)}, chr(65533))" for i in range(width))
    raw = sql.names(cell_name(i) for i in range(width))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {sql.name(stage)} AS "
        f"SELECT {ROW}, {sql.names(source.name for source in sources)}, CASE WHEN {doubtful} THEN [{raw}] END AS _raw "
        f"FROM (SELECT *, {typed} FROM {cells})"
    )


def _trimmed(source: Source) -> str:
    """Trimming more than plain blanks costs five times as much, so only where the file has others."""
    cell = _unwrapped(source)
    return f"trim({cell}, {_BLANKS})" if source.odd_blanks else f"trim({cell})"


def _unwrapped(source: Source) -> str:
    """The cell without the ="..." or apostrophe that systems put around numbers to keep them texts."""
    if not source.wrapped:
        return source.cell
    return f"regexp_replace(regexp_replace({source.cell}, '^\\s*=\"(.*)\"\\s*$', '\\1'), '^''(.+)$', '\\1')"


def _fast_expression(source: Source) -> str:
    if source.cell == ROW:
        return f"CAST({ROW} AS VARCHAR)"
    cell = _unwrapped(source)
    if source.type is ColumnType.TEXT:
        plain = f"nullif({_trimmed(source)}, '')"
        return f"regexp_replace({plain}, '^(\\d+)\\.0$', '\\1')" if source.strip_zero else plain
    if source.type is ColumnType.DATE:
        return _fast_date(source)
    decimal = f"TRY_CAST({cell} AS DECIMAL(18,4))"
    if source.style.decimal_comma or source.spread:
        return f"CAST(NULL AS {sql.SQL_TYPES[source.type]})"
    if source.type is ColumnType.INTEGER:
        return f"CASE WHEN {decimal} = floor({decimal}) THEN CAST({decimal} AS BIGINT) END"
    kind = "DECIMAL(28,10)" if source.style.unit != 1 else sql.SQL_TYPES[source.type]
    bare = f"TRY_CAST(translate({cell}, '{_MARKS}', '') AS {kind})"
    grouped = f"CASE WHEN regexp_full_match({cell}, '{_GROUPED}') THEN {bare} END"
    # a cell that says its own unit is not in the unit of its column: it is left to the second look
    number = (
        f"coalesce(TRY_CAST({cell} AS {kind}), {grouped})" if source.style.unit == 1 else f"TRY_CAST({cell} AS {kind})"
    )
    return (
        number
        if source.style.unit == 1
        else f"TRY_CAST({number} * {source.style.unit} AS {sql.SQL_TYPES[source.type]})"
    )


def _fast_date(source: Source) -> str:
    cell = _unwrapped(source)
    long = f"TRY_CAST({_LONG_DATE.format(cell=cell)} AS DATE)"
    compact = f"CASE WHEN strlen({cell}) = 8 THEN CAST(try_strptime({cell}, '%Y%m%d') AS DATE) END"
    cast = f"coalesce(TRY_CAST({cell} AS DATE), {long}, {compact})"
    if source.map.order != "ymd":
        form = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y"}[source.map.order]
        cast = f"CAST(try_strptime({cell}, '{form}') AS DATE)"
    return f"CASE WHEN {cast} BETWEEN DATE '{EARLIEST_YEAR}-01-01' AND DATE '{LATEST_YEAR}-12-31' THEN {cast} END"


def _doubt(source: Source) -> str:
    """When the row needs a second look because of this column."""
    own = sql.name(source.name)
    if source.type is not ColumnType.TEXT:
        empty = "" if source.required else f" AND {source.cell} IS NOT NULL AND {source.cell} <> ''"
        return f"({own} IS NULL{empty})"
    words = list(_PLAIN_NOTHING)
    if source.guarded:
        words += sorted(total_words())
    listed = ", ".join(sql.text(word) for word in words)
    longest = max(len(word.encode()) for word in words)
    missing = f"{own} IS NULL OR " if source.required else ""
    return f"({missing}(strlen({own}) <= {longest} AND {own} IN ({listed})) OR strlen({own}) > {source.limit})"


def _loose_extras(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], mapping: SheetMap, stage: str
) -> set[str]:
    """Further columns with a guessed type that some cell does not fit: they stay text, nothing is rejected for them."""
    loose = set()
    for source in sources:
        if source.name in mapping.extra and source.type is not ColumnType.TEXT:
            fixes = fixes_of(connection, source, stage)
            if any(code for _text, _value, code in fixes):
                loose.add(source.name)
    return loose


def _encode(
    connection: duckdb.DuckDBPyConnection, sources: list[Source], mapping: SheetMap, table: Table, stage: str
) -> None:
    """Words of text columns with codes become the codes; words that are not known stay as they are."""
    for source in sources:
        own = {folded(word): value for word, value in source.map.values.items()}
        words = {**(value_words(table.name, source.name) if source.name in mapping.columns else {}), **own}
        if source.type is not ColumnType.TEXT or not words:
            continue
        column = sql.name(source.name)
        found = connection.execute(
            f"SELECT DISTINCT {column} FROM {sql.name(stage)} WHERE {column} IS NOT NULL LIMIT {_MOST_CODES}"
        ).fetchall()
        changes = [(word, words[folded(word)]) for (word,) in found if words.get(folded(word), word) != word]
        if changes:
            codes = pa.table({"word": [word for word, _c in changes], "code": [code for _w, code in changes]})
            connection.register("codes", codes)
            connection.execute(
                f"UPDATE {sql.name(stage)} SET {column} = codes.code FROM codes WHERE {column} = codes.word"
            )
