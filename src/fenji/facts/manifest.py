"""The list of imports of a store: which table versions belong together, written last and never changed."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fenji.facts.errors import FactsError
from fenji.i18n import _


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the store after one import or withdrawal."""

    sequence: int
    import_id: str
    kind: str  # import | withdrawal
    at: str  # UTC time of the commit
    known_on: dt.date
    tables: Mapping[str, int]
    rows: Mapping[str, str] = field(default_factory=dict)  # table -> file with the rows that came in
    covers_from: Mapping[str, dt.date] = field(default_factory=dict)
    withdrawn: tuple[str, ...] = ()  # every import that is withdrawn by now
    derived_customers: bool = False  # the customer table was made from the other facts
    sources: tuple[str, ...] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)


def read_manifests(folder: Path) -> list[Manifest]:
    """Every manifest, oldest first.

    :raises FactsError: when one is damaged or missing.
    """
    found = [_read(path) for path in sorted(folder.glob("*.json"))]
    for position, manifest in enumerate(found, 1):
        if manifest.sequence != position:
            raise _damaged(folder / f"{position:08d}.json")
    return found


def _damaged(path: Path) -> FactsError:
    return FactsError(str(path), _("The list of imports is damaged."), _("Restore the store folder from a backup."))


def _read(path: Path) -> Manifest:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            **{
                **value,
                "known_on": dt.date.fromisoformat(value["known_on"]),
                "covers_from": {name: dt.date.fromisoformat(day) for name, day in value["covers_from"].items()},
                "withdrawn": tuple(value["withdrawn"]),
                "sources": tuple(value["sources"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Add a manifest; it is there as a whole or not at all.

    :raises FactsError: when another import was faster.
    """
    folder.mkdir(parents=True, exist_ok=True)
    value = {
        **asdict(manifest),
        "known_on": manifest.known_on.isoformat(),
        "covers_from": {name: day.isoformat() for name, day in manifest.covers_from.items()},
    }
    scratch = folder / f".{uuid.uuid4()}"
    with scratch.open("w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    target = folder / f"{manifest.sequence:08d}.json"
    try:
        os.link(scratch, target)
    except FileExistsError as error:
        raise FactsError(
            str(folder), _("Another import was finished in the meantime."), _("Start this import again.")
        ) from error
    finally:
        scratch.unlink()
