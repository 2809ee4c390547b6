"""Codes of the language and of facts in the words of business, from ``vocabulary.yaml`` beside this file."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import yaml

from fenji.engine.explain.words import role as known_role
from fenji.engine.explain.words import text
from fenji.engine.spec.base import Text
from fenji.i18n import language, speaking


@lru_cache(maxsize=1)
def _sections() -> dict[str, dict[str, Text]]:
    found = yaml.safe_load(files(__package__).joinpath("vocabulary.yaml").read_text(encoding="utf-8"))
    return {name: {code: Text.model_validate(words) for code, words in words.items()} for name, words in found.items()}


def sections() -> tuple[str, ...]:
    """The kinds of codes."""
    return tuple(_sections())


def known(section: str, code: str) -> bool:
    """Whether a code of a section has words."""
    return code in _sections()[section]


def word(section: str, code: str) -> str:
    """A code in words; the code itself where it has none."""
    return text(_sections()[section].get(code), code)


def role(code: str) -> str:
    """A role, as a title in a document; an unknown one as it is written."""
    found = _sections()["roles"].get(code)
    if found:
        return text(found)
    said = known_role(code)
    with speaking("zh"):
        unknown = known_role(code) == code
    if unknown or language() == "zh":
        return said
    said = said.removeprefix("the ")
    return said[0].upper() + said[1:]
