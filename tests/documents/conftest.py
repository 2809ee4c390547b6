"""The documents are made by grading a small company."""

from __future__ import annotations

from tests.cli.conftest import company, fenji

__all__ = ["company", "fenji"]
