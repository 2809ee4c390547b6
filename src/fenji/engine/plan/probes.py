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


@dataclass(frozen=True)
class PlaceAmongOthers:
    """The same figures as ``Places``, row by row, without the row's own customer and with the row."""

    better: ir.Value
    worse: ir.Value
    size: ir.Value
    reached: ir.Value
    total: ir.Value


def against_the_others(
    table: ir.Table, keys: Sequence[str], requests: Sequence[tuple[Population, Columns]], places: Sequence[Places]
) -> ir.Table:
    """``table`` (with its keys) with the columns that each request makes of its population."""
    joined = table
    for key, (population, columns), place in zip(keys, requests, places, strict=True):
        kept = joined.columns
        made = place.distinct.select(
            **{f"_at{key}": place.distinct[key]}, _here=place.distinct["_rows"], _better=place.better,
            _worse=place.worse, _size=place.size, _reached=place.reached, _total=place.total,
        )  # fmt: skip
        own = table.filter(~table[PROBE], table[key].notnull()).select(_owner=table[OWNER], _own=table[key])
        with_place = joined.left_join(made, [(key, f"_at{key}")]).drop(f"_at{key}")
        full = with_place.left_join(own, [(OWNER, "_owner")]).drop("_owner")
        figures = columns(_without_own(full, key, high=population.high))  # type: ignore[arg-type]
        joined = full.select(*kept, **figures)
    return joined.drop(*keys)


def _without_own(table: ir.Table, key: str, *, high: bool) -> PlaceAmongOthers:
    """The places with the customer's own row taken out and the row put in; null outside the population."""
    here, own = table[key], table["_own"]
    zero, one = ibis.literal(0, "int64"), ibis.literal(1, "int64")
    above = own > here if high else own < here
    below = own < here if high else own > here

    def count(condition: Any) -> Any:
        return ibis.coalesce(condition, ibis.literal(False)).ifelse(one, zero)

    def whole(value: Any) -> Any:
        return here.isnull().ifelse(ibis.null("int64"), value.cast("int64"))

    value = here.cast(SUMS)
    own_value = ibis.coalesce(own.cast(SUMS), ibis.literal(0, SUMS))
    no_worse = ibis.coalesce(below, ibis.literal(False)).ifelse(ibis.literal(0, SUMS), own_value)
    return PlaceAmongOthers(
        better=whole(table["_better"] - count(above)),
        worse=whole(table["_worse"] - count(below)),
        size=whole(table["_size"] - count(own.notnull()) + one),
        reached=(table["_reached"] - no_worse + value).cast(SUMS),
        total=(table["_total"] - own_value + value).cast(SUMS),
    )
