"""YAML -> plain values with places. Every plain scalar stays text until its field types it.

The values are built from parser events, never by the library's recursive composer: depth, number of values
and aliases are limited before anything is built, so that no file can exhaust the stack or the memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import yaml

from fenji.engine.issues import Issue, Path, Place, Source
from fenji.i18n import Message

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000
_MAX_ISSUES = 100
_LOSSES = ("load.alias", "load.documents", "load.key")
"""Findings that leave values out: what else is wrong cannot be told before they are mended."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _StopReadingError(Exception):
    """What follows cannot be read."""


@dataclass
class _Reader:
    """Builds values from the events of one file."""

    file: str
    events: Iterator[yaml.Event]
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    nodes: int = 0

    def position(self, event: yaml.Event) -> tuple[int, int]:
        """Line and column, from 1."""
        mark = event.start_mark
        assert mark is not None
        return mark.line + 1, mark.column + 1

    def problem(self, event: yaml.Event, code: str, message: Message, path: Path = ()) -> None:
        place = Place(self.file, *self.position(event))
        self.issues.append(Issue(place, code, message, path))
        if len(self.issues) >= _MAX_ISSUES:
            raise _StopReadingError

    def document(self) -> object:
        """The value of the only document, or none."""
        root: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem(
                        event,
                        "load.documents",
                        Message("a second document starts here with '---'; one file holds one regulation"),
                    )
                    return root
            elif isinstance(event, yaml.NodeEvent):
                root = self.value(event, ())
        return root

    def value(self, event: yaml.Event, path: Path) -> object:
        self.nodes += 1
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            self.problem(event, "load.size", Message("the file is nested too deeply or has too many values"), path)
            raise _StopReadingError
        quoted = isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"')
        line, column = self.position(event)
        self.marks[path] = (line, column + quoted)
        if isinstance(event, yaml.AliasEvent):
            self.problem(
                event,
                "load.alias",
                Message(
                    "'*{name}' is a YAML alias; write the value out, or put text that starts with * into quotes",
                    name=event.anchor,
                ),
                path,
            )
            return ""
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self.problem(event, "load.tag", Message("'{tag}' is a YAML tag; values need none", tag=tag), path)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        assert isinstance(event, yaml.ScalarEvent)
        return str(event.value)

    def sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, object]:
        result: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.problem(event, "load.key", Message("a key must be a single word or text"), path)
                self.value(event, (*path, "?"))
                self.value(next(self.events), (*path, "?"))
                continue
            key = str(event.value)
            if key in result:
                line = self.keys[(*path, key)][0]
                self.problem(
                    event,
                    "load.twice",
                    Message("'{key}' stands here twice; the first one is in line {line}", key=key, line=line),
                    path,
                )
                self.value(next(self.events), (*path, "?"))
                continue
            self.keys[(*path, key)] = self.position(event)
            result[key] = self.value(next(self.events), (*path, key))
        return result


def read(text: str, file: str) -> tuple[Source | None, list[Issue]]:
    """The values of a YAML text with their places, or the issues that keep it from being read."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        return None, [_too_large(file, len(data))]
    if strange := _UNPRINTABLE.search(text):
        return None, [_strange(text, strange.start(), file)]
    reader = _Reader(file, yaml.parse(text, Loader=yaml.CBaseLoader))
    try:
        root = reader.document()
    except _StopReadingError:
        return None, reader.issues
    except yaml.MarkedYAMLError as error:
        return None, [*reader.issues, _syntax(error, text, file)]
    except yaml.YAMLError as error:
        return None, [
            *reader.issues,
            _at_start(file, Message("not readable as YAML: {detail}", detail=str(error).splitlines()[0][:200])),
        ]
    if not isinstance(root, dict):
        return None, [
            _at_start(
                file, Message("a regulation starts with 'regulation: name'; this file is empty or something else")
            )
        ]
    if any(issue.code in _LOSSES for issue in reader.issues):
        return None, reader.issues
    digest = hashlib.sha256(data).hexdigest()
    return Source(file, root, reader.marks, digest, reader.keys), reader.issues


def read_file(path: FilePath, name: str | None = None) -> tuple[Source | None, list[Issue]]:
    """:func:`read` for a file in UTF-8, with or without a byte order mark."""
    file = name or path.as_posix()
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            return None, [_too_large(file, max(path.stat().st_size, len(data)))]
        return read(data.decode("utf-8-sig"), file)
    except OSError as error:
        return None, [
            _at_start(file, Message("the file cannot be opened: {detail}", detail=error.strerror or str(error)))
        ]
    except UnicodeDecodeError as error:
        return None, [
            _at_start(
                file, Message("the file is not UTF-8 (byte {position}); save it as UTF-8", position=error.start + 1)
            )
        ]


def _at_start(file: str, message: Message) -> Issue:
    return Issue(Place(file, 1, 1), "load.file", message)


def _too_large(file: str, size: int) -> Issue:
    return _at_start(
        file, Message("the file has {size} bytes; a regulation may have {limit}", size=size, limit=MAX_BYTES)
    )


def _strange(text: str, at: int, file: str) -> Issue:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    message = Message("the character U+{code} cannot be printed; is this a text file?", code=f"{ord(text[at]):04X}")
    return Issue(Place(file, line, column), "load.character", message)


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Issue:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or "")
    if mark is None:
        return _at_start(file, Message("not readable as YAML: {detail}", detail=problem))
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        message = Message("this line is indented with a tab; use spaces")
        return Issue(Place(file, mark.line + 1, mark.column + 1), "load.tab", message)
    if problem.startswith("did not find expected ',' or") and error.context_mark:
        reason = Message(
            "the bracket that opens here is not closed by line {line}: a ',', a bracket or a quote is missing",
            line=mark.line + 1,
        )
        mark = error.context_mark
        return Issue(Place(file, mark.line + 1, mark.column + 1), "load.yaml", reason)
    reasons = (reason for start, reason in _REASONS.items() if problem.startswith(start))
    message = Message("not readable as YAML: {detail}", detail=next(reasons, problem))
    return Issue(Place(file, mark.line + 1, mark.column + 1), "load.yaml", message)


_REASONS = {
    "mapping values are not allowed": Message("a ':' in a value; put the value into quotes"),
    "could not find expected ':'": Message("a ':' is missing after this key"),
    "did not find expected key": Message("the indentation is wrong, or the key is missing"),
    "did not find expected '-' indicator": Message("the indentation is wrong, or a '-' is missing"),
    "found unexpected end of stream": Message("the file ends too early: a quote or a bracket is not closed"),
    "found character that cannot start any token": Message("a text that starts with this character needs quotes"),
    "did not find expected comment or line break": Message("a text that starts with > or | needs quotes"),
    "block sequence entries are not allowed": Message("a '-' may not stand here; start it on a line of its own"),
}
