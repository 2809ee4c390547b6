"""Puts a mark of its own into every value of a regulation, so that a text can be asked for each of them.

Names by which parts of a regulation refer to each other (of indicators, axes, parameters, scales, forms, lines of a
score, marks, results without a grade) get no mark where they are declared: the document shows their titles. Where they
are referred to they get one, and the document shows an unknown name as it is written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fenji.engine.check.structure import validate
from fenji.engine.expression import literals
from fenji.engine.expression.parse import FUNCTIONS, KEYWORDS
from fenji.engine.issues import Source
from fenji.engine.spec.regulation import Regulation

Path = tuple[str | int, ...]

NO_TEXT = {
    "req": "names of requirements: they trace, they do not rule",
    "id": "the name of a step or cycle, by which other parts refer to it; its title or kind is shown",
    "type": "how a company's own column is stored",
    "moment": "how a company's own column is stored",
    "reason": "a name that selectors refer to; what it means (because) is shown, also where it is referred to",
}
"""Keys whose values have no text in the document, and why."""

ENUMS: dict[str, tuple[str, ...]] = {
    "do": ("fill", "check", "examine", "propose", "meet", "decide", "approve", "publish", "notify", "archive"),
    "silent": ("escalate", "agree", "return", "propose_stop_supply"),
    "best": ("high", "low"),
    "enjoys": ("grade", "everyone"),
    "subject": ("customer", "group"),
    "lines_missing": ("missing", "reweigh"),
    "missing": ("none", "ungraded", "7003"),
    "otherwise": ("proposed", "ungraded", "zq"),
    "then": ("computed", "zq"),
    "ends": ("calendar_year", "fiscal_year"),
    "over": ("all",),
    "calendar_year": ("last_full", "to_date"),
    "calendar_quarter": ("last_full", "to_date"),
    "calendar_month": ("last_full", "to_date"),
    "fiscal_year": ("last_full", "to_date"),
    "active": ("days", "months", "years"),
    "count": ("rows",),
    "as_of": ("month_end", "quarter_end", "year_end"),
    "for": ("everyone",),
    "several": ("true", "false"),
    "first": ("yes", "no"),
    "currency": ("CNY", "USD"),
    "tax_basis": ("included", "excluded"),
    "part": ("grade", "zq"),
}
"""Words of the language that may stand at a key; changing one for another must change the document."""

EXPRESSIONS = ("where", "when", "formula", "among", "of")
KEPT_WORDS = {*FUNCTIONS, *KEYWORDS, "as_of", "rest", "top", "last"}
FIRST_DAY = dt.date(2100, 1, 1)
_PART = re.compile(r"'((?:[^']|'')*)'|\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?[万亿%]?|[^\W\d]\w*")


@dataclass
class Marked:
    """A regulation full of marks, and what each mark may look like in a text."""

    source: Source
    regulation: Regulation
    marks: dict[Path, list[tuple[str, ...]]] = field(default_factory=dict)


class Marker:
    """Replaces values by marks, counting up."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.count = 0
        self.marks: dict[Path, list[tuple[str, ...]]] = {}

    def note(self, path: Path, *looks: str) -> None:
        self.marks.setdefault(path, []).append(looks)

    def word(self, path: Path) -> str:
        self.count += 1
        mark = f"zq{self.count:05d}"
        self.note(path, mark)
        return mark

    def number(self, path: Path, written: str) -> str:
        self.count += 1
        whole = 10_000_019 + self.count
        suffix = written[-1] if written[-1] in "万亿%" else ""
        digits = str(whole)
        amounts = {"": 1, "%": 1, "万": 10**4, "亿": 10**8}[suffix]
        value = whole * amounts
        looks = {digits, f"{whole:,}", f"{value:,}"}
        looks |= {_grouped(value, size) for size in (10**4, 10**8)}
        looks.add(f"{whole * 100:,}%")
        self.note(path, *looks)
        return digits + suffix

    def day(self, path: Path) -> str:
        self.count += 1
        day = FIRST_DAY + dt.timedelta(days=self.count)
        self.note(path, f"{day.year}年{day.month}月{day.day}日", day.isoformat())
        return day.isoformat()

    def expression(self, path: Path, text: str) -> str:
        def changed(found: re.Match[str]) -> str:
            part = found.group()
            if part.startswith("'"):
                return f"'{self.word(path)}'"
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part):
                return self.day(path)
            if part[0].isdigit():
                return self.number(path, part)
            return part if part.lower() in KEPT_WORDS else self.word(path)

        return _PART.sub(changed, text)

    def leaf(self, path: Path, text: str) -> str:
        keys = [p for p in path if isinstance(p, str)]
        key = keys[-1]
        if keys[-2:] == ["flag", "code"] or (key == "unit" and text in ("ratio", "date")):
            return text  # a mark is shown by what it says; a ratio by its percent sign, a date by its form
        if (key in NO_TEXT and "for" not in keys) or (key in ENUMS and text in ENUMS[key]) or text in ("any", ""):
            return text
        if "zh" in keys[-1:] or "en" in keys[-1:]:
            return f"{text} {self.word(path)}" if key == self.lang else text
        if self._is_expression(path, keys):
            return self.expression(path, text)
        if literals.date(text):
            return self.day(path)
        if re.fullmatch(r"\d{2}-\d{2}", text) or key == "currency":
            return text
        if literals.number(text) is not None:
            return self.number(path, text)
        return self.word(path)

    @staticmethod
    def _is_expression(path: Path, keys: list[str]) -> bool:
        if keys[-1] in ("where", "formula", "among") or ("when" in keys and keys[-1] in ("when", "of")):
            return True
        inside = keys[-2] if len(keys) > 1 else ""
        return inside == "bins" or (inside == "into" and keys[-3] in ("bands", "rank", "share"))

    def key(self, path: Path, key: str) -> str:
        """The name of an entry: a mark where the document shows the name itself."""
        keys = [p for p in path if isinstance(p, str)]
        inside = keys[-1] if keys else ""
        above = keys[-2] if len(keys) > 1 else ""
        if inside == "values" and literals.date(key):
            return self.day((*path, key))
        if inside == "bins":
            return self.number((*path, key), key)
        by_attribute = len(path) > 2 and path[-2] == "values" and path[0] == "parameters"
        shown = (
            inside in ("into", "labels", "centres", "criteria", "cells") or above in ("scales", "cells") or by_attribute
        )
        if inside == "definitions" and not key.isascii() and self.lang == "zh":
            mark = self.word((*path, key))
            return f"词{mark}"
        if shown:
            return self.word((*path, key))
        return key

    def value(self, path: Path, value: object) -> object:
        if isinstance(value, dict):
            found = {}
            for key, item in value.items():
                if key in NO_TEXT and "for" not in path:
                    found[key] = item
                    continue
                found[self.key(path, key)] = self.value((*path, key), item)
            return found
        if isinstance(value, list):
            return [self.value((*path, at), item) for at, item in enumerate(value)]
        return self.leaf(path, str(value))


