"""Where the header of a sheet is: below title rows, over one line or two, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fenji.facts.parse import CellStyle, parse_date
from fenji.facts.words import folded, header_word, known_headers, nothing_words

_SEARCHED = 30
_NUMBER = re.compile(r"[(+-]?[\u00a5\uffe5$\u20ac\u00a3]?\s*[\d.,]*\d[\d.,]*\s*%?\)?(e[+-]?\d+)?", re.IGNORECASE)
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """``first`` is the index of the first data row; ``headers`` is empty when the sheet has none."""

    headers: tuple[str, ...]
    first: int


def find_layout(rows: Sequence[Row]) -> Layout:
    """Where the header is among the first rows of a sheet; without one, columns are to be mapped by position."""
    searched = rows[:_SEARCHED]
    width = max((_filled(row) for row in rows), default=0)
    by_words, by_shape = _by_words(searched, width), _by_shape(searched, rows, width)
    best = by_shape if by_words is None else by_words
    if by_words and by_shape is not None and by_shape < by_words:
        as_wide = 5 * _filled(rows[by_shape]) >= 4 * _filled(rows[by_words])
        best = by_shape if as_wide and _all_different(rows[by_shape]) else by_words
    if best is None:
        first = next((i for i, row in enumerate(searched) if 2 * _filled(row) >= width), 0)
        return Layout((), first)
    return _with_second_line(rows, best)


def is_data(cell: str) -> bool:
    """Whether a cell holds a number or a date, which no header does."""
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text)) or (
        any(c.isdigit() for c in text) and not isinstance(parse_date(text, CellStyle()), str)
    )


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell.strip())


def _is_known(cell: str) -> bool:
    word = header_word(cell)
    return bool(word.key) and (word.key in known_headers() or word.whole in known_headers())


def _all_different(row: Row) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(set(cells)) == len(cells)


def _by_words(rows: Sequence[Row], width: int) -> int | None:
    """The row in which most cells are different known header words: at least two, or one in a narrow sheet."""
    best, best_known = None, 0
    for index, row in enumerate(rows):
        cells = [cell for cell in row if cell.strip()]
        known = len({header_word(cell).key for cell in cells if _is_known(cell)})
        enough = known >= 2 or (known == 1 and width <= 3)
        if enough and known > best_known and not any(is_data(cell) for cell in cells if len(cells) < 5):
            best, best_known = index, known
    return best


def _by_shape(searched: Sequence[Row], rows: Sequence[Row], width: int) -> int | None:
    """The first wide row of distinct words, if something below it is data or it has a word at all."""
    for index, row in enumerate(searched):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells or 2 * len(cells) < width:
            continue
        texts = [cell for cell in cells if not is_data(cell) and folded(cell) not in nothing_words()]
        if len(texts) == len(cells):
            return index
        below = rows[index + 1] if index + 1 < len(rows) else ()
        over_data = any(
            not is_data(head) and is_data(cell)
            for head, cell in zip(row, below, strict=False)
            if head.strip() and cell.strip()
        )
        return index if texts and over_data and not is_data(row[0]) else None
    return None


def _span_fill(row: Row) -> list[str]:
    """A header over several columns stands in the first of them: carried to the right."""
    filled: list[str] = []
    for cell in row:
        filled.append(cell.strip() or (filled[-1] if filled else ""))
    return filled


def _joined(upper: Row, lower: Row, width: int) -> tuple[str, ...]:
    carried = _span_fill(upper)
    above = [carried[i] if i < len(carried) else "" for i in range(width)]
    below = [lower[i].strip() if i < len(lower) else "" for i in range(width)]
    own = [upper[i].strip() if i < len(upper) else "" for i in range(width)]
    names = []
    for i in range(width):
        if not below[i]:
            names.append(own[i])
        elif _is_known(below[i]) or not above[i]:
            names.append(below[i])
        else:
            names.append(f"{above[i]} {below[i]}")
    return tuple(names)


def _completes(upper: Row, lower: Row) -> bool:
    """Whether ``lower`` is the second line of the header ``upper``: it only stands under gaps and spans."""
    filled = [i for i, cell in enumerate(lower) if cell.strip()]
    if len(filled) < 2 or any(is_data(lower[i]) for i in filled):
        return False

    def under_span(i: int) -> bool:
        own = i < len(upper) and bool(upper[i].strip())
        next_empty = i + 1 < len(upper) and not upper[i + 1].strip()
        return not own or next_empty

    gaps = [i for i in filled if i >= len(upper) or not upper[i].strip()]
    return bool(gaps) and all(under_span(i) for i in filled)


def _usual_width(rows: Sequence[Row]) -> int:
    """How many cells most rows have."""
    widths = sorted(len(row) for row in rows if _filled(row))
    return widths[len(widths) // 2] if widths else 0


def _with_second_line(rows: Sequence[Row], best: int) -> Layout:
    row = rows[best]
    width = max(len(row), _usual_width(rows[best + 1 :]))
    if best + 1 < len(rows) and _completes(row, rows[best + 1]):
        return Layout(_joined(row, rows[best + 1], width), best + 2)
    if best > 0 and _filled(rows[best - 1]) >= 2 and _completes(rows[best - 1], row):
        return Layout(_joined(rows[best - 1], row, width), best + 1)
    return Layout(tuple(cell.strip() for cell in row) + ("",) * (width - len(row)), best + 1)
