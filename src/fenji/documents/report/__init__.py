"""The page of a run: one file without scripts that opens anywhere, on paper and on a phone too."""

from __future__ import annotations

from fenji.documents.report.page import REPORT, write_report

__all__ = ["REPORT", "write_report"]
