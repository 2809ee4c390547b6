"""``fenji library``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from fenji.cli.errors import CallError
from fenji.cli.library_copy import Wishes, copied
from fenji.cli.library_filter import BASES, Profile, Wanted, lacking, opened, profile
from fenji.cli.output import Output, use_output
from fenji.cli.regulations import load
from fenji.documents.figures import title_of
from fenji.documents.words import grade_order
from fenji.engine.check.structure import validate
from fenji.engine.load import read_file
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from fenji.i18n import Message, _, language
from fenji.regulations.library import ids, regulation_path


def library(
    name: Annotated[
        str | None, typer.Argument(metavar="[copy] [NAME]", help=_("A built-in id, or its beginning; 'copy' copies it"))
    ] = None,
    of: Annotated[str | None, typer.Argument(hidden=True)] = None,
    find: Annotated[
        str | None, typer.Option("--find", help=_("Only those whose title or purpose holds this word"))
    ] = None,
    copy: Annotated[
        Path | None, typer.Option("--copy", "--out", help=_("Write the regulation to this file, to be edited"))
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help=_("A figure of the copy; may be repeated"), metavar="NAME=VALUE")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help=_("Title of the copy"))] = None,
    own_id: Annotated[str | None, typer.Option("--as", help=_("Id of the copy"), metavar="ID")] = None,
    begin: Annotated[
        str | None, typer.Option("--from", help=_("First day in force of the copy"), metavar="DATE")
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help=_("Currency of the copy, such as USD"))] = None,
    industry: Annotated[
        str | None, typer.Option("--industry", help=_("Only for this industry, such as trading, bank, property"))
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option("--basis", help=_("Only those that look at: {names}", names=", ".join(BASES))),
    ] = None,
    count: Annotated[int | None, typer.Option("--grades", help=_("Only those with so many grades"))] = None,
    tables: Annotated[
        str | None,
        typer.Option("--tables", help=_("Only those that need no other tables than these"), metavar="orders,..."),
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", help=_("Say which of them run on these facts, and what the others lack"))
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Lists, shows or copies."""
    out = use_output(json=as_json)
    if name is None:
        wanted = Wanted(industry, basis, count, None if tables is None else tuple(t.strip() for t in tables.split(",")))
        listed(out, find, wanted, facts)
    elif name == "copy" or copy is not None:
        wishes = Wishes(settings or (), title, own_id, begin, currency)
        copied(out, source_of_copy(name, of), copy, wishes)
    else:
        shown(out, name)


def source_of_copy(name: str, of: str | None) -> str:
    """Which regulation is copied: ``copy NAME``, or ``NAME --copy FILE``."""
    if name != "copy":
        return name
    if of is None:
        raise CallError(Message("say which regulation is copied: fenji library copy NAME --out my.yaml"))
    return of


def built_in() -> list[View]:
    """Every built-in regulation; they passed the check when fenji was built."""
    contract, found = load_contract(), []
    for name in ids():
        path = regulation_path(name)
        source, _issues = read_file(path) if path else (None, [])
        regulation = validate(source)[0] if source else None
        if source and regulation:
            found.append(View(regulation, source, contract))
    return found


def listed(out: Output, find: str | None, wanted: Wanted, facts: Path | None) -> None:
    """All of them, or those that are asked for; with facts, whether they run on them."""
    wanted.check(list(load_contract().tables))
    views = [v for v in built_in() if (find is None or find.lower() in searched(v.regulation))]
    rows = [Line(v, found) for v in views if wanted.fits(found := profile(v))]
    if facts is not None:
        tables = opened(facts)
        rows = [replace(row, lacks=tuple(lacking(row.view, tables))) for row in rows]
        rows.sort(key=lambda row: len(row.lacks or ()))
    if out.json:
        out.value([entry(row) for row in rows])
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(_("Id"), no_wrap=True, style="cyan")
    for heading in (_("Regulation"), _("Grades"), _("Needs"), *((_("On these facts"),) if facts else ())):
        table.add_column(heading)
    for row in rows:
        regulation = row.view.regulation
        texts = [title_of(regulation.title, ""), grades(regulation), " ".join(row.profile.tables)]
        table.add_row(regulation.regulation, *map(Text, texts), *([Text(row.verdict)] if facts else []))
    out.say(table)
    out.say(_("{count} regulations; 'fenji library ID' shows one, '--copy FILE' makes it yours", count=len(rows)))


@dataclass(frozen=True)
class Line:
    """One regulation of the list; ``lacks`` is what the facts do not have for it."""

    view: View
    profile: Profile
    lacks: tuple[str, ...] | None = None

    @property
    def verdict(self) -> str:
        """Whether it runs on the facts, in words."""
        return _("lacks {names}", names=", ".join(self.lacks)) if self.lacks else _("runs")


def searched(regulation: Regulation) -> str:
    """The text that a search looks at."""
    texts = (regulation.title, regulation.purpose)
    return " ".join([regulation.regulation, *(f"{t.zh} {t.en}" for t in texts if t)]).lower()


def grades(regulation: Regulation) -> str:
    """The grades on one line."""
    if regulation.cells:
        return " x ".join(title_of(regulation.axes[axis].title, axis) for axis in regulation.cells.cells)
    return " ".join(value.code for value in regulation.grade_values)


def entry(row: Line) -> dict[str, Any]:
    """One regulation, for machines."""
    regulation, facts = row.view.regulation, {} if row.lacks is None else {"runs": not row.lacks, "lacks": row.lacks}
    return {
        "id": regulation.regulation,
        "version": regulation.version,
        "title": title_of(regulation.title, ""),
        "purpose": title_of(regulation.purpose, ""),
        "requirements": list(regulation.origin.requirements) if regulation.origin else [],
        "grades": grades(regulation),
        "grade_count": row.profile.grades,
        "industries": row.profile.industries,
        "basis": row.profile.bases,
        "tables": row.profile.tables,
        **facts,
    }


def shown(out: Output, name: str) -> None:
    """One regulation: what it is for, its grades, its parameters, and how to go on."""
    loaded = load(name)
    regulation = loaded.view.regulation
    if out.json:
        text = loaded.path.read_text(encoding="utf-8")
        out.value({**entry(Line(loaded.view, profile(loaded.view))), "codes": grade_order(loaded.view), "yaml": text})
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
