"""The messages of the code against their Chinese catalogue: ``make messages``."""

from __future__ import annotations

import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SOURCE = Path("src", "fenji")
CATALOGUE = SOURCE / "locale/zh_CN/LC_MESSAGES/fenji.po"
KEYWORDS = {"_": None, "Message": None}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a message; ``place`` is a file and line, relative to the project."""

    place: str
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}: {self.text!r}"


def extracted(root: Path = ROOT) -> dict[str, str]:
    """Every message the code and the templates can show, with the first place that does."""
    found: dict[str, str] = {}
    method = [("**.py", "python"), ("**.html", "jinja2"), ("**.j2", "jinja2")]
    for file, line, message, _comments, _context in extract_from_dir(root / SOURCE, method, keywords=KEYWORDS):
        text = message if isinstance(message, str) else message[0]
        found.setdefault(text, f"{(SOURCE / file).as_posix()}:{line}")
    return found


def _entries(root: Path) -> dict[str, Message]:
    with (root / CATALOGUE).open("rb") as file:
        return {str(entry.id): entry for entry in read_po(file, abort_invalid=True) if entry.id}


def places_of(text: str) -> set[str]:
    """The ``{named}`` places that a message leaves to be filled; a text with stray braces has none."""
    try:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def faults(root: Path = ROOT) -> Iterator[Finding]:
    """Messages that a Chinese reader would meet in English or with a hole."""
    entries = _entries(root)
    for text, place in extracted(root).items():
        entry = entries.get(text)
        if entry is None:
            yield Finding(place, "not in fenji.po", text)
        elif not entry.string:
            yield Finding(place, "not translated", text)
        elif entry.fuzzy:
            yield Finding(place, "fuzzy", text)
        elif places_of(text) != places_of(str(entry.string)):
            yield Finding(place, "places differ in the translation", text)


def unused(root: Path = ROOT) -> Iterator[Finding]:
    """Catalogue entries that no code shows any more."""
    shown = extracted(root)
    for text, entry in _entries(root).items():
        if text not in shown:
            yield Finding(f"{CATALOGUE.as_posix()}:{entry.lineno}", "no longer used", text)


def main() -> int:
    """Print what is missing and what is left over; 1 when something is missing."""
    missing, left = list(faults()), list(unused())
    for finding in (*missing, *left):
        print(finding)
    print(f"{len(extracted())} messages, {len(missing)} to mend, {len(left)} no longer used")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
