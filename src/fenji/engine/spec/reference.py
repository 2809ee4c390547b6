"""The reference page of the regulation language, written from the models, the vocabulary and the descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

from fenji.engine.expression.parse import FUNCTIONS
from fenji.engine.spec.base import NAME_PATTERN
from fenji.engine.spec.descriptions import BLOCK, described
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.treatment import EntitlementType, vocabulary
from fenji.i18n import Message, use

_LENGTHS = {60: Message("code"), 200: Message("value or parameter"), 4000: Message("expression")}
_INTERVALS = ("> a", ">= a", "< a", "<= a", "= a", "a .. b", "a ..< b", "a <.. b", "a <..< b")
_LITERALS = ("100", "1.5", "5%", "1000\u4e07", "1\u4ebf", "2026-01-31", "'text'", "null", "as_of")
_OPERATORS = (
    "+ - * /",
    "= <> < <= > >=",
    "and or not",
    "in (a, b)",
    "between a and b",
    "is null",
    "case when a then b else c end",
)


def reference(lang: str) -> str:
    """The page in Markdown, in ``zh`` or ``en``."""

    def page() -> str:
        use(lang)
        return "\n".join([*_head(), *_expressions(), *_blocks(lang), *_vocabulary(lang)]) + "\n"

    return copy_context().run(page)


def _head() -> Iterator[str]:
    yield "# " + str(Message("The regulation language: reference"))
    yield ""
    yield str(Message("Written from the code by tools/regulation_reference.py; change the code, not this page."))
    yield ""


def _expressions() -> Iterator[str]:
    yield "## " + str(Message("Expressions and intervals"))
    yield ""
    yield _item(Message("Operators"), _OPERATORS)
    yield _item(Message("Functions"), tuple(FUNCTIONS))
    yield _item(Message("Literals"), _LITERALS)
    yield _item(Message("Intervals"), _INTERVALS)
    yield ""


def _item(what: Message, words: tuple[str, ...]) -> str:
    return f"- {what}: " + ", ".join(f"`{word}`" for word in words)


def _head_row(*titles: Message) -> Iterator[str]:
    yield "| " + " | ".join(map(str, titles)) + " |"
    yield "|---" * len(titles) + "|"


def _blocks(lang: str) -> Iterator[str]:
    schema = Regulation.model_json_schema(mode="validation")
    blocks: dict[str, Any] = {"Regulation": schema, **schema["$defs"]}
    done: list[str] = []
    todo = ["Regulation"]
    while todo:
        name = todo.pop(0)
        block = blocks[name]
        if name in done or "properties" not in block:
            continue
        done.append(name)
        yield from _block(name, block, blocks, lang)
        todo += _references(block["properties"])


def _references(node: Any) -> list[str]:
    """The blocks that a part of the schema refers to, in its order."""
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [str(node["$ref"]).rsplit("/", 1)[1]] if isinstance(node.get("$ref"), str) else []
    return own + [name for key, value in node.items() if key != "discriminator" for name in _references(value)]


def _block(name: str, block: dict[str, Any], blocks: dict[str, Any], lang: str) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield described(name, BLOCK, lang)
    yield ""
    yield from _head_row(Message("Key"), Message("Meaning"), Message("Value"), Message("Needed"))
    needed = block.get("required", ())
    for key, value in block["properties"].items():
        must = str(Message("yes")) if key in needed else ""
        yield f"| `{key}` | {described(name, key, lang)} | {_value(value, blocks)} | {must} |"
    yield ""


def _value(node: dict[str, Any], blocks: dict[str, Any]) -> str:
    """The kind of value a key takes, in words."""
    if "$ref" in node:
        name = str(node["$ref"]).rsplit("/", 1)[1]
        target = blocks[name]
        return f"[{name}](#{name.lower()})" if "properties" in target else _value(target, blocks)
    for key in ("anyOf", "oneOf"):
        if key in node:
            options = [_value(option, blocks) for option in node[key] if option != {"type": "null"}]
            return _or(list(dict.fromkeys(options)))
    if "const" in node or "enum" in node:
        return ", ".join(f"`{option}`" for option in node.get("enum", [node.get("const")]))
    return _plain(node, blocks)


def _plain(node: dict[str, Any], blocks: dict[str, Any]) -> str:
    kind = node.get("type")
    if kind == "array":
        items = node.get("items") or (node.get("prefixItems") or [{}])[0]
        return str(Message("list of {what}", what=_value(items, blocks)))
    if kind == "object":
        inner = [*node.get("patternProperties", {}).values(), node.get("additionalProperties", {})][0]
        return str(
            Message("mapping to {what}", what=_value(inner, blocks) if isinstance(inner, dict) else Message("text"))
        )
    if kind == "string":
        return _text(node)
    words = {"integer": Message("whole number"), "boolean": Message("yes or no")}
    return str(words.get(str(kind), Message("text")))


def _text(node: dict[str, Any]) -> str:
    if node.get("format") == "date":
        return str(Message("date"))
    if node.get("pattern") == NAME_PATTERN:
        return str(Message("name"))
    return str(_LENGTHS.get(node.get("maxLength", 0), Message("text")))


def _or(options: list[str]) -> str:
    if len(options) < 2:
        return "".join(options)
    return str(Message("{first} or {last}", first=", ".join(options[:-1]), last=options[-1]))


def _vocabulary(lang: str) -> Iterator[str]:
    yield "## " + str(Message("Entitlements that exist"))
    yield ""
    yield from _head_row(Message("Key"), Message("Meaning"), Message("Value"))
    for name, kind in vocabulary().entitlements.items():
        yield f"| `{name}` | {kind.title.get(lang)} | {_entitlement(kind)} |"
    yield ""
    yield "## " + str(Message("Service duties that exist"))
    yield ""
    yield from _head_row(Message("Key"), Message("Meaning"))
    for name, duty in vocabulary().duties.items():
        yield f"| `{name}` | {duty.title.get(lang)} |"


def _entitlement(kind: EntitlementType) -> str:
    if kind.kind == "choice":
        return str(Message("{values} (the strictest first)", values=", ".join(f"`{v}`" for v in kind.values)))
    words = {
        "priority": Message("whole number, 1 is first"), "money": Message("amount or parameter"),
        "yes_no": Message("yes or no"), "role": Message("role"), "texts": Message("list of texts"),
        "block": Message("mapping of entitlements"), "percent": Message("share such as 5%"),
        "days": Message("whole number"), "count": Message("whole number"),
    }  # fmt: skip
    return str(words[kind.kind])
