"""``fenji check``."""

from __future__ import annotations

from typing import Annotated

import typer

from fenji.cli.errors import ExitCode
from fenji.cli.output import use_output
from fenji.cli.regulations import regulation_file
from fenji.engine.check.run import check_file
from fenji.engine.issues import Level
from fenji.facts.contract import load_contract
from fenji.i18n import _


def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help=_("Regulation files or built-in ids"))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Machine-readable output"))] = False,
) -> None:
    """Checks each regulation; leaves with 1 when one has errors."""
    out = use_output(json=as_json)
    contract = load_contract()
    found = [(name, check_file(regulation_file(name), contract)) for name in files]
    ok = all(checked.ok for _name, checked in found)
    if out.json:
        issues = [issue.as_dict() for _name, checked in found for issue in checked.issues]
        out.value({"ok": ok, "files": {name: checked.ok for name, checked in found}, "issues": issues})
    for name, checked in [] if out.json else found:
        out.issues(checked.issues)
        warnings = sum(1 for issue in checked.issues if issue.level is Level.WARNING)
        errors = len(checked.issues) - warnings
        if checked.ok and not warnings:
            out.say(_("{file}: no findings", file=name))
        else:
            out.say(_("{file}: {errors} errors, {warnings} warnings", file=name, errors=errors, warnings=warnings))
    if not ok:
        raise typer.Exit(ExitCode.FINDINGS)
