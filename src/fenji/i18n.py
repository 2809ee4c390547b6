"""One gettext domain for engine, command line and site; English in the code, Chinese in the catalogue."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh", "en")
_DOMAIN = "fenji"
_LOCALES = {"zh": "zh_CN", "en": "en"}
_language: ContextVar[str | None] = ContextVar("fenji_language", default=None)


def default_language() -> str:
    """``zh`` unless the environment asks for another language; the product is Chinese first."""
    for variable in ("FENJI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value[:2].lower() in LANGUAGES:
            return value[:2].lower()
    return "zh"


def language() -> str:
    """The language of this context: ``zh`` or ``en``."""
    return _language.get() or default_language()


def use(lang: str) -> None:
    """Speak ``lang`` (``zh`` or ``en``) from here on in this context."""
    if lang not in LANGUAGES:
        raise ValueError(lang)
    _language.set(lang)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak ``lang`` inside the block only."""
    if lang not in LANGUAGES:
        raise ValueError(lang)
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(lang: str) -> gettext.NullTranslations:
    folder = Path(__file__).parent / "locale"
    # The code itself is the English catalogue; a checkout whose catalogues are not compiled yet speaks English too.
    return gettext.translation(_DOMAIN, folder, languages=[_LOCALES[lang]], fallback=True)


def _(message: str, /, **values: object) -> str:
    """``message`` in the language of this context, its ``{named}`` places filled."""
    text = _catalogue(language()).gettext(message)
    return text.format(**values) if values else text


class Message:
    """A message that waits for its reader's language: ``str()`` renders it in the context's language.

    Values may be messages themselves.
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return _(self.text, **self.values) if self.values else _(self.text)

    def __repr__(self) -> str:
        return f"Message({self.text!r}, {self.values!r})"
