"""Random values for random regulations: indicators, formulas and conditions, well typed but without sense."""

from __future__ import annotations

import random
from typing import Any

MONEY = {"orders": ["amount", "cost", "profit"], "receivables": ["amount", "open_amount"], "events": ["amount"]}
NUMBERS = {
    "orders": ["quantity", "unit_price", "lines"],
    "receivables": ["days_overdue", "days_late"],
    "events": ["quantity"],
}
DAYS = {"orders": ["ordered_on", "shipped_on", "due_on"], "receivables": ["due_on", "paid_on"], "events": ["ended_on"]}
TEXTS = {"orders": ["status", "product"], "receivables": ["status", "kind"], "events": ["kind", "reason"]}
ATTRIBUTES = {
    "region": "text",
    "trade_type": "text",
    "employees": "number",
    "revenue": "money",
    "market_share": "number",
    "since": "date",
}
WORDS = ["甲", "乙", "completed", "普通商", "加盟商", "paid", "return"]


class Values:
    """Makes the values of one regulation; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.kinds: dict[str, str] = {}
        self.indicators: dict[str, Any] = {}
        self.flags: list[str] = []
        self.reasons: list[str] = []
        self.axes: dict[str, list[str]] = {}
        self.steps = 0

    def pick(self, items: Any) -> Any:
        return self.random.choice(list(items))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # figures
    def figure(self, kind: str = "number") -> str:
        if kind == "money":
            return self.pick(["0", "100", "999.99", "5000", "1万", "line", "0.01", "-50"])
        return self.pick(["0", "1", "2", "3", "10", "0.5", "12", "few", "-1"])

    def parameters(self) -> dict[str, Any]:
        return {
            "line": {"unit": "CNY", "values": {"2026-01-01": "2000", "2026-10-01": "3000.5"}},
            "few": {"values": {"2026-01-01": "3"}},
            "share": {"unit": "ratio", "values": {"2026-01-01": "20%"}},
            "by_region": {"by": "region_", "values": {"2026-01-01": {"甲": "100", "乙": "5000.01"}}},
            "months": {"values": {"2026-01-01": "5"}},
        }

    # names by kind
    def names(self, *kinds: str) -> list[str]:
        return [n for n, k in self.kinds.items() if k in kinds]

    def add(self, name: str, kind: str, spec: dict[str, Any]) -> None:
        self.indicators[name] = spec
        self.kinds[name] = kind

    def window(self) -> Any:
        kind = self.pick(["all", "year", "quarter", "month", "rolling", "fiscal", "since"])
        if kind == "all" or (kind == "since" and "since_" not in self.kinds):
            return "all"
        if kind == "since":
            return {"since": "since_"}
        back = {"back": self.pick(["1", "2"])} if self.chance(0.3) else {}
        if kind == "rolling":
            return {
                "rolling": self.pick([{"months": "months"}, {"days": "90"}, {"years": "1"}, {"months": "13"}]),
                **back,
            }
        unit = {"year": "calendar_year", "quarter": "calendar_quarter", "month": "calendar_month"}.get(
            kind
        ) or self.pick(["fiscal_year", "fiscal_quarter"])
        part = self.pick(["last_full", "to_date"])
        count = {"count": self.pick(["2", "6"])} if part == "last_full" and self.chance(0.4) else {}
        return {unit: part, **count, **back}

    def where(self, table: str) -> str:
        """A condition on the columns of a table."""
        column = self.pick(TEXTS[table])
        parts = [
            f"{column} = '{self.pick(WORDS)}'",
            f"{column} <> '{self.pick(WORDS)}'",
            f"{column} in ('{self.pick(WORDS)}', '{self.pick(WORDS)}')",
            f"{column} is not null",
            f"{self.pick(MONEY[table])} > {self.figure('money')}",
            f"{self.pick(DAYS[table])} <= as_of",
            f"{self.pick(DAYS[table])} is null",
            f"days_between({self.pick(DAYS[table])}, as_of) between 0 and 200",
        ]
        found = self.pick(parts)
        if self.chance(0.4):
            found = f"{found} {self.pick(['and', 'or'])} {self.pick(parts)}"
        return f"not ({found})" if self.chance(0.15) else found

    def measure(self, n: int) -> None:
        table = self.pick(MONEY)
        kind = self.pick(["sum", "sum", "count", "average", "min", "max", "first", "last", "active", "distinct"])
        spec: dict[str, Any] = {"from": table, "over": self.window()}
        found = "number"
        if kind == "count":
            spec["count"] = "rows"
        elif kind == "active":
            spec["active"] = self.pick(["days", "months", "years"])
        elif kind == "distinct":
            spec["distinct"] = self.pick(TEXTS[table])
        else:
            found = self.pick(
                ["money", "number"] if kind in ("sum", "average") else ["money", "number", "date", "text"]
            )
            found = "date" if found == "text" and kind in ("min", "max") else found
            spec[kind] = self.pick({"money": MONEY, "number": NUMBERS, "date": DAYS, "text": TEXTS}[found][table])
        if self.chance(0.5):
            spec["where"] = self.where(table)
        self.add(f"m{n}", found, {"measure": spec, **self.missing(found)})

    def missing(self, kind: str) -> dict[str, str]:
        literal = {"money": "7.25", "number": "4", "date": "2026-03-01", "text": "甲"}.get(kind)
        stated = self.pick([None, None, None, "none", literal, "ungraded" if self.chance(0.3) else None])
        return {"missing": stated} if stated else {}

    def judged(self, n: int) -> None:
        body: dict[str, Any] = {"by": "boss"}
        if self.chance(0.7):
            body["scale"] = "three"
            kind, stated = "label", self.pick([None, None, "中"])
        else:
            body["between"] = ["0", "10"]
            kind, stated = "number", self.pick([None, "5"])
        if self.chance(0.6):
            body["valid"] = self.pick([{"months": "6"}, {"days": "100"}, {"years": "1"}, {"months": "months"}])
        self.add(f"j{n}", kind, {"judged": body, **({"missing": stated} if stated else {})})

    # values from values
    def number(self, depth: int = 2) -> str:
        """A formula that gives a number."""
        names = self.names("money", "number")
        if depth == 0 or self.chance(0.3):
            return self.pick([*names, *names, self.figure()])
        kind = self.pick(["+", "-", "*", "/", "/", "coalesce", "least", "greatest", "case", "months", "neg"])
        one, two = self.number(depth - 1), self.number(depth - 1)
        days = self.names("date")
        if kind in "+-*/":
            two = self.figure() if kind == "*" else two
            return f"({one} {kind} {two})"
        if kind == "case":
            return f"case when {self.condition(1)} then {one} {self.pick(['', f'else {two} '])}end"
        if kind == "months":
            unit, (start, end) = self.pick(["months", "days", "years"]), (self.pick([*days, "as_of"]) for _ in "ab")
            return f"{unit}_between({start}, {end})"
        return f"-({one})" if kind == "neg" else f"{kind}({one}, {two})"

    def condition(self, depth: int = 2, *, axes: bool = False) -> str:
        """A condition over indicators, and axes where they may be named."""
        kinds = ["number", "number", "number", "text", "label", "date", "null"] + (
            ["axis"] * 3 if axes and self.axes else []
        )
        kind = self.pick(kinds)
        sign = self.pick(["=", "<>", "<", "<=", ">", ">="])
        texts, labels, days = self.names("text"), self.names("label"), self.names("date")
        other = self.pick([self.figure("money"), self.figure(), *self.names("number"), "by_region"])
        found = f"{self.pick(self.names('money', 'number'))} {sign} {other}"
        if kind == "text" and texts:
            found = self.pick([f"{self.pick(texts)} = '{self.pick(WORDS)}'", f"{self.pick(texts)} not in ('甲', '乙')"])
        elif kind == "label" and labels:
            found = f"{self.pick(labels)} {sign} '{self.pick(['差', '中', '好'])}'"
        elif kind == "date" and days:
            found = self.pick(
                [
                    f"{self.pick(days)} {sign} 2026-06-30",
                    f"{self.pick(days)} > add_months(as_of, -few)",
                    f"{self.pick(days)} between 2026-01-01 and as_of",
                ]
            )
        elif kind == "null":
            found = f"{self.pick(self.kinds)} is {self.pick(['', 'not '])}null"
        elif kind == "axis":
            axis = self.pick(self.axes)
            found = self.pick([f"{axis} = '{self.pick(self.axes[axis])}'", f"{axis} is null"])
        if depth and self.chance(0.4):
            found = f"({found} {self.pick(['and', 'or'])} {self.condition(depth - 1, axes=axes)})"
        return f"not ({found})" if self.chance(0.12) else found

    def when(self, *, axes: bool) -> Any:
        one = self.condition(axes=axes)
        many = [self.condition(1, axes=axes) for _ in range(3)]
        return self.pick([one, one, many[:2], {"at_least": self.pick(["1", "2", "few"]), "of": many}])

    def bins(self, points: list[str], kind: str) -> dict[str, str]:
        low, high = ("100", "2500.5") if kind == "money" else ("2", "7.5")
        if kind == "money" and self.chance(0.3):
            high = "by_region"
        shapes = (
            [f">= {high}", f"{low} ..< {high}", f"< {low}"]
            if self.chance(0.5)
            else [f"> {high}", f"{low} <.. {high}", f"<= {low}"]
        )
        return dict(zip(points, shapes, strict=True))

    def derived(self, n: int) -> None:
        kind = self.pick(["formula", "formula", "points", "tile", "date", "nearest"])
        numbers = self.names("money", "number")
        if kind == "points":
            lines: dict[str, Any] = {}
            for name in self.random.sample(numbers, min(2, len(numbers))):
                lines[name] = {"bins": self.bins(self.pick([["30", "12.5", "0"], ["3", "2", "-1"]]), self.kinds[name])}
                if self.chance(0.3):
                    lines[name]["weight"] = self.pick(["2", "0.3"])
            for name in self.names("label")[:2]:
                lines[name] = self.pick([{"weight": "5"}, {"labels": {"差": "0", "中": "4", "好": "9.5"}}])
            missing = self.pick(["missing", "reweigh"])
            self.add(
                f"d{n}",
                "number",
                {"points": {"lines": lines, "max": "100", "lines_missing": missing}, **self.missing("number")},
            )
        elif kind == "tile":
            among = {"among": self.condition(1)} if self.chance(0.5) else {}
            spec = {
                "of": self.pick(numbers),
                "into": self.pick(["5", "few"]),
                "best": self.pick(["high", "low"]),
                **among,
            }
            self.add(f"d{n}", "number", {"tile": spec})
        elif kind == "date" and self.names("date"):
            days = self.names("date")
            text = self.pick(
                [
                    f"add_months({self.pick(days)}, few)",
                    f"coalesce({self.pick(days)}, {self.pick(days)})",
                    f"least({self.pick(days)}, as_of)",
                ]
            )
            self.add(f"d{n}", "date", {"formula": text, **self.missing("date")})
        elif kind == "nearest":
            inputs = self.random.sample(numbers, min(2, len(numbers)))
            centres = {c: {i: self.pick(["0", "10", "500"]) for i in inputs} for c in ("一", "二", "三")}
            units = {inputs[0]: self.pick(["3", "0.5"])}
            self.add(f"d{n}", "centre", {"model": {"nearest": {"centres": centres, "units": units}}})
        else:
            self.add(f"d{n}", "number", {"formula": self.number(), **self.missing("number")})

    def all_indicators(self) -> None:
        for name, kind in ATTRIBUTES.items():
            if name in ("region", "since") or self.chance(0.4):
                self.add(f"{name}_", kind, {"attribute": name, **(self.missing(kind) if name != "region" else {})})
        for n in range(4):
            self.measure(n)
        self.add("always", "money", {"measure": {"from": "orders", "sum": "amount"}})
        for n in range(self.pick([0, 1, 2])):
            self.judged(n)
        for n in range(4):
            self.derived(n)
