"""The staged sheets of one import, each as a relation with the columns of its fact table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import duckdb

from fenji.engine.contract import ColumnType, Table
from fenji.facts import sql
from fenji.facts.contract import ORDER_LINES, adding_columns
from fenji.facts.errors import FactsError
from fenji.facts.normalise import Staged, needed_keys
from fenji.facts.parse import CellStyle, parse_cell
from fenji.facts.readers.sheet import ROW, RawSheet
from fenji.facts.repair import CellReject
from fenji.facts.words import CUSTOMER_NAME
from fenji.i18n import _

_LINE_COLUMNS = frozenset({"product", "product_id", "unit_price", "quantity", "sub_category"})


@dataclass(slots=True)
class Part:
    """One staged sheet on its way into a table; ``relation`` changes as it is worked on."""

    index: int
    file: str
    sheet: str | None
    table: Table
    staged: Staged
    relation: str
    columns: dict[str, ColumnType]
    notes: list[str] = field(default_factory=list)
    rejects: list[CellReject] = field(default_factory=list)
    taken: int = 0

    @property
    def place(self) -> str:
        """The part as messages name it."""
        return f"{self.file} / {self.sheet}" if self.sheet else self.file

    @property
    def has_lines(self) -> bool:
        """Whether its rows may be the lines of orders rather than orders."""
        return bool(_LINE_COLUMNS & set(self.columns))

    def drop(self, connection: duckdb.DuckDBPyConnection, condition: str, code: str, shown: str) -> int:
        """Reject the rows that fulfil a condition; ``shown`` is the expression of the text to show."""
        column = self.staged.mapping.columns.get(shown)
        rows = connection.execute(
            f"SELECT {ROW}, CAST({sql.name(shown)} AS VARCHAR) FROM {self.relation} WHERE {condition} ORDER BY {ROW}"
        ).fetchall()
        if rows:
            self.rejects += [CellReject(row, column.header if column else None, code, text or "") for row, text in rows]
            self.relation = f"(FROM {self.relation} WHERE NOT coalesce({condition}, false))"
        return len(rows)


def make_part(
    connection: duckdb.DuckDBPyConnection,
    index: int,
    sheet: RawSheet,
    table: Table,
    staged: Staged,
    currency: str,
) -> Part:
    """The staged rows with their constants and the columns that follow from others."""
    part = Part(
        index,
        sheet.file,
        sheet.sheet,
        table,
        staged,
        sql.name(staged.stage),
        dict(staged.columns),
        [],
        list(staged.rejects),
    )
    _add_constants(part)
    if part.columns.get("currency") is ColumnType.TEXT:
        part.drop(connection, f"currency <> {sql.text(currency)}", "other_currency", "currency")
    if table.name in ("orders", ORDER_LINES):
        _add_order_figures(connection, part)
    if table.name == "customers":
        _complete_customers(part)
    return part


def _with(part: Part, name: str, kind: ColumnType, expression: str) -> None:
    body = f"CAST({expression} AS {sql.SQL_TYPES[kind]}) AS {sql.name(name)}"
    kept = "* REPLACE" if name in part.columns else "*,"
    part.relation = (
        f"(SELECT {kept} ({body}) FROM {part.relation})"
        if name in part.columns
        else f"(SELECT {kept} {body} FROM {part.relation})"
    )
    part.columns[name] = kind


def _add_constants(part: Part) -> None:
    for name, value in part.staged.mapping.constants.items():
        column = part.table.columns.get(name)
        kind = column.type if column else ColumnType.TEXT
        typed = value if kind is ColumnType.TEXT else parse_cell(value, kind, CellStyle())
        if kind is not ColumnType.TEXT and isinstance(typed, str):
            raise FactsError(
                part.place,
                _("The constant `{value}` does not fit column `{column}`.", value=value, column=name),
                _("Correct it in the mapping file."),
            )
        _with(part, name, kind, sql.text(str(typed)))


def _add_order_figures(connection: duckdb.DuckDBPyConnection, part: Part) -> None:
    if "amount" not in part.columns and {"unit_price", "quantity"} <= set(part.columns):
        factor = ""
        if "discount" in part.columns and not sql.scalar(
            connection, f"SELECT count(*) FROM {part.relation} WHERE discount < 0 OR discount > 1"
        ):
            factor = " * (1 - coalesce(discount, 0))"
        price = f"CAST(unit_price AS DECIMAL(38,8)) * quantity{factor}"
        _with(part, "amount", ColumnType.NUMBER, f"TRY_CAST({price} AS DECIMAL(18,4))")
        note = _("Amount = unit price x quantity x (1 - discount).") if factor else _("Amount = unit price x quantity.")
        part.notes.append(note)
        part.drop(
            connection,
            "amount IS NULL AND unit_price IS NOT NULL AND quantity IS NOT NULL",
            "number_range",
            "unit_price",
        )
    if "profit" not in part.columns and {"amount", "cost"} <= set(part.columns):
        _with(part, "profit", ColumnType.NUMBER, "amount - cost")
        part.notes.append(_("Profit = amount - cost."))
    elif "cost" not in part.columns and {"amount", "profit"} <= set(part.columns):
        _with(part, "cost", ColumnType.NUMBER, "amount - profit")
        part.notes.append(_("Cost = amount - profit."))


def _complete_customers(part: Part) -> None:
    default = part.table.columns["status"].default
    if "status" not in part.columns and default:
        _with(part, "status", ColumnType.TEXT, sql.text(default))
        part.notes.append(_("There is no status column: every customer is taken as active."))
    if "customer_id" not in part.columns:
        _with(part, "customer_id", ColumnType.TEXT, "name")
        part.notes.append(_("There is no customer number: the name is taken as the number."))


def add_keys(part: Part) -> None:
    """Give rows the key that their file does not have: from their content, so that a repeated import finds them."""
    for name in part.table.key:
        if len(part.table.key) > 1 and name not in needed_keys(part.table):
            _with(part, name, ColumnType.TEXT, f"coalesce({sql.name(name)}, '')" if name in part.columns else "''")
        if name in part.columns or name == part.table.owner:
            continue
        listed = ", ".join(f"coalesce(CAST({sql.name(column)} AS VARCHAR), '')" for column in sorted(part.columns))
        salt = hashlib.sha256(part.table.name.encode()).hexdigest()[:8]
        part.relation = (
            f"(SELECT * EXCLUDE (_hash), _hash || CASE WHEN _nth = 1 THEN '' ELSE '-' || _nth END AS {sql.name(name)} "
            "FROM "
            f"(SELECT *, row_number() OVER (PARTITION BY _hash ORDER BY {ROW}) AS _nth FROM "
            f"(SELECT *, md5(concat_ws(chr(31), '{salt}', {listed})) AS _hash FROM {part.relation})))"
        )
        part.columns[name] = ColumnType.TEXT
        if part.table.name != "contacts":
            part.notes.append(_("There is no number column: rows are told apart by their content."))


def final_type(table: Table, name: str, staged: ColumnType) -> ColumnType:
    """The type in which a column is stored."""
    return table.columns[name].type if name in adding_columns(table.name) else staged


def without_name(part: Part) -> list[str]:
    """The columns that are stored."""
    return [name for name in part.columns if name != CUSTOMER_NAME]
