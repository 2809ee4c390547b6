"""Finds the built-in regulations by id; what they mean is the engine's business."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
_CASES = ".cases.yaml"
_INDEX = "index.yml"


def ids() -> tuple[str, ...]:
    """The ids of all built-in regulations, in order."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.yaml") if not p.name.endswith(_CASES)))


def regulation_path(name: str) -> Path | None:
    """The file of a built-in regulation, by its id or by a beginning that only one id has; else none."""
    found = [i for i in ids() if i == name] or [i for i in ids() if i.startswith(f"{name}-")]
    return FOLDER / f"{found[0]}.yaml" if len(found) == 1 else None


def cases_path(name: str) -> Path | None:
    """The cases of a regulation, where it has some."""
    path = regulation_path(name)
    cases = path.with_name(path.stem + _CASES) if path else None
    return cases if cases and cases.is_file() else None


def industries(name: str) -> tuple[str, ...]:
    """The industries that a built-in regulation comes from or fits; ``any`` is every one."""
    return tuple(_index()["regulations"].get(name, ()))


def industry_titles() -> dict[str, dict[str, str]]:
    """Every industry with its title by language."""
    return dict(_index()["industries"])


@cache
def _index() -> dict[str, Any]:
    return dict(yaml.safe_load((FOLDER / _INDEX).read_text(encoding="utf-8")))
