"""A second look at the rows that the fast casts left: mended cell by distinct cell, or taken out with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from fenji.engine.contract import ARROW_TYPES, ColumnType
from fenji.facts import sql
from fenji.facts.mapping import ColumnMap
from fenji.facts.parse import CellStyle, parse_cell
from fenji.facts.readers.sheet import ROW
from fenji.facts.reasons import LONG_TEXT_LIMIT, TEXT_LIMIT
from fenji.facts.words import folded, nothing_words, total_words


@dataclass(frozen=True, slots=True)
class CellReject:
    """A row that could not be typed: the column to blame, if one is, and the original text."""

    row: int
    column: str | None
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """One column of the stage: which cell it comes from and how that is typed."""

    name: str
    type: ColumnType
    cell: str  # a quoted cell column, or the row number
    map: ColumnMap
    style: CellStyle
    required: bool = False
    limit: int = LONG_TEXT_LIMIT
    guarded: bool = False  # a total word here means a total row
    odd_blanks: bool = True
    wrapped: bool = False  # texts stand as ="..." or behind an apostrophe
    strip_zero: bool = False  # numbers as text that came out of a float column
    spread: frozenset[int] = field(default_factory=frozenset)


def _cell_of(source: Source) -> str:
    return f"_raw[{int(source.cell[2:]) + 1}]"


def fixes_of(connection: duckdb.DuckDBPyConnection, source: Source, stage: str) -> list[tuple[str, object, str | None]]:
    """For each distinct cell that the fast cast left out: its value, or the code of a reason."""
    cell = _cell_of(source)
    rows = connection.execute(
        f"SELECT DISTINCT {cell} FROM {sql.name(stage)} "
        f"WHERE _raw IS NOT NULL AND {sql.name(source.name)} IS NULL AND {cell} IS NOT NULL"
    ).fetchall()
    fixes: list[tuple[str, object, str | None]] = []
    for (text,) in rows:
        if folded(text) in nothing_words():
            fixes.append((text, None, None))
            continue
        value = parse_cell(text, source.type, source.style)
        fixes.append((text, None, value) if isinstance(value, str) else (text, value, None))
    return fixes


def repair(connection: duckdb.DuckDBPyConnection, sources: list[Source], stage: str) -> tuple[list[CellReject], int]:
    """Second look at the rows with ``_raw``: mended in place, or taken out as rejects; blank rows just go."""
    quoted = sql.name(stage)
    if not sql.scalar(connection, f"SELECT count(*) FROM {quoted} WHERE _raw IS NOT NULL"):
        connection.execute(f"ALTER TABLE {quoted} DROP COLUMN _raw")
        return [], 0
    blank = "len(list_filter(_raw, lambda x: trim(x) <> '')) = 0"
    blanks = sql.scalar(connection, f"SELECT count(*) FROM {quoted} WHERE _raw IS NOT NULL AND {blank}")
    connection.execute(f"DELETE FROM {quoted} WHERE _raw IS NOT NULL AND {blank}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE refused (row BIGINT, ranking INTEGER, col VARCHAR, code VARCHAR, cell VARCHAR)"
    )
    _refuse_rows(connection, sources, stage)
    for ranking, source in enumerate(sources, 10):
        if source.type is ColumnType.TEXT:
            _mend_text(connection, source, stage, ranking)
        else:
            _mend_typed(connection, source, stage, ranking)
    rows = connection.execute(
        "SELECT DISTINCT ON (row) row, col, code, cell FROM refused ORDER BY row, ranking"
    ).fetchall()
    connection.execute(f"DELETE FROM {quoted} WHERE {ROW} IN (SELECT row FROM refused)")
    connection.execute(f"ALTER TABLE {quoted} DROP COLUMN _raw")
    return [CellReject(row, col, code, (cell or "")[:500]) for row, col, code, cell in rows], blanks


def _refuse_rows(connection: duckdb.DuckDBPyConnection, sources: list[Source], stage: str) -> None:
    """Rows that are no facts as a whole: damaged text, rows of totals."""
    line = "array_to_string(_raw, ' | ')"
    connection.execute(
        f"INSERT INTO refused SELECT {ROW}, 0, NULL, 'undecodable', {line} FROM {sql.name(stage)} "
        "WHERE _raw IS NOT NULL AND len(list_filter(_raw, lambda x: contains(x, chr(65533)))) > 0"
    )
    guarded = [source for source in sources if source.guarded and source.cell != ROW]
    required = [source for source in sources if source.required and source.cell != ROW]
    words = ", ".join(sql.text(word) for word in sorted(total_words()))
    folded_cell = "lower(replace(replace(x, ' ', ''), chr(12288), ''))"
    has_total = f"len(list_filter(_raw, lambda x: regexp_replace({folded_cell}, '[:\uff1a]$', '') IN ({words}))) > 0"
    own_total = [f"lower({sql.name(source.name)}) IN ({words})" for source in guarded if source.type is ColumnType.TEXT]
    lacking = [f"{sql.name(source.name)} IS NULL" for source in required]
    condition = " OR ".join([*own_total, *(f"({lack} AND {has_total})" for lack in lacking)]) or "false"
    connection.execute(
        f"INSERT INTO refused SELECT {ROW}, 1, NULL, 'total_row', {line} FROM {sql.name(stage)} "
        f"WHERE _raw IS NOT NULL AND ({condition})"
    )


def _refuse(
    connection: duckdb.DuckDBPyConnection, source: Source, stage: str, ranking: int, code: str, condition: str
) -> None:
    cell = f"CAST({ROW} AS VARCHAR)" if source.cell == ROW else _cell_of(source)
    connection.execute(
        f"INSERT INTO refused SELECT {ROW}, {ranking}, $1, $2, left({cell}, 500) FROM {sql.name(stage)} "
        f"WHERE _raw IS NOT NULL AND ({condition})",
        [source.map.header, code],
    )


def _mend_text(connection: duckdb.DuckDBPyConnection, source: Source, stage: str, ranking: int) -> None:
    own = sql.name(source.name)
    words = ", ".join(sql.text(word) for word in sorted(nothing_words()) if word)
    connection.execute(
        f"UPDATE {sql.name(stage)} SET {own} = NULL "
        f"WHERE _raw IS NOT NULL AND lower(replace({own}, ' ', '')) IN ({words})"
    )
    _refuse(
        connection,
        source,
        stage,
        ranking,
        "too_long" if source.limit == TEXT_LIMIT else "too_long_note",
        f"length({own}) > {source.limit}",
    )
    if source.required:
        _refuse(connection, source, stage, ranking, "missing", f"{own} IS NULL")


def _mend_typed(connection: duckdb.DuckDBPyConnection, source: Source, stage: str, ranking: int) -> None:
    own, cell = sql.name(source.name), _cell_of(source)
    if source.spread:
        rows = pa.table({"row": pa.array(sorted(source.spread), pa.int64())})
        connection.register("spread_rows", rows)
        place = int(source.cell[2:])
        connection.execute(
            f"UPDATE {sql.name(stage)} SET _raw = list_concat(_raw[:{place}], [''], _raw[{place + 2}:]) "
            f"WHERE {ROW} IN (SELECT row FROM spread_rows)"
        )
    fixes = fixes_of(connection, source, stage)
    if fixes:
        table = pa.table(
            {
                "cell": pa.array([fix[0] for fix in fixes], pa.string()),
                "value": pa.array([fix[1] for fix in fixes], ARROW_TYPES[source.type]),
                "code": pa.array([fix[2] for fix in fixes], pa.string()),
            }
        )
        connection.register("fixes", table)
        connection.execute(
            f"UPDATE {sql.name(stage)} SET {own} = fixes.value FROM fixes "
            f"WHERE _raw IS NOT NULL AND {own} IS NULL AND {cell} = fixes.cell AND fixes.value IS NOT NULL"
        )
        connection.execute(
            f"INSERT INTO refused SELECT {ROW}, {ranking}, $1, fixes.code, left({cell}, 500) FROM {sql.name(stage)} "
            f"JOIN fixes ON {cell} = fixes.cell WHERE _raw IS NOT NULL AND {own} IS NULL AND fixes.code IS NOT NULL",
            [source.map.header],
        )
    if source.required:
        _refuse(connection, source, stage, ranking + 1000, "missing", f"{own} IS NULL")
