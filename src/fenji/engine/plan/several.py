"""An axis with several codes: every matching line counts, the first code in the order of the values leads."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.fold import Reasons
from fenji.engine.plan.judged import decision_column
from fenji.engine.plan.project import extend
from fenji.engine.plan.steps import StepColumns, line_column


def all_column(answer: str) -> str:
    """The column that lists every code, comma-separated in the order of the values."""
    return f"{answer}_all"


def reasons_column(answer: str) -> str:
    """The column that lists every true line as ``code:reason``."""
    return f"{answer}_reasons"


def fold_several(columns: StepColumns, reasons: Reasons, table: ir.Table) -> ir.Table:
    """``table`` with the leading code, all codes, the reasons and whether people are awaited."""
    target = columns.target
    members: dict[str, Any] = {code: ibis.literal(False) for code in target.codes.names}
    why: Any = ibis.null("int16")
    listed: list[ir.Value] = []
    waiting: Any = ibis.literal(False)
    for kind, spec in target.steps:
        if kind == "rules":
            for i, line in enumerate(spec.lines):
                true = ibis.coalesce(table[line_column(spec.id, i)], ibis.literal(False))
                members[line.to] = members[line.to] | true
                listed.append(true.ifelse(f"{line.to}:{line.reason or spec.id},", ""))
                awaited = columns.awaited(table, columns.condition_names(line.when))
                if awaited is not None:
                    waiting = waiting | (table[line_column(spec.id, i)].isnull() & awaited)
        elif kind == "judgement":
            decided = table[decision_column(spec.id)]
            text = ibis.literal(",") + decided.replace(" ", "") + ","
            members = {
                c: decided.notnull().ifelse(ibis.coalesce(text.contains(f",{c},"), ibis.literal(False)), m)
                for c, m in members.items()
            }
            waiting = decided.isnull() if spec.otherwise in ("proposed", "ungraded") else ibis.literal(False)
    lead = ibis.cases(*((m, columns.number(c)) for c, m in members.items()), else_=ibis.null("int16"))
    for kind, spec in target.steps:
        if kind == "rules":
            branches = [
                (
                    ibis.coalesce(table[line_column(spec.id, i)], ibis.literal(False))
                    & (lead == columns.number(line.to)),
                    reasons.number(line.reason),
                )
                for i, line in enumerate(spec.lines)
            ]
            why = ibis.coalesce(why, ibis.cases(*branches, else_=ibis.null("int16")))
    return extend(table, {
        target.answer: lead, f"{target.answer}_reason": why, f"{target.answer}_open": waiting,
        all_column(target.answer): _joined([m.ifelse(f"{c},", "") for c, m in members.items()]),
        reasons_column(target.answer): _joined(listed),
    })  # fmt: skip


def _joined(parts: list[ir.Value]) -> ir.StringValue:
    text = sum(parts[1:], parts[0]) if parts else ibis.literal("")
    return text.substr(0, text.length() - 1).nullif("")
