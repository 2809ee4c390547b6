"""The word lists beside this file, ready to be compared with what stands in files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from fenji.facts.contract import ORDER_LINES, load_contract

CUSTOMER_NAME = "customer_name"
"""A column that a fact file may have instead of, or beside, the customer's number."""

_BRACKETS = re.compile(r"[(\[{\u3010](.*?)[)\]}\u3011]")
_NOISE = re.compile(r"[\s_\-./\\:;,'\"*#&|~`\u3001\u3002\u00b7]+")


@cache
def _data(name: str) -> dict[str, Any]:
    text = files("fenji.facts").joinpath(name).read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def folded(text: str) -> str:
    """``text`` in the form in which words are compared: NFKC, lower case, without blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True, slots=True)
class HeaderWord:
    """A header as it is compared: without punctuation; what stood in brackets apart."""

    key: str
    whole: str
    bracket: str


@cache
def header_word(text: str) -> HeaderWord:
    """The comparable form of a header."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    bracket = "".join(_BRACKETS.findall(plain))
    return HeaderWord(
        _NOISE.sub("", _BRACKETS.sub("", plain)), _NOISE.sub("", re.sub(r"[()\[\]{}]", "", plain)), bracket
    )


@cache
def nothing_words() -> frozenset[str]:
    """Cell texts that mean an empty cell."""
    return frozenset(folded(str(word)) for word in _data("vocabulary.yaml")["nothing"])


@cache
def total_words() -> frozenset[str]:
    """First cells of rows that only add up the rows above."""
    return frozenset(folded(str(word)) for word in _data("vocabulary.yaml")["totals"])


@cache
def vocabulary(part: str) -> Mapping[str, Any]:
    """One mapping of the vocabulary (units, digits, powers ...) with folded keys."""
    return {folded(str(key)): value for key, value in _data("vocabulary.yaml")[part].items()}


@cache
def word_list(part: str) -> tuple[str, ...]:
    """One list of the vocabulary, folded, longest first."""
    return tuple(sorted((folded(str(word)) for word in _data("vocabulary.yaml")[part]), key=len, reverse=True))


@cache
def value_words(table: str, column: str) -> Mapping[str, str]:
    """Folded cell text -> code, for a text column that has codes; empty for others."""
    entry = load_contract().tables[table].columns.get(column) if table in load_contract().tables else None
    codes = {folded(code): code for code in entry.values} if entry else {}
    if entry and set(entry.values) == {"yes", "no"}:
        return {**dict.fromkeys(word_list("yes"), "yes"), **dict.fromkeys(word_list("no"), "no")}
    lists = _data("vocabulary.yaml")["values"]
    found = lists.get(f"{table}.{column}") or lists.get(f"*.{column}") or {}
    return {**{folded(str(word)): code for code, words in found.items() for word in words}, **codes}


@dataclass(frozen=True, slots=True)
class TableWords:
    """What headers and names speak for one table."""

    columns: Mapping[str, tuple[str, int]]  # header word -> (column, strength: 3 own word, 2 title, 1 every table)
    words: tuple[str, ...]


def _table_words(name: str) -> TableWords:
    table = load_contract().tables[name]
    every, own = _data("synonyms.yaml")["every"], _data("synonyms.yaml")["tables"].get(name, {})
    found: dict[str, tuple[str, int]] = {}

    def learn(column: str, words: list[str], strength: int) -> None:
        for word in words:
            found.setdefault(header_word(str(word)).whole, (column, strength))

    for column, words in own.get("columns", {}).items():
        learn(column, [column, *words], 3)
    for column in table.columns.values():
        learn(column.name, [column.name, *column.title.values()], 2)
    for column, words in every.items():
        target = "name" if name == "customers" and column == CUSTOMER_NAME else column
        if target in table.columns or target == CUSTOMER_NAME:
            learn(target, [column, *words], 1)
    return TableWords(found, tuple(folded(str(word)) for word in own.get("words", ())))


@cache
def table_words() -> Mapping[str, TableWords]:
    """The header words of every table."""
    found = {name: _table_words(name) for name in load_contract().tables}
    return {**found, ORDER_LINES: found["orders"]}


@cache
def unlike_words(part: str) -> tuple[str, ...]:
    """Words in ``headers`` or ``names`` that speak of no customer fact at all."""
    return tuple(folded(str(word)) for word in _data("synonyms.yaml")["unlike"][part])


@cache
def generic_headers() -> frozenset[str]:
    """Headers of numbers and names that may be anybody's."""
    return frozenset(header_word(str(word)).whole for word in _data("synonyms.yaml")["generic"])


@cache
def known_headers() -> frozenset[str]:
    """Every header word of every table."""
    return frozenset(word for table in table_words().values() for word in table.columns)
