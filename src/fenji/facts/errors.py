"""The one error of the facts room: where it is, what is wrong, how to mend it."""

from __future__ import annotations


class FactsError(Exception):
    """Something in the given facts, mapping or store that a person must mend.

    All three texts are ready to be shown, in the language of the context.
    """

    def __init__(self, where: str, what: str, mend: str) -> None:
        super().__init__(f"{where}: {what} {mend}".strip())
        self.where = where
        self.what = what
        self.mend = mend
