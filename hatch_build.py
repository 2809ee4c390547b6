"""Compiles the message catalogues; runs inside every build, and alone by ``python hatch_build.py``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path("src", "fenji", "locale")


def compile_catalogues(root: Path) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` that is newer than it; returns every ``.mo``, relative to ``root``.

    The file appears whole or not at all, so that test processes may compile side by side.
    """
    compiled = []
    for source in sorted((root / LOCALES).glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            _compile(source, target)
        compiled.append(target.relative_to(root))
    return compiled


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(target)


class CatalogueHook(BuildHookInterface[Any]):
    """Puts the compiled catalogues, which git does not keep, into what is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects the files."""
        for path in compile_catalogues(Path(self.root)):
            build_data["artifacts"].append(path.as_posix())


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
