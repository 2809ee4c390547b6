"""A built-in regulation as a company's own file, with its own figures, title and id."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from fenji.cli.adopt import adopted
from fenji.cli.errors import CallError
from fenji.cli.output import Output
from fenji.cli.overrides import fitting
from fenji.cli.regulations import day, load
from fenji.engine.check.neighbours import neighbours
from fenji.engine.check.run import check_text
from fenji.engine.issues import Path as Place
from fenji.engine.issues import Source, unknown
from fenji.engine.load import read
from fenji.engine.spec.base import Slug
from fenji.engine.spec.indicators import Parameter
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.i18n import Message, _

_PLAIN = re.compile(r"^[\w.%-]+$")
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


@dataclass(frozen=True)
class Wishes:
    """What shall be otherwise in the copy; ``settings`` are ``name=value``."""

    settings: Sequence[str] = ()
    title: str | None = None
    id: str | None = None
    begin: str | None = None
    currency: str | None = None


def copied(out: Output, name: str, target: Path | None, wishes: Wishes) -> None:
    """Writes the copy; comments and order of the file stay.

    Raises:
        CallError: for a file that is there already, an unknown parameter, or a value that it may not have.
        RegulationError: when the copy would not pass the check; nothing is written.
    """
    if target is None:
        raise CallError(Message("say where the copy goes: --out my.yaml"))
    if target.exists():
        raise CallError(Message("'{file}' is there already; name a new file", file=target))
    loaded = load(name)
    text = changed(loaded.path.read_text(encoding="utf-8"), loaded.view, wishes)
    check_text(text, str(target), load_contract(), neighbours(loaded.path)).required()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    if out.json:
        out.value({"ok": True, "file": str(target)})
    out.say(_("Written: {file}", file=target))


def changed(text: str, view: View, wishes: Wishes) -> str:
    """The text of the regulation as wished."""
    begin, currency = wishes.begin, wishes.currency
    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise CallError(Message("'{currency}' is not a currency code; write it as CNY", currency=currency))
    try:
        _SLUG.validate_python("x" if wishes.id is None else wishes.id)
    except ValidationError as error:
        message = Message("'{id}' is no id; use small letters, digits and '-', such as my-grading", id=wishes.id)
        raise CallError(message) from error
    for place, value in _values(view, wishes):
        text = _put(text, place, value)
    return adopted(text, _read(text), start=day(begin) if begin else None, currency=currency)


def _values(view: View, wishes: Wishes) -> Iterator[tuple[Place, str]]:
    """Where each wished value stands."""
    for setting in wishes.settings:
        yield _setting(view, setting)
    if wishes.title is not None:
        title = view.source.tree["title"]
        for key in title if isinstance(title, dict) else ():
            if key in ("zh", "en"):
                yield ("title", key), wishes.title
        if isinstance(title, str):
            yield ("title",), wishes.title
    if wishes.id is not None:
        yield ("regulation",), wishes.id


def _setting(view: View, setting: str) -> tuple[Place, str]:
    """``name=value``, or ``name.key=value`` for a parameter with several values at once."""
    name, sign, value = (part.strip() for part in setting.partition("="))
    if not sign or not value:
        raise CallError(Message("'{text}' is not a setting; write it as name=value", text=setting))
    name, _dot, key = name.partition(".")
    parameter = view.regulation.parameters.get(name)
    if parameter is None:
        raise CallError(unknown(Message("parameter"), name, view.regulation.parameters))
    fitting(view, name, parameter, value)
    return ("parameters", name, "values", *_line(parameter, name, key)), value


def _line(parameter: Parameter, name: str, key: str) -> tuple[str, ...]:
    """The newest value, and of several the one that is named."""
    newest: dt.date = max(parameter.values)
    values = parameter.values[newest]
    if not isinstance(values, dict):
        if key:
            raise CallError(Message("parameter '{name}' has one value only; write {name}=value", name=name))
        return (newest.isoformat(),)
    if key not in values:
        names = ", ".join(f"{name}.{one}" for one in values)
        raise CallError(Message("parameter '{name}' has several values; name one: {names}", name=name, names=names))
    return newest.isoformat(), key


def _read(text: str) -> Source:
    source, _issues = read(text, "")
    assert source is not None, "the regulation passed the check before"
    return source


def _put(text: str, place: Place, value: str) -> str:
    """The text with another scalar at a place; quotes around the old one go with it."""
    line, column = _read(text).marks[place]
    lines = text.split("\n")
    row, at = lines[line - 1], column - 1
    quote = row[at - 1] if at and row[at - 1] in "'\"" else ""
    old = _scalar(row, at, quote)
    new = value if _PLAIN.match(value) else json.dumps(value, ensure_ascii=False)
    lines[line - 1] = row[: at - len(quote)] + new + row[at + len(old) + len(quote) :]
    return "\n".join(lines)


def _scalar(row: str, at: int, quote: str) -> str:
    """The scalar that starts at a column, as written."""
    ends = {"": r"(?:(?!\s+#)[^,}\]\n])*?(?=\s*(?:[,}\]]|\s#|$))", "'": r"(?:[^']|'')*", '"': r'(?:[^"\\]|\\.)*'}
    found = re.compile(ends[quote]).match(row, at)
    return found.group() if found else ""
