"""A built-in regulation as a company's own file: its text with another first day and another currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from fenji.engine.issues import Path, Source

_Edit = tuple[tuple[int, int], str, str]


def adopted(text: str, source: Source, *, start: dt.date | None = None, currency: str | None = None) -> str:
    """The text of a regulation as it holds from ``start`` and in ``currency``; comments and order stay.

    Figures in money keep their numbers: lines in another currency are for the company to set.
    """
    edits: list[_Edit] = []
    if start is not None:
        edits += _dates(source, start)
    if currency is not None:
        edits += _currencies(source, currency)
    lines = text.split("\n")
    for (line, column), old, new in sorted(edits, reverse=True):
        row = lines[line - 1]
        at = column - 1
        if row[at : at + len(old)] == old:
            lines[line - 1] = row[:at] + new + row[at + len(old) :]
    return "\n".join(lines)


def _dates(source: Source, start: dt.date) -> Iterator[_Edit]:
    """The first day in force, and the parameter values that began on it."""
    force = source.tree.get("in_force")
    old = force.get("from") if isinstance(force, Mapping) else None
    if not isinstance(old, str):
        return
    new = start.isoformat()
    yield source.marks[("in_force", "from")], old, new
    for path, place in source.keys.items():
        if path[:1] == ("parameters",) and path[2:3] == ("values",) and path[3:] == (old,):
            yield place, old, new


def _currencies(source: Source, currency: str) -> Iterator[_Edit]:
    """The currency, and every unit that names it."""
    old = source.tree.get("currency", "CNY")
    if not isinstance(old, str):
        return
    for path, place in source.marks.items():
        if (path == ("currency",) or path[-1:] == ("unit",)) and _at(source.tree, path) == old:
            yield place, old, currency


def _at(tree: object, path: Path) -> object:
    for part in path:
        if isinstance(tree, Mapping):
            tree = tree.get(str(part))
        elif isinstance(tree, list) and isinstance(part, int):
            tree = tree[part]
    return tree
