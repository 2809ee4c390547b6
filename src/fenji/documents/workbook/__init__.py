"""The workbook of a run: summary, list, basis, ungraded customers, rejected rows."""

from __future__ import annotations

from fenji.documents.workbook.book import WORKBOOK, Notes, write_workbook

__all__ = ["WORKBOOK", "Notes", "write_workbook"]