def _grouped(value: int, size: int) -> str:
    whole, rest = divmod(value, size)
    places = len(str(size)) - 1
    return f"{whole:,}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else f"{whole:,}"


def marked(source: Source, lang: str) -> Marked:
    """The regulation with a mark in every value that must have a text in ``lang``."""
    marker = Marker(lang)
    tree = marker.value((), source.tree)
    assert isinstance(tree, dict)
    changed = replace(source, tree=tree)
    regulation, issues = validate(changed)
    assert regulation is not None, [str(i.message) for i in issues]
    return Marked(changed, regulation, marker.marks)


def word_changes(source: Source) -> Iterator[tuple[str, Path, Source]]:
    """The regulation with one word of the language changed for another, for each such place and word."""
    for path, text in _leaves((), source.tree):
        keys = [p for p in path if isinstance(p, str)]
        options = ENUMS.get(keys[-1], ())
        if text in options and "req" not in keys:
            for other in options:
                if other != text:
                    yield f"{keys[-1]}: {text} -> {other}", path, replace(source, tree=_with(source.tree, path, other))


def _leaves(path: Path, value: object) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _leaves((*path, at), item)
    else:
        yield path, str(value)


def _with(tree: object, path: Path, text: str) -> object:
    if not path:
        return text
    if isinstance(tree, dict):
        return {key: _with(item, path[1:], text) if key == path[0] else item for key, item in tree.items()}
    assert isinstance(tree, list)
    return [_with(item, path[1:], text) if at == path[0] else item for at, item in enumerate(tree)]
