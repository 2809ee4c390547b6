"""Codes: what steps, selectors and movement name exists among the grades, axes, reasons, flags and named results."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fenji.engine.check.walk import StepAt, issue, item, key_issue, selectors, steps
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.view import View, grade_codes
from fenji.i18n import Message

ANY = "any"
STANDINGS = ("computed", "proposed", "provisional", "ungraded")
NO_ANSWER = ("awaiting", "missing", "unmatched")
_GRADE = Message("grade")


def codes(view: View) -> Iterator[Issue]:
    """Unknown codes in steps, selectors and movement."""
    for step in steps(view):
        yield from _step(view, step)
    for path, selector, axis in selectors(view):
        yield from _selector(view, path, selector, axis)
    yield from _movement(view)


def _what(step: StepAt) -> Message:
    return Message("code of '{name}'", name=step.axis) if step.axis else _GRADE


def _step(view: View, step: StepAt) -> Iterator[Issue]:
    body, path, results = step.body, step.path, step.results(view)
    if step.kind in ("bands", "rank", "share"):
        for code in body.into:
            if code not in results:
                yield key_issue(view, (*path, "into", code), "names", unknown(_what(step), code, results))
        if getattr(body, "too_few", None) is not None:
            yield from _one_of(view, (*path, "too_few"), body.too_few, results, _what(step))
    elif step.kind == "rules":
        for index, line in enumerate(body.lines):
            yield from _one_of(view, (*path, "lines", index, "to"), line.to, results, _what(step))
    elif step.kind == "veto":
        yield from _one_of(view, (*path, "to"), body.to, results, _what(step))
    elif step.kind in ("cap", "floor"):
        yield from _one_of(view, (*path, "at"), body.at, step.codes(view), _what(step))
    elif step.kind == "judgement":
        for index, code in enumerate(body.may):
            yield from _one_of(view, (*path, "may", index), code, results, _what(step))
        yield from _one_of(view, (*path, "otherwise"), body.otherwise, ("proposed", "ungraded", *results), _what(step))


def _one_of(view: View, path: Path, code: str, known: Collection[str], what: Message) -> Iterator[Issue]:
    if code not in known:
        yield issue(view, path, "names", unknown(what, code, known))


def reasons(view: View) -> list[str]:
    """Every reason that a step declares."""
    found: list[str] = []
    for step in steps(view):
        if step.kind == "rules":
            found += [line.reason for line in step.body.lines if line.reason]
        elif getattr(step.body, "reason", None):
            found.append(step.body.reason)
    return found


def flags(view: View) -> list[str]:
    """Every flag that a step may set."""
    return [step.body.code for step in steps(view) if step.kind == "flag"]


Known = dict[str, tuple[Message, Collection[str]]]


def _known(view: View) -> Known:
    """What a selector may name once everybody is graded: its keys and their values."""
    regulation = view.regulation
    known: Known = {
        "grade": (_GRADE, [*(g.code for g in grade_codes(regulation)), ANY]),
        "reason": (Message("reason"), [*reasons(view), ANY]),
        "flag": (Message("flag"), [*flags(view), ANY]),
        "standing": (Message("standing"), [*STANDINGS, ANY]),
        "ungraded": (Message("ungraded result"), [*regulation.ungraded, *NO_ANSWER, ANY]),
    }
    for name in regulation.axes:
        known[name] = (Message("code of '{name}'", name=name), [*regulation.codes(name), ANY])
    return known


def _known_in(view: View, step: StepAt) -> Known:
    """What a selector may name while a step runs: the answer so far, and what the steps before it said."""
    known = _known(view)
    regulation = view.regulation
    before = [s for s in steps(view) if s.kind == "flag"]
    earlier = [s.body.code for s in before if s.axis != step.axis or s.path < step.path]
    known["flag"] = (Message("flag set by an earlier step"), earlier)
    known["reason"] = (Message("reason"), reasons(view))
    known["ungraded"] = (Message("ungraded result"), [*regulation.ungraded, ANY])
    if step.axis:
        known = {key: known[key] for key in ("reason", "flag", "ungraded", step.axis)}
    known.pop("standing", None)
    return known


def _selector(view: View, path: Path, selector: object, step: StepAt | None) -> Iterator[Issue]:
    if isinstance(selector, str):
        if selector != "everyone":
            message = Message(
                "'{found}' selects nobody; write 'everyone' or for example {example}",
                found=selector, example="{grade: A}",
            )  # fmt: skip
            yield issue(view, path, "names", message)
        return
    assert isinstance(selector, dict)
    known = _known_in(view, step) if step else _known(view)
    if path[:2] == ("movement", "tenure"):
        known = {"grade": known["grade"]}
    if not selector:
        yield issue(view, path, "names", Message("this selects nobody; write 'everyone' to select all"))
    for key, values in selector.items():
        here = (*path, key)
        if key == "grade" and step and step.axis:
            message = Message("the steps of an axis come before the grade; '{key}' selects nobody here", key=key)
            yield key_issue(view, here, "names", message)
        elif key not in known:
            yield key_issue(view, here, "names", unknown(Message("selector"), key, known))
        else:
            what, options = known[key]
            for at, value in enumerate(values):
                if value not in options:
                    yield issue(view, item(view, here, at), "names", unknown(what, value, options))


def _movement(view: View) -> Iterator[Issue]:
    grades = [g.code for g in grade_codes(view.regulation)]
    everything = [*grades, *view.regulation.ungraded]
    for index, move in enumerate(view.regulation.movement.moves):
        for side, found in (("from", move.from_), ("to", move.to)):
            for at, code in enumerate(found):
                here = ("movement", "moves", index, side, at)
                yield from _one_of(view, here if here in view.source.marks else here[:-1], code, everything, _GRADE)
    tenure = view.regulation.movement.tenure
    if tenure:
        yield from _one_of(view, ("movement", "tenure", "then"), tenure.then, ("computed", *everything), _GRADE)
