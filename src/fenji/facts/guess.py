"""What a sheet is, judged by its headers, a sample of its cells and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fenji.engine.contract import ColumnType, Table
from fenji.facts.contract import ORDER_LINES, load_contract, table_named
from fenji.facts.mapping import ColumnMap, SheetMap
from fenji.facts.parse import CellStyle, parse_cell, unwrapped
from fenji.facts.readers.sheet import RawSheet
from fenji.facts.words import (
    CUSTOMER_NAME,
    folded,
    generic_headers,
    header_word,
    nothing_words,
    table_words,
    unlike_words,
    vocabulary,
)
from fenji.i18n import _, language

MOST_EXTRA = 200
"""Further columns of one sheet that come in; a sheet with more is no fact table made by people."""

_NAME_BONUS, _UNLIKE, _KEY_BONUS, _REPEATED = 8, 30, 2, 12
_YEAR_LAST = re.compile(r"\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})\b.*")
_COMMA = re.compile(r"[-+(\s]*(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,}))[\s)%]*")
_POINT = re.compile(r"[-+(\s]*[\d,]*\d\.\d{1,2}[\s)%]*")
_CODE_LIKE = re.compile(
    r"(id|no|code|number|phone|tel|zip|postal|fax)$|\u53f7|\u7f16\u7801|\u4ee3\u7801|\u7535\u8bdd|\u624b\u673a|\u90ae\u7f16"
)
_NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,13})?(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposed mapping with what the user should know about it."""

    mapping: SheetMap
    notes: tuple[str, ...]
    weak: bool = False  # only general headers; counts when nothing else in the import is recognised


def guess(sheet: RawSheet) -> Guess:
    """The mapping that headers, cells and names speak for; ``table`` is None when none fits."""
    scored = [(_score(sheet, table), table) for table in load_contract().tables.values()]
    best = max((entry for entry in scored if entry[0][0] > 0), key=lambda entry: entry[0][0], default=None)
    if best is None:
        lines = table_named(ORDER_LINES)
        points, columns = _score(sheet, lines)
        if points > 0:
            return _complete(sheet, lines, columns)
        return Guess(SheetMap(_pattern(sheet), None, sheet.sheet), (what_is_missing(sheet),))
    (_points, columns), table = best
    return _complete(sheet, table, columns)


def what_is_missing(sheet: RawSheet) -> str:
    """Which table came nearest, and what it lacked."""
    nearest = max(
        load_contract().tables.values(), key=lambda table: sum(s for _i, s in _matches(sheet, table).values())
    )
    columns = {name: index for name, (index, _s) in _matches(sheet, nearest).items()}
    if sum(1 for name in columns if name in nearest.columns) < 2:
        return _("The headers fit no fact table; name them in a mapping file.")
    owned = nearest.owner in columns or CUSTOMER_NAME in columns or "name" in columns
    missing = [] if owned else [_("the customer's number or name")]
    required = [c for c in nearest.columns.values() if c.required and c.name not in (nearest.owner, *columns)]
    missing += [c.title[language()] for c in required]
    return _(
        "It looks like `{table}`, but lacks: {columns}. Name the columns in a mapping file.",
        table=nearest.title[language()],
        columns=", ".join(missing) or _("columns of its own"),
    )


def _pattern(sheet: RawSheet) -> str:
    """The file's own name, taken literally by fnmatch."""
    return re.sub(r"([\[*?])", r"[\1]", sheet.file)


def _matches(sheet: RawSheet, table: Table) -> dict[str, tuple[int, int]]:
    """column -> (index of its header, strength); the word that stands first in the list wins."""
    words = table_words()[table.name].columns
    order = {word: rank for rank, word in enumerate(words)}
    best: dict[str, tuple[tuple[int, int], int, int]] = {}
    for index, header in enumerate(sheet.headers):
        word = header_word(header)
        found = next((key for key in (word.whole, word.key) if key in words), None)
        if found is None:
            continue
        column, strength = words[found]
        rank = (-strength, order[found])
        if column not in best or rank < best[column][0]:
            best[column] = (rank, index, strength)
    return {column: (index, strength) for column, (_rank, index, strength) in best.items()}


def _score(sheet: RawSheet, table: Table) -> tuple[float, dict[str, int]]:
    matches = _matches(sheet, table)
    columns = {name: index for name, (index, _s) in matches.items()}
    columns = {name: index for name, index in columns.items() if _cells_fit(sheet, table, name, index)}
    if not _sufficient(table, columns, matches, _names_table(sheet, table)):
        return 0, {}
    points = float(sum(matches[name][1] for name in columns)) + _name_points(sheet, table)
    if any(part in columns for part in table.key if part != table.owner):
        points += _KEY_BONUS
    if table.name == "customers" and _repeats(sheet, columns.get("customer_id", columns.get("name", 0))):
        points -= _REPEATED
    return points, columns


