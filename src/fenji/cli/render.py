"""``fenji render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fenji.cli.errors import CallError
from fenji.cli.output import use_output
from fenji.cli.regulations import day, load
from fenji.documents.regulation.build import document, revisions
from fenji.documents.regulation.pdf import PdfError
from fenji.documents.regulation.write import FORMATS, written
from fenji.i18n import LANGUAGES, Message, _, language


def render(
    regulation: Annotated[str, typer.Argument(metavar="REGULATION", help=_("A regulation file or a built-in id"))],
    out: Annotated[Path, typer.Option("--out", help=_("The file to write"))],
    form: Annotated[
        str | None, typer.Option("--format", metavar="md|html|docx|pdf", help=_("Without it, the ending of --out"))
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=_("Language of the document"))] = None,
    company: Annotated[str, typer.Option("--company", help=_("Whose regulation it is, for the head"))] = "",
    issued: Annotated[str | None, typer.Option("--issued", metavar="DATE", help=_("Date of issue"))] = None,
    earlier: Annotated[
        list[str] | None, typer.Option("--earlier", metavar="FILE", help=_("An earlier version, for the history"))
    ] = None,
) -> None:
    """Writes the regulation as a company document."""
    output = use_output()
    chosen = chosen_format(form, out, FORMATS)
    if lang is not None and lang not in LANGUAGES:
        raise CallError(
            Message("'{lang}' is not a language of fenji; expected one of: {names}", lang=lang, names="zh, en")
        )
    view = load(regulation).view
    issue = day(issued) if issued else None
    before = revisions([load(name).view.regulation for name in earlier or ()], lang or language())
    made = document(view, lang or language(), company=company, issued=issue, earlier=before)
    try:
        written(made, chosen, out)
    except PdfError as error:
        raise CallError(error.message) from error
    output.say(_("Written: {file}", file=out))


def chosen_format(form: str | None, out: Path, known: tuple[str, ...]) -> str:
    """The asked format, else the one that the file's ending names.

    Raises:
        CallError: when it is none that can be written.
    """
    chosen = (form or out.suffix.removeprefix(".")).lower()
    if chosen not in known:
        raise CallError(
            Message("'{format}' cannot be written; expected one of: {names}", format=chosen, names=", ".join(known))
        )
    return chosen
