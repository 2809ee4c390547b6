"""Random facts for a regulation: values at, just below and just above everything it looks at."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fenji.engine.contract import Column, ColumnType, Table
from fenji.engine.expression import literals, parse
from fenji.engine.expression.nodes import Between, Comparison, In, Name, Node, Number, String, walk
from fenji.engine.spec.steps import body
from fenji.engine.view import View, grade_codes
from tests.engine.oracle import calendar

Rows = dict[str, list[dict[str, Any]]]
JUNK = "别的"


def texts(node: object) -> Iterable[str]:
    """Every text of a regulation's tree."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from texts(value)
    elif isinstance(node, str):
        yield node


@dataclass
class Generator:
    """Draws facts for one regulation at one date; the same seed draws the same facts."""

    view: View
    as_of: dt.date
    seed: int
    numbers: list[Fraction] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    days: list[dt.date] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.regulation = self.view.regulation
        self.collect()

    def collect(self) -> None:
        """Everything that values are compared with."""
        tree = self.view.source.tree
        parts = {k: tree.get(k) for k in ("parameters", "indicators", "axes", "grading", "movement", "applies_to")}
        found: set[Fraction] = set()
        for text in texts(parts):
            interval = literals.interval(text)
            for part in (text, *((interval.low, interval.high) if interval else ())):
                number = literals.number(part) if part else None
                found |= {number} if number is not None else set()
            node = self.view.parsed(text)
            if node is not None and not isinstance(node, Name | String | Number):
                found |= {n.value for n in walk(node) if isinstance(n, Number)}
                self.compared(node)
        self.numbers = sorted(n for n in found if abs(n) < 10**11) or [Fraction(1)]
        self.numbers += [a + b for a in self.numbers[:12] for b in self.numbers[:12]][:40]
        for indicator in self.regulation.indicators.values():
            self.around(indicator)
        where = self.regulation.applies_to.where
        self.read = {n.name for n in walk(parse(where)) if isinstance(n, Name)} if where else set()
        self.read |= {"since"}
        for name, indicator in self.regulation.indicators.items():
            if indicator.attribute:
                self.read.add(indicator.attribute)
                self.words[indicator.attribute] = [
                    *self.words.get(indicator.attribute, ()),
                    *self.words.get(name, ()),
                    *self.keys_of(name),
                ]

    def compared(self, node: Node) -> None:
        """The texts that names are compared with."""
        for part in walk(node):
            if isinstance(part, Comparison | In | Between):
                words = [n.value for n in walk(part) if isinstance(n, String)]
                for name in (n.name for n in walk(part) if isinstance(n, Name)):
                    self.words.setdefault(name, []).extend(words)

    def around(self, indicator: Any) -> None:
        """The days at the ends of windows and validities, and the labels that give points."""
        start, end = None, None
        if indicator.measure:
            fiscal = self.regulation.calendar.fiscal_year_starts
            start, end = calendar.window(indicator.measure.over, self.as_of, self.whole, fiscal)
        if indicator.judged and indicator.judged.valid:
            start = calendar.shift(self.as_of, indicator.judged.valid.unit, -self.whole(indicator.judged.valid.length))
        for day in (start, end):
            if day is not None:
                self.days += [day - calendar.ONE, day, day + calendar.ONE]

    def whole(self, text: str) -> int:
        if text in self.regulation.parameters:
            found = self.view.parameter_at(self.regulation.parameters[text], self.as_of)
            return int(found) if isinstance(found, Fraction) else 1
        return int(literals.number(text) or 1)

    # values
    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def day(self) -> dt.date:
        """A day near what matters; some lie after the as-of date."""
        if self.days and self.chance(0.35):
            return self.random.choice(self.days)
        if self.chance(0.15):
            return self.as_of + calendar.ONE * self.random.choice([-1, 0, 1, 30, 400])
        return self.as_of - calendar.ONE * self.random.randrange(1, 900)

    def number(self, places: int) -> Decimal:
        """A number at or beside a border."""
        step = Fraction(1, 10**places)
        at = self.random.choice(self.numbers)
        if self.chance(0.2):
            at = at / self.random.choice([2, 3, 12])
        value = at + self.random.choice([0, 0, 0, 0, step, -step, 1, -1])
        if self.chance(0.08):
            value = -value
        return Decimal(int(value * 10**places)).scaleb(-places)

    def value(self, column: Column, *, blank: float = 0.1) -> Any:
        if self.chance(blank):
            return None
        if column.type is ColumnType.DATE:
            return self.day()
        if column.type is ColumnType.TEXT:
            return self.random.choice(
                [*self.words.get(column.name, ()), *self.words.get(column.name, ()), *column.values, JUNK]
            )
        if column.type is ColumnType.INTEGER:
            return int(self.number(0))
        return self.number(2 if column.type is ColumnType.MONEY else 4)

    # rows
    def facts(self, count: int) -> Rows:
        """Facts of so many customers, in every table that the regulation reads."""
        names = [f"c{n:04}" for n in range(count)]
        rows: Rows = {"customers": [self.customer(n, names) for n in names]}
        tables = self.view.facts.tables
        for name in sorted({i.measure.from_ for i in self.regulation.indicators.values() if i.measure}):
            rows[name] = []
            for owner in names:
                for _ in range(self.random.choice([0, 0, 1, 1, 1, 2, 3, 7])):
                    rows[name].append(self.row(tables[name], owner, len(rows[name])))
        rows["judgements"] = [r for owner in names for r in self.judgements(owner)]
        rows["grades"] = [r for owner in names for r in self.ledger(owner)]
        rows["model_values"] = [r for owner in names for r in self.models(owner)]
        for n, row in enumerate(rows["judgements"]):
            row["judgement_id"] = f"{n:06}"
        return rows

    def customer(self, name: str, names: list[str]) -> dict[str, Any]:
        table = self.view.facts.tables["customers"]
        row = {c.name: self.value(c, blank=0.08) if c.name in self.read else None for c in table.columns.values()}
        if "status" in self.read and self.chance(0.6):
            row["status"] = "active"
        if self.regulation.applies_to.subject == "group" and self.chance(0.6):
            row["parent_id"] = self.random.choice([n for n in names if n < name] or [None])
        return {**row, "customer_id": name}

    def keys_of(self, indicator: str) -> list[str]:
        """Labels that give points or figures."""
        found = [
            k
            for p in self.regulation.parameters.values()
            if p.by == indicator
            for v in p.values.values()
            if isinstance(v, dict)
            for k in v
        ]
        for spec in self.regulation.indicators.values():
            if spec.points:
                found += [
                    k for n, line in spec.points.lines.items() if (line.of or n) == indicator for k in line.labels or {}
                ]
        return found

    def row(self, table: Table, owner: str, number: int) -> dict[str, Any]:
        row = {c.name: self.value(c) for c in table.columns.values() if not c.derived}
        if table.date:
            row[table.date] = self.day()
        return {**row, table.key[0]: f"{number:06}", table.owner: owner}

    def judgements(self, owner: str) -> Iterable[dict[str, Any]]:
        """Opinions and decisions: most right, some too old, closed, by others or not on the scale."""
        for name, by, answers in self.matters():
            for _ in range(self.random.choice([0, 1, 1, 1, 1, 2])):
                yield {
                    "customer_id": owner, "matter": name, "judged_on": self.day(),
                    "regulation": self.random.choice([self.regulation.regulation] * 8 + [None, "other"]),
                    "value": JUNK if self.chance(0.05) else self.random.choice(answers),
                    "until_on": self.day() if self.chance(0.15) else None,
                    "role": self.random.choice([by] * 8 + [None, "nobody"]),
                }  # fmt: skip

    def matters(self) -> Iterable[tuple[str, str, list[str]]]:
        for name, spec in self.regulation.indicators.items():
            if spec.judged and spec.judged.scale:
                yield name, spec.judged.by, list(self.regulation.scales[spec.judged.scale])
            elif spec.judged and spec.judged.between:
                low, high = (int(literals.number(b) or 0) for b in spec.judged.between)
                yield (
                    name,
                    spec.judged.by,
                    [str(n) for n in (low, high, low - 1, high + 1, (low + high) // 2, f"{low}.5")],
                )
        codes = [g.code for g in grade_codes(self.regulation)] + list(self.regulation.ungraded)
        targets = [(codes, False, self.regulation.grading)]
        targets += [([v.code for v in a.values], a.several, a.grading) for a in self.regulation.axes.values()]
        for codes, several, steps in targets:
            for kind, spec in map(body, steps):
                if kind == "judgement":
                    pairs = [f"{a},{b}" for a in codes[:3] for b in codes[:3]] if several else []
                    yield spec.id, spec.by, [*codes, *(c for c in spec.may if c in codes), *pairs]

    def ledger(self, owner: str) -> Iterable[dict[str, Any]]:
        codes = [g.code for g in grade_codes(self.regulation)]
        starts: set[dt.date] = set()
        for _ in range(self.random.choice([0, 1, 1, 1, 2])):
            start = self.day()
            if start not in starts:
                starts.add(start)
                yield {
                    "customer_id": owner,
                    "regulation": self.random.choice([self.regulation.regulation] * 5 + ["other"]),
                    "grade": self.random.choice(codes), "valid_from": start, "standing": "computed",
                    "axis": self.random.choice([None, None, "", "grade", "elsewhere"]),
                    "valid_to": self.day() if self.chance(0.2) else None,
                }  # fmt: skip

    def models(self, owner: str) -> Iterable[Mapping[str, Any]]:
        for name, spec in self.regulation.indicators.items():
            if spec.model and spec.model.name and self.chance(0.8):
                day = self.day()
                for version in ("1", "2")[: self.random.choice([1, 2])]:
                    yield {
                        "customer_id": owner, "model": spec.model.name, "version": version, "as_of": day,
                        "value": self.random.choice([*self.words.get(name, ()), JUNK]), "number": self.number(0),
                    }  # fmt: skip