def _names_table(sheet: RawSheet, table: Table) -> bool:
    place = folded(f"{sheet.file.rsplit('.', 1)[0]} {sheet.sheet or ''}")
    return any(word in place for word in table_words()[table.name].words)


def _name_points(sheet: RawSheet, table: Table) -> int:
    """What file, sheet and headers say for the table, or that this is about somebody else altogether."""
    place = folded(f"{sheet.file} {sheet.sheet or ''}")
    named = _names_table(sheet, table)
    foreign = any(word in folded(text) for text in (place, *sheet.headers) for word in unlike_words("headers"))
    strange = not named and any(word in place for word in unlike_words("names"))
    return _NAME_BONUS * named - _UNLIKE * (foreign or strange)


def _sufficient(table: Table, columns: Mapping[str, int], matches: Mapping[str, tuple[int, int]], named: bool) -> bool:
    """Whether the columns that a row of the table must have are there, or can be made."""
    priced = "amount" in columns or {"unit_price", "quantity"} <= set(columns)
    if table.name == "customers":
        return "customer_id" in columns or "name" in columns
    if table.name == ORDER_LINES:
        return "order_id" in columns and priced
    if table.owner not in columns and CUSTOMER_NAME not in columns:
        return False
    needed = [c.name for c in table.columns.values() if c.required and c.name != table.owner]
    if not all(name in columns for name in needed):
        return False
    if table.name == "orders":
        return priced or "order_id" in columns
    keyed = any(part in columns for part in table.key if part != table.owner)
    own = sum(1 for name in columns if name not in (table.owner, CUSTOMER_NAME) and matches[name][1] > 1)
    return own >= 2 and (named or keyed or len(needed) > 0)


def _values(sheet: RawSheet, index: int) -> list[str]:
    cells = (unwrapped(row[index]) for row in sheet.sample if index < len(row))
    return [cell for cell in cells if folded(cell) not in nothing_words()]


def _repeats(sheet: RawSheet, index: int) -> bool:
    """Whether the numbers of customers are repeated or mostly empty, as in a table of something else."""
    values = _values(sheet, index)
    return 2 * len(values) < len(sheet.sample) or (len(values) > 3 and len(set(values)) < 0.9 * len(values))


def _cells_fit(sheet: RawSheet, table: Table, name: str, index: int) -> bool:
    """Whether the sampled cells are of the column's type, most of them."""
    column = table.columns.get(name)
    values = _values(sheet, index)
    if column is None or not values or column.type is ColumnType.TEXT:
        return True
    if column.derived:
        return True
    map_ = style_of(sheet, index, column.type)
    style = CellStyle(map_.order, map_.decimal_comma, sheet.date_1904, period=_is_period(table, name))
    good = sum(1 for value in values if _is_good(parse_cell(value, column.type, style)))
    main = column.required or name == "amount"
    return good >= (0.5 if main else 0.8) * len(values) or (good > 0 and len(values) - good <= 2)


def _is_good(value: object) -> bool:
    return not isinstance(value, str) or value in ("date_range", "number_range")


def _is_period(table: Table, name: str) -> bool:
    return (table.name, name) in PERIODS


PERIODS = frozenset({("plans", "planned_for"), ("profiles", "stated_on"), ("usage", "used_on")})
"""Columns in which a month or a year stands for its first day."""


def style_of(sheet: RawSheet, index: int, kind: ColumnType) -> ColumnMap:
    """How the cells of a column are written, as far as its sample tells."""
    values = _values(sheet, index)
    map_ = ColumnMap(sheet.headers[index])
    if kind is ColumnType.DATE:
        matches = [match for value in values if (match := _YEAR_LAST.fullmatch(value))]
        if not matches:
            return map_
        if any(int(match[1]) > 12 for match in matches):
            return replace(map_, order="dmy")
        sure = any(int(match[2]) > 12 for match in matches)
        slash = "/" in values[0] or sure
        return replace(map_, order="mdy" if slash else "dmy")
    if kind in (ColumnType.MONEY, ColumnType.NUMBER):
        comma = any(_COMMA.fullmatch(value) for value in values) and not any(
            _POINT.fullmatch(value) for value in values
        )
        return replace(map_, decimal_comma=comma, unit=_unit(sheet, index) if kind is ColumnType.MONEY else 1)
    return map_


