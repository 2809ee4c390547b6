"""The JSON Schema that editors check regulations with agrees with the check."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from fenji.engine.schema import json_schema
from fenji.engine.spec.descriptions import all_described, described
from fenji.engine.spec.regulation import Regulation
from tests.conftest import ROOT

DRAFTS = sorted((ROOT.parent / "shared/reference/language").glob("*.yaml"))
LIBRARY = sorted(f for f in (ROOT / "src/fenji/regulations").glob("*.yaml") if not f.name.endswith(".cases.yaml"))
BASE = ROOT / "tests/engine/check/base.yaml"


class EditorLoader(yaml.SafeLoader):
    """Reads as editors do (YAML 1.2): numbers, true and false have their type; dates, yes and on are texts."""


_KEPT = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null")
EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def as_json(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): as_json(value) for key, value in node.items()}
    return [as_json(item) for item in node] if isinstance(node, list) else node


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def faults(text: str) -> list[str]:
    document = as_json(yaml.load(text, Loader=EditorLoader))  # noqa: S506 - a safe loader with fewer types
    return [f"{e.json_path}: {e.message[:200]}" for e in validator().iter_errors(document)]


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(json_schema("zh"))
    Draft202012Validator.check_schema(json_schema("en"))


@pytest.mark.parametrize("file", [BASE, *LIBRARY, *DRAFTS], ids=lambda file: file.stem)
def test_every_regulation_that_passes_the_check_passes_the_schema(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("subject: customer,", "subjekt: customer,"),
        ("otherwise: proposed", "otherwse: proposed"),
        ("{code: VIP, rank: 1}", "{code: VIP, rank: best}"),
        ("{do: fill, by: finance", "{do: file, by: finance"),
        ("veto: {id: bad, to: C,", "veto: {to: C,"),
        ("payment_term: prepay", "payment_terms: prepay"),
        ("call_back: {every", "callback: {every"),
        ("as_of: 12-31", "as_of: last_day"),
        ("  fifth: {tile", "  5th: {tile"),
        ("calendar: {fiscal_year_starts: 04-01}", "calendar:"),
    ],
)
def test_a_mistake_of_form_fails_the_schema(old: str, new: str) -> None:
    text = BASE.read_text(encoding="utf-8")
    assert old in text
    assert faults(text.replace(old, new, 1))


def test_numbers_texts_and_yes_no_may_stand_where_a_scalar_does() -> None:
    text = BASE.read_text(encoding="utf-8")
    for old, new in [("100万}}", "1000000.5}}"), ("{code: C, rank: 4}", '{code: C, rank: "4"}')]:
        assert old in text
        assert faults(text.replace(old, new, 1)) == []


def test_every_block_and_key_is_described_in_both_languages_and_nothing_else_is() -> None:
    schema = Regulation.model_json_schema()
    blocks = {"Regulation": schema, **schema["$defs"]}
    known = {
        (name, key)
        for name, block in blocks.items()
        for key in ("", *block.get("properties", ()))
        if "properties" in block
    }
    for name, key in known:
        assert described(name, key, "zh") and described(name, key, "en")
    assert {(name, key) for name, keys in all_described().items() for key in keys} <= known


def test_the_schema_speaks_the_language_that_is_asked_for() -> None:
    assert json_schema("zh")["properties"]["grades"]["description"].startswith("等级")
    assert json_schema("en")["properties"]["grades"]["description"].startswith("The grades")
