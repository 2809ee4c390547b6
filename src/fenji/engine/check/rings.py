"""Values that need themselves, directly or round about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fenji.engine.check.walk import key_issue
from fenji.engine.issues import Issue
from fenji.engine.view import View
from fenji.i18n import Message


def rings(view: View) -> Iterator[Issue]:
    """Each ring of indicators once, named from its first indicator in the file; then rings of regulations."""
    indicators = view.regulation.indicators

    def below(name: str) -> Iterable[str]:
        return view.direct_names(name) if name in indicators else ()

    told: set[frozenset[str]] = set()
    for name in indicators:
        ring = _ring(name, below)
        if ring and frozenset(ring) not in told:
            told.add(frozenset(ring))
            message = Message("this value needs itself: {ring}", ring=" → ".join(ring))
            yield key_issue(view, ("indicators", name), "formula.ring", message)
    yield from _regulations(view)


def _ring(start: str, below: Callable[[str], Iterable[str]]) -> list[str]:
    """The shortest way from a name back to itself, or nothing."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop(0)
        for name in below(way[-1]):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _regulations(view: View) -> Iterator[Issue]:
    known = {view.regulation.regulation: view.regulation, **view.others}

    def below(name: str) -> Iterable[str]:
        found = known.get(name)
        return [i.grade_of.regulation for i in found.indicators.values() if i.grade_of] if found else ()

    own = view.regulation.regulation
    ring = _ring(own, below)
    if len(ring) > 2:
        first = next(
            n for n, i in view.regulation.indicators.items() if i.grade_of and i.grade_of.regulation == ring[1]
        )
        message = Message("this value needs itself: {ring}", ring=" → ".join(ring))
        yield key_issue(view, ("indicators", first), "formula.ring", message)
