"""The company's own working days, from a table of two columns: day and working (yes or no)."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from fenji.facts.errors import FactsError
from fenji.i18n import _

_WORDS = {"yes": True, "no": False, "1": True, "0": False, "\u662f": True, "\u5426": False}


def read_calendar(path: Path) -> dict[dt.date, bool]:
    """The days of a CSV file in UTF-8 with the columns ``day`` (2026-10-01) and ``working`` (yes or no).

    Raises:
        FactsError: naming the line that cannot be read.
    """
    found: dict[dt.date, bool] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(str(path), _("cannot be read"), _("Save it as CSV in UTF-8.")) from error
    for number, row in enumerate(csv.DictReader(lines), start=2):
        try:
            found[dt.date.fromisoformat((row.get("day") or "").strip())] = _WORDS[
                (row.get("working") or "").strip().lower()
            ]
        except (ValueError, KeyError) as error:
            raise FactsError(
                f"{path}:{number}",
                _("this is not a day and yes or no"),
                _("Write two columns, day and working, such as 2026-10-01,no."),
            ) from error
    return found
