"""The JSON Schema of a regulation, from the typed models: editors complete and check with it.

The models see every plain scalar as text; an editor sees numbers, booleans and texts, so the schema takes all three
wherever a text may stand. What entitlements and duties exist comes from the vocabulary.
"""

from __future__ import annotations

from typing import Any

from fenji.engine.spec.base import NAME_PATTERN
from fenji.engine.spec.descriptions import BLOCK, described
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.treatment import EntitlementType, vocabulary

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAME = r"^[^\s\d!-/:-@\[-^`{-~][^\s!-/:-@\[-^`{-~]*$"
"""The pattern of names for readers of JavaScript, whose ``\\w`` knows no Chinese letters."""

_PLAIN = ["string", "number", "boolean"]
_YES_NO = ["yes", "no", "true", "false"]


def json_schema(lang: str = "zh") -> dict[str, Any]:
    """The schema of a regulation file, its descriptions in ``zh`` or ``en``."""
    schema = Regulation.model_json_schema(mode="validation")
    blocks: dict[str, dict[str, Any]] = schema["$defs"]
    _describe(schema, "Regulation", lang)
    for name, block in blocks.items():
        if "properties" in block:
            _describe(block, name, lang)
    _entitlements(blocks["Entitlement"], lang)
    _duties(blocks["Service"], lang)
    _loosen(schema)
    return {"$schema": _DIALECT, "$id": "urn:fenji:regulation", **schema}


def _describe(block: dict[str, Any], name: str, lang: str) -> None:
    block["description"] = described(name, BLOCK, lang)
    block.pop("title", None)
    for key, value in block["properties"].items():
        value.pop("title", None)
        value["description"] = described(name, key, lang)


def _entitlements(block: dict[str, Any], lang: str) -> None:
    for name, kind in vocabulary().entitlements.items():
        block["properties"][name] = {**_value(kind), "description": kind.title.get(lang)}
    block["additionalProperties"] = False


def _value(kind: EntitlementType) -> dict[str, Any]:
    if kind.kind == "choice":
        return {"anyOf": [{"enum": list(kind.values)}, {"type": "string"}]}
    if kind.kind == "yes_no":
        return {"type": "boolean"}
    if kind.kind == "texts":
        text = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Text"}]}
        return {"anyOf": [text, {"type": "array", "items": text}]}
    return {"type": "object"} if kind.kind == "block" else {"type": "string"}


def _duties(block: dict[str, Any], lang: str) -> None:
    one = {"$ref": "#/$defs/Duty"}
    for name, kind in vocabulary().duties.items():
        listed = {"anyOf": [one, {"type": "array", "items": one}]}
        block["properties"][name] = {**listed, "description": kind.title.get(lang)}
    block["additionalProperties"] = False


def _loosen(node: Any) -> None:
    """Let numbers and booleans stand for texts, and texts for numbers and yes or no, as the reader does."""
    if isinstance(node, list):
        for item in node:
            _loosen(item)
        return
    if not isinstance(node, dict):
        return
    for value in node.values():
        _loosen(value)
    kind = node.get("type")
    if kind == "string" and not {"pattern", "enum", "const", "format"} & node.keys():
        node["type"] = list(_PLAIN)
    elif kind == "integer":
        node["type"] = ["integer", "string"]
        node["pattern"] = r"^[+-]?\d+$"
    elif kind == "boolean":
        del node["type"]
        node["enum"] = [True, False, *_YES_NO]
    if node.get("pattern") == NAME_PATTERN:
        node["pattern"] = _NAME
    named = node.get("patternProperties", {})
    if NAME_PATTERN in named:
        node["patternProperties"] = {_NAME: named[NAME_PATTERN]}
        node["additionalProperties"] = False
    _alternatives(node)


def _alternatives(node: dict[str, Any]) -> None:
    """Kinds told apart by their first key or form, not by matching one alone: a number fits several of them."""
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
        node.pop("discriminator", None)
    if "anyOf" in node:  # an empty value is a mistake: whoever has nothing to say leaves the key out
        node["anyOf"] = [option for option in node["anyOf"] if option != {"type": "null"}]
    if node.get("default", "") is None:
        del node["default"]
