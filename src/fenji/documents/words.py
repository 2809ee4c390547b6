"""Codes of a result in words: grades, standings, why there is no grade."""

from __future__ import annotations

from itertools import product

from fenji.documents.figures import title_of
from fenji.engine.plan.codes import grade_list
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View
from fenji.i18n import Message, _

STANDINGS = {
    "computed": Message("computed"),
    "proposed": Message("awaiting judgement"),
    "provisional": Message("provisional"),
    "ungraded": Message("ungraded"),
}


def standing(code: str | None) -> str:
    """A standing in words."""
    return str(STANDINGS.get(code or "", code or ""))


def grade_order(view: View) -> list[str]:
    """The grades, best first, then those without a rank in the order of the file."""
    codes = grade_list(view.regulation)
    return [name for name in codes.names if name not in codes.ungraded]


def grade_title(regulation: Regulation, code: str) -> str:
    """A grade's title, or for cells the titles of their parts; its code where there is none."""
    for value in regulation.grade_values:
        if value.code == code:
            return title_of(value.title, code)
    cells = regulation.cells
    if cells:
        for parts in product(*(regulation.codes(axis) for axis in cells.cells)):
            if cells.join.join(parts) == code:
                titles = [axis_title(regulation, axis, part) for axis, part in zip(cells.cells, parts, strict=True)]
                return " / ".join(titles)
    return code


def axis_title(regulation: Regulation, axis: str, code: str) -> str:
    """The title of a code of an axis."""
    value = next((v for v in regulation.axes[axis].values if v.code == code), None)
    return title_of(value.title if value else None, code)


def why_ungraded(view: View, code: str | None) -> str:
    """Why there is no grade, in words."""
    regulation = view.regulation
    if code is None:
        return ""
    if code in regulation.ungraded:
        return title_of(regulation.ungraded[code], code)
    if code.startswith("missing:"):
        name = code.removeprefix("missing:")
        spec = regulation.indicators.get(name)
        return _("no value for: {name}", name=title_of(spec.title if spec else None, name))
    plain = {
        "awaiting": Message("people must judge first"),
        "unmatched": Message("no step of the regulation gives a grade"),
        "scope": Message("it is not known whether the regulation applies"),
    }
    return str(plain.get(code, code))
