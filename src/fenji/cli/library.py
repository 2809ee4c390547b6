"""``fenji library``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from fenji.cli.adopt import adopted
from fenji.cli.errors import CallError
from fenji.cli.output import Output, use_output
from fenji.cli.regulations import day, load, regulation_file
from fenji.documents.figures import title_of
from fenji.documents.words import grade_order
from fenji.engine.check.structure import validate
from fenji.engine.load import read_file
from fenji.engine.spec.regulation import Regulation
from fenji.i18n import Message, _, language
from fenji.regulations.library import ids, regulation_path


def library(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=_("A built-in id, or its beginning"))] = None,
    find: Annotated[
        str | None, typer.Option("--find", help=_("Only those whose title or purpose holds this word"))
    ] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", help=_("Write the regulation to this file, to be edited"))
    ] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help=_("First day in force of the copy"), metavar="DATE")
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help=_("Currency of the copy, such as USD"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Lists, shows or copies."""
    out = use_output(json=as_json)
    if name is None:
        listed(out, find)
    elif copy is not None:
        copied(out, name, copy, begin, currency)
    else:
        shown(out, name)


def built_in() -> list[Regulation]:
    """Every built-in regulation that can be read."""
    found = []
    for name in ids():
        path = regulation_path(name)
        source, issues = read_file(path) if path else (None, [])
        regulation = validate(source)[0] if source and not issues else None
        if regulation:
            found.append(regulation)
    return found


def listed(out: Output, find: str | None) -> None:
    """All of them, or those with a word in title or purpose."""
    regulations = [r for r in built_in() if find is None or find.lower() in searched(r)]
    if out.json:
        out.value([entry(r) for r in regulations])
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(_("Id"), no_wrap=True, style="cyan")
    table.add_column(_("Regulation"))
    table.add_column(_("Grades"))
    for regulation in regulations:
        table.add_row(regulation.regulation, Text(title_of(regulation.title, "")), Text(grades(regulation)))
    out.say(table)
    out.say(
        _("{count} regulations; 'fenji library ID' shows one, '--copy FILE' makes it yours", count=len(regulations))
    )


def searched(regulation: Regulation) -> str:
    """The text that a search looks at."""
    texts = (regulation.title, regulation.purpose)
    return " ".join([regulation.regulation, *(f"{t.zh} {t.en}" for t in texts if t)]).lower()


def grades(regulation: Regulation) -> str:
    """The grades on one line."""
    if regulation.cells:
        return " x ".join(title_of(regulation.axes[axis].title, axis) for axis in regulation.cells.cells)
    return " ".join(value.code for value in regulation.grade_values)


def entry(regulation: Regulation) -> dict[str, Any]:
    """One regulation, for machines."""
    return {
        "id": regulation.regulation,
        "version": regulation.version,
        "title": title_of(regulation.title, ""),
        "purpose": title_of(regulation.purpose, ""),
        "requirements": list(regulation.origin.requirements) if regulation.origin else [],
        "grades": grades(regulation),
    }


def shown(out: Output, name: str) -> None:
    """One regulation: what it is for, its grades, its parameters, and how to go on."""
    loaded = load(name)
    regulation = loaded.view.regulation
    if out.json:
        text = loaded.path.read_text(encoding="utf-8")
        out.value({**entry(regulation), "codes": grade_order(loaded.view), "yaml": text})
        return
    out.say(Text(title_of(regulation.title, regulation.regulation), style="bold"))
    out.say(Text(title_of(regulation.purpose, "")))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (_("Grade"), _("Title"), _("Meaning")):
        table.add_column(heading)
    for value in regulation.grade_values:
        table.add_row(*(Text(t) for t in (value.code, title_of(value.title, ""), title_of(value.means, ""))))
    if regulation.grade_values:
        out.say(table)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (_("Parameter"), _("Title"), _("Value")):
        table.add_column(heading)
    for key, parameter in regulation.parameters.items():
        latest = list(parameter.values.values())[-1]
        table.add_row(*(Text(t) for t in (key, title_of(parameter.title, ""), str(latest))))
    out.say(table)
    out.say(
        _(
            "To read all of it: fenji --lang {lang} render {name} --format md",
            lang=language(),
            name=regulation.regulation,
        )
    )


def copied(out: Output, name: str, target: Path, begin: str | None, currency: str | None) -> None:
    """A copy that the company edits: its own first day, its own currency."""
    path = regulation_file(name)
    if target.exists():
        raise CallError(Message("'{file}' is there already; name a new file", file=target))
    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise CallError(Message("'{currency}' is not a currency code; write it as CNY", currency=currency))
    source, _issues = read_file(path)
    if source is None:
        raise CallError(Message("'{file}' cannot be read as a regulation", file=path))
    text = path.read_text(encoding="utf-8")
    changed = adopted(text, source, start=day(begin) if begin else None, currency=currency)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(changed, encoding="utf-8")
    if out.json:
        out.value({"ok": True, "file": str(target)})
    out.say(_("Written: {file}", file=target))
