"""The commands, in the order of the help."""

from __future__ import annotations

import typer

from fenji.cli import check, demo, grade, library
from fenji.i18n import _


def register(app: typer.Typer) -> None:
    """Adds every command, its help in the language of the context."""
    app.command("check", help=_("Check regulations; every finding with file, line and column"))(check.check)
    app.command("library", help=_("List the built-in regulations, show one, or copy it as your own"))(library.library)
    app.command("grade", help=_("Grade every customer and write workbook, page and Parquet files"))(grade.grade)
    app.command("demo", help=_("Grade a real retail sample and say what to look at"))(demo.demo)
