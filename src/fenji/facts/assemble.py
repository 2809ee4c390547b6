"""The parts of one fact table as one relation with one row a key: lines added up, repetitions merged, strangers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from fenji.engine.contract import ColumnType, Table
from fenji.facts import sql
from fenji.facts.contract import adding_columns
from fenji.facts.parts import Part, add_keys, final_type, without_name
from fenji.facts.readers.sheet import ROW
from fenji.facts.repair import CellReject
from fenji.facts.words import CUSTOMER_NAME
from fenji.i18n import _

_GROUP = ("order_id", "customer_id", "ordered_on")


@dataclass(frozen=True, slots=True)
class Assembled:
    """One fact table of the import, ready to be written."""

    table: str
    relation: str
    columns: dict[str, ColumnType]


def assemble(connection: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[Part]) -> Assembled:
    """One row a key out of all parts; counts what each part gave (``taken``) and rejects what contradicts."""
    for part in parts:
        add_keys(part)
    columns = _common_columns(table, parts)
    union = " UNION ALL ".join(_projection(part, columns) for part in parts)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {sql.name('all_' + table.name)} AS {union}")
    every = sql.name("all_" + table.name)
    keys, repeated = sql.names(table.key), sql.name("repeated_" + table.name)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {repeated} AS SELECT {keys} FROM {every} GROUP BY {keys} HAVING count(*) > 1"
    )
    if not sql.scalar(connection, f"SELECT count(*) FROM {repeated}"):
        for part in parts:
            part.taken = sql.scalar(connection, f"SELECT count(*) FROM {part.relation}")
        return _finished(connection, table, parts, every, columns)
    merged = "merged_" + table.name
    same = " AND ".join(f"a.{sql.name(part)} = r.{sql.name(part)}" for part in table.key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE again AS SELECT a.* FROM {every} a SEMI JOIN {repeated} r ON {same}"
    )
    if adding_columns(table.name):
        _add_lines(connection, parts, columns, merged)
    else:
        _merge_repeated(connection, table, parts, columns, merged)
    single = f"SELECT * FROM {every} a ANTI JOIN {repeated} r ON {same}"
    whole = f"({single} UNION ALL BY NAME SELECT * FROM {sql.name(merged)})"
    _count_taken(connection, parts, whole)
    return _finished(connection, table, parts, whole, columns)


def _common_columns(table: Table, parts: Sequence[Part]) -> dict[str, ColumnType]:
    """Every column of every part; a further column with different types becomes text."""
    columns: dict[str, ColumnType] = {}
    for part in parts:
        for name in without_name(part):
            kind = part.columns[name]
            columns[name] = kind if columns.get(name, kind) is kind else ColumnType.TEXT
    return columns


def _projection(part: Part, columns: dict[str, ColumnType]) -> str:
    cells = [
        f"CAST({sql.name(name) if name in part.columns else 'NULL'} AS {sql.SQL_TYPES[kind]}) AS {sql.name(name)}"
        for name, kind in columns.items()
    ]
    return f"SELECT {', '.join(cells)}, {part.index} AS _sheet, {ROW} FROM {part.relation}"


def _finished(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Part],
    relation: str,
    columns: dict[str, ColumnType],
) -> Assembled:
    """Stored types; orders without a status are completed, or returned when they are negative."""
    if "amount" in columns:
        _note_without_amount(connection, parts, relation)
    types = {name: final_type(table, name, kind) for name, kind in columns.items()}
    cells = [f"CAST({sql.name(name)} AS {sql.SQL_TYPES[kind]}) AS {sql.name(name)}" for name, kind in types.items()]
    if table.name == "orders" and "status" not in types:
        sign = next((name for name in ("amount", "quantity") if name in types), None)
        cells.append(
            f"CASE WHEN {sign} < 0 THEN 'returned' ELSE 'completed' END AS status" if sign else "'completed' AS status"
        )
        types["status"] = ColumnType.TEXT
    view = sql.name("final_" + table.name)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {', '.join(cells)} FROM {relation}")
    return Assembled(table.name, view, types)


def _note_without_amount(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], relation: str) -> None:
    """Says how many rows have no amount: they are there, but they add nothing."""
    query = f"SELECT _sheet, count(*) FROM {relation} WHERE amount IS NULL GROUP BY _sheet"
    counts = dict(connection.execute(query).fetchall())
    for part in parts:
        if counts.get(part.index) and "amount" in part.columns:
            part.notes.append(_("{count} rows have no amount: they count, but add nothing.", count=counts[part.index]))


def _count_taken(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], relation: str) -> None:
    counts = dict(connection.execute(f"SELECT _sheet, count(*) FROM {relation} GROUP BY _sheet").fetchall())
    for part in parts:
        part.taken = int(counts.get(part.index, 0))


def _merge_repeated(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Part],
    columns: dict[str, ColumnType],
    target: str,
) -> None:
    """Identical repetitions merge; within a sheet a different one is rejected; a later sheet replaces an earlier."""
    keys = sql.names(table.key)
    content = f"hash({sql.names(columns)})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT *, {content} AS _content, "
        f"row_number() OVER (PARTITION BY _sheet, {keys} ORDER BY {ROW}) AS _nth, "
        f"first_value({content}) OVER (PARTITION BY _sheet, {keys} ORDER BY {ROW}) AS _first FROM again"
    )
    shown = f"concat_ws(' | ', {keys})"
    refused = connection.execute(
        f"SELECT _sheet, {ROW}, {shown} FROM judged WHERE _nth > 1 AND _content <> _first ORDER BY _sheet, {ROW}"
    ).fetchall()
    by_index = {part.index: part for part in parts}
    for index, row, text in refused:
        by_index[index].rejects.append(CellReject(row, _header(by_index[index], table.key[-1]), "duplicate_key", text))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {sql.name(target)} AS SELECT * EXCLUDE (_content, _nth, _first) FROM judged "
        f"WHERE _nth = 1 QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _sheet DESC) = 1"
    )
    connection.execute("DROP TABLE judged")


def _header(part: Part, column: str) -> str | None:
    source = part.staged.mapping.columns.get(column)
    return source.header if source else None


def _add_lines(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], columns: dict[str, ColumnType], target: str
) -> None:
    """One row an order: lines of one number, customer and day are added up.

    A number that stands for several customers or days stands for several orders; cancelled lines stay apart.
    """
    _drop_identical(connection, parts, columns)
    adds = adding_columns("orders")
    cancelled = "coalesce(status IN ('cancelled', 'refused'), false)" if "status" in columns else "false"
    cells = []
    for name in columns:
        column = sql.name(name)
        if name in _GROUP:
            cells.append(column)
        elif name in adds:
            cells.append(f"TRY_CAST(sum({column}) AS DECIMAL(18,4)) AS {column}")
        else:
            cells.append(f"CASE WHEN min({column}) = max({column}) THEN min({column}) END AS {column}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE grouped AS SELECT {', '.join(cells)}, count(*) AS lines, _sheet, "
        f"min({ROW}) AS {ROW}, {cancelled} AS _cancelled FROM again GROUP BY {sql.names(_GROUP)}, _sheet, _cancelled"
    )
    numbered = "CASE WHEN _number > 1 THEN order_id || '/' || _number ELSE order_id END"
    number = "row_number() OVER (PARTITION BY order_id ORDER BY ordered_on, customer_id, _cancelled)"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {sql.name(target)} AS "
        f"SELECT * EXCLUDE (_cancelled, _number) REPLACE ({numbered} AS order_id) "
        f"FROM (SELECT *, {number} AS _number FROM (SELECT * FROM grouped "
        f"QUALIFY row_number() OVER (PARTITION BY {sql.names(_GROUP)}, _cancelled ORDER BY _sheet DESC) = 1))"
    )
    columns["lines"] = ColumnType.INTEGER
    _note_lines(connection, parts, target)


def _drop_identical(
    connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], columns: dict[str, ColumnType]
) -> None:
    """In a file of whole orders the same row twice is one order; among order lines it is two lines.

    A file holds order lines when it has columns of a line, or when an order stands in it with different rows.
    """
    listed = sql.names(columns)
    for part in parts:
        rows = f"(SELECT * FROM again WHERE _sheet = {part.index})"
        different = f"SELECT DISTINCT {listed} FROM {rows}"
        several = connection.execute(
            f"SELECT 1 FROM ({different}) GROUP BY {sql.names(_GROUP)} HAVING count(*) > 1 LIMIT 1"
        ).fetchall()
        if part.has_lines or several:
            continue
        [[repeated]] = connection.execute(
            f"SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT {listed} FROM {rows})) FROM {rows}"
        ).fetchall()
        if not repeated:
            continue
        part.notes.append(_("{count} rows repeat another row in every column and were taken as one.", count=repeated))
        connection.execute(
            f"DELETE FROM again WHERE _sheet = {part.index} AND {ROW} NOT IN "
            f"(SELECT min({ROW}) FROM again WHERE _sheet = {part.index} GROUP BY {listed})"
        )


def _note_lines(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], target: str) -> None:
    counts: Counter[int] = Counter()
    for index, lines in connection.execute(
        f"SELECT _sheet, sum(lines) FROM {sql.name(target)} WHERE lines > 1 GROUP BY 1"
    ).fetchall():
        counts[index] = int(lines)
    split = dict(
        connection.execute(
            f"SELECT _sheet, count(*) FROM {sql.name(target)} WHERE regexp_matches(order_id, '/\\d+$') GROUP BY 1"
        ).fetchall()
    )
    for part in parts:
        if counts[part.index]:
            part.notes.append(_("{count} lines were added up to one row for each order.", count=counts[part.index]))
        if split.get(part.index):
            part.notes.append(
                _(
                    "{count} orders share their number with another customer or day and got /2, /3 ...",
                    count=split[part.index],
                )
            )


def resolve_customers(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part], known: str | None) -> None:
    """Give facts that only name their customer its number; reject strangers when ``known`` lists the customers.

    ``known`` is a relation with customer_id and name, or None when customers are derived from the facts.
    """
    if known is not None:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE names AS "
            "SELECT name, min(customer_id) AS id, count(DISTINCT customer_id) AS many "
            f"FROM {known} WHERE name IS NOT NULL GROUP BY name"
        )
        connection.execute(f"CREATE OR REPLACE TEMP TABLE numbers AS SELECT DISTINCT customer_id FROM {known}")
    for part in parts:
        if part.table.owner not in part.columns:
            _resolve_names(connection, part, known is not None)
        elif known is not None:
            part.drop(
                connection, "customer_id NOT IN (SELECT customer_id FROM numbers)", "unknown_customer", "customer_id"
            )


def _resolve_names(connection: duckdb.DuckDBPyConnection, part: Part, known: bool) -> None:
    part.drop(connection, f"{CUSTOMER_NAME} IS NULL", "missing", CUSTOMER_NAME)
    if known:
        ids = "SELECT customer_id FROM numbers"
        unknown = f"{CUSTOMER_NAME} NOT IN (SELECT name FROM names) AND {CUSTOMER_NAME} NOT IN ({ids})"
        part.drop(connection, unknown, "unknown_customer", CUSTOMER_NAME)
        many = f"{CUSTOMER_NAME} IN (SELECT name FROM names WHERE many > 1) AND {CUSTOMER_NAME} NOT IN ({ids})"
        part.drop(connection, many, "ambiguous_customer", CUSTOMER_NAME)
        part.relation = (
            f"(SELECT p.*, CASE WHEN p.{CUSTOMER_NAME} IN ({ids}) THEN p.{CUSTOMER_NAME} ELSE n.id END AS customer_id "
            f"FROM {part.relation} p LEFT JOIN names n ON p.{CUSTOMER_NAME} = n.name)"
        )
    else:
        part.relation = f"(SELECT *, {CUSTOMER_NAME} AS customer_id FROM {part.relation})"
    part.columns["customer_id"] = ColumnType.TEXT
    part.notes.append(_("Customers are recognised by their names."))


_SHARED = ("segment", "region", "province", "city", "country", "account_manager")


def derive_customers(connection: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> Assembled:
    """A customer table out of the customers that the facts name; the newest row tells name and place."""
    selects = []
    present: set[str] = set()
    for part in parts:
        date = part.table.date if part.table.date in part.columns else None
        cells = ["customer_id", f"{sql.name(date)} AS _on" if date else "DATE '1900-01-01' AS _on"]
        if CUSTOMER_NAME in part.columns:
            cells.append(f"{CUSTOMER_NAME} AS name")
            present.add("name")
        for name in _SHARED:
            if part.columns.get(name) is ColumnType.TEXT and part.table.name == "orders":
                cells.append(sql.name(name))
                present.add(name)
        selects.append(f"SELECT {', '.join(cells)} FROM {part.relation}")
    union = " UNION ALL BY NAME ".join(selects)
    newest = "".join(
        f", arg_max({column}, (coalesce(_on, DATE '1900-01-01'), {column})) FILTER ({column} IS NOT NULL) AS {column}"
        for column in map(sql.name, sorted(present))
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE derived_customers AS "
        f"SELECT customer_id{newest}, 'active' AS status FROM ({union}) GROUP BY customer_id"
    )
    names = ["customer_id", *sorted(present), "status"]
    return Assembled("customers", "derived_customers", dict.fromkeys(names, ColumnType.TEXT))
