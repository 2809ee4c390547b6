"""What people said and decided: one pivot of ``judgements`` for judged values and decisions alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import windows
from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.resolve import Resolver
from fenji.engine.spec.base import Period

JUDGED_PLACES = 4
NUMBER = f"decimal(18, {JUDGED_PLACES})"
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Matter:
    """Something people answer: an indicator (by scale or number) or the decision of a judgement step.

    ``labels`` are the accepted answers with their numbers; none for a number ``between`` two bounds; ``several``
    keeps the text.
    """

    name: str
    column: str
    by: str
    valid: Period | None
    labels: dict[str, int] | None
    several: bool = False
    between: tuple[Fraction, Fraction] | None = None


def decision_column(step: str) -> str:
    """The column that holds the valid decision of a judgement step."""
    return f"d_{step}"


def pivot(resolver: Resolver, judgements: ir.Table, owner: ir.Value, matters: Sequence[Matter]) -> ir.Table:
    """One row per customer with the valid answer to each matter; an answer nobody may give does not count.

    The latest judgement closes those before it, and counts until it is closed itself or its validity ends.
    """
    table = judgements.mutate(**{OWNER: owner})
    today = ibis.literal(resolver.as_of, "date")
    table = table.filter(table["judged_on"] <= today, table["matter"].isin([m.name for m in matters]))
    if "regulation" in table.columns:
        mine = resolver.view.regulation.regulation
        table = table.filter(table["regulation"].isnull() | (table["regulation"] == mine))
    table = table.filter(ibis.or_(*(_accepted(resolver, table, m) for m in matters)))
    keys = [ibis.desc(table[k]) for k in ("judged_on", "judgement_id") if k in table.columns]
    place = ibis.row_number().over(ibis.window(group_by=[table[OWNER], table["matter"]], order_by=keys))
    latest = table.mutate(_place=place)
    latest = latest.filter(latest["_place"] == 0)
    if "until_on" in latest.columns:
        latest = latest.filter(latest["until_on"].isnull() | (latest["until_on"] > today))
    return latest.group_by(OWNER).aggregate(**{m.column: _answer(latest, m) for m in matters})


def _accepted(resolver: Resolver, table: ir.Table, matter: Matter) -> ir.BooleanValue:
    """Whether a row answers this matter: in time, by its role, with an answer that exists."""
    parts = [table["matter"] == matter.name]
    if "role" in table.columns:
        parts.append(table["role"].isnull() | (table["role"] == matter.by))
    if matter.valid is not None:
        parts.append(table["judged_on"] >= ibis.literal(oldest(resolver, matter.valid), "date"))
    if matter.labels is not None and not matter.several:
        parts.append(table["value"].isin(list(matter.labels)))
    if matter.between is not None:
        low, high = (ibis.literal(Decimal(b.numerator) / Decimal(b.denominator), NUMBER) for b in matter.between)
        parts.append(table["value"].try_cast(NUMBER).between(low, high))
    return ibis.and_(*parts)


def oldest(resolver: Resolver, valid: Period) -> dt.date:
    """The earliest day on which a judgement can have been given and still be valid: D <= judged_on + valid."""
    unit, length = resolver.period(valid)
    if unit in ("months", "years"):
        months = length * (12 if unit == "years" else 1)
        day = windows.add_months(resolver.as_of, -months)
        while windows.add_months(day - ONE_DAY, months) >= resolver.as_of:
            day -= ONE_DAY
        while windows.add_months(day, months) < resolver.as_of:  # a shorter month has clamped the day
            day += ONE_DAY
        return day
    return resolver.as_of - dt.timedelta(days=length)


def _answer(table: ir.Table, matter: Matter) -> ir.Value:
    mine = table["matter"] == matter.name
    if matter.several:
        return table["value"].max(where=mine)
    if matter.labels is None:
        return table["value"].try_cast(NUMBER).max(where=mine)
    number = ibis.cases(
        *((table["value"] == label, ibis.literal(n, "int16")) for label, n in matter.labels.items()),
        else_=ibis.null("int16"),
    )
    return number.max(where=mine)


def indicator_matters(resolver: Resolver) -> Iterable[Matter]:
    """The judged indicators."""
    regulation = resolver.view.regulation
    for name, indicator in regulation.indicators.items():
        judged = indicator.judged
        if judged:
            labels = dict(regulation.scales[judged.scale]) if judged.scale else None
            between = (
                (resolver.figure(judged.between[0]), resolver.figure(judged.between[1])) if judged.between else None
            )
            yield Matter(name, f"i_{name}", judged.by, judged.valid, labels, between=between)
