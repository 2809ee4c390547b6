"""Forms, cycles, visibility and choices: what they name exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from fenji.engine.check.walk import issue, item, steps, warning
from fenji.engine.issues import Issue, Path, nearest, unknown
from fenji.engine.spec.assessment import Cycle, Form
from fenji.engine.view import View
from fenji.i18n import Message

SHOWN = (
    "grade",
    "reasons",
    "indicators",
    "standing",
    "opinions",
    "entitlements",
    "obligations",
    "service",
    "traits",
    "axes",
)

_PART = Message("part")


def assessment(view: View) -> Iterator[Issue]:
    """Unknown names in forms, cycles, visibility and choices."""
    for name, form in view.regulation.assessment.forms.items():
        yield from _form(view, ("assessment", "forms", name), form)
    for index, cycle in enumerate(view.regulation.assessment.cycles):
        yield from _cycle(view, ("assessment", "cycles", index), cycle)
    provisional = view.regulation.movement.provisional
    if provisional and provisional.cycle is not None:
        cycles = [c.id for c in view.regulation.assessment.cycles]
        yield from _known(view, ("movement", "provisional", "cycle"), provisional.cycle, cycles, Message("cycle"))
    for index, service in enumerate(view.regulation.service):
        for kind, duties in service.duties.items():
            for at, duty in enumerate(duties):
                if duty.form is not None:
                    yield from _known(
                        view,
                        item(view, ("service", index, kind), at, "form"),
                        duty.form,
                        view.regulation.assessment.forms,
                        Message("form"),
                    )
    yield from _visibility(view)
    yield from _choices(view)
    yield from _month_days(view)


def _known(view: View, path: Path, name: str, known: Collection[str], what: Message) -> Iterator[Issue]:
    if name not in known:
        yield issue(view, path, "names", unknown(what, name, known))


def judgements(view: View) -> list[str]:
    """The ids of all judgement steps."""
    return [s.body.id for s in steps(view) if s.kind == "judgement"]


def _form(view: View, path: Path, form: Form) -> Iterator[Issue]:
    judged = [n for n, i in view.regulation.indicators.items() if i.judged]
    fillable = [*judged, *judgements(view)]
    shown = [*SHOWN, *view.regulation.indicators, *view.regulation.axes]
    for index, section in enumerate(form.sections):
        here = (*path, "sections", index)
        for at, name in enumerate(section.fills):
            if name in view.regulation.indicators and name not in fillable:
                yield issue(
                    view,
                    item(view, (*here, "fills"), at),
                    "types",
                    Message("'{name}' is computed; a form fills judged indicators and judgements", name=name),
                )
            else:
                yield from _known(
                    view, item(view, (*here, "fills"), at), name, fillable, Message("judged indicator or judgement")
                )
        for at, name in enumerate(section.shows):
            yield from _known(view, item(view, (*here, "shows"), at), name, shown, Message("indicator or axis"))


def _cycle(view: View, path: Path, cycle: Cycle) -> Iterator[Issue]:
    regulation = view.regulation
    if cycle.on is not None:
        yield from _event(view, (*path, "on"), cycle.on)
    if cycle.per is not None:
        known = [*view.facts.tables["customers"].columns, *regulation.indicators]
        yield from _known(view, (*path, "per"), cycle.per, known, Message("column of '{table}'", table="customers"))
    for at, name in enumerate(cycle.publishes):
        yield from _known(
            view, item(view, (*path, "publishes"), at), name, ["grade", *regulation.axes], Message("axis")
        )
    for index, act in enumerate(cycle.steps):
        here = (*path, "steps", index)
        if act.form is not None:
            yield from _known(view, (*here, "form"), act.form, regulation.assessment.forms, Message("form"))
            yield from _role_fills(view, here, act.form, act.by, act.do)
        for at, name in enumerate(act.judgement):
            yield from _known(view, item(view, (*here, "judgement"), at), name, judgements(view), Message("judgement"))


def _role_fills(view: View, path: Path, form: str, roles: tuple[str, ...], act: str) -> Iterator[Issue]:
    """Whoever is to fill a form has a section in it."""
    found = view.regulation.assessment.forms.get(form)
    if act != "fill" or found is None:
        return
    known = [s.by for s in found.sections]
    for at, role in enumerate(roles):
        if role not in known:
            message = Message(
                "form '{form}' has no section for '{role}'; it has sections for: {roles}",
                form=form,
                role=role,
                roles=", ".join(known),
            )
            yield warning(view, item(view, (*path, "by"), at), "names.section", message)


def _event(view: View, path: Path, name: str) -> Iterator[Issue]:
    """Events are free words; one that is almost a name of this regulation is probably meant to be it."""
    known = [*view.values.names(), *(s.body.code for s in steps(view) if s.kind == "flag")]
    near = nearest(name, known, 0.85)
    if name not in known and near:
        yield warning(
            view,
            path,
            "names.event",
            Message("'{name}' is taken as an event; did you mean '{near}'?", name=name, near=near),
        )


def _visibility(view: View) -> Iterator[Issue]:
    known = [*SHOWN, *view.regulation.axes, *view.regulation.indicators]
    for index, line in enumerate(view.regulation.visibility):
        path: Path = ("visibility", index)
        for at, name in enumerate(line.show):
            yield from _known(view, item(view, (*path, "show"), at), name, known, Message("part of a result"))
        if not line.to:
            yield issue(view, (*path, "to"), "values", Message("this may not be empty"))


def _choices(view: View) -> Iterator[Issue]:
    for index, choice in enumerate(view.regulation.choices):
        node: Any = view.source.tree
        for part in choice.at.split("."):
            known = _below(node)
            if part not in known:
                message = Message(
                    "nothing stands at '{path}': {detail}", path=choice.at, detail=unknown(_PART, part, known)
                )
                yield issue(view, ("choices", index, "at"), "names.path", message)
                break
            node = known[part]


def _below(node: Any) -> dict[str, Any]:
    """What a path may name next: keys of a mapping; in a list the ids (or codes) of its items."""
    if isinstance(node, dict):
        return dict(node)
    found: dict[str, Any] = {}
    for entry in node if isinstance(node, list) else ():
        if not isinstance(entry, dict):
            continue
        inner = next(iter(entry.values())) if len(entry) == 1 else entry
        for holder in (entry, inner):
            name = holder.get("id") or holder.get("code") if isinstance(holder, dict) else None
            if isinstance(name, str):
                found[name] = holder
    return found


def _month_days(view: View) -> Iterator[Issue]:
    found: list[tuple[Path, str | None]] = [
        (("calendar", "fiscal_year_starts"), view.regulation.calendar.fiscal_year_starts)
    ]
    for index, cycle in enumerate(view.regulation.assessment.cycles):
        path: Path = ("assessment", "cycles", index)
        found.append(((*path, "as_of"), cycle.as_of))
        if cycle.window:
            found += [((*path, "window", "from"), cycle.window.from_), ((*path, "window", "to"), cycle.window.to)]
    for path, text in found:
        if text and text[:2].isdigit() and not _is_day(text):
            yield issue(view, path, "values", Message("'{text}' is not a day of the calendar", text=text))


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return True


def roles(view: View) -> Iterator[Issue]:
    """Roles are free words; one used once that is almost another one is probably a slip."""
    places: dict[str, list[Path]] = {}
    for path, name in _roles(view.source.tree, ()):
        places.setdefault(name, []).append(path)
    for name, found in places.items():
        often = [n for n, p in places.items() if len(p) > len(found) and n != name]
        near = nearest(name, often, 0.85)
        if len(found) == 1 and near:
            yield warning(
                view,
                found[0],
                "names.role",
                Message("role '{name}' stands only here; did you mean '{near}'?", name=name, near=near),
            )


def _roles(node: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("by", "opinions", "decided_by") or (key == "to" and path[:1] == ("visibility",)):
                yield from _texts(value, (*path, key))
            elif key != "parameters":
                yield from _roles(value, (*path, key))
    elif isinstance(node, list):
        for index, part in enumerate(node):
            yield from _roles(part, (*path, index))


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        yield from (((*path, i), v) for i, v in enumerate(value) if isinstance(v, str))
