"""What a case expects of the treatment, against what came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from fenji.engine.casefile import NOTHING, Expect
from fenji.engine.expression import literals
from fenji.engine.spec.base import Text
from fenji.engine.treatment import Due, Length, Served, Treatment

Found = tuple[str, object, object]
_YES = ("yes", "true")


def treated(expect: Expect) -> bool:
    """Whether a case says anything about the treatment."""
    parts = (expect.entitlements, expect.service, expect.obligations, expect.playbooks)
    return any(part is not None for part in parts)


def compared(expect: Expect, treatment: Treatment) -> Iterator[Found]:
    """What differs: its name, what was expected, what was found."""
    for name, wanted in (expect.entitlements or {}).items():
        granted = treatment.entitlements.get(name)
        found = granted.value if granted else None
        if not same(wanted, found):
            yield f"entitlements.{name}", shown(wanted), shown(found)
    for kind, wanted in (expect.service or {}).items():
        duties = _duties(treatment.service.get(kind))
        if not _same_duties(wanted, duties):
            yield f"service.{kind}", shown(wanted), shown(duties)
    owed = tuple(text.zh for owes in treatment.obligations for text in owes.owes)
    books = tuple(book.title.zh for _, book in treatment.playbooks)
    for what, all_wanted, all_found in (
        ("obligations", expect.obligations, owed),
        ("playbooks", expect.playbooks, books),
    ):
        if all_wanted is not None and all_wanted != all_found:
            yield what, shown(all_wanted), shown(all_found)


def same(wanted: Any, found: Any) -> bool:
    """Whether a written value means what was found; of a block only what is named is compared."""
    if isinstance(wanted, str) and wanted in NOTHING:
        return found is None
    if isinstance(found, bool):
        return isinstance(wanted, str) and (wanted in _YES) == found
    if isinstance(found, Fraction | dt.date):
        return isinstance(wanted, str) and literals.literal(wanted) == found
    if isinstance(found, Text):
        return bool(wanted == found.zh)
    if isinstance(found, Mapping):
        return isinstance(wanted, Mapping) and all(same(inner, found.get(key)) for key, inner in wanted.items())
    if isinstance(found, tuple):
        listed = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
        return len(listed) == len(found) and all(map(same, listed, found))
    return bool(wanted == found)


def _same_duties(wanted: Any, duties: tuple[Mapping[str, Any], ...] | None) -> bool:
    listed = wanted if isinstance(wanted, list | tuple) else [wanted]
    if duties is None:
        return listed == ["null"]
    return len(listed) == len(duties) and all(map(same, listed, duties))


def _duties(served: Served | None) -> tuple[Mapping[str, Any], ...] | None:
    """Duties with the keys under which a regulation writes them."""
    return tuple(_keys(due) for due in served.duties) if served else None


def _keys(due: Due) -> Mapping[str, Any]:
    duty = due.duty
    return {
        "every": _period(due.every), "within": _period(due.within), "coverage": due.coverage, "on": duty.on,
        "by": duty.by, "first": duty.first, "form": duty.form, "does": duty.does, "for_signs": duty.for_signs,
    }  # fmt: skip


def _period(period: Length | None) -> Mapping[str, Any] | None:
    if period is None:
        return None
    return {period.unit: period.length, "after": period.after, "before": period.before}


def shown(value: Any) -> Any:
    """A value as it is put into a message."""
    if isinstance(value, Text):
        return value.zh
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return {key: shown(inner) for key, inner in value.items() if inner is not None and inner != ()}
    if isinstance(value, tuple | list):
        return [shown(inner) for inner in value]
    return value
