"""Entitlements, obligations and service: known kinds, fitting values, and a base for everyone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from fenji.engine.check import scalars
from fenji.engine.check.walk import issue, item, key_issue, warning
from fenji.engine.expression import literals
from fenji.engine.issues import Issue, Path, unknown
from fenji.engine.spec.treatment import EntitlementType, vocabulary
from fenji.engine.view import View
from fenji.i18n import Message

YES_NO = ("yes", "no", "true", "false")
_WANTED = {
    "priority": scalars.AT_LEAST_ONE, "days": scalars.COUNT, "count": scalars.COUNT,
    "percent": scalars.Wanted(share=True), "money": scalars.Wanted(low=0),
}  # fmt: skip


def treatment(view: View) -> Iterator[Issue]:
    """Unknown entitlements and duties, values of the wrong kind, a missing base."""
    types = vocabulary().entitlements
    for index, block in enumerate(view.regulation.entitlements):
        for name, value in block.grants.items():
            yield from _grant(view, ("entitlements", index, name), name, value, types)
    duties = vocabulary().duties
    for index, service in enumerate(view.regulation.service):
        for name, listed in service.duties.items():
            if name not in duties:
                yield key_issue(
                    view,
                    ("service", index, name),
                    "names",
                    unknown(Message("service duty"), name, [*duties, "playbook"]),
                )
            for at, duty in enumerate(listed):
                if duty.coverage is not None:
                    yield from scalars.number(
                        view, item(view, ("service", index, name), at, "coverage"), duty.coverage, scalars.SHARE
                    )
    for section in ("entitlements", "service"):
        yield from _base(view, section)


def _base(view: View, section: str) -> Iterator[Issue]:
    blocks = getattr(view.regulation, section)
    everyone = [i for i, block in enumerate(blocks) if block.for_ == "everyone"]
    if blocks and not everyone:
        yield key_issue(
            view,
            (section,),
            "treatment.base",
            Message("'{section}' needs a block 'for: everyone': every customer keeps a base", section=section),
        )
    elif everyone and everyone[0] > 0:
        yield warning(
            view,
            (section, everyone[0], "for"),
            "treatment.order",
            Message("this block replaces what the blocks above give; put 'for: everyone' first"),
        )


def _grant(view: View, path: Path, name: str, value: object, types: dict[str, EntitlementType]) -> Iterator[Issue]:
    kind = types.get(name)
    if kind is None:
        yield key_issue(view, path, "names", unknown(Message("entitlement"), name, types))
    elif kind.kind == "block":
        yield from _block(view, path, value, types)
    elif kind.kind == "texts":
        yield from _texts(view, path, value)
    elif not isinstance(value, str):
        yield issue(
            view,
            path,
            "types",
            Message(
                "expected {wanted}, found {found}",
                wanted=Message("a text"),
                found=Message("a list") if isinstance(value, list) else Message("a mapping (key: value)"),
            ),
        )
    elif kind.kind == "choice" and value not in kind.values and not _is_parameter(view, value):
        yield issue(view, path, "names", unknown(Message("value of '{name}'", name=name), value, kind.values))
    elif kind.kind == "yes_no" and value not in YES_NO:
        yield issue(view, path, "names", unknown(Message("value of '{name}'", name=name), value, ("yes", "no")))
    elif kind.kind == "role" and not value.isidentifier():
        yield issue(
            view,
            path,
            "types",
            Message(
                "{found} does not fit here; expected {wanted}",
                found=Message("'{text}'", text=value),
                wanted=Message("the name of a role"),
            ),
        )
    elif kind.kind in _WANTED:
        yield from _number(view, path, value, kind.kind)


def _is_parameter(view: View, value: str) -> bool:
    return value in view.regulation.parameters


def _number(view: View, path: Path, value: str, kind: str) -> Iterator[Issue]:
    number = literals.number(value)
    if kind == "percent" and isinstance(number, Fraction) and "%" not in value and number >= 1:
        yield issue(
            view,
            path,
            "units",
            Message("'{found}' needs a percent sign, such as {example}", found=value, example=f"{value}%"),
        )
    else:
        yield from scalars.number(view, path, value, _WANTED[kind])


def _block(view: View, path: Path, value: object, types: dict[str, EntitlementType]) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield issue(
            view,
            path,
            "types",
            Message(
                "expected {wanted}, found {found}",
                wanted=Message("a mapping (key: value)"),
                found=Message("'{text}'", text=str(value)[:60]),
            ),
        )
        return
    for name, inner in value.items():
        if name == "priority":
            yield from scalars.number(view, (*path, name), str(inner), scalars.AT_LEAST_ONE)
        else:
            yield from _grant(view, (*path, name), name, inner, types)


def _texts(view: View, path: Path, value: object) -> Iterator[Issue]:
    for index, entry in enumerate(value if isinstance(value, list) else [value]):
        here = (*path, index) if isinstance(value, list) else path
        if isinstance(entry, dict):
            for key in entry:
                if key not in ("zh", "en", "req"):
                    yield key_issue(view, (*here, key), "names", unknown(Message("key"), key, ("zh", "en", "req")))
            if not entry.get("zh"):
                yield issue(view, here, "structure.missing", Message("'{key}' is missing here", key="zh"))
        elif not isinstance(entry, str) or not entry:
            yield issue(
                view,
                here,
                "types",
                Message(
                    "expected {wanted}, found {found}",
                    wanted=Message("a text"),
                    found=Message("nothing") if not entry else Message("a list"),
                ),
            )
