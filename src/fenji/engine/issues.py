"""What is wrong with a regulation, where, and how to mend it; collected, never thrown one by one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fenji.i18n import Message

Path = tuple[str | int, ...]


class Level(StrEnum):
    """``error`` stops a run, ``warning`` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a regulation file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of the check: ``code`` names the check, ``path`` the value in the regulation."""

    place: Place
    code: str
    message: Message
    path: Path = ()
    level: Level = Level.ERROR

    def __str__(self) -> str:
        return f"{self.place} {self.message}"

    def as_dict(self) -> dict[str, object]:
        """The finding for machines, its message in the language of the context."""
        return {
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "level": self.level.value,
            "code": self.code,
            "path": ".".join(map(str, self.path)),
            "message": str(self.message),
        }


class RegulationError(Exception):
    """A regulation cannot be used; ``issues`` say why, all at once."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(map(str, self.issues)))


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known name most like ``name`` (``likeness`` from 0 to 1), or none when nothing is near."""
    found = difflib.get_close_matches(name[:100], list(known), n=1, cutoff=likeness)
    return found[0] if found else None


def unknown(what: Message, name: str, known: Iterable[str]) -> Message:
    """ "Unknown <what> 'x'", with the nearest valid name or the list of valid ones."""
    names = sorted({str(k) for k in known})
    near = nearest(name, names)
    if near is not None:
        return Message("unknown {what}: '{name}'; did you mean '{near}'?", what=what, name=name, near=near)
    if names and len(names) <= 12:
        return Message(
            "unknown {what}: '{name}'; expected one of: {names}", what=what, name=name, names=", ".join(names)
        )
    return Message("unknown {what}: '{name}'", what=what, name=name)


@dataclass(frozen=True, slots=True)
class Source:
    """A regulation file as read: plain values (text, lists, mappings) and where each one (and its key) stands."""

    file: str
    tree: Mapping[str, object]
    marks: Mapping[Path, tuple[int, int]]
    digest: str
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, offset: int = 0) -> Place:
        """Where the value at ``path`` stands, or its nearest parent that is in the file."""
        while path and path not in self.marks:
            path, offset = path[:-1], 0
        line, column = self.marks.get(path, (1, 1))
        return Place(self.file, line, column + offset)

    def key_place(self, path: Path) -> Place:
        """Where the key of the value at ``path`` stands; for an item of a list, the item."""
        if path not in self.keys:
            return self.place(path)
        return Place(self.file, *self.keys[path])
