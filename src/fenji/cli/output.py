"""Where a command speaks: results to standard output, messages to standard error, colours only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from fenji.engine.issues import Issue, Level
from fenji.i18n import Message

Stage = Callable[[str], None]


PIPED_WIDTH = 140
"""Columns of a table that goes to a file or another program."""


def _console(stream: Any) -> Console:
    return Console(file=stream, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)


@dataclass
class Output:
    """One command's output. With ``json`` standard output holds one JSON value and nothing else."""

    json: bool = False
    quiet: bool = False
    console: Console = field(default_factory=lambda: _console(sys.stdout))
    errors: Console = field(default_factory=lambda: _console(sys.stderr))

    def value(self, value: Any) -> None:
        """The result, for machines."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")

    def say(self, renderable: Any = "") -> None:
        """Something for people, unless they asked for silence or JSON."""
        if not (self.json or self.quiet):
            self.console.print(renderable)

    def error(self, message: Message | str, *, label: Message | None = None) -> None:
        """A message about what went wrong."""
        start = Text(f"{label or Message('Error')}: ", style="bold red")
        self.errors.print(start + Text(str(message), style="default"), soft_wrap=True)

    def issues(self, issues: Iterable[Issue]) -> None:
        """Findings as file:line:column message, errors red, warnings yellow."""
        for issue in issues:
            style = "red" if issue.level is Level.ERROR else "yellow"
            level = Message("error") if issue.level is Level.ERROR else Message("warning")
            place = Text(f"{issue.place} ", style="bold")
            self.errors.print(place + Text(f"{level}: ", style=style) + Text(str(issue.message)), soft_wrap=True)

    @contextmanager
    def working(self, first: Message) -> Iterator[Stage]:
        """Shows what is being done, on a terminal only; gives the function that names the next stage."""
        if self.json or self.quiet or not self.errors.is_terminal:
            yield lambda stage: None
            return
        with self.errors.status(str(first)) as status:
            yield status.update


_current: ContextVar[Output | None] = ContextVar("fenji_output", default=None)


def output() -> Output:
    """The output of the running command."""
    found = _current.get()
    if found is None:
        found = Output()
        _current.set(found)
    return found


def use_output(*, json: bool = False, quiet: bool = False) -> Output:
    """Sets how the running command speaks."""
    found = Output(json=json, quiet=quiet)
    _current.set(found)
    return found
