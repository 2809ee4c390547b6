"""``fenji diff``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fenji.cli.errors import CallError
from fenji.cli.output import use_output
from fenji.cli.regulations import load
from fenji.cli.render import chosen_format
from fenji.documents.regulation.amendment import amendment, sentences
from fenji.documents.regulation.build import document
from fenji.documents.regulation.pdf import PdfError
from fenji.documents.regulation.write import FORMATS, written
from fenji.i18n import _, language


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_("The earlier version: a file or a built-in id"))],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_("The later version: a file or a built-in id"))],
    out: Annotated[Path | None, typer.Option("--out", help=_("Write the amendment to this file"))] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="md|html|docx|pdf", help=_("Without it, the ending of --out"))
    ] = None,
    company: Annotated[str, typer.Option("--company", help=_("Whose regulation it is, for the head"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Says what changed, article by article."""
    output = use_output(json=as_json)
    chosen = chosen_format(form, out, FORMATS) if out else None
    before, after = (document(load(name).view, language(), company=company) for name in (old, new))
    made = amendment(before, after)
    told = sentences(made)
    if output.json:
        output.value({"lead": made.lead, "changes": told})
    if out and chosen:
        try:
            written(made, chosen, out)
        except PdfError as error:
            raise CallError(error.message) from error
        output.say(_("Written: {file}", file=out))
        return
    for text in () if output.json else (made.lead, *told):
        output.console.print(Text(text), soft_wrap=True)
