"""The shape of the file: unknown keys, missing keys and wrong kinds of values, from the typed models."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fenji.engine.issues import Issue, Path, Source, unknown
from fenji.engine.spec.base import NAME_PATTERN
from fenji.engine.spec.indicators import SpecError
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import STEP_KINDS
from fenji.i18n import Message

_WHOLE = Message("a whole number")
_DAY = Message("a date such as 2026-01-31")
_YES_NO = Message("yes or no")
_MAPPING = Message("a mapping (key: value)")
_LIST = Message("a list")
_EXPECTED = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), _WHOLE),
    **dict.fromkeys(("date_from_datetime_parsing", "date_parsing", "date_type", "date_from_datetime_inexact"), _DAY),
    **dict.fromkeys(("bool_parsing", "bool_type"), _YES_NO),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _MAPPING),
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    "string_type": Message("a text"),
}
_PATTERNS = {
    NAME_PATTERN: Message("a name of letters, digits and _ that does not start with a digit"),
    r"^[a-z0-9][a-z0-9-]*$": Message("a name of small letters, digits and -"),
    r"^\d{2}-\d{2}$": Message("month and day such as 12-31"),
    r"^(\d{2}-\d{2}|month_end|quarter_end|year_end)$": Message(
        "month and day such as 12-31, month_end, quarter_end or year_end"
    ),
    r"^[A-Z]{3}$": Message("a currency code such as CNY"),
}
_MAX_ISSUES = 200


def validate(source: Source) -> tuple[Regulation | None, list[Issue]]:
    """The typed regulation, or every fault of its shape."""
    try:
        return Regulation.model_validate(source.tree), []
    except ValidationError as error:
        return None, faults(source, error, Regulation)


def faults(source: Source, error: ValidationError, model: type[BaseModel]) -> list[Issue]:
    """What keeps a file from being a ``model``, each fault with its place."""
    return list(_issues(source, error.errors(include_url=False), model))


def _issues(source: Source, details: list[ErrorDetails], model: type[BaseModel]) -> Iterator[Issue]:
    """The first faults, without those that only follow from another one (a list is empty once its items fell out)."""
    located = [(_path(source, d["loc"]), d) for d in details[:_MAX_ISSUES]]
    inner = {path[:n] for path, _ in located for n in range(len(path))}
    for path, detail in located:
        if detail["type"] == "too_short" and path in inner:
            continue
        strange_key = detail["type"] == "extra_forbidden" or detail["loc"][-1] == "[key]"
        place = source.key_place(path) if strange_key else source.place(path)
        yield Issue(place, f"structure.{detail['type']}", _message(detail, path, model), path)
    if len(details) > _MAX_ISSUES:
        yield Issue(
            source.place(()),
            "structure.more",
            Message("{count} more findings of this kind are not listed", count=len(details) - _MAX_ISSUES),
        )


def _path(source: Source, loc: Collection[str | int]) -> Path:
    """The path in the file: without the names of union members that pydantic puts between."""
    node: Any = source.tree
    path: Path = ()
    for part in loc:
        inside = part in node if isinstance(node, dict) else isinstance(node, list) and part in range(len(node))
        if inside:
            node = node[part]
            path = (*path, part)
    return path


def _message(detail: ErrorDetails, path: Path, model: type[BaseModel]) -> Message:
    kind, context = detail["type"], detail.get("ctx", {})
    found = _shown(detail["input"])
    if kind == "extra_forbidden":
        return unknown(Message("key"), str(path[-1]) if path else "", known_keys(detail["loc"], model))
    if kind == "missing":
        return Message("'{key}' is missing here", key=detail["loc"][-1])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        keys = list(detail["input"]) if isinstance(detail["input"], dict) else [str(detail["input"])[:60]]
        return unknown(Message("kind of step"), str(keys[0]) if keys else "", STEP_KINDS)
    if kind == "value_error" and isinstance(context.get("error"), SpecError):
        message: Message = context["error"].message
        return message
    if kind in ("literal_error", "enum"):
        options = [o.strip().strip("'") for o in str(context["expected"]).replace(" or ", ",").split(",")]
        return unknown(Message("value"), str(detail["input"])[:60], options)
    if kind == "string_pattern_mismatch":
        return Message(
            "{found} does not fit here; expected {wanted}",
            found=found,
            wanted=_PATTERNS.get(context["pattern"], context["pattern"]),
        )
    if kind in ("string_too_short", "too_short"):
        return Message("this may not be empty")
    if kind in ("string_too_long", "too_long"):
        return Message("this is too long")
    if kind in _EXPECTED:
        return Message("expected {wanted}, found {found}", wanted=_EXPECTED[kind], found=found)
    return Message("this value does not fit here: {found}", found=found)


def _shown(value: object) -> Message:
    """A value as a message can show it."""
    if isinstance(value, dict):
        return _MAPPING
    if isinstance(value, list | tuple):
        return _LIST
    text = str(value)
    return Message("'{text}'", text=text[:60]) if text else Message("nothing")


def known_keys(loc: Collection[str | int], model: type[BaseModel] = Regulation) -> list[str]:
    """The keys that may stand where an unknown one was found, from the generated schema."""
    schema = _schema(model)
    nodes: list[Any] = [schema]
    for part in list(loc)[:-1]:
        below = [found for node in nodes for found in _below(node, part, schema)]
        nodes = below or nodes
    return sorted({key for node in nodes for option in _options(node, schema) for key in option.get("properties", {})})


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(node: Any, schema: dict[str, Any]) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def _options(node: Any, schema: dict[str, Any]) -> list[dict[str, Any]]:
    node = _resolve(node, schema)
    if not isinstance(node, dict):
        return []
    options = [node]
    for key in ("anyOf", "oneOf", "allOf"):
        for option in node.get(key, ()):
            options += _options(option, schema)
    return options


def _below(node: Any, part: str | int, schema: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for option in _options(node, schema):
        if isinstance(part, int):
            found += [option["items"]] if "items" in option else []
        elif part in option.get("properties", {}):
            found.append(option["properties"][part])
        else:
            found += option.get("patternProperties", {}).values()
            found += [option["additionalProperties"]] if isinstance(option.get("additionalProperties"), dict) else []
    return found
