"""Random books of customers for any regulation: base rows whose values sit on and beside the regulation's borders."""

from __future__ import annotations

import datetime as dt
import random
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from fenji.engine.backends.duck import compiled
from fenji.engine.check import check_file
from fenji.engine.contract import ColumnType
from fenji.engine.expression import literals
from fenji.engine.plan import Plan
from fenji.facts.contract import load_contract

LIBRARY = Path(__file__).parents[3] / "src" / "fenji" / "regulations"
AS_OF = dt.date(2026, 12, 31)
_TYPES = {
    ColumnType.TEXT: "string", ColumnType.MONEY: "decimal(18, 2)", ColumnType.NUMBER: "decimal(18, 4)",
    ColumnType.INTEGER: "int64", ColumnType.DATE: "date",
}  # fmt: skip


@dataclass
class Book:
    """A regulation ready to grade base rows."""

    plan: Plan
    schema: Any
    sql: str
    text: str

    def graded(self, rows: list[dict[str, object]]) -> pa.Table:
        """The trace of base rows, in their order."""
        with duckdb.connect() as con:
            con.register("base", pa.Table.from_pylist(rows, schema=self.schema.to_pyarrow()))
            return con.sql(self.sql).to_arrow_table().sort_by("customer_id")

    def rows(self, seed: int, count: int) -> list[dict[str, object]]:
        """Random base rows; one value in eight is missing."""
        chance = random.Random(seed)
        return [{c: self.cell(c, t, i, chance) for c, t in self.schema.items()} for i in range(count)]

    def cell(self, column: str, kind: Any, at: int, chance: random.Random) -> object:
        if column == "customer_id":
            return f"c{at:05}"
        if column == "x_scope":
            return True
        if column.endswith("__d"):
            return chance.choice([1, 2, 3])
        if kind.is_boolean():
            return False
        if chance.random() < 0.125 and column not in self.stated:
            return None
        if kind.is_date():
            return AS_OF - dt.timedelta(days=chance.choice([0, 1, 29, 30, 90, 180, 365, 366, 700, 4000]))
        if kind.is_string():
            return chance.choice(self.texts)
        if column.startswith(("i_", "d_", "x_previous")) and kind == ibis.dtype("int16"):
            return chance.choice(self.codes(column))
        border = chance.choice(self.borders)
        scale = kind.scale if kind.is_decimal() else 0
        step = chance.choice([0, 0, 1, -1]) * Decimal(1).scaleb(-scale)
        value = Decimal(border.numerator) / border.denominator + step
        value *= chance.choice([1, 1, 1, Decimal("0.5"), Decimal("0.9")])
        return value.quantize(Decimal(1).scaleb(-scale)) if kind.is_decimal() else int(value)

    @property
    def stated(self) -> set[str]:
        """Columns whose missing values the plan has filled."""
        return {"i_" + c[2:] for c in self.schema if c.startswith("m_")}

    def codes(self, column: str) -> list[int]:
        """The numbers that a label or a decision can have."""
        name = column[2:]
        spec = self.plan.regulation.indicators.get(name)
        if column.startswith("i_") and spec and spec.judged and spec.judged.scale:
            return list(self.plan.regulation.scales[spec.judged.scale].values())
        for target in [*self.plan.axes.values(), self.plan.grade]:
            for kind, step in target.steps:
                if kind == "judgement" and step.id == name:
                    return [target.codes.number(n) for n in target.codes.names if not step.may or n in step.may]
        return list(range(1, len(self.plan.grade.codes.names) - len(self.plan.grade.codes.ungraded) + 1))

    @property
    def borders(self) -> list[Any]:
        """Numbers that the regulation names."""
        words = (
            re.findall(literals.NUMBER, self.plan.view.source.text) if hasattr(self.plan.view.source, "text") else []
        )
        found = {v for w in words if (v := literals.number(w)) is not None}
        for parameter in self.plan.regulation.parameters:
            value = self.plan.resolver.parameter(parameter)
            found |= {
                v for v in (value.values() if isinstance(value, dict) else [value]) if not isinstance(v, str | dt.date)
            }
        return sorted(v for v in found if v < 10**12) + [literals.number(n) for n in ("0", "1", "2", "3", "5", "10")]

    @property
    def texts(self) -> list[str]:
        """Texts in quotes that the regulation compares with."""
        own = {w for p in self.plan.regulation.parameters.values() if p.by for v in p.values.values() for w in v}
        return sorted(set(re.findall(r"'([^'\n]{1,30})'", self.text)) | own | {"yes"})[:200]


@cache
def book(name: str, **parameters: str) -> Book:
    """A built-in regulation by its name, or one by its path."""
    path = Path(name) if name.endswith(".yaml") else LIBRARY / f"{name}.yaml"
    view = check_file(path, load_contract()).required()
    plan = Plan(view, AS_OF, parameters)
    tables = {
        t: ibis.table({c.name: _TYPES[c.type] for c in table.columns.values() if not c.derived}, name=t)
        for t, table in view.facts.tables.items()
    }
    schema = plan.base(tables).schema()
    return Book(plan, schema, compiled(plan.graded(ibis.table(schema, name="base"))), path.read_text("utf-8"))
