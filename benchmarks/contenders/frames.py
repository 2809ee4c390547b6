"""The same regulation in pandas, as RFM notebooks do it: whole columns, ``groupby``, the trace written to Parquet.

In floats; and in Python's ``Decimal`` objects, which is how pandas keeps money exactly.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.child import Act

AS_OF = pd.Timestamp(2026, 12, 31)
LAST_YEAR, THIS_YEAR = dt.date(2025, 1, 1), dt.date(2026, 1, 1)


def pandas_float(arguments: dict[str, Any]) -> Act:
    """Amounts as floats."""
    return lambda data, out: graded(data, out, exact=False)


def pandas_decimal(arguments: dict[str, Any]) -> Act:
    """Amounts as ``Decimal`` objects, exact."""
    return lambda data, out: graded(data, out, exact=True)


def graded(data: Path, out: Path, *, exact: bool) -> dict[str, Any]:
    """Grades all customers and writes what each step saw and said."""
    customers = pd.read_parquet(data / "customers.parquet", columns=["customer_id", "status"])
    table = customers.loc[customers.status == "active", ["customer_id"]].set_index("customer_id")
    table = table.join(measured(data, exact=exact))
    for name in ("amount", "before", "orders", "returns"):
        table[name] = table[name].fillna(0)
    table["recency"] = (AS_OF - pd.to_datetime(table["last_on"])).dt.days
    before = table["before"].where(table["before"] != 0)
    table["growth"] = table["amount"] / before - 1
    bought = table["orders"] > 0
    for name, of, best_low in (("r", "recency", True), ("f", "orders", False), ("m", "amount", False)):
        table[name] = tiled(table.loc[bought, of], best_low=best_low)
    number = Decimal if exact else float
    scored(table, number)
    stepped(table, number)
    table.reset_index().to_parquet(out, compression="zstd", index=False)
    return {}


def measured(data: Path, *, exact: bool) -> pd.DataFrame:
    """The measures, one row per customer who ordered within two years."""
    orders = read_orders(data, exact=exact)
    day = orders["ordered_on"]
    orders = orders[(orders["status"] != "cancelled") & (day >= pd.Timestamp(LAST_YEAR)) & (day <= AS_OF)]
    new = orders["ordered_on"] >= pd.Timestamp(THIS_YEAR)
    now, earlier = orders[new].groupby("customer_id"), orders[~new].groupby("customer_id")
    sent_back = orders[new & (orders["amount"] < 0)].groupby("customer_id")
    return pd.DataFrame(
        {
            "last_on": orders.groupby("customer_id")["ordered_on"].max(),
            "amount": now["amount"].sum(),
            "before": earlier["amount"].sum(),
            "orders": now.size(),
            "largest": now["amount"].max(),
            "returns": sent_back.size(),
        }
    )


def read_orders(data: Path, *, exact: bool) -> pd.DataFrame:
    """The orders; dates, and amounts that are wanted as floats, are turned by Arrow, which pandas itself would not."""
    read = pq.read_table(data / "orders.parquet", columns=["customer_id", "ordered_on", "amount", "status"])
    types = {"ordered_on": pa.timestamp("s")} | ({} if exact else {"amount": pa.float64()})
    for name, kind in types.items():
        read = read.set_column(read.schema.get_field_index(name), name, read[name].cast(kind))
    return read.to_pandas()


def tiled(values: pd.Series, *, best_low: bool) -> pd.Series:
    """5 for the best fifth; equals together."""
    counts = values.value_counts().sort_index(ascending=best_low)
    better = counts.cumsum() - counts
    return values.map(5 - better * 5 // counts.sum()).astype(float)


def binned(value: pd.Series, bins: list[tuple[Any, int]], otherwise: int) -> pd.Series:
    """The points of the first lower border that is reached; missing where the value is."""
    conditions = [(value >= border).fillna(False).to_numpy(bool) for border, _ in bins]
    points = np.select(conditions, [float(p) for _, p in bins], float(otherwise))
    return pd.Series(points, index=value.index).where(value.notna())


def scored(table: pd.DataFrame, number: type[Decimal] | type[float]) -> None:
    """Points of each line and the score, lines that are missing re-weighed."""
    weights = {"r": 3, "f": 4, "m": 5}
    for name, weight in weights.items():
        table[f"p_{name}"] = table[name] * weight
    table["p_largest"] = binned(table["largest"], [(1500, 10), (800, 6), (200, 3)], 0)
    table["p_growth"] = binned(table["growth"], [(number("0.2"), 20), (0, 12), (number("-0.2"), 5)], 0)
    table["p_returns"] = pd.Series(
        np.select([table["returns"] == 0, table["returns"] <= 2], [10.0, 4.0], 0.0), table.index
    )
    most = {"p_r": 15, "p_f": 20, "p_m": 25, "p_largest": 10, "p_growth": 20, "p_returns": 10}
    table["points"] = table[list(most)].sum(axis=1)
    table["possible"] = sum(table[name].notna() * points for name, points in most.items())
    table["score"] = table["points"] * 100 / table["possible"]


def stepped(table: pd.DataFrame, number: type[Decimal] | type[float]) -> None:
    """What each step said, and the grade."""
    table["by_score"] = np.select([table["score"] >= 70, table["score"] >= 40], [1, 2], 3)
    table["shrinking"] = (table["growth"] < number("-0.5")) & (table["amount"] < 10000)
    table["sends_back"] = table["returns"] > 5
    table["large"] = (table["amount"] >= 50000) & (table["returns"] == 0)
    none = table["orders"] == 0
    grade = table["by_score"].where(~none, 4)
    grade = grade.mask(table["shrinking"] & (grade < 2), 2)
    grade = grade.mask(table["sends_back"] & (grade < 3), 3)
    grade = grade.mask(table["large"] & (grade > 1) & ~none, grade - 1)
    table["reason"] = pd.Series("no_orders", table.index).where(none, None)
    table["grade"] = grade.map({1: "A", 2: "B", 3: "C", 4: "D"})
