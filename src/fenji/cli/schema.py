"""``fenji schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fenji.cli.output import output
from fenji.engine.schema import json_schema
from fenji.i18n import _, language


def schema(
    out: Annotated[Path | None, typer.Option("--out", help=_("Write to this file instead of the terminal"))] = None,
) -> None:
    """The JSON Schema of a regulation, for editors."""
    found = json_schema(language())
    if out is None:
        output().value(found)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    output().say(_("Written: {file}", file=out))
