"""``fenji cases``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fenji.cli.errors import CallError, ExitCode
from fenji.cli.output import use_output
from fenji.cli.regulations import load
from fenji.engine.cases import CaseResult, run_cases
from fenji.engine.issues import RegulationError
from fenji.engine.load import read_file
from fenji.i18n import Message, _
from fenji.regulations.library import cases_path

_ENDING = ".cases.yaml"


def cases(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help=_("A cases file, its regulation beside it, or a built-in id"))
    ],
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Runs the cases of a regulation; leaves with 1 when one comes out otherwise."""
    out = use_output(json=as_json)
    path, regulation = pair(file)
    source, issues = read_file(path)
    if source is None or issues:
        raise RegulationError(issues)
    loaded = load(regulation)
    results = run_cases(loaded.view, source, loaded.others)
    failed = [result for result in results if not result.ok]
    if out.json:
        out.value({"ok": not failed, "cases": [entry(result) for result in results]})
    for result in [] if out.json else failed:
        out.say(Text(_("{case}: not as expected", case=result.id), style="red"))
        for line in told(result):
            out.say(Text(f"  {line}"))
    if not out.json:
        out.say(_("{good} of {all} cases come out as expected", good=len(results) - len(failed), all=len(results)))
    if failed:
        raise typer.Exit(ExitCode.FINDINGS)


def pair(file: str) -> tuple[Path, str]:
    """The cases file and the regulation it is about.

    Raises:
        CallError: when one of them is not there.
    """
    path = Path(file)
    if not path.is_file():
        built_in = cases_path(file)
        if built_in is None:
            raise CallError(Message("there is no cases file '{file}'; name it my.cases.yaml", file=file))
        return built_in, file
    if path.name.endswith(_ENDING):
        beside = path.with_name(path.name.removesuffix(_ENDING) + ".yaml")
        if not beside.is_file():
            raise CallError(Message("the regulation '{name}' is not beside '{file}'", name=beside.name, file=path.name))
        return path, str(beside)
    own = path.with_name(path.stem + _ENDING)
    if not own.is_file():
        raise CallError(Message("there is no cases file '{file}'; name it my.cases.yaml", file=own))
    return own, str(path)


def told(result: CaseResult) -> list[str]:
    """Why a case failed."""
    if result.error is not None:
        return str(result.error).splitlines()
    return [
        _("{place}{what}: expected {expected}, found {found}",
          place=f"[{d.member}] " if d.member else "", what=d.what, expected=shown(d.expected), found=shown(d.found))
        for d in result.differences
    ]  # fmt: skip


def shown(value: object) -> str:
    """A value, or that there is none."""
    return "-" if value is None else str(value)


def entry(result: CaseResult) -> dict[str, object]:
    """One case, for machines."""
    return {"id": result.id, "ok": result.ok, "differences": told(result) if not result.ok else []}
