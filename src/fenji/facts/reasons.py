"""Why a row was not taken: stable codes and their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fenji.i18n import _

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
TEXT_LIMIT, LONG_TEXT_LIMIT = 1000, 32767

_SENTENCES: Mapping[str, Callable[[], str]] = {
    "missing": lambda: _("A required value is missing."),
    "bad_date": lambda: _("This is not a date of the calendar."),
    "date_range": lambda: _(
        "The date lies outside the years {first} to {last}.", first=EARLIEST_YEAR, last=LATEST_YEAR
    ),
    "bad_number": lambda: _("This is not a number."),
    "number_range": lambda: _("The number is too large."),
    "bad_integer": lambda: _("This is not a whole number."),
    "too_long": lambda: _("The text is longer than {limit} characters.", limit=TEXT_LIMIT),
    "too_long_note": lambda: _("The text is longer than {limit} characters.", limit=LONG_TEXT_LIMIT),
    "undecodable": lambda: _("The row holds characters that are damaged in the file."),
    "too_many_cells": lambda: _("The row has more cells than the header."),
    "too_few_cells": lambda: _("The row has fewer cells than the header."),
    "total_row": lambda: _("This row only adds up the rows above."),
    "unknown_customer": lambda: _("There is no such customer in the customer table."),
    "ambiguous_customer": lambda: _("Several customers bear this name; give the customer number."),
    "duplicate_key": lambda: _("This key occurs more than once with different content."),
    "no_order": lambda: _("There is no order with this number."),
    "unknown_answer": lambda: _("This is none of the answers that may be given."),
    "no_judge": lambda: _("The answer does not say who judged."),
    "judged_already": lambda: _("This was already judged on the same day with another answer."),
    "unrecognised": lambda: _("No fact table was recognised by the headers."),
    "unreadable": lambda: _("The file could not be read."),
    "other_currency": lambda: _("The row is in another currency than the store."),
}


def reason(code: str) -> str:
    """The sentence of a reason code, in the language of the context."""
    return _SENTENCES[code]()


def codes() -> tuple[str, ...]:
    """Every code there is."""
    return tuple(_SENTENCES)
