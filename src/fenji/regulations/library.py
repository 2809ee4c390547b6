"""Finds the built-in regulations by id; what they mean is the engine's business."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
_CASES = ".cases.yaml"


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
