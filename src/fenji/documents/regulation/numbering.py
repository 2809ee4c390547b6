"""Numbers of chapters, articles and list items as Chinese and English documents write them."""

from __future__ import annotations

from fenji.i18n import _, language

_DIGITS = "\u96f6\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d"
_TEN, _HUNDRED = "\u5341", "\u767e"
_LIMIT = 1000


def ordinal(number: int) -> str:
    """A number from 1 in the numerals of the language; Chinese ones up to 999."""
    return _chinese(number) if language() == "zh" and 0 < number < _LIMIT else str(number)


def _chinese(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = _DIGITS[hundreds] + _HUNDRED if hundreds else ""
    if tens:
        text += (_DIGITS[tens] if tens > 1 or hundreds else "") + _TEN
    elif hundreds and ones:
        text += _DIGITS[0]
    return text + (_DIGITS[ones] if ones else "")


def chapter_number(number: int) -> str:
    """``Chapter 1``."""
    return _("Chapter {number}", number=ordinal(number))


def article_number(number: int) -> str:
    """``Article 1``."""
    return _("Article {number}", number=ordinal(number))


def item_text(number: int, text: str) -> str:
    """``(1) text``."""
    return _("({number}) {text}", number=ordinal(number), text=text)
