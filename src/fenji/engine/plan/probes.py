"""What would be: rows that ask for a result with one value changed, graded against everybody else as they are.

A table with the column ``x_probe`` holds the population (false) and the questions (true). A question stands in no
population; it takes the place that its customer would have with the changed value, its own row left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.measures import OWNER
from fenji.engine.plan.numbers import SUMS

if TYPE_CHECKING:
    from fenji.engine.plan.populations import Columns, Places, Population

PROBE = "x_probe"
PROBE_ID = "n__probe"
"""The number of a question; columns that begin with ``n_`` stay in the trace."""


class _Asked:
    """Notes which figures of a population are asked for; the others need not be computed."""

    def __init__(self, place: Places) -> None:
        self.place = place
        self.values: dict[str, Any] = {}

    def __getattr__(self, part: str) -> Any:
        self.values[part] = getattr(self.place, part)
        return self.values[part]


def against_the_others(
    table: ir.Table, keys: Sequence[str], requests: Sequence[tuple[Population, Columns]], places: Sequence[Places]
) -> ir.Table:
    """``table`` (with its keys) with the columns that each request makes of its population."""
    joined = table
    for key, (population, columns), place in zip(keys, requests, places, strict=True):
        kept = joined.columns
        asked = _Asked(place)
        columns(asked)  # type: ignore[arg-type]
        made = place.distinct.select(
            **{f"_at{key}": place.distinct[key]}, **{f"_{part}": value for part, value in asked.values.items()}
        )
        own = table.filter(~table[PROBE], table[key].notnull()).select(_owner=table[OWNER], _own=table[key])
        with_place = joined.left_join(made, [(key, f"_at{key}")]).drop(f"_at{key}")
        full = with_place.left_join(own, [(OWNER, "_owner")]).drop("_owner")
        figures = columns(_WithoutOwn(full, key, population.high))  # type: ignore[arg-type]
        joined = full.select(*kept, **figures)
    return joined.drop(*keys)


@dataclass(frozen=True)
class _WithoutOwn:
    """The figures of ``Places``, row by row: the customer's own row taken out and the row put in."""

    table: ir.Table
    key: str
    high: bool

    @property
    def here(self) -> Any:
        return self.table[self.key]

    @property
    def own(self) -> Any:
        return self.table["_own"]

    @property
    def own_is_worse(self) -> Any:
        return ibis.coalesce(self.own < self.here if self.high else self.own > self.here, ibis.literal(False))

    @property
    def better(self) -> Any:
        own_is_better = self.own > self.here if self.high else self.own < self.here
        return self.whole(self.table["_better"] - _count(ibis.coalesce(own_is_better, ibis.literal(False))))

    @property
    def worse(self) -> Any:
        return self.whole(self.table["_worse"] - _count(self.own_is_worse))

    @property
    def size(self) -> Any:
        return self.whole(self.table["_size"] - _count(self.own.notnull()) + ibis.literal(1, "int64"))

    @property
    def reached(self) -> Any:
        no_longer = self.own_is_worse.ifelse(ibis.literal(0, SUMS), self.own_value)
        return (self.table["_reached"] - no_longer + self.here.cast(SUMS)).cast(SUMS)

    @property
    def total(self) -> Any:
        return (self.table["_total"] - self.own_value + self.here.cast(SUMS)).cast(SUMS)

    @property
    def own_value(self) -> Any:
        return ibis.coalesce(self.own.cast(SUMS), ibis.literal(0, SUMS))

    def whole(self, value: Any) -> Any:
        """A count; null for a row outside the population."""
        return self.here.isnull().ifelse(ibis.null("int64"), value.cast("int64"))


def _count(condition: Any) -> Any:
    return condition.ifelse(ibis.literal(1, "int64"), ibis.literal(0, "int64"))
