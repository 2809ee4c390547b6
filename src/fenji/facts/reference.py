"""The reference page of the facts contract, from the contract itself."""

from __future__ import annotations

from fenji.engine.contract import Column, ColumnType, Moment, Table
from fenji.facts.contract import ARROW_TYPES, adding_columns, load_contract
from fenji.i18n import _, speaking


def reference(lang: str) -> str:
    """The page in ``zh`` or ``en``, as Markdown."""
    with speaking(lang):
        parts = [_introduction(), _types()]
        parts += [_table(table, lang) for table in load_contract().tables.values()]
        return "\n\n".join(parts) + "\n"


def _introduction() -> str:
    return "\n\n".join(
        (
            "# " + _("The facts contract"),
            _("Generated from `src/fenji/facts/contract.yaml`; do not edit it here."),
            _(
                "A regulation reads facts through these tables. Every table has a key, the customer it belongs to, "
                "a date and typed columns. Columns that no file gives are absent, and a regulation which needs them is "
                "told so; dates of what never happened are there and empty. Further columns of a file come in under "
                "their own names and may be used like these."
            ),
            _(
                "Every row also has `import_id`, the import it came with, and `known_on`, the day from which it was "
                "known. An import replaces rows by their key; columns that it does not have keep their values."
            ),
            _(
                "Orders: lines of one order number, customer and day are added up to one row at import. "
                "Negative amounts are returns, which count (net) unless a regulation says otherwise."
            ),
        )
    )


def _types() -> str:
    titles = {
        ColumnType.TEXT: _("text; yes and no are the texts `yes` and `no`"),
        ColumnType.MONEY: _("an amount in the currency of the store, whole cents"),
        ColumnType.NUMBER: _("a number with four decimals"),
        ColumnType.INTEGER: _("a whole number"),
        ColumnType.DATE: _("a day, from 1900 to 2199"),
    }
    lines = ["## " + _("Types"), "", _row(_("type"), _("meaning"), "Parquet"), "|---|---|---|"]
    lines += [f"| `{kind.value}` | {title} | `{ARROW_TYPES[kind]}` |" for kind, title in titles.items()]
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(table: Table, lang: str) -> str:
    key = ", ".join(f"`{part}`" for part in table.key)
    date = f"`{table.date}`" if table.date else _("none")
    head = [f"## `{table.name}` {table.title[lang]}", "", _("Key: {key}. Date: {date}.", key=key, date=date), ""]
    head += [_row(_("column"), _("title"), _("type"), _("remarks")), "|---|---|---|---|"]
    rows = [
        f"| `{column.name}` | {column.title[lang]} | {column.type.value} | {_remarks(table, column)} |"
        for column in table.columns.values()
    ]
    return "\n".join([*head, *rows])


def _remarks(table: Table, column: Column) -> str:
    found = []
    if column.derived:
        found.append(_("computed at the as-of date, never imported"))
    if column.required:
        found.append(_("required"))
    if column.moment is Moment.PLANNED:
        found.append(_("planned: kept after the as-of date"))
    elif column.moment is Moment.HAPPENED:
        found.append(_("happened: missing when after the as-of date"))
    if column.name in adding_columns(table.name):
        found.append(_("added up over the lines of an order"))
    if column.default:
        found.append(_("`{value}` where a file has no such column", value=column.default))
    if column.values:
        found.append(", ".join(f"`{value}`" for value in column.values))
    return "; ".join(found)
