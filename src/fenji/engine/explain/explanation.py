"""One customer's explanation: typed facts, and their sentences in either language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from fenji.engine.explain.evaluate import Evaluator
from fenji.engine.explain.model import Facts
from fenji.engine.explain.render import Writer
from fenji.engine.explain.trace import Reader, plan_of
from fenji.engine.plan import Plan
from fenji.engine.run import Run
from fenji.engine.spec.base import Text
from fenji.i18n import speaking


@dataclass(frozen=True)
class Explanation:
    """Why a customer has its result; ``facts`` is typed, the rest is words made when asked for."""

    plan: Plan
    facts: Facts
    row: Mapping[str, Any]

    def _writer(self) -> Writer:
        return Writer(self.plan, self.facts, Evaluator(self.plan, self.row))

    def sentences(self, lang: str) -> list[str]:
        """Short sentences in ``zh`` or ``en``, the most important first."""
        with speaking(lang):
            return list(self._writer().sentences())

    def summary(self, lang: str) -> str:
        """One line for a list."""
        with speaking(lang):
            return self._writer().summary()

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON: exact numbers as texts (``12.5``, ``1/3``), days as ISO dates, with both summaries."""
        found = _json(self.facts)
        assert isinstance(found, dict)
        return {**found, "summary": {lang: self.summary(lang) for lang in ("zh", "en")}}


def explain(source: Run | Plan, trace: pa.Table) -> list[Explanation]:
    """The explanations of the rows of a trace, in their order.

    Args:
        source: the run, or its plan (``trace.restored`` makes the plan of an earlier run from its manifest).
        trace: rows of ``reasons.parquet`` with all their columns.
    """
    plan = plan_of(source)
    reader = Reader(plan, trace.schema)
    return [Explanation(plan, reader.read(row), row) for row in trace.to_pylist()]


def _json(value: object) -> Any:
    if isinstance(value, Fraction):
        return exact(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [_json(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): _json(v) for k, v in value.items()}
    return value


def exact(value: Fraction) -> str:
    """A number as a text that loses nothing: decimal where it ends, else a fraction."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = f"{int(abs(value) * 10**places):0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
