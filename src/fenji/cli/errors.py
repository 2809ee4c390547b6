"""How a command ends: the exit codes, and the error of a wrong call."""

from __future__ import annotations

from enum import IntEnum

from fenji.i18n import Message


class ExitCode(IntEnum):
    """What the shell is told; documented in docs/reference/cli.md."""

    OK = 0
    FINDINGS = 1
    CALL = 2
    FACTS = 3
    INTERNAL = 4

    @property
    def meaning(self) -> Message:
        """The code in words."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: Message("done"),
    ExitCode.FINDINGS: Message("the regulation has errors, or rows were rejected and --strict was given"),
    ExitCode.CALL: Message("the call was wrong: an unknown option, name, file or value"),
    ExitCode.FACTS: Message("the facts lack something that the regulation needs, or cannot be read"),
    ExitCode.INTERNAL: Message("a defect of fenji; the log file that is named holds the details"),
}


class CallError(Exception):
    """The user asked for something that is not there; the message says what would be."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message
