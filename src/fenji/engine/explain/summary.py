"""One line for each row of a trace, for lists of a million customers: one template for each kind of outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa

from fenji.engine.explain.evaluate import Evaluator
from fenji.engine.explain.model import Facts, StepSeen
from fenji.engine.explain.render import Writer
from fenji.engine.explain.trace import Reader, plan_of
from fenji.engine.explain.words import shown
from fenji.engine.plan import Plan
from fenji.engine.readout import indicator
from fenji.engine.run import Run
from fenji.i18n import _, speaking

_OPEN, _CLOSE = "\ue000", "\ue001"
_SLOT = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_PART = re.compile(r"_c\d+$")
_FIGURES = ("_better", "_worse", "_of", "_reached", "_total")
_ROW = "_row"


def summaries(source: Run | Plan, trace: pa.Table, lang: str) -> pa.Array:
    """The line of ``Explanation.summary`` for every row, in order.

    Rows that took the same steps share a template; only figures differ, and they are filled in column by column.
    """
    plan = plan_of(source)
    with speaking(lang):
        return _Lines(plan, trace).lines()


class _Template(Writer):
    """Writes with places where figures of the row stand."""

    def value(self, name: str) -> str:
        return f"{_OPEN}v:{name}{_CLOSE}"

    def place(self, step: StepSeen) -> str:
        return f"{_OPEN}p:{step.id}{_CLOSE}"

    def reached(self, step: StepSeen) -> str:
        return f"{_OPEN}s:{step.id}{_CLOSE}"


class _Lines:
    def __init__(self, plan: Plan, trace: pa.Table) -> None:
        self.plan, self.trace = plan, trace
        self.reader = Reader(plan, trace.schema)
        self.filled: dict[str, list[str]] = {}

    def lines(self) -> pa.Array:
        """Every line."""
        found: list[str] = [""] * self.trace.num_rows
        keys = self.keys()
        groups = keys.group_by([c for c in keys.schema.names if c != _ROW]).aggregate([(_ROW, "list")])
        for rows in groups[f"{_ROW}_list"].to_pylist():
            first: Mapping[str, Any] = self.trace.slice(rows[0], 1).to_pylist()[0]
            parts = _SLOT.split(self.template(self.reader.read(first, lists=False), first))
            if len(parts) == 1:
                for row in rows:
                    found[row] = parts[0]
                continue
            fillers = [self.slot(name) for name in parts[1::2]]
            for row in rows:
                pieces = list(parts)
                pieces[1::2] = [filler[row] for filler in fillers]
                found[row] = "".join(pieces)
        return pa.array(found, pa.string())

    def template(self, facts: Facts, row: Mapping[str, Any]) -> str:
        return _Template(self.plan, facts, Evaluator(self.plan, row)).summary()

    def keys(self) -> pa.Table:
        """What decides a line but for its figures: answers, truths, decisions, and which values are missing."""
        regulation = self.plan.regulation
        columns: dict[str, Any] = {}
        by = {p.by for p in regulation.parameters.values() if p.by}
        for name in self.trace.schema.names:
            if name.startswith("s_") and _PART.search(name):
                continue
            if name.startswith("s_") and name.endswith(_FIGURES):
                columns[name] = self.trace[name].is_null()
            elif name.startswith(("s_", "a_", "f_", "d_", "m_")) or (name.startswith("i_") and name[2:] in by):
                columns[name] = self.trace[name]
            elif name.startswith("i_") and name[2:] in self.reader.used:
                columns[name] = self.trace[name].is_null()
        for name in ("computed", "previous", "held", "limited", "grade", "reason", "standing", "ungraded"):
            columns[name] = self.trace[name]
        return pa.table({**columns, _ROW: pa.array(range(self.trace.num_rows), pa.int64())})

    # figures
    def slot(self, name: str) -> list[str]:
        """The texts of one figure for all rows."""
        if name not in self.filled:
            kind, _colon, what = name.partition(":")
            makers: dict[str, Callable[[str], list[str]]] = {"v": self.values, "p": self.places, "s": self.shares}
            self.filled[name] = makers[kind](what)
        return self.filled[name]

    def values(self, name: str) -> list[str]:
        """An indicator's values in words; equal values are put into words once."""
        unit = self.reader.units[name]
        columns = [c for c in (f"i_{name}", f"i_{name}__d") if c in self.trace.schema.names]
        told: dict[tuple[Any, ...], str] = {}
        found = []
        for cells in zip(*(self.trace[c].to_pylist() for c in columns), strict=True):
            text = told.get(cells)
            if text is None:
                row = dict(zip(columns, cells, strict=True))
                text = told[cells] = shown(indicator(self.plan, row, name), unit)
            found.append(text)
        return found

    def places(self, step: str) -> list[str]:
        better, size = (self.trace[f"s_{step}_{part}"].to_pylist() for part in ("better", "of"))
        return [
            "" if b is None else _("place {place} of {size}", place=b + 1, size=n)
            for b, n in zip(better, size, strict=True)
        ]

    def shares(self, step: str) -> list[str]:
        reached, total = (self.trace[f"s_{step}_{part}"].to_pylist() for part in ("reached", "total"))
        return ["" if not t else shown(Fraction(r) / Fraction(t), "ratio") for r, t in zip(reached, total, strict=True)]
