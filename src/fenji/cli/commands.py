"""The commands, in the order of the help."""

from __future__ import annotations

import typer

from fenji.cli import (
    cases,
    check,
    demo,
    diff,
    explain,
    form,
    grade,
    importing,
    judgements,
    library,
    render,
    schema,
    series,
)
from fenji.i18n import _


def register(app: typer.Typer) -> None:
    """Adds every command, its help in the language of the context."""
    app.command("check", help=_("Check regulations; every finding with file, line and column"))(check.check)
    app.command("cases", help=_("Run the cases of a regulation: rows in, grades and treatment out"))(cases.cases)
    app.command("library", help=_("List the built-in regulations, show one, or copy it as your own"))(library.library)
    app.command("import", help=_("Bring exports into a fact store, with a report of every row"))(
        importing.import_command
    )
    app.command("grade", help=_("Grade every customer and write workbook, page and Parquet files"))(grade.grade)
    app.command("series", help=_("Grade on a series of dates and report who moves back and forth"))(series.series)
    app.command("explain", help=_("Say why a customer has its grade"))(explain.explain_command)
    app.command("render", help=_("Write a regulation as a company document: Markdown, HTML, Word or PDF"))(
        render.render
    )
    app.command("form", help=_("List the forms of a regulation, or write one: page, PDF or workbook"))(
        form.form_command
    )
    app.command("diff", help=_("Say what changed between two versions of a regulation, article by article"))(diff.diff)
    app.command("schema", help=_("The JSON Schema of a regulation, with which editors complete and check"))(
        schema.schema
    )
    group = typer.Typer(help=_("Workbooks in which people judge customers"), no_args_is_help=True)
    group.callback()(lambda: None)
    group.command("sheet", help=_("Write the workbook of a role: evidence, drop-downs, date"))(judgements.sheet)
    app.add_typer(group, name="judgements")
    app.command("demo", help=_("Grade a real retail sample and say what to look at"))(demo.demo)
