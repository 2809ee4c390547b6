"""The regulation a command names: a file, or the id of a built-in one (a beginning that only one has is enough)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from fenji.cli.errors import CallError
from fenji.engine.check.run import Checked, check_file
from fenji.engine.contract import Contract
from fenji.engine.issues import nearest
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.i18n import Message
from fenji.regulations.library import ids, regulation_path


def regulation_file(name: str) -> Path:
    """The file that a name means.

    Raises:
        CallError: when there is neither such a file nor such a built-in regulation.
    """
    path = Path(name)
    if path.is_file():
        return path
    found = regulation_path(name)
    if found is not None:
        return found
    near = nearest(name, ids())
    if near:
        raise CallError(
            Message(
                "there is no file and no built-in regulation '{name}'; did you mean '{near}'?", name=name, near=near
            )
        )
    raise CallError(
        Message(
            "there is no file and no built-in regulation '{name}'; 'fenji library' lists the built-in ones", name=name
        )
    )


@dataclass(frozen=True)
class Loaded:
    """A regulation that can be run, with those that it names."""

    path: Path
    view: View
    others: dict[str, View]
    checked: Checked


def load(name: str, contract: Contract | None = None) -> Loaded:
    """Reads and checks a regulation.

    Raises:
        CallError: when there is none of that name.
        RegulationError: with every finding, when it cannot be run.
    """
    path = regulation_file(name)
    contract = contract or load_contract()
    checked = check_file(path, contract)
    view = checked.required()
    others = {other: _beside(path, other, contract) for other in view.others}
    return Loaded(path, view, others, checked)


def _beside(path: Path, name: str, contract: Contract) -> View:
    own = re.compile(rf"^regulation:\s*['\"]?{re.escape(name)}['\"]?\s*$", re.MULTILINE)
    for other in sorted(path.parent.glob("*.yaml")):
        if not other.name.endswith(".cases.yaml") and own.search(other.read_text(encoding="utf-8", errors="replace")):
            return check_file(other, contract).required()
    raise CallError(Message("the regulation '{name}' is not beside '{file}'", name=name, file=path.name))


def day(text: str) -> dt.date:
    """A date from the command line.

    Raises:
        CallError: when it is none.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise CallError(Message("'{text}' is not a date; write it as 2026-01-31", text=text)) from error
