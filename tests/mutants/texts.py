"""Other texts for one scalar: a figure one step away, another operator, another code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from fenji.engine.expression import literals

CENT = "0.01"
_FIGURE = re.compile(rf"^([+-]?\d[\d,]*(?:\.\d+)?)([{literals.WAN}{literals.YI}%]?)$")
_BOUND = re.compile(r"^(>=|<=|>|<)\s*(.+)$")
_TWO = re.compile(r"^(.+?)\s*(<?)\.\.(<?)\s*(.+)$")
_PLACE = re.compile(r"^(top|last)\s+(.+)$")
_TOKENS = re.compile(
    r"(?P<string>'[^']*')|(?P<date>\d{4}-\d{2}-\d{2})"
    rf"|(?P<number>(?<![\w.])\d+(?:\.\d+)?[{literals.WAN}{literals.YI}%]?(?![\w.]))"
    r"|(?P<sign><>|<=|>=|<|>|=)|(?P<word>\b(?:and|or)\b)|(?P<other>[^\W\d]\w*|.)",
    re.DOTALL,
)
_SIGNS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "and": "or", "or": "and"}


def figures(text: str, *, money: bool = False, by: str | None = None) -> list[str]:
    """A figure one step up and one down: ``by``, else a cent for money, else one of the last digit that is written."""
    found = _FIGURE.match(text.strip())
    if not found:
        return []
    number, unit = Decimal(found[1].replace(",", "")), found[2]
    step = Decimal(1).scaleb(min(int(number.as_tuple().exponent), 0))
    if money and unit != "%":
        number *= {literals.WAN: 10**4, literals.YI: 10**8}.get(unit, 1)
        unit, step = "", Decimal(CENT)
    step = step if by is None else Decimal(by)
    return [f"{number + step:f}{unit}", *([f"{number - step:f}{unit}"] if number >= step else [])]


def next_of(values: Sequence[str], value: str) -> list[str]:
    """The value after this one, in a circle."""
    others = [v for v in values if v != value]
    if not others:
        return []
    return [values[(list(values).index(value) + 1) % len(values)] if value in values else others[0]]


def bounds(text: str) -> list[str]:
    """The bounds of an interval as written."""
    one, two = _BOUND.match(text), _TWO.match(text)
    return [one[2].strip()] if one else [two[1].strip(), two[4].strip()] if two else []


def rebound(text: str, old: str, new: str) -> str:
    """An interval with another bound."""
    one, two = _BOUND.match(text), _TWO.match(text)
    if one:
        return f"{one[1]} {new}" if one[2].strip() == old else text
    if not two:
        return text
    low, high = (new if side.strip() == old else side.strip() for side in (two[1], two[4]))
    return f"{low} {two[2]}..{two[3]} {high}"


def toggled(text: str, bound: str) -> str:
    """An interval that holds its bound where it did not, or the other way round."""
    one, two = _BOUND.match(text), _TWO.match(text)
    if one:
        return f"{_SIGNS[one[1]]} {one[2]}" if one[2].strip() == bound else text
    if not two:
        return text
    low = ("" if two[2] else "<") if two[1].strip() == bound else two[2]
    high = ("" if two[3] else "<") if two[4].strip() == bound else two[3]
    return f"{two[1].strip()} {low}..{high} {two[4].strip()}"


def places(text: str) -> list[str]:
    """Another share of a rank."""
    found = _PLACE.match(text)
    return [f"{found[1]} {other}" for other in figures(found[2])] if found else []


def expressions(text: str, known: Sequence[Sequence[str]], money: Sequence[str]) -> Iterator[str]:
    """A condition or formula with one token changed.

    ``known`` are lists of codes and labels, in which a quoted text is replaced by its neighbour (a text of no
    list by one that no row has); ``money`` names indicators in money: figures compared with them move by a cent.
    """
    tokens = [(m.lastgroup or "", m.group(), m.start(), m.end()) for m in _TOKENS.finditer(text)]
    cents = any(re.search(rf"\b{re.escape(name)}\b", text) for name in money) and "/" not in text
    for kind, token, start, end in tokens:
        for other in _others(kind, token, known, cents):
            yield text[:start] + other + text[end:]


def _others(kind: str, token: str, known: Sequence[Sequence[str]], cents: bool) -> list[str]:
    if kind in ("sign", "word"):
        return [_SIGNS[token]]
    if kind == "number":
        return figures(token, money=cents and len(token) > 2)
    if kind == "string":
        inner = token[1:-1]
        lists = [values for values in known if inner in values]
        return [f"'{next_of(lists[0], inner)[0]}'"] if lists and len(lists[0]) > 1 else ["'~'"]
    return []
