"""Places in a population: computed once per distinct value, so equals stay together and the sort stays small."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.numbers import SUMS, Num, int64
from fenji.engine.plan.probes import PROBE, against_the_others
from fenji.engine.plan.project import extend
from fenji.engine.plan.values import present


def order_key(value: Num) -> ir.Value:
    """What sorts as the value does: the exact column, or for a quotient of whole numbers their IEEE quotient."""
    if value.column is not None:
        return value.column
    if isinstance(value.d, int):
        return value.n
    return value.n.cast("float64") / value.d.cast("float64")


@dataclass(frozen=True)
class Population:
    """Whom to compare, by which value, and which end is best."""

    value: Num
    high: bool
    among: ir.BooleanValue | None


Columns = Callable[["Places"], Mapping[str, ir.Value]]


@dataclass(frozen=True)
class Places:
    """The distinct values of a population: how many rows are strictly better and worse, how many there are.

    ``reached`` and ``total`` are the running sum of values down to and including equals, and the sum of all.
    """

    distinct: ir.Table
    key: str
    high: bool

    @property
    def _running(self) -> ir.Value:
        key = self.distinct[self.key]
        order = ibis.desc(key) if self.high else ibis.asc(key)
        return ibis.window(order_by=order, preceding=None, following=0)

    @property
    def size(self) -> ir.IntegerValue:
        """How many are compared."""
        return int64(self.distinct["_rows"].sum().over(ibis.window()))

    @property
    def better(self) -> ir.IntegerValue:
        """How many are strictly better."""
        return int64(self.distinct["_rows"].sum().over(self._running)) - self.distinct["_rows"]

    @property
    def worse(self) -> ir.IntegerValue:
        """How many are strictly worse."""
        return self.size - int64(self.distinct["_rows"].sum().over(self._running))

    @property
    def _summed(self) -> ir.DecimalValue:
        return self.distinct[self.key].cast(SUMS) * self.distinct["_rows"]

    @property
    def reached(self) -> ir.DecimalValue:
        """The sum of the values down to and including equals."""
        return self._summed.sum().over(self._running).cast(SUMS)

    @property
    def total(self) -> ir.DecimalValue:
        """The sum of all values."""
        return self._summed.sum().over(ibis.window()).cast(SUMS)


def placed(table: ir.Table, requests: Sequence[tuple[Population, Columns]]) -> ir.Table:
    """``table`` with the columns that each request makes of its population; null for rows outside it.

    All keys go into one projection, so that the table is computed once however many populations there are.
    """
    keys = [f"_key_{i}" for i in range(len(requests))]
    table = extend(table, {key: _key(population) for key, (population, _) in zip(keys, requests, strict=True)})
    places = [_places(table, key, population) for key, (population, _) in zip(keys, requests, strict=True)]
    if PROBE in table.columns:
        return against_the_others(table, keys, requests, places)
    joined = table
    for key, place, (_, columns) in zip(keys, places, requests, strict=True):
        made = place.distinct.select(**{f"_at{key}": place.distinct[key]}, **columns(place))
        joined = joined.left_join(made, [(key, f"_at{key}")])
    return joined.drop(*keys, *(f"_at{key}" for key in keys))


def _places(table: ir.Table, key: str, population: Population) -> Places:
    """The distinct values of a population; a row that only asks what would be is in none."""
    rows = ibis._[PROBE].ifelse(0, 1).sum().cast("int64") if PROBE in table.columns else ibis._.count()
    distinct = table.filter(table[key].notnull()).group_by(key).aggregate(_rows=rows)
    return Places(distinct, key, population.high)


def _key(population: Population) -> ir.Value:
    """What is compared, for those who are."""
    eligible, key = present(population.value), order_key(population.value)
    if population.among is not None:
        eligible = eligible & ibis.coalesce(population.among, ibis.literal(False))
    return eligible.ifelse(key, ibis.null(key.type()))


def tile_column(column: str, parts: int) -> Columns:
    """The tile: ``parts`` for the best; n - floor(better * n / N)."""

    def columns(places: Places) -> Mapping[str, ir.Value]:
        product, size = places.better * parts, places.size
        return {column: (parts - (product - product % size) // size).cast("int64")}

    return columns
