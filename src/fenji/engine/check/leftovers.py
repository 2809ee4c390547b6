"""What is written down but used by nothing, and personal attributes that are used without a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from fenji.engine.check.walk import conditions, key_warning, steps, warning
from fenji.engine.expression.nodes import names_in
from fenji.engine.issues import Issue, Path
from fenji.engine.view import View, interval_names
from fenji.i18n import Message

PERSONAL = frozenset(
    {
        "gender",
        "age",
        "born_on",
        "income",
        "health",
        "limited_mobility",
        "culture",
        "education",
        "religion",
        "ethnicity",
    }
)
"""Customer columns that may not move a grade unless the regulation says why (design 8)."""

_PROSE = frozenset(
    {"title", "zh", "en", "req", "because", "means", "does", "purpose", "origin", "choices", "what", "why"}
)
_WORD = re.compile(r"[^\W\d]\w*")


def leftovers(view: View) -> Iterator[Issue]:
    """Indicators, parameters, scales and forms that nothing uses; named results that nothing gives."""
    places = _places(view)
    regulation = view.regulation
    listed: dict[str, tuple[Collection[str], Message]] = {
        "parameters": (regulation.parameters, Message("parameter")),
        "scales": (regulation.scales, Message("scale")),
        "indicators": (regulation.indicators, Message("indicator")),
    }
    for section, (names, what) in listed.items():
        for name in names:
            if not _used(places, (section, name)):
                yield key_warning(
                    view, (section, name), "unused", Message("nothing uses the {what} '{name}'", what=what, name=name)
                )
    for name in regulation.assessment.forms:
        if not _used(places, ("assessment", "forms", name)):
            message = Message("nothing uses the {what} '{name}'", what=Message("form"), name=name)
            yield key_warning(view, ("assessment", "forms", name), "unused", message)
    given = set(_given(view))
    for code in regulation.ungraded:
        if code not in given:
            yield key_warning(
                view, ("ungraded", code), "unused", Message("nothing gives the result '{code}'", code=code)
            )


def _places(view: View) -> dict[str, list[Path]]:
    """Where each word stands, prose left out."""
    found: dict[str, list[Path]] = {}
    todo: list[tuple[Path, object]] = [((), view.source.tree)]
    while todo:
        path, node = todo.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if key not in _PROSE or (len(path) in (1, 2) and path[0] in ("indicators", "parameters")):
                    found.setdefault(key, []).append((*path, key))
                    todo.append(((*path, key), value))
        elif isinstance(node, list):
            todo += [((*path, i), value) for i, value in enumerate(node)]
        elif isinstance(node, str):
            for word in _WORD.findall(node):
                found.setdefault(word, []).append(path)
    return found


def _used(places: dict[str, list[Path]], definition: Path) -> bool:
    """Whether the last word of a definition's path stands anywhere outside of it."""
    return any(path[: len(definition)] != definition for path in places.get(str(definition[-1]), ()))


def _given(view: View) -> Iterator[str]:
    for step in steps(view):
        yield from getattr(step.body, "into", ())
        yield from (line.to for line in getattr(step.body, "lines", ()))
        for key in ("to", "too_few", "otherwise"):
            yield str(getattr(step.body, key, ""))
        yield from getattr(step.body, "may", ())
        if step.kind == "matrix":
            yield from _cells(step.body.cells)
    for move in view.regulation.movement.moves:
        yield from move.to
    if view.regulation.movement.tenure:
        yield view.regulation.movement.tenure.then


def _cells(cells: object) -> Iterator[str]:
    if isinstance(cells, dict):
        for inner in cells.values():
            yield from _cells(inner)
    elif isinstance(cells, str):
        yield cells


def graded_by(view: View) -> set[str]:
    """Every name that can move a grade or an axis, however indirectly."""
    names: set[str] = set()
    for condition in conditions(view):
        if condition.path[0] in ("grading", "axes", "movement") and (tree := view.parsed(condition.text)):
            names |= {n.name for n in names_in(tree)}
    for step in steps(view):
        of = getattr(step.body, "of", ())
        names |= {of} if isinstance(of, str) else set(of)
        if step.kind == "bands":
            names |= {n for text in step.body.into.values() for n in interval_names(text)}
    by = [p.by for n in names if (p := view.regulation.parameters.get(n)) and p.by]
    return view.all_names(names | set(by))


def personal(view: View) -> Iterator[Issue]:
    """Personal attributes that move a grade while the regulation does not say why."""
    explained = {choice.at for choice in view.regulation.choices}
    grading = graded_by(view)
    for name, indicator in view.regulation.indicators.items():
        path = f"indicators.{name}"
        if name in grading and indicator.means is None and path not in explained:
            where = indicator.measure.where if indicator.measure else None
            for column in _personal([indicator.attribute or "", *_names(view, where)]):
                yield key_warning(view, ("indicators", name), "personal", _say_why(column, path))
    if "applies_to" not in explained:
        for column in _personal(_names(view, view.regulation.applies_to.where)):
            yield warning(view, ("applies_to", "where"), "personal", _say_why(column, "applies_to"))


def _names(view: View, text: str | None) -> list[str]:
    tree = view.parsed(text) if text else None
    return [node.name for node in names_in(tree)] if tree else []


def _personal(names: list[str]) -> list[str]:
    return [name for name in names if name in PERSONAL][:1]


def _say_why(column: str, path: str) -> Message:
    return Message(
        "'{column}' is a personal attribute; say in 'means' or in a choice at '{path}' why it may move a grade",
        column=column, path=path,
    )  # fmt: skip
