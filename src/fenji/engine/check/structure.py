"""The shape of the file: unknown keys, missing keys and wrong kinds of values, from the typed models."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fenji.engine.issues import Issue, Path, Source, unknown
from fenji.engine.spec.indicators import SpecError
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import STEP_KINDS
from fenji.i18n import Message

_EXPECTED = {
    "int_parsing": Message("a whole number"), "int_type": Message("a whole number"), "int_from_float": Message("a whole number"),
    "date_from_datetime_parsing": Message("a date such as 2026-01-31"), "date_parsing": Message("a date such as 2026-01-31"),
    "date_type": Message("a date such as 2026-01-31"), "bool_parsing": Message("yes or no"), "bool_type": Message("yes or no"),
    "string_type": Message("a text"), "dict_type": Message("a mapping (key: value)"), "model_type": Message("a mapping (key: value)"),
    "model_attributes_type": Message("a mapping (key: value)"), "tuple_type": Message("a list"), "list_type": Message("a list"),
}  # fmt: skip


def validate(source: Source) -> tuple[Regulation | None, list[Issue]]:
    """The typed regulation, or every fault of its shape."""
    try:
        return Regulation.model_validate(source.tree), []
    except ValidationError as error:
        return None, [_issue(source, detail) for detail in error.errors(include_url=False)]


def _issue(source: Source, detail: ErrorDetails) -> Issue:
    path = _path(source, detail["loc"])
    return Issue(source.place(path), f"structure.{detail['type']}", _message(detail, path), path)


def _path(source: Source, loc: Collection[str | int]) -> Path:
    """The path in the file: without the names of union members that pydantic puts between."""
    node: Any = source.tree
    path: Path = ()
    for part in loc:
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif isinstance(node, str) and part == 0:
            continue
        else:
            continue
        path = (*path, part)
    return path


def _message(detail: ErrorDetails, path: Path) -> Message:
    kind, context = detail["type"], detail.get("ctx", {})
    found = str(detail["input"])[:60]
    if kind == "extra_forbidden":
        return unknown(Message("key"), str(path[-1]) if path else "", known_keys(detail["loc"]))
    if kind == "missing":
        return Message("'{key}' is missing here", key=detail["loc"][-1])
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        keys = list(detail["input"]) if isinstance(detail["input"], dict) else [found]
        return unknown(Message("kind of step"), str(keys[0]) if keys else "", STEP_KINDS)
    if kind == "value_error" and isinstance(context.get("error"), SpecError):
        return context["error"].message
    if kind in ("literal_error", "enum"):
        options = [o.strip().strip("'") for o in str(context["expected"]).replace(" or ", ",").split(",")]
        return unknown(Message("value"), found, options)
    if kind == "string_pattern_mismatch":
        return Message("'{found}' is not a valid name here (expected the pattern {pattern})", found=found, pattern=context["pattern"])
    if kind in ("string_too_short", "too_short"):
        return Message("this may not be empty")
    if kind in ("string_too_long", "too_long"):
        return Message("this is too long")
    if kind in _EXPECTED:
        return Message("expected {wanted}, found {found}", wanted=_EXPECTED[kind], found=f"'{found}'")
    return Message("this value does not fit here: '{found}'", found=found)


def known_keys(loc: Collection[str | int]) -> list[str]:
    """The keys that may stand where an unknown one was found, from the generated schema."""
    schema = _schema()
    nodes: list[Any] = [schema]
    for part in list(loc)[:-1]:
        below = [found for node in nodes for found in _below(node, part, schema)]
        nodes = below or nodes
    return sorted({key for node in nodes for option in _options(node, schema) for key in option.get("properties", {})})


@cache
def _schema() -> dict[str, Any]:
    return Regulation.model_json_schema()


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
        elif isinstance(option.get("additionalProperties"), dict):
            found.append(option["additionalProperties"])
    return found
