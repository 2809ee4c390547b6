"""The way to the next grade in one sentence, in the language of the context."""

from __future__ import annotations

from fractions import Fraction

from fenji.engine.explain.model import Awaited
from fenji.engine.explain.ways import Path, Way
from fenji.engine.explain.words import grade_name, joined, name_of, role, shown, unit_of
from fenji.engine.plan import Plan
from fenji.engine.view import View
from fenji.i18n import Message, _, speaking

_NO_WAY = {
    "top": Message("Already at the best grade"),
    "unranked": Message("The grades have no order, so none is above another"),
    "none": Message("No change of one figure alone reaches a better grade"),
    "held": Message("The rules of movement do not allow a rise now"),
    "alone": Message("The way up is computed for single customers only"),
}


def told(plan: Plan, path: Path, lang: str) -> str:
    """A path as one sentence in ``zh`` or ``en``."""
    with speaking(lang):
        if path.way is not None:
            return way_told(plan.view, path, path.way)
        if path.status == "awaiting":
            return _("Awaiting {people}; the way up can be told after that", people=_people(plan.view, path.awaited))
        if path.status == "decided":
            return _("The decision of {role} stands; no figure changes it", role=role(path.role or ""))
        return str(_NO_WAY[path.status])


def way_told(view: View, path: Path, way: Way) -> str:
    """``Annual sales rising by 128,400.00 would raise the grade to A``."""
    axis = None if path.target == "grade" else path.target
    grade = grade_name(view.regulation, way.grade, axis)
    change = change_told(view, way)
    if axis is not None:
        words = Message("{change} would bring {axis} to {grade}")
    elif path.grade is None:
        words = Message("{change} would give {grade}")
    else:
        words = Message("{change} would lift it to {grade}")
    said = _(words.text, change=change, grade=grade, axis=name_of(view, axis) if axis else "")
    if way.standing == "proposed":
        return _("{said} (then awaiting {people})", said=said, people=_people(view, way.awaited))
    return said


def change_told(view: View, way: Way) -> str:
    """What would have to change."""
    name, unit = name_of(view, way.name), unit_of(view, way.name)
    new, old = shown(way.new, unit), shown(way.old, unit)
    if way.old is None:
        return _("{name} reaching {new}", name=name, new=new)
    if way.kind == "number" and isinstance(way.change, Fraction):
        words = Message("{name} rising by {change}") if way.change > 0 else Message("{name} falling by {change}")
        return _(words.text, name=name, change=exactly(abs(way.change), unit))
    if way.kind == "date":
        return _("{name} being {new} instead of {old}", name=name, new=new, old=old)
    if way.kind == "label" and _higher(view, way):
        return _("{name} improving from {old} to {new}", name=name, old=old, new=new)
    return _("{name} changing from {old} to {new}", name=name, old=old, new=new)


def exactly(change: Fraction, unit: str) -> str:
    """A change with all its decimals: a rounded one would not reach the border."""
    if unit == "ratio":
        percent = change * 100
        return f"{_decimals(percent)}%"
    places = shown(change, unit)
    return places if (change * 100).denominator == 1 or len(unit) != 3 else f"{_decimals(change)}"


def _decimals(value: Fraction) -> str:
    text = f"{float(round(value * 10**8) / 10**8):,.8f}"
    return text.rstrip("0").rstrip(".")


def _higher(view: View, way: Way) -> bool:
    judged = view.regulation.indicators[way.name].judged
    assert judged is not None and judged.scale is not None
    scale = view.regulation.scales[judged.scale]
    return scale[str(way.new)] > scale[str(way.old)]


def _people(view: View, awaited: tuple[Awaited, ...]) -> str:
    parts = [
        _("the decision of {role}", role=role(a.role))
        if a.decision
        else _("{name} (to be judged by {role})", name=name_of(view, a.what), role=role(a.role))
        for a in dict.fromkeys(awaited)
    ]
    return joined(list(dict.fromkeys(parts)))
