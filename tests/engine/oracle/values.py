"""Facts and indicators of one customer at a time (meaning, sections 2 to 4)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fenji.engine.contract import Moment, Table
from fenji.engine.expression import literals, parse
from fenji.engine.spec.indicators import Indicator, Measure, Points, PointsLine
from fenji.engine.view import View
from tests.engine.oracle import calendar
from tests.engine.oracle.expressions import Label, Truth, compare, holds, value

Facts = Mapping[str, Sequence[Mapping[str, Any]]]
COUNTING = ("sum", "count", "distinct", "active")
OWNER = "customer_id"


def plain(raw: Any) -> Any:
    """A stored value as the oracle computes with it."""
    return Fraction(raw) if isinstance(raw, int | Decimal) else raw


@dataclass
class World:
    """A regulation, its facts and the as-of date; values are computed when asked for, once."""

    view: View
    facts: Facts
    as_of: dt.date
    overrides: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known: dict[tuple[str, str], Any] = field(default_factory=dict)
    stated: set[tuple[str, str]] = field(default_factory=set)
    tiles: dict[str, list[Fraction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.regulation = self.view.regulation
        self.customers = {c[OWNER]: c for c in self.facts.get("customers", ())}
        self.heads = {c: self.head(c) for c in self.customers}
        where = self.regulation.applies_to.where
        tables = self.view.facts.tables
        self.scope: dict[str, Truth] = {}
        for name, row in self.customers.items():
            if self.regulation.applies_to.subject == "group" and name not in self.heads.values():
                continue
            covered = (
                holds(where, lambda n, r=row: self.column(tables["customers"], r, n), self.figure) if where else True
            )
            if covered is not False:
                self.scope[name] = covered

    def head(self, customer: str) -> str:
        """The top of the chain a customer hangs in."""
        if self.regulation.applies_to.subject != "group":
            return customer
        above = next(
            (
                self.customers[customer].get(c)
                for c in ("group_head_id", "parent_id")
                if self.customers[customer].get(c)
            ),
            None,
        )
        return self.head(above) if above in self.customers and above != customer else above or customer

    # figures
    def parameter(self, name: str, customer: str | None = None) -> Any:
        """A parameter at the date, for one customer where it depends on an attribute."""
        if name in self.overrides:
            return literals.literal(self.overrides[name])
        spec = self.regulation.parameters[name]
        found = spec.values[max(d for d in spec.values if d <= self.as_of)]
        if isinstance(found, dict):
            assert spec.by is not None and customer is not None
            key = self.indicator(customer, spec.by)
            text = found.get(key.name if isinstance(key, Label) else key)
            return None if text is None else literals.literal(text)
        return literals.literal(found)

    def scalar(self, text: str, customer: str | None = None) -> Any:
        return self.parameter(text, customer) if text in self.regulation.parameters else literals.literal(text)

    def figure(self, text: str) -> Fraction:
        found = self.scalar(text)
        assert isinstance(found, Fraction)
        return found

    def whole(self, text: str) -> int:
        return int(self.figure(text))

    def inside(self, customer: str, found: Any, text: str, factor: Fraction = Fraction(0)) -> Truth:
        """Whether a value lies in an interval whose borders are moved by a share of their size."""
        interval = literals.interval(text)
        assert interval is not None
        parts: list[Truth] = [True]
        for bound, closed, sign in (
            (interval.low, interval.low_closed, ">"),
            (interval.high, interval.high_closed, "<"),
        ):
            if bound is not None:
                border = self.scalar(bound, customer)
                if isinstance(border, Fraction):
                    border += abs(border) * factor
                parts.append(compare(sign + "=" if closed else sign, found, border))
        return False if False in parts else None if None in parts else True

    # facts
    def column(self, table: Table, row: Mapping[str, Any], name: str) -> Any:
        """A column at the date: what happened later is missing."""
        if name == "as_of":
            return self.as_of
        known = table.columns.get(name)
        if known is None:
            return self.parameter(name)
        if known.derived:
            return getattr(self, name)(row)
        found = row.get(name)
        if found is not None and known.moment is Moment.HAPPENED and name != table.date and found > self.as_of:
            return None
        return plain(found)

    def open_amount(self, row: Mapping[str, Any]) -> Fraction | None:
        """What was not paid by the date."""
        if row["amount"] is None:
            return None
        if row["paid_on"] is not None and row["paid_on"] > self.as_of:
            paid: Any = 0
        elif row["paid_amount"] is not None:
            paid = row["paid_amount"]
        else:
            paid = row["amount"] if row["paid_on"] is not None else 0
        return Fraction(row["amount"]) - Fraction(paid)

    def days_overdue(self, row: Mapping[str, Any]) -> Fraction | None:
        """Days since due of what is open."""
        left = self.open_amount(row)
        return None if left is None else self.late(row, self.as_of) if left > 0 else Fraction(0)

    def days_late(self, row: Mapping[str, Any]) -> Fraction | None:
        """Days since due until it was paid, or until the date while it is open."""
        left = self.open_amount(row)
        if left is None:
            return None
        if left > 0:
            return self.late(row, self.as_of)
        paid = row["paid_on"]
        return Fraction(0) if paid is None or paid > self.as_of else self.late(row, paid)

    @staticmethod
    def late(row: Mapping[str, Any], until: dt.date) -> Fraction | None:
        return None if row["due_on"] is None else Fraction(max(0, (until - row["due_on"]).days))

    def measured(self, customer: str, measure: Measure) -> Any:
        """One figure over the rows of a customer, or of a group."""
        table = self.view.facts.tables[measure.from_]
        start, end = calendar.window(measure.over, self.as_of, self.whole, self.regulation.calendar.fiscal_year_starts)
        if not isinstance(measure.over, str) and measure.over.since:
            start = self.indicator(customer, measure.over.since)
            if start is None:
                return Fraction(0) if measure.aggregate in COUNTING else None
        rows = []
        for row in self.facts.get(measure.from_, ()):
            if self.heads.get(row[table.owner]) != customer:
                continue
            day = row[table.date] if table.date else None
            if table.date and (day is None or day > end or (start is not None and day < start)):
                continue
            if (
                measure.where
                and holds(measure.where, lambda n, r=row: self.column(table, r, n), self.figure) is not True
            ):
                continue
            rows.append(row)
        return self.aggregate(table, measure, rows)

    def aggregate(self, table: Table, measure: Measure, rows: list[Mapping[str, Any]]) -> Any:
        kind = measure.aggregate
        if kind == "count":
            return Fraction(len(rows))
        if kind == "active":
            parts = {"days": 3, "months": 2, "years": 1}[str(measure.active)]
            days = [r[table.date] for r in rows]  # type: ignore[index]
            return Fraction(len({(d.year, d.month, d.day)[:parts] for d in days}))
        if kind in ("first", "last"):
            keys = [k for k in (table.date, *table.key) if k]
            rows = sorted(rows, key=lambda r: [r[k] for k in keys], reverse=kind == "last")
        found = [v for r in rows if (v := self.column(table, r, measure.column)) is not None]
        if kind == "distinct":
            return Fraction(len(set(found)))
        if kind == "sum":
            return sum(found, Fraction(0))
        if not found:
            return None
        if kind == "average":
            return sum(found, Fraction(0)) / len(found)
        return found[0] if kind in ("first", "last") else min(found) if kind == "min" else max(found)

    def judged(self, customer: str, matter: str, by: str, valid: Any, accepted: Any) -> str | None:
        """The valid answer of people: the latest one they may give, while it is neither closed nor too old."""
        rows = [
            r for r in self.facts.get("judgements", ())
            if r[OWNER] == customer and r["matter"] == matter and r["judged_on"] <= self.as_of
            and r["regulation"] in (None, self.regulation.regulation) and r["role"] in (None, by)
            and accepted(r["value"])
        ]  # fmt: skip
        if not rows:
            return None
        last = max(rows, key=lambda r: (r["judged_on"], r["judgement_id"]))
        if last["until_on"] is not None and last["until_on"] <= self.as_of:
            return None
        if valid is not None and calendar.shift(last["judged_on"], valid.unit, self.whole(valid.length)) < self.as_of:
            return None
        return str(last["value"])

    # indicators
    def indicator(self, customer: str, name: str) -> Any:
        """An indicator's value with its stated missing value filled in."""
        key = (customer, name)
        if key not in self.known:
            spec = self.regulation.indicators[name]
            found = self.raw(customer, name, spec)
            literal = spec.missing not in (None, "none", "ungraded")
            if found is None and literal and not (spec.measure and spec.measure.aggregate in COUNTING):
                self.stated.add(key)
                found = self.filled(spec)
            self.known[key] = found
        return self.known[key]

    def filled(self, spec: Indicator) -> Any:
        assert spec.missing is not None
        if spec.judged and spec.judged.scale:
            return Label(spec.missing, self.regulation.scales[spec.judged.scale])
        return self.scalar(spec.missing)

    def find(self, customer: str, name: str) -> Any:
        """A name in a formula."""
        if name == "as_of":
            return self.as_of
        return self.indicator(customer, name) if name in self.regulation.indicators else self.parameter(name, customer)

    def raw(self, customer: str, name: str, spec: Indicator) -> Any:
        if spec.measure:
            return self.measured(customer, spec.measure)
        if spec.attribute:
            return self.column(self.view.facts.tables["customers"], self.customers[customer], spec.attribute)
        if spec.judged:
            return self.opinion(customer, name, spec)
        if spec.formula:
            return value(parse(spec.formula), lambda n: self.find(customer, n))
        if spec.points:
            return self.score(customer, spec.points)
        if spec.tile:
            return self.tile(customer, name, spec)
        if spec.grade_of:
            row = self.results[spec.grade_of.regulation].get(customer)
            return None if row is None else row.grade if spec.grade_of.part == "grade" else row.axes[spec.grade_of.part]
        assert spec.model is not None
        if spec.model.nearest:
            return self.nearest(customer, spec.model.nearest)
        return self.modelled(customer, name, spec)

    def opinion(self, customer: str, name: str, spec: Indicator) -> Any:
        judged = spec.judged
        assert judged is not None
        if judged.scale:
            scale = self.regulation.scales[judged.scale]
            found = self.judged(customer, name, judged.by, judged.valid, lambda text: text in scale)
            return None if found is None else Label(found, scale)
        assert judged.between is not None
        low, high = map(self.figure, judged.between)

        def may(text: str) -> bool:
            number = literals.number(text)
            return number is not None and low <= number <= high

        found = self.judged(customer, name, judged.by, judged.valid, may)
        return None if found is None else literals.number(found)

    def modelled(self, customer: str, name: str, spec: Indicator) -> Any:
        assert spec.model is not None
        rows = [
            r for r in self.facts.get("model_values", ())
            if r[OWNER] == customer and r["model"] in (spec.model.name, spec.model.value) and r["as_of"] <= self.as_of
        ]  # fmt: skip
        if not rows:
            return None
        last = max(rows, key=lambda r: (r["as_of"], r["version"]))
        return plain(last["number" if self.view.indicator_type(name).kind == "number" else "value"])

    def line(self, customer: str, name: str, line: PointsLine) -> Fraction | None:
        """The points of one line."""
        found = self.indicator(customer, line.of or name)
        weight = self.figure(line.weight) if line.weight else Fraction(1)
        if found is None:
            return None
        if line.bins is not None:
            for points, text in line.bins.items():
                if self.inside(customer, found, text) is True:
                    return self.figure(points) * weight
            return None
        if line.labels is not None:
            points = line.labels.get(found.name if isinstance(found, Label) else found)
            return None if points is None else self.figure(points) * weight
        return (Fraction(found.number) if isinstance(found, Label) else Fraction(found)) * weight

    def score(self, customer: str, points: Points) -> Fraction | None:
        """The sum of the lines, or what is present in proportion to what could have been."""
        lines = {n: self.line(customer, n, line) for n, line in points.lines.items()}
        if points.lines_missing == "missing":
            return None if None in lines.values() else sum((p for p in lines.values() if p is not None), Fraction(0))
        best = sum((self.best(n, points.lines[n]) for n, p in lines.items() if p is not None), Fraction(0))
        got = sum((p for p in lines.values() if p is not None), Fraction(0))
        return None if best == 0 else got * self.figure(points.max) / best

    def best(self, name: str, line: PointsLine) -> Fraction:
        weight = self.figure(line.weight) if line.weight else Fraction(1)
        if line.bins is not None or line.labels is not None:
            given = line.bins.keys() if line.bins is not None else (line.labels or {}).values()
            return max(map(self.figure, given)) * weight
        spec = self.regulation.indicators[line.of or name]
        if spec.judged and spec.judged.scale:
            return max(self.regulation.scales[spec.judged.scale].values()) * weight
        if spec.judged and spec.judged.between:
            return self.figure(spec.judged.between[1]) * weight
        return self.figure(spec.tile.into if spec.tile else spec.points.max) * weight  # type: ignore[union-attr]

    def tile(self, customer: str, name: str, spec: Indicator) -> Fraction | None:
        """n - floor(better * n / N)."""
        tile = spec.tile
        assert tile is not None

        def place(other: str) -> Any:
            if tile.among and holds(tile.among, lambda n: self.find(other, n), self.figure) is not True:
                return None
            found = self.indicator(other, tile.of)
            return Fraction(found.number) if isinstance(found, Label) else found

        if name not in self.tiles:
            self.tiles[name] = [v for c in self.scope if (v := place(c)) is not None]
        mine, all_ = place(customer), self.tiles[name]
        if mine is None:
            return None
        better = sum(v > mine if tile.best == "high" else v < mine for v in all_)
        parts = self.whole(tile.into)
        return Fraction(parts - math.floor(Fraction(better * parts, len(all_))))

    def nearest(self, customer: str, spec: Any) -> str | None:
        """The first of the centres at the least distance."""
        distances: dict[str, Fraction] = {}
        for code, centre in spec.centres.items():
            distances[code] = Fraction(0)
            for name, at in centre.items():
                found = self.indicator(customer, name)
                if found is None:
                    return None
                found = Fraction(found.number) if isinstance(found, Label) else found
                unit = self.figure(spec.units[name]) if name in spec.units else Fraction(1)
                distances[code] += ((found - self.figure(at)) / unit) ** 2
        return min(distances, key=lambda code: distances[code])