def _unit(sheet: RawSheet, index: int) -> int:
    units = vocabulary("header_units")
    bracket = folded(header_word(sheet.headers[index]).bracket)
    if bracket in units:
        return int(units[bracket])
    title = folded(sheet.title)
    stated = [int(value) for word, value in units.items() if word.startswith(folded("\u5355\u4f4d")) and word in title]
    return max(stated, default=1)


def _complete(sheet: RawSheet, table: Table, columns: Mapping[str, int]) -> Guess:
    """Types, styles, further columns and what to tell about them."""
    notes: list[str] = []
    maps: dict[str, ColumnMap] = {}
    for name, index in columns.items():
        column = table.columns.get(name)
        if column is not None and column.derived:
            notes.append(_("`{header}` is left out: fenji computes it itself.", header=sheet.headers[index]))
            continue
        maps[name] = style_of(sheet, index, column.type if column else ColumnType.TEXT)
    for name, (index, _strength) in _matches(sheet, table).items():
        if name not in columns:
            title = table.columns[name].title[language()]
            notes.append(
                _(
                    "`{header}` is not read as `{column}`: most of its cells do not fit.",
                    header=sheet.headers[index],
                    column=title,
                )
            )
    used = set(columns.values())
    extra, types, more = _extra_columns(sheet, table, used)
    notes += more
    mapping = SheetMap(_pattern(sheet), table.name, sheet.sheet, maps, {}, extra, types)
    return Guess(mapping, tuple(notes), _is_weak(sheet, table, columns))


def _is_weak(sheet: RawSheet, table: Table, columns: Mapping[str, int]) -> bool:
    """Whether only words that fit anything speak for a customer table."""
    if table.name != "customers" or _names_table(sheet, table):
        return False
    identity = [columns[name] for name in ("customer_id", "name") if name in columns]
    return all(header_word(sheet.headers[index]).whole in generic_headers() for index in identity)


def style_notes(map_: ColumnMap) -> list[str]:
    """What to tell about the way in which a column is read."""
    notes = []
    if map_.order != "ymd":
        words = {"mdy": _("month/day/year"), "dmy": _("day/month/year")}
        notes.append(_("The dates of `{header}` are read as {order}.", header=map_.header, order=words[map_.order]))
    if map_.unit != 1:
        notes.append(_("The amounts of `{header}` are in units of {unit}.", header=map_.header, unit=map_.unit))
    if map_.decimal_comma:
        notes.append(_("The numbers of `{header}` have a decimal comma.", header=map_.header))
    return notes


def _extra_columns(
    sheet: RawSheet, table: Table, used: set[int]
) -> tuple[dict[str, ColumnMap], dict[str, ColumnType], list[str]]:
    indexes = [
        i for i in range(len(sheet.headers)) if i not in used and (_values(sheet, i) or _is_named(sheet.headers[i]))
    ]
    notes = []
    if len(indexes) > MOST_EXTRA:
        notes.append(_("{count} further columns are left out.", count=len(indexes) - MOST_EXTRA))
    extra: dict[str, ColumnMap] = {}
    types: dict[str, ColumnType] = {}
    for index in indexes[:MOST_EXTRA]:
        name = _own_name(sheet.headers[index], {*table.columns, *extra, CUSTOMER_NAME, "import_id", "known_on"})
        types[name] = _extra_type(sheet.headers[index], _values(sheet, index))
        extra[name] = style_of(sheet, index, types[name])
    return extra, types, notes


def _is_named(header: str) -> bool:
    return not re.fullmatch(r"column \d+", header)


def _own_name(header: str, taken: set[str]) -> str:
    """A name that an expression of the language can use: letters, digits and underscores, lower case."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip())
    name = re.sub(r"\W+", "_", text.casefold()).strip("_") or "column"
    name = f"c_{name}" if name[0].isdigit() else name
    name = name[:60]
    count, base = 2, name
    while name in taken:
        name, count = f"{base}_{count}", count + 1
    return name


def _extra_type(header: str, values: Sequence[str]) -> ColumnType:
    """Number or date only where every sampled cell is plainly one and the column is no code."""
    if not values or _CODE_LIKE.search(header_word(header).key):
        return ColumnType.TEXT
    if all(_NUMBER.fullmatch(value) and any(c.isdigit() for c in value) for value in values):
        return ColumnType.NUMBER
    dated = all(re.match(r"\s*\d{1,4}[-/.\u5e74]\d", value) for value in values)
    styles = CellStyle("dmy"), CellStyle("mdy")
    if dated and any(all(_is_good(parse_cell(value, ColumnType.DATE, style)) for value in values) for style in styles):
        return ColumnType.DATE
    return ColumnType.TEXT
