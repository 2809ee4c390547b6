"""Reading, shape, then meaning: each stage collects all its issues; meaning is looked at once the shape holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from fenji.engine.check.structure import validate
from fenji.engine.contract import Contract
from fenji.engine.issues import Issue, Level, RegulationError, Source
from fenji.engine.load import read, read_file
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View

Check = Callable[[View], Iterable[Issue]]
CHECKS: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Checked:
    """A regulation as far as it could be read, and what was found."""

    view: View | None
    issues: tuple[Issue, ...]

    @property
    def ok(self) -> bool:
        """Whether it can be run: nothing worse than a warning."""
        return self.view is not None and not any(i.level is Level.ERROR for i in self.issues)

    def required(self) -> View:
        """The view of a regulation that can be run.

        Raises:
            RegulationError: with every issue, when it cannot.
        """
        if self.view is None or not self.ok:
            raise RegulationError(self.issues)
        return self.view


def check(source: Source | None, issues: list[Issue], contract: Contract, others: Mapping[str, Regulation]) -> Checked:
    """All checks of a regulation that was read."""
    if source is None:
        return Checked(None, tuple(issues))
    regulation, faults = validate(source)
    found = [*issues, *faults]
    view = View(regulation, source, contract, others) if regulation else None
    if view is not None and not found:
        for one in CHECKS:
            found += one(view)
    return Checked(view, tuple(sorted(set(found), key=lambda i: (i.place.line, i.place.column, i.code, str(i.message)))))


def check_text(text: str, file: str, contract: Contract, others: Mapping[str, Regulation] | None = None) -> Checked:
    """The check of a YAML text."""
    return check(*read(text, file), contract, others or {})


def check_file(path: FilePath, contract: Contract, others: Mapping[str, Regulation] | None = None) -> Checked:
    """The check of a YAML file."""
    return check(*read_file(path), contract, others or {})
