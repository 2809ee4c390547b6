"""Places in a population: computed once per distinct value, so equals stay together and the sort stays small."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.numbers import Num, int64
from fenji.engine.plan.values import present

_KEY = "_population_key"
PLACE_COLUMNS = ("_here", "_through", "_size", "_reached", "_total")


def order_key(value: Num) -> ir.Value:
    """What sorts as the value does: the exact column, or for a quotient of whole numbers their IEEE quotient."""
    if value.column is not None:
        return value.column
    if isinstance(value.d, int):
        return value.n
    return value.n.cast("float64") / value.d.cast("float64")


@dataclass(frozen=True)
class Standing:
    """Columns of the place in a population: how many are strictly better and worse, how many there are.

    ``reached`` and ``total`` are the running sum of values down to and including equals, and the sum of all.
    """

    table: ir.Table
    better: ir.Value
    worse: ir.Value
    size: ir.Value
    reached: ir.Value
    total: ir.Value


def standing(table: ir.Table, value: Num, *, high: bool, among: ir.BooleanValue | None) -> Standing:
    """Each row's place among the rows for which ``among`` is true and the value is there; null for the others."""
    eligible = present(value) if among is None else present(value) & ibis.coalesce(among, ibis.literal(False))
    key = order_key(value)
    table = table.mutate(**{_KEY: eligible.ifelse(key, ibis.null(key.type()))})
    distinct = table.filter(table[_KEY].notnull()).group_by(_KEY).aggregate(_rows=ibis._.count())
    summed = (
        distinct[_KEY].cast("decimal(38, 2)" if value.column is None else f"decimal(38, {value.scale})")
        * distinct["_rows"]
    )
    order = ibis.desc(distinct[_KEY]) if high else ibis.asc(distinct[_KEY])
    running = ibis.window(order_by=order, preceding=None, following=0)
    everything = ibis.window()
    places = distinct.select(
        _place_key=distinct[_KEY],
        _here=distinct["_rows"],
        _through=int64(distinct["_rows"].sum().over(running)),
        _size=int64(distinct["_rows"].sum().over(everything)),
        _reached=summed.sum().over(running),
        _total=summed.sum().over(everything),
    )
    joined = table.left_join(places, [(_KEY, "_place_key")])
    kept = joined.drop(_KEY, "_place_key")
    return Standing(
        kept,
        kept["_through"] - kept["_here"],
        kept["_size"] - kept["_through"],
        kept["_size"],
        kept["_reached"],
        kept["_total"],
    )


def tile(
    table: ir.Table, value: Num, column: str, *, parts: int, high: bool, among: ir.BooleanValue | None
) -> ir.Table:
    """``table`` with the tile of each row: ``parts`` for the best; n - floor(better * n / N)."""
    place = standing(table, value, high=high, among=among)
    product = place.better * parts
    number = parts - (product - product % place.size) // place.size
    made = place.table.mutate(**{column: number.cast("int64")})
    return made.drop(*(c for c in made.columns if c in PLACE_COLUMNS))
