"""Reading, shape, then meaning: each stage collects all its issues; meaning is looked at once the shape holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from fenji.engine.check.assessment import assessment, roles
from fenji.engine.check.codes import codes
from fenji.engine.check.expressions import expressions
from fenji.engine.check.figures import figures
from fenji.engine.check.graders import graders
from fenji.engine.check.identity import identity
from fenji.engine.check.intervals import intervals
from fenji.engine.check.leftovers import leftovers, personal
from fenji.engine.check.movement import movement
from fenji.engine.check.neighbours import neighbours
from fenji.engine.check.parameters import parameters
from fenji.engine.check.reach import reach
from fenji.engine.check.references import own_columns, references
from fenji.engine.check.rings import rings
from fenji.engine.check.structure import validate
from fenji.engine.check.treatment import treatment
from fenji.engine.contract import Contract
from fenji.engine.issues import Issue, Level, RegulationError, Source
from fenji.engine.load import read, read_file
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View

Check = Callable[[View], Iterable[Issue]]
CHECKS: tuple[Check, ...] = (
    identity, parameters, expressions, own_columns, references, rings, figures, intervals, graders, codes, movement,
    assessment, roles, treatment, personal,
)  # fmt: skip
UNCERTAIN = ("names", "expression", "identity", "structure.period", "rank.rest", "movement.nominal")
"""Findings after which it cannot be said what is reachable: a misspelt code would be told twice."""


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
        found = [issue for one in CHECKS for issue in one(view)]
        errors = {issue.code for issue in found if issue.level is Level.ERROR}
        if not errors.intersection(UNCERTAIN):
            found += reach(view)
        if not any(issue.level is Level.ERROR for issue in found):
            found += leftovers(view)
    return Checked(view, _in_order(found))


def _in_order(found: list[Issue]) -> tuple[Issue, ...]:
    """Each finding once, from the top of the file."""
    once = {(i.place.line, i.place.column, i.code, i.message.text, repr(i.message.values)): i for i in found}
    return tuple(once[key] for key in sorted(once))


def check_text(text: str, file: str, contract: Contract, others: Mapping[str, Regulation] | None = None) -> Checked:
    """The check of a YAML text."""
    return check(*read(text, file), contract, others or {})


def check_file(path: FilePath, contract: Contract, others: Mapping[str, Regulation] | None = None) -> Checked:
    """The check of a YAML file; ``others`` are looked for beside it unless they are given."""
    return check(*read_file(path), contract, neighbours(path) if others is None else others)
