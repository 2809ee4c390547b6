"""Builds the application in the user's language and runs it; no user ever sees a traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from fenji.cli import commands
from fenji.cli.errors import CallError, ExitCode
from fenji.cli.output import output, use_output
from fenji.engine.issues import RegulationError
from fenji.engine.plan import PlanError
from fenji.facts.errors import FactsError
from fenji.i18n import LANGUAGES, Message, _, use


def build() -> typer.Typer:
    """The application, its help in the language of the context."""
    app = typer.Typer(
        name="fenji",
        help=_("Grade customers by a regulation: one file says who gets which grade and what each grade gets."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(start)
    commands.register(app)
    return app


def show_version(asked: bool) -> None:
    """Prints the version and ends the command."""
    if asked:
        typer.echo(f"fenji {version('fenji')}")
        raise typer.Exit


def start(
    lang: Annotated[str | None, typer.Option("--lang", help=_("Language: zh or en"), metavar="zh|en")] = None,
    show: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=show_version, help=_("Show the version and leave"))
    ] = False,
) -> None:
    """What holds for every command; the language was already taken from the arguments."""
    if lang is not None and lang not in LANGUAGES:
        raise CallError(
            Message("'{lang}' is not a language of fenji; expected one of: {names}", lang=lang, names="zh, en")
        )


def asked_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """The language that the arguments ask for, wherever it stands, and the other arguments."""
    rest: list[str] = []
    lang = None
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--lang":
            lang = next(waiting, "")
        elif argument.startswith("--lang="):
            lang = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    return lang, rest


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point of ``fenji``; leaves with one of the documented exit codes."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang, given = asked_language(given)
    if lang in LANGUAGES:
        use(lang)
    elif lang is not None:
        given = ["--lang", lang, *given]
    use_output(json="--json" in given)
    sys.exit(run(given))


def run(arguments: list[str]) -> int:
    """Runs one command; the code to leave with."""
    try:
        code = build()(args=arguments, prog_name="fenji", standalone_mode=True)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else ExitCode.OK
    except RegulationError as error:
        return told(ExitCode.FINDINGS, error.issues)
    except PlanError as error:
        return failed(ExitCode.FACTS, error.messages)
    except FactsError as error:
        return failed(ExitCode.FACTS, [f"{error.where}: {error.what} {error.mend}".strip()])
    except CallError as error:
        return failed(ExitCode.CALL, [error.message])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nothing is wrong
        return ExitCode.OK
    except OSError as error:
        return failed(
            ExitCode.CALL, [Message("{file}: {detail}", file=error.filename or "", detail=error.strerror or str(error))]
        )
    except Exception:
        return failed(ExitCode.INTERNAL, [defect()])
    return code if isinstance(code, int) else ExitCode.OK


def told(code: ExitCode, issues: Sequence[Any]) -> int:
    """Prints findings in the asked form."""
    out = output()
    if out.json:
        out.value({"ok": False, "issues": [issue.as_dict() for issue in issues]})
    else:
        out.issues(issues)
    return code


def failed(code: ExitCode, messages: Sequence[Any]) -> int:
    """Prints messages in the asked form."""
    out = output()
    if out.json:
        out.value({"ok": False, "exit_code": int(code), "errors": [str(message) for message in messages]})
        return code
    for message in messages:
        out.error(message)
    return code


def defect() -> Message:
    """Writes the details of an unexpected error to a log file."""
    folder = Path(os.environ.get("FENJI_LOG_DIR") or tempfile.gettempdir())
    handle, name = tempfile.mkstemp(prefix="fenji-", suffix=".log", dir=folder if folder.is_dir() else None)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"fenji {version('fenji')}, Python {sys.version}\n{traceback.format_exc()}")
    return Message(
        "fenji met an error of its own; the details are in {log}. Please report it with this file.", log=name
    )
