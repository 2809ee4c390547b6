"""The regulations that ``grade_of`` names, found beside the file that names them."""

from __future__ import annotations

import re
from pathlib import Path as FilePath

from fenji.engine.check.structure import validate
from fenji.engine.load import read_file
from fenji.engine.spec.regulation import Regulation

_NAMED = re.compile(r"grade_of:\s*(?:\{\s*regulation:\s*)?['\"]?([a-z0-9][a-z0-9-]*)")
_OWN = re.compile(r"^regulation:\s*['\"]?([a-z0-9][a-z0-9-]*)", re.MULTILINE)


def neighbours(path: FilePath) -> dict[str, Regulation]:
    """The regulations of the same folder that the file needs, however indirectly; broken ones are left out."""
    todo = _NAMED.findall(_text(path))
    if not todo:
        return {}
    files = {own.group(1): other for other in sorted(path.parent.glob("*.yaml")) if (own := _OWN.search(_text(other)))}
    found: dict[str, Regulation] = {}
    while todo:
        name = todo.pop()
        if name in found or name not in files:
            continue
        source, issues = read_file(files[name])
        regulation = validate(source)[0] if source and not issues else None
        if regulation:
            found[name] = regulation
            todo += _NAMED.findall(_text(files[name]))
    return found


def _text(path: FilePath) -> str:
    """The file as far as a regulation may reach; what cannot be read has no names."""
    try:
        with path.open("rb") as file:
            return file.read(2_000_000).decode("utf-8", "replace")
    except OSError:
        return ""
