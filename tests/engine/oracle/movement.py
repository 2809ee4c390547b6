"""From the computed grade and the previous one to the grade in force (meaning, section 7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.engine.oracle import calendar
from tests.engine.oracle.expressions import holds
from tests.engine.oracle.grading import Answer, Target
from tests.engine.oracle.values import OWNER, World


@dataclass(frozen=True)
class Earlier:
    """The grade in force by the ledger: since when it holds, and since when it has not changed."""

    grade: str | None = None
    since: dt.date | None = None
    unchanged: dt.date | None = None


def earlier(world: World, customer: str) -> Earlier:
    """The ledger's latest row of this regulation that holds on the date."""
    known = [
        r for r in world.facts.get("grades", ())
        if r[OWNER] == customer and r["regulation"] == world.regulation.regulation
        and r["axis"] in (None, "", "grade") and r["valid_from"] <= world.as_of
    ]  # fmt: skip
    known.sort(key=lambda r: r["valid_from"])
    rows = [r for r in known if r["valid_to"] is None or r["valid_to"] >= world.as_of]
    if not rows:
        return Earlier()
    moves = [r["valid_from"] for n, r in enumerate(known) if n == 0 or r["grade"] != known[n - 1]["grade"]]
    return Earlier(rows[-1]["grade"], rows[-1]["valid_from"], moves[-1])


@dataclass
class Mover:
    """Moves the answer of one target for one customer; ``held`` says whether the previous one was kept."""

    world: World
    target: Target
    customer: str

    def __post_init__(self) -> None:
        self.spec = self.world.regulation.movement
        self.held = False

    def move(self, now: Answer, before: Earlier, previous: str | None, eased: str | None) -> str | None:
        """The code in force."""
        ranks = self.target.ranks
        if now.code not in ranks or previous not in ranks:
            return now.code
        result = self.moved(now.code, previous, before, eased)
        if result != now.code:
            for cap in now.caps:
                result = ranks[max(ranks.index(result), ranks.index(cap))] if result in ranks else result
        return now.code if now.final else result

    def moved(self, code: str, previous: str, before: Earlier, eased: str | None) -> str:
        ranks, spec = self.target.ranks, self.spec
        here, there = ranks.index(code), ranks.index(previous)
        if self.over(before, previous):
            assert spec.tenure is not None
            return code if spec.tenure.then == "computed" else spec.tenure.then
        limit: Any = spec.fall if here > there else spec.rise if here < there else None
        keeps = spec.hold is not None and self.true(spec.hold.when)
        within = here > there and eased in ranks and ranks.index(eased) <= there
        if keeps or within or self.too_soon(limit, before):
            self.held = True
            return previous
        if limit is None or limit.at_most is None:
            return code
        most = self.world.whole(limit.at_most)
        return ranks[min(here, there + most) if here > there else max(here, there - most)]

    def true(self, condition: object) -> bool:
        return holds(condition, lambda n: self.target.find(self.customer, n), self.world.figure) is True

    def too_soon(self, limit: Any, before: Earlier) -> bool:
        if limit is None or limit.not_before is None or before.unchanged is None:
            return False
        return before.unchanged > calendar.shift(self.world.as_of, *self.less(limit.not_before))

    def less(self, period: Any) -> tuple[str, int]:
        return period.unit, -self.world.whole(period.length)

    def over(self, before: Earlier, previous: str) -> bool:
        """Whether the previous grade's time, and the grace after it, are over."""
        tenure = self.spec.tenure
        if tenure is None or before.since is None:
            return False
        if isinstance(tenure.for_, dict) and "grade" in tenure.for_:
            wanted = tenure.for_["grade"]
            if previous not in wanted and not ("any" in wanted and previous in self.target.ranks):
                return False
        day = calendar.shift(self.world.as_of, *self.less(tenure.grace)) if tenure.grace else self.world.as_of
        if not isinstance(tenure.ends, str):
            return before.since <= calendar.shift(day, *self.less(tenure.ends))
        fiscal = self.world.regulation.calendar.fiscal_year_starts if tenure.ends == "fiscal_year" else "01-01"
        month, first = map(int, fiscal.split("-"))
        starts = [calendar.add_months(dt.date(2000, month, first), 12 * n) for n in range(-20, 40)]
        return before.since < max(s for s in starts if s <= day)


def provisional(world: World, customer: str) -> bool:
    """Whether the date lies before the end of the provisional period."""
    spec = world.regulation.movement.provisional
    if spec is None or spec.until.after is None:
        return False
    since = world.indicator(customer, spec.until.after)
    if since is None:
        return False
    return calendar.shift(since, spec.until.unit, world.whole(spec.until.length)) > world.as_of
