"""The folder of a run as it is kept: beside the engine's files the regulation that ran and the customers' names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fenji.cli.errors import CallError
from fenji.cli.regulations import Loaded
from fenji.documents.result import Result
from fenji.engine.check.run import check_file
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.i18n import Message

REGULATION = "regulation"
NAMES = "names.parquet"


def keep(loaded: Loaded, result: Result) -> list[Path]:
    """Writes the regulation (with those that it names) and the names into the folder of a finished run."""
    place = result.folder / REGULATION
    place.mkdir(exist_ok=True)
    written = []
    for source in (loaded.view.source, *(other.source for other in loaded.others.values())):
        target = place / f"{source.tree.get('regulation')}.yaml"
        whole(target, Path(source.file).read_bytes())
        written.append(target)
    names_file = result.folder / NAMES
    scratch = names_file.with_name(f".{NAMES}.part")
    table = result.connection.sql("SELECT t.customer_id, n.name FROM trace t LEFT JOIN names n USING (customer_id)")
    pq.write_table(table.to_arrow_table(), scratch)
    scratch.replace(names_file)
    return [*written, names_file]


def whole(path: Path, content: bytes) -> None:
    """A file that is there whole or not at all."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(content)
    scratch.replace(path)


def regulation_of(folder: Path, manifest: Mapping[str, Any]) -> View:
    """The regulation that a run ran.

    Raises:
        CallError: when it is not in the folder, or is another than the one that ran.
    """
    path = folder / REGULATION / f"{manifest['regulation']}.yaml"
    if not path.is_file():
        raise CallError(Message("'{folder}' does not hold the regulation of its run", folder=folder))
    view = check_file(path, load_contract()).required()
    if view.source.digest != manifest["regulation_digest"]:
        raise CallError(Message("'{file}' was changed after the run; grade again", file=path))
    return view


def names(folder: Path, customers: Sequence[str]) -> dict[str, str | None]:
    """The names of some customers, as far as the run knew them."""
    path = folder / NAMES
    if not path.is_file():
        return {}
    rows = pq.read_table(path, filters=[("customer_id", "in", list(customers))]).to_pylist()
    return {row["customer_id"]: row["name"] for row in rows}
