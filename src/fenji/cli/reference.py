"""The reference of the command line, out of the application itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from fenji.cli.app import build
from fenji.cli.errors import ExitCode
from fenji.i18n import Message, _, language, use


def reference(lang: str) -> str:
    """The page in ``zh`` or ``en``: every command with its arguments and options, the exit codes."""
    before = language()
    use(lang)
    try:
        return "\n".join(lines()) + "\n"
    finally:
        use(before)


def lines() -> Iterator[str]:
    """The lines of the page."""
    group: Any = typer.main.get_command(build())
    yield f"# {_('The command line')}"
    yield ""
    yield _("This page is made from the program; `fenji COMMAND --help` says the same.")
    yield ""
    yield _("`--lang zh|en` may stand anywhere; without it the variables FENJI_LANG, LC_ALL and LANG decide.")
    for name, command in group.commands.items():
        yield from command_lines(f"fenji {name}", command)
    yield ""
    yield f"## {_('Exit codes')}"
    yield ""
    yield f"| {_('Code')} | {_('Meaning')} |"
    yield "| --- | --- |"
    for code in ExitCode:
        yield f"| {int(code)} | {code.meaning} |"
    yield ""
    yield _(
        "With --json standard output holds one JSON value and nothing else: the result, or `ok: false` with `issues` "
        "(of a regulation) or `errors`."
    )


def command_lines(path: str, command: Any) -> Iterator[str]:
    """A command, or each command of a group."""
    if hasattr(command, "commands"):
        for name, inner in command.commands.items():
            yield from command_lines(f"{path} {name}", inner)
        return
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    words = " ".join(argument.metavar or argument.name.upper() for argument in arguments)
    yield ""
    yield f"## {path}"
    yield ""
    yield f"{command.help or ''}"
    yield ""
    yield f"    {path} {words} {'[OPTIONS]'}".replace("  [", " [").rstrip()
    yield ""
    yield f"| {_('Argument or option')} | {_('Meaning')} | {_('Default')} |"
    yield "| --- | --- | --- |"
    for parameter in command.params:
        if parameter.name != "help":
            yield "| " + " | ".join(cells(parameter)) + " |"


def cells(parameter: Any) -> tuple[str, str, str]:
    """How a parameter is written, what it means, what holds without it."""
    if parameter.param_type_name == "argument":
        written = parameter.metavar or parameter.name.upper()
    else:
        value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
        written = "/".join(parameter.opts) + value
    default = "" if parameter.default in (None, False, "") or callable(parameter.default) else str(parameter.default)
    required = str(Message("required")) if parameter.required else default
    return f"`{written}`".replace("|", "\\|"), (parameter.help or "").replace("|", "\\|"), required
