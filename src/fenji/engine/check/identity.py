"""Names that stand for two things: double ids, names that differ only in case, one name in two places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fenji.engine.check.walk import REST, issue, key_issue, steps
from fenji.engine.expression.parse import FUNCTIONS, KEYWORDS
from fenji.engine.issues import Issue, Path
from fenji.engine.spec.steps import GradeValue
from fenji.engine.view import AS_OF, View
from fenji.i18n import Message

_SELECTORS = ("grade", "reason", "flag", "standing", "ungraded", "everyone")


def identity(view: View) -> Iterator[Issue]:
    """Each name means one thing."""
    yield from _value_names(view)
    yield from _ids(view)
    yield from _values(view, ("grades",), view.regulation.grade_values)
    for name, axis in view.regulation.axes.items():
        yield from _values(view, ("axes", name, "values"), axis.values)
    codes = {v.code: Message("a grade") for v in view.regulation.grade_values}
    for name in view.regulation.axes:
        codes |= {code: Message("a code of '{name}'", name=name) for code in view.regulation.codes(name)}
    for code in view.regulation.ungraded:
        if code in codes:
            message = Message("'{name}' is already {what}", name=code, what=codes[code])
            yield key_issue(view, ("ungraded", code), "identity", message)


def _value_names(view: View) -> Iterator[Issue]:
    """Indicators, axes and parameters share one space of names, also without regard to case."""
    regulation = view.regulation
    kinds = {"parameters": Message("a parameter"), "indicators": Message("an indicator"), "axes": Message("an axis")}
    seen: dict[str, tuple[str, str]] = {}
    for section in kinds:
        for name in getattr(regulation, section):
            path: Path = (section, name)
            lower = name.lower()
            if (
                lower in KEYWORDS
                or lower in FUNCTIONS
                or lower in (REST, AS_OF)
                or (section == "axes" and lower in _SELECTORS)
            ):
                yield key_issue(
                    view,
                    path,
                    "identity",
                    Message("'{name}' is a word of the language; choose another name", name=name),
                )
            elif lower in seen and seen[lower][1] == name:
                yield key_issue(
                    view,
                    path,
                    "identity",
                    Message("'{name}' is already the name of {what}", name=name, what=kinds[seen[lower][0]]),
                )
            elif lower in seen:
                yield key_issue(
                    view,
                    path,
                    "identity",
                    Message("'{name}' and '{other}' differ only in capital letters", name=name, other=seen[lower][1]),
                )
            seen.setdefault(lower, (section, name))


def _ids(view: View) -> Iterator[Issue]:
    acts: list[tuple[Path, str]] = [((*s.path, "id"), s.body.id) for s in steps(view)]
    cycles: list[tuple[Path, str]] = [
        (("assessment", "cycles", i, "id"), c.id) for i, c in enumerate(view.regulation.assessment.cycles)
    ]
    for listed in (acts, cycles):
        yield from _double(view, listed)
    for path, name in acts:
        if name in view.regulation.indicators:
            yield issue(
                view,
                path,
                "identity",
                Message("'{name}' is already the name of {what}", name=name, what=Message("an indicator")),
            )


def _double(view: View, listed: Iterable[tuple[Path, str]]) -> Iterator[Issue]:
    seen: dict[str, tuple[str, Path]] = {}
    for path, name in listed:
        first = seen.setdefault(name.lower(), (name, path))
        if first[1] == path:
            continue
        if first[0] == name:
            line = view.source.place(first[1]).line
            yield issue(
                view,
                path,
                "identity",
                Message("the id '{name}' is taken; the first one is in line {line}", name=name, line=line),
            )
        else:
            yield issue(
                view,
                path,
                "identity",
                Message("'{name}' and '{other}' differ only in capital letters", name=name, other=first[0]),
            )


def _values(view: View, path: Path, values: tuple[GradeValue, ...]) -> Iterator[Issue]:
    codes: dict[str, int] = {}
    ranks: dict[int, str] = {}
    for index, value in enumerate(values):
        if value.code in codes:
            yield issue(
                view,
                (*path, index, "code"),
                "identity",
                Message("the code '{code}' stands here twice", code=value.code),
            )
        codes.setdefault(value.code, index)
        if value.rank is None:
            continue
        if value.rank < 1:
            yield issue(
                view,
                (*path, index, "rank"),
                "values",
                Message("a rank is 1 (best) or more, found '{found}'", found=value.rank),
            )
        elif value.rank in ranks:
            yield issue(
                view,
                (*path, index, "rank"),
                "identity",
                Message("rank {rank} is taken by '{code}'", rank=value.rank, code=ranks[value.rank]),
            )
        ranks.setdefault(value.rank, value.code)
