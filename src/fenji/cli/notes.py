"""The sentences beside each customer of a list: why it has its grade, and what would raise it."""

from __future__ import annotations

import pyarrow as pa

from fenji.documents.workbook import Notes
from fenji.engine.explain import paths_up, summaries, told
from fenji.engine.run import Run
from fenji.i18n import language

PATHS_UNASKED = 500
"""Customers for whom the way up is found without being asked for; each takes some milliseconds."""
PATHS_LARGEST = 20_000
"""Above this the way up is found one customer at a time only (``fenji explain``)."""


def notes_of(run: Run, customers: int, *, paths: bool) -> Notes:
    """The sentences of a run; with ``paths`` what would raise each customer, for as many as is feasible."""
    lang = language()
    ways: dict[str, str] = {}
    if customers <= (PATHS_LARGEST if paths else PATHS_UNASKED):
        ways = {path.customer: told(run.plan, path, lang) for path in paths_up(run, run.trace())}

    def why(rows: pa.Table) -> list[str | None]:
        return list(summaries(run, rows, lang).to_pylist())

    def way(rows: pa.Table) -> list[str | None]:
        return [ways.get(customer) for customer in rows.column("customer_id").to_pylist()]

    return Notes(why, way if ways else None)
