"""Small random regulations: every kind of indicator, step, selector and movement, well typed but without sense."""

from __future__ import annotations

from typing import Any

from fenji.engine.issues import Source
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View
from fenji.facts.contract import load_contract
from tests.parity.values import Values

GRADES = ["A", "B", "C", "D"]
NAMED = ["小客户", "无记录"]


def view_of(tree: dict[str, Any]) -> View:
    """A regulation without the check, which would refuse what has no sense."""
    return View(Regulation.model_validate(tree), Source("random.yaml", tree, {}, "random"), load_contract())


class Maker(Values):
    """Makes one regulation; the same seed makes the same one."""

    # steps
    def id(self) -> str:
        self.steps += 1
        return f"step{self.steps}"

    def reason(self) -> dict[str, str]:
        if self.chance(0.5):
            return {}
        self.reasons.append(f"because{self.steps}")
        return {"reason": self.reasons[-1]}

    def selector(self, target: str, codes: list[str]) -> dict[str, Any]:
        if self.chance(0.75):
            return {}
        keys: dict[str, Any] = {target: self.pick([[self.pick(codes)], self.random.sample(codes, 2), ["any"]])}
        if target == "grade" and self.chance(0.3):
            keys = {"ungraded": self.pick([["any"], [NAMED[0]]])}
        if target == "grade" and self.axes and self.chance(0.3):
            axis = self.pick(self.axes)
            keys[axis] = [self.pick(self.axes[axis])]
        if target == "grade" and self.reasons and self.chance(0.2):
            keys["reason"] = [self.pick(self.reasons)]
        if self.flags and self.chance(0.2):
            keys["flag"] = [self.pick(self.flags)]
        return {"for": keys}

    def grader(self, target: str, codes: list[str]) -> dict[str, Any]:
        axes = target == "grade"
        kind = self.pick(
            ["bands", "bands", "rules", "rank", "share"] + (["matrix"] * 2 if axes and len(self.axes) == 2 else [])
        )
        if kind == "matrix":
            one, two = self.axes
            cells = {a: {b: self.pick(codes) for b in self.axes[two]} for a in self.axes[one]}
            return {"matrix": {"id": self.id(), "of": [one, two], "cells": cells}}
        gate = {"when": self.when(axes=axes)} if self.chance(0.25) else {}
        numbers = self.names("money", "number")
        of = self.pick(numbers)
        picked = [*codes, *NAMED]
        if kind == "bands":
            into = self.bins(
                sorted(self.random.sample(picked, 3), key=picked.index, reverse=self.chance(0.3)), self.kinds[of]
            )
            return {
                "bands": {
                    "id": self.id(),
                    "of": of,
                    "into": into,
                    **gate,
                    **self.reason(),
                    **self.selector(target, codes),
                }
            }
        if kind == "rules":
            lines = [{"to": self.pick(picked), "when": self.when(axes=axes), **self.reason()} for _ in range(3)]
            lines += [{"to": self.pick(codes), "when": "rest"}] if self.chance(0.5) else []
            return {"rules": {"id": self.id(), "lines": lines, **gate}}
        few = (
            {"at_least": self.pick(["few", "200"]), **({"too_few": NAMED[1]} if self.chance(0.5) else {})}
            if self.chance(0.3)
            else {}
        )
        body = {"id": self.id(), "of": of, "best": self.pick(["high", "low"]), **gate, **few}
        if self.chance(0.4):
            body["among"] = self.condition(1, axes=axes)
        three = sorted(self.random.sample(codes, 3), key=codes.index)
        shapes = ["top share", "rest", "last 30%"] if kind == "rank" else ["<= 50%", "50% <.. 90%", "> 90%"]
        return {kind: {**body, "into": dict(zip(three, shapes, strict=True))}}

    def adjuster(self, target: str, codes: list[str]) -> dict[str, Any]:
        axes = target == "grade"
        kind = self.pick(["veto", "cap", "floor", "raise", "lower", "judgement", "flag"])
        body: dict[str, Any] = {"id": self.id(), **self.selector(target, codes)}
        ranked = [c for c in codes if c != "N"]
        if kind == "judgement":
            may = {"may": self.random.sample(codes, 2)} if self.chance(0.4) else {}
            valid = {"valid": {"months": "12"}} if self.chance(0.6) else {}
            otherwise = self.pick(["proposed", "proposed", "ungraded", self.pick(codes)])
            return {kind: {**body, "by": "boss", "otherwise": otherwise, **may, **valid}}
        body["when"], body["because"] = self.when(axes=axes), "x"
        if kind == "flag":
            self.flags.append(f"flag{self.steps}")
            return {kind: {**body, "code": self.flags[-1]}}
        extra = {
            "veto": {"to": self.pick([*codes, NAMED[0]])},
            "cap": {"at": self.pick(ranked)},
            "floor": {"at": self.pick(ranked)},
        }
        return {kind: {**body, **self.reason(), **extra.get(kind, {"by": self.pick(["1", "2"])})}}

    def grading(self, target: str, codes: list[str]) -> list[dict[str, Any]]:
        more = [self.grader if self.chance(0.3) else self.adjuster for _ in range(self.pick([1, 2, 4]))]
        return [make(target, codes) for make in (self.grader, *more)]

    def several(self, codes: list[str]) -> list[dict[str, Any]]:
        lines = [{"to": self.pick(codes), "when": self.when(axes=False), **self.reason()} for _ in range(4)]
        people = [{"judgement": {"id": self.id(), "by": "boss", "otherwise": "proposed"}}] if self.chance(0.5) else []
        return [{"rules": {"id": self.id(), "lines": lines}}, *people]

    def axis(self, name: str) -> dict[str, Any]:
        codes = [f"{name}{n}" for n in (1, 2, 3)]
        nominal, several = self.chance(0.3), self.chance(0.15)
        values = [{"code": c} if nominal else {"code": c, "rank": n} for n, c in enumerate(codes, 1)]
        self.flags, self.reasons = [], []
        grading = self.several(codes) if several else self.grading(name, codes)
        if nominal:
            grading = [s for s in grading if not ({"cap", "floor", "raise", "lower"} & s.keys())]
        self.axes[name] = codes
        return {"values": values, "grading": grading, "several": "true" if several else "false"}

    def movement(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.chance(0.3):
            found["provisional"] = {"until": {"months": "6", "after": "since_"}}
        if self.chance(0.5):
            found["margin"] = self.pick(["5%", "20%"])
        if self.chance(0.4):
            found["fall"] = self.pick(
                [{"at_most": "1"}, {"not_before": {"months": "3"}}, {"at_most": "1", "not_before": {"days": "60"}}]
            )
        if self.chance(0.4):
            found["rise"] = self.pick([{"at_most": "1"}, {"not_before": {"months": "3"}}])
        if self.chance(0.3):
            found["hold"] = {"when": self.condition(1), "because": "x"}
        if self.chance(0.3):
            ends = self.pick(["calendar_year", "fiscal_year", {"months": "12"}, {"days": "200"}])
            found["tenure"] = {"ends": ends, **({"grace": {"days": "30"}} if self.chance(0.4) else {})}
        return found

    def make(self) -> dict[str, Any]:
        """The regulation as a tree of texts."""
        self.all_indicators()
        axes = {name: self.axis(name) for name in ("x", "y")[: self.pick([0, 0, 1, 2])]}
        self.flags, self.reasons = [], []
        cells = len(axes) == 2 and self.chance(0.5)
        grades: Any = [*({"code": c, "rank": n} for n, c in enumerate(GRADES, 1)), {"code": "N"}]
        if cells:
            grades = {"cells": ["x", "y"], "join": "/"}
            grading = [
                {"rules": {"id": self.id(), "lines": [{"to": self.pick(NAMED), "when": self.condition(axes=True)}]}}
            ]
        else:
            grading = self.grading("grade", [*GRADES, "N"])
        where = self.pick([None, None, "region = '甲' or region is null", "employees > 1"])
        return {
            "regulation": "random", "title": "x", "in_force": {"from": "2026-01-01"},
            "calendar": {"fiscal_year_starts": self.pick(["01-01", "04-01", "07-15", "01-31"])},
            "applies_to": {"where": where} if where else {"subject": self.pick(["customer", "customer", "group"])},
            "parameters": self.parameters(), "scales": {"three": {"差": "1", "中": "2", "好": "4"}},
            "indicators": self.indicators, "axes": axes, "grades": grades,
            "ungraded": dict.fromkeys(NAMED, "x"), "grading": grading, "movement": self.movement(),
        }  # fmt: skip
