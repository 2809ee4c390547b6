"""The acceptance tests call the command line."""

from __future__ import annotations

from tests.cli.conftest import fenji

__all__ = ["fenji"]
