"""YAML -> specification. Every plain scalar stays text until its field types it; every value keeps its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path as FilePath

import yaml

from fenji.engine.issues import Issue, Path, Place, Source
from fenji.i18n import Message

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000


@dataclass
class _Reader:
    file: str
    marks: dict[Path, tuple[int, int]]
    issues: list[Issue]
    nodes: int = 0

    def problem(self, node: yaml.Node, code: str, message: Message, path: Path = ()) -> None:
        mark = node.start_mark
        self.issues.append(Issue(Place(self.file, mark.line + 1, mark.column + 1), code, message, path))

    def value(self, node: yaml.Node, path: Path) -> object:
        self.nodes += 1
        mark = node.start_mark
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        self.marks[path] = (mark.line + 1, mark.column + 1 + quoted)
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            if not self.issues:
                self.problem(node, "load.size", Message("the file is nested too deeply or has too many values"), path)
            return ""
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return str(node.value)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(key_node, "load.key", Message("a key must be a single word or text"), path)
                continue
            key = str(key_node.value)
            if key in result:
                self.problem(key_node, "load.twice", Message("'{key}' stands here twice; the first one is in line {line}", key=key, line=self.marks[(*path, key)][0]), path)
                continue
            result[key] = self.value(value_node, (*path, key))
        return result


def read(text: str, file: str) -> tuple[Source | None, list[Issue]]:
    """The values of a YAML text with their places, or the issues that keep it from being read."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        return None, [_at_start(file, Message("the file has {size} bytes; a regulation may have {limit}", size=len(data), limit=MAX_BYTES))]
    try:
        refused = _aliases(text, file)
        root = None if refused else yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax(error, file)]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return None, [_at_start(file, Message("not readable as YAML: {detail}", detail=str(error).splitlines()[0][:200]))]
    if refused:
        return None, refused
    if not isinstance(root, yaml.MappingNode):
        return None, [_at_start(file, Message("a regulation starts with 'regulation: name'; this file is empty or something else"))]
    reader = _Reader(file, {}, [])
    tree = reader.value(root, ())
    assert isinstance(tree, dict)
    digest = hashlib.sha256(data).hexdigest()
    return Source(file, tree, reader.marks, digest), reader.issues


def read_file(path: FilePath, name: str | None = None) -> tuple[Source | None, list[Issue]]:
    """:func:`read` for a file in UTF-8, with or without a byte order mark."""
    file = name or path.as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, [_at_start(file, Message("the file has {size} bytes; a regulation may have {limit}", size=path.stat().st_size, limit=MAX_BYTES))]
        return read(path.read_text(encoding="utf-8-sig"), file)
    except OSError as error:
        return None, [_at_start(file, Message("the file cannot be opened: {detail}", detail=error.strerror or str(error)))]
    except UnicodeDecodeError as error:
        return None, [_at_start(file, Message("the file is not UTF-8 (byte {position}); save it as UTF-8", position=error.start))]


def _at_start(file: str, message: Message) -> Issue:
    return Issue(Place(file, 1, 1), "load.file", message)


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Issue:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    return Issue(place, "load.yaml", Message("not readable as YAML: {detail}", detail=error.problem or error.context or ""))


def _aliases(text: str, file: str) -> list[Issue]:
    """Anchors and aliases are refused: one value, one place; and a short file cannot grow without bound."""
    if "*" not in text and "&" not in text:
        return []
    found: list[Issue] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            return [_at_start(file, Message("the file is nested too deeply or has too many values"))]
        if isinstance(event, yaml.AliasEvent):
            place = Place(file, event.start_mark.line + 1, event.start_mark.column + 1)
            found.append(Issue(place, "load.alias", Message("'*{name}' is a YAML alias; write the value out, or put text that starts with * into quotes", name=event.anchor)))
    return found[:20]

