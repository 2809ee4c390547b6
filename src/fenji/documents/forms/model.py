"""A form apart from any file format: what each role sees, ticks, writes and signs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Pair = tuple[str, str]
"""A label and its value; an empty value is left to be written."""


class Kind(StrEnum):
    """What a line of a form asks for."""

    VALUE = "value"
    CHOICE = "choice"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a value shown, options of which one is ticked, or room to write."""

    kind: Kind
    label: str
    value: str = ""
    hint: str = ""
    options: tuple[str, ...] = ()
    evidence: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one role fills and signs."""

    title: str
    role: str
    lines: tuple[Line, ...]

    def of_kind(self, kind: Kind) -> tuple[Line, ...]:
        """Its lines of one kind."""
        return tuple(line for line in self.lines if line.kind is kind)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top of every form."""

    lang: str
    title: str
    number: str
    regulation: str
    company: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form for one customer."""

    heading: Heading
    facts: tuple[Pair, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A form with a line for each customer."""

    heading: Heading
    facts: tuple[Pair, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    roles: tuple[str, ...]


Form = Sheet | Listing
