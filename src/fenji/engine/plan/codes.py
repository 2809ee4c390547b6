"""Codes as small whole numbers: ranked ones first and best first, so that better is smaller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import GradeValue
from fenji.engine.view import grade_codes, ranked


@dataclass(frozen=True)
class Codes:
    """The possible answers of an axis or of the grade, numbered from 1; the first ``ranks`` are ranked."""

    names: tuple[str, ...]
    ranks: int
    ungraded: frozenset[str] = frozenset()

    def number(self, name: str) -> int:
        """The number of a code."""
        return self.names.index(name) + 1

    def numbers(self, names: Collection[str]) -> list[int]:
        """The numbers of several codes; ``any`` is every code that is a result."""
        if "any" in names:
            return [i + 1 for i, n in enumerate(self.names) if n not in self.ungraded]
        return [self.number(n) for n in names]

    def name(self, number: int | None) -> str | None:
        """The code of a number."""
        return None if number is None else self.names[number - 1]


def codes_of(values: Collection[GradeValue], ungraded: Collection[str]) -> Codes:
    """Ranked codes best first, then nominal ones in the order of the file, then named results that are no grade."""
    best_first = [v.code for v in ranked(values)]
    nominal = [v.code for v in values if v.rank is None]
    return Codes((*best_first, *nominal, *ungraded), len(best_first), frozenset(ungraded))


def grade_list(regulation: Regulation) -> Codes:
    """The codes of the grade."""
    return codes_of(grade_codes(regulation), regulation.ungraded)


def axis_list(regulation: Regulation, axis: str) -> Codes:
    """The codes of an axis."""
    return codes_of(regulation.axes[axis].values, regulation.ungraded)
