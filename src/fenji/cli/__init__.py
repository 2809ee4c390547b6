"""The command line: ``fenji``. No database is needed for any of it."""

from __future__ import annotations

from fenji.cli.app import main

__all__ = ["main"]
