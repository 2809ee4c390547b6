"""The two models computed here: the nearest of written centres, and TOPSIS; both the same on every engine."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fenji.engine.plan import numbers
from fenji.engine.plan.measures import value_column
from fenji.engine.plan.numbers import Num, NumberColumn
from fenji.engine.plan.project import extend
from fenji.engine.plan.scores import as_number
from fenji.engine.plan.values import present
from fenji.engine.spec.indicators import Centroids, Topsis

if TYPE_CHECKING:
    from fenji.engine.plan.indicators import Indicators


def distance_column(name: str, centre: int) -> str:
    """The column of the squared distance to a centre."""
    return f"n_{name}__{centre}"


def nearest(indicators: Indicators, table: ir.Table, name: str, spec: Centroids) -> ir.Table:
    """The number of the nearest centre: differences over the input's unit, squared and summed, exactly.

    The distances are kept as whole numbers of one common step; a tie takes the first centre.
    """
    values = {key: as_number(indicators.value(table, key)) for key in next(iter(spec.centres.values()))}
    differences = [
        {key: _steps(indicators, values[key], at, spec.units.get(key)) for key, at in centre.items()}
        for centre in spec.centres.values()
    ]
    step = lcm(*(int(d.d) for centre in differences for d in centre.values()))
    distances: dict[str, ir.Value] = {}
    for index, centre in enumerate(differences):
        wide = [
            numbers.multiply(d, numbers.constant(Fraction(step, d.d))).n.cast("decimal(38, 0)") for d in centre.values()
        ]
        squares = [(w * w).cast("decimal(38, 0)") for w in wide]
        distances[distance_column(name, index)] = sum(squares[1:], squares[0]).cast("decimal(38, 0)")
    table = extend(table, distances)
    columns = [table[c] for c in distances]
    least = ibis.least(*columns)
    number = ibis.cases(
        *((c == least, ibis.literal(i + 1, "int16")) for i, c in enumerate(columns)), else_=ibis.null("int16")
    )
    return extend(
        table, {value_column(name): ibis.or_(*(c.isnull() for c in columns)).ifelse(ibis.null("int16"), number)}
    )


def _steps(indicators: Indicators, value: Num, at: str, unit: str | None) -> Num:
    """How many units a value lies from a centre; a quotient is first rounded down to thousandths of a unit."""
    resolver = indicators.resolver
    size, centre = resolver.figure(unit) if unit else Fraction(1), resolver.figure(at)
    if isinstance(value.d, int):
        return numbers.divide(numbers.add(value, numbers.constant(centre), -1), numbers.constant(size))
    fine = _rounded_down(numbers.divide(value, numbers.constant(size / 1000)))
    return numbers.add(Num(fine, 1000, 18, 4), numbers.constant(centre / size), -1)


def _rounded_down(value: Num) -> ir.IntegerValue:
    rest = ((value.n % value.d) + value.d) % value.d
    return ((value.n - rest) // value.d).cast("int64")


def topsis(indicators: Indicators, table: ir.Table, name: str, spec: Topsis) -> ir.Table:
    """Closeness to the ideal as a whole number from 0 to ``steps``, rounded down; missing if a criterion is.

    Every operation is one that IEEE 754 rounds correctly (product, quotient, square root, sum in a fixed order);
    the only sums over customers are exact sums of whole numbers.
    """
    weights = {k: indicators.resolver.figure(c.weight) for k, c in spec.criteria.items()}
    raw = {k: as_number(indicators.value(table, k)) for k in spec.criteria}
    eligible = ibis.and_(*(present(v) for v in raw.values()))
    if spec.among:
        eligible = eligible & ibis.coalesce(indicators.expressions(table).condition(spec.among), ibis.literal(False))
    table = extend(table, {f"_t_{k}": eligible.ifelse(_as_whole(v), ibis.null("int64")) for k, v in raw.items()})
    squares = {
        f"_q_{k}": (table[f"_t_{k}"].cast("decimal(19, 0)") * table[f"_t_{k}"].cast("decimal(19, 0)")).sum()
        for k in raw
    }
    lows = {f"_l_{k}": table[f"_t_{k}"].min() for k in raw}
    highs = {f"_h_{k}": table[f"_t_{k}"].max() for k in raw}
    whole = table.aggregate(**squares, **lows, **highs)
    joined = table.cross_join(whole)
    far, near = None, None
    for key, criterion in spec.criteria.items():
        norm = joined[f"_q_{key}"].cast("float64").sqrt()
        weight = float(weights[key] / sum(weights.values()))
        here, low, high = (
            (column.cast("float64") / norm.nullif(0.0)).fill_null(0.0) * weight
            for column in (joined[f"_t_{key}"], joined[f"_l_{key}"], joined[f"_h_{key}"])
        )
        best, worst = (high, low) if criterion.best == "high" else (low, high)
        near = (here - best) * (here - best) if near is None else near + (here - best) * (here - best)
        far = (here - worst) * (here - worst) if far is None else far + (here - worst) * (here - worst)
    assert near is not None and far is not None
    made = joined.select(*table.columns, _near=near.sqrt(), _far=far.sqrt())
    steps = indicators.resolver.whole(spec.steps)
    both = (made["_near"] + made["_far"]).nullif(0.0)
    closeness = (made["_far"] / both).fill_null(1.0)
    first = made[f"_t_{next(iter(raw))}"]
    value = first.isnull().ifelse(ibis.null("int64"), (closeness * float(steps)).floor().cast("int64"))
    indicators.numbers[name] = NumberColumn(digits=9)
    made = made.mutate(**{value_column(name): value})
    return made.drop("_near", "_far", *(f"_t_{k}" for k in raw))


def _as_whole(value: Num) -> ir.IntegerValue:
    """A number in whole steps of its own denominator: TOPSIS looks at proportions only."""
    if isinstance(value.d, int):
        return value.n.cast("int64")
    return ((value.n.cast("float64") / value.d.cast("float64")) * 1e9).floor().cast("int64")
