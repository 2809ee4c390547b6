"""The fold of the steps: the answer so far goes through each step in order (``reference/meaning`` section 6).

The state is a code number (null: no answer), the reason given with it, and whether people are awaited. A ranked
code is smaller the better it is, so a cap is ``greatest`` and a floor ``least``. The state is written to columns
when its expression has grown, so that the plan grows in a straight line with the number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from fenji.engine.plan.judged import decision_column
from fenji.engine.plan.project import extend
from fenji.engine.plan.steps import StepColumns, line_column, met_column, said_column

GRADERS = frozenset({"bands", "rank", "share", "rules", "matrix"})


def moved_column(step: str) -> str:
    """Whether an adjuster changed the answer it found."""
    return f"s_{step}_moved"


def flag_column(code: str) -> str:
    """Whether a flag is set."""
    return f"f_{code}"


@dataclass
class Reasons:
    """The reasons a target can give, numbered from 1."""

    names: list[str] = field(default_factory=list)

    def number(self, name: str | None) -> ir.IntegerValue:
        """A reason as its number; null for none."""
        if name is None:
            return ibis.null("int16")
        if name not in self.names:
            self.names.append(name)
        return ibis.literal(self.names.index(name) + 1, "int16")


@dataclass
class Fold:
    """Folds the steps of one target over a table that has their columns.

    ``stopped`` is the column that says why there can be no answer: where it is not null, only flags are looked at.
    """

    columns: StepColumns
    reasons: Reasons
    suffix: str = ""
    said: dict[str, ir.Value] = field(default_factory=dict)
    stopped: str | None = None

    def __post_init__(self) -> None:
        self.target = self.columns.target
        self.prefix = f"{self.target.answer}{self.suffix}"

    def run(self, table: ir.Table, *, start: ir.Value | None = None, start_open: ir.Value | None = None) -> ir.Table:
        """``table`` with answer, reason and open of the target."""
        self.table = table
        self.answer: Any = ibis.null("int16") if start is None else start
        self.reason: Any = ibis.null("int16")
        self.open: Any = ibis.literal(False) if start_open is None else start_open
        self.vetoed = False
        self.weight = 1
        for kind, spec in self.target.steps:
            if self.weight > 4:
                self.write()
            self.take(kind, spec)
        self.close()
        return self.table

    def take(self, kind: str, spec: Any) -> None:
        """One step."""
        if kind in GRADERS:
            self.grade(kind, spec)
        elif kind == "judgement":
            self.judge(spec)
        elif kind == "flag":
            if not self.suffix:
                self.flag(spec)
        elif kind == "veto":
            self.veto(spec)
        else:
            self.adjust(kind, spec)

    def write(self, **further: ir.Value) -> None:
        """Writes the state to columns, with further columns beside it, and reads it from there."""
        names = [f"{self.prefix}__{part}" for part in ("now", "why", "open")]
        state = dict(zip(names, (self.answer, self.reason, self.open), strict=True))
        self.table = extend(self.table, {**state, **further})
        self.answer, self.reason, self.open = (self.table[n] for n in names)
        self.weight = 1

    # conditions
    def held(self, spec: Any) -> ir.BooleanValue | None:
        """Whether ``for`` holds on the answer so far; none when the step is for everyone."""
        if spec.for_ is None or isinstance(spec.for_, str):
            return None
        parts = [self.key_holds(key, wanted) for key, wanted in spec.for_.items()]
        self.weight += 1
        return ibis.and_(*parts)

    def key_holds(self, key: str, wanted: tuple[str, ...]) -> ir.BooleanValue:
        codes = self.target.codes
        no = ibis.literal(False)
        if key in ("grade", "ungraded", self.target.name):
            numbers = sorted(codes.ungraded) if key == "ungraded" and "any" in wanted else list(wanted)
            found = [codes.number(n) for n in numbers] if "any" not in numbers else codes.numbers(["any"])
            return ibis.coalesce(self.so_far()[0].isin(found), no)
        if key == "flag":
            return ibis.or_(*(ibis.coalesce(self.table[flag_column(f)], no) for f in wanted))
        if key == "reason":
            reason = self.so_far()[1]
            return ibis.or_(*(ibis.coalesce(reason == self.reasons.number(r), no) for r in wanted))
        axis = self.columns.axes[key]
        return ibis.coalesce(self.table[axis.answer].isin(axis.codes.numbers(wanted)), no)

    def so_far(self) -> tuple[Any, Any]:
        """The answer so far and its reason: a veto is the last word, and a stopped fold has none."""
        answer, reason = self.answer, self.reason
        if self.vetoed:
            veto = self.table[f"{self.prefix}__veto"]
            answer = ibis.coalesce(veto, answer)
            reason = veto.isnull().ifelse(reason, self.table[f"{self.prefix}__veto_why"])
        if self.stopped is not None:
            none, stopped = ibis.null("int16"), self.table[self.stopped].notnull()
            answer, reason = stopped.ifelse(none, answer), stopped.ifelse(none, reason)
        return answer, reason

    def awaits(self, column: ir.BooleanValue, names: set[str]) -> ir.BooleanValue:
        """Whether a condition is undecided because people are awaited, or an axis it uses may still change."""
        waiting = self.columns.awaited(self.table, names)
        if waiting is None:
            return ibis.literal(False)
        return (column.isnull() & waiting) | self.open_axes(names)

    def open_axes(self, names: set[str]) -> ir.BooleanValue:
        parts = [self.table[f"{a.answer}_open"] for n, a in self.columns.axes.items() if n in names]
        return ibis.or_(*parts) if parts else ibis.literal(False)

    # steps
    def grade(self, kind: str, spec: Any) -> None:
        said, reason, waiting = self.rules(spec) if kind == "rules" else self.plain(kind, spec)
        if spec.when is not None:
            met = self.table[met_column(spec.id)]
            gate = ibis.coalesce(met, ibis.literal(False))
            waiting = (gate & waiting) | self.awaits(met, self.columns.condition_names(spec.when))
            said = gate.ifelse(said, ibis.null("int16"))
        held = self.held(spec)
        if held is not None:
            said, waiting = held.ifelse(said, ibis.null("int16")), held & waiting
        first = self.answer.isnull()
        if not isinstance(self.answer, ir.Column):
            first = ibis.literal(True)
        self.open = self.open | (first & waiting)
        self.reason = (first & said.notnull()).ifelse(reason, self.reason)
        self.answer = ibis.coalesce(self.answer, said)
        self.weight += 2

    def plain(self, kind: str, spec: Any) -> tuple[Any, Any, Any]:
        """What bands, rank, share or a matrix say."""
        said = self.said.get(spec.id)
        if said is None:
            said = self.table[said_column(spec.id)]
        names = self.columns.grader_names(kind, spec)
        waiting = self.columns.awaited(self.table, names)
        waits = ibis.literal(False) if waiting is None else (said.isnull() & waiting) | self.open_axes(names)
        return said, self.reasons.number(getattr(spec, "reason", None)), waits

    def rules(self, spec: Any) -> tuple[Any, Any, Any]:
        """The first true line; it waits if an undecided line above could still be true."""
        answers, reasons, waits = [], [], []
        for i, line in enumerate(spec.lines):
            column = self.table[line_column(spec.id, i)]
            answers.append((column, self.columns.number(line.to)))
            reasons.append((column, self.reasons.number(line.reason)))
            names = self.columns.condition_names(line.when)
            waits += [(self.awaits(column, names), ibis.literal(True)), (column, ibis.literal(False))]
        null = ibis.null("int16")
        return (
            ibis.cases(*answers, else_=null),
            ibis.cases(*reasons, else_=null),
            ibis.cases(*waits, else_=ibis.literal(False)),
        )

    def judge(self, spec: Any) -> None:
        decided = self.table[decision_column(spec.id)]
        held = self.held(spec)
        if spec.otherwise == "proposed":
            otherwise = self.answer
        elif spec.otherwise == "ungraded":
            otherwise = ibis.null("int16")
        else:
            otherwise = self.columns.number(spec.otherwise)
        answer, waiting = ibis.coalesce(decided, otherwise), decided.isnull()
        settled = spec.otherwise not in ("proposed", "ungraded")
        if settled:
            waiting = ibis.literal(False)
        self.answer = answer if held is None else held.ifelse(answer, self.answer)
        self.open = waiting if held is None else held.ifelse(waiting, self.open)
        self.weight += 2

    def flag(self, spec: Any) -> None:
        """A flag moves nothing."""
        met, held = self.table[met_column(spec.id)], self.held(spec)
        name = flag_column(spec.code)
        now = met if held is None else held.ifelse(met, ibis.literal(False))
        if name in self.table.columns:
            now = self.table[name] | now
        self.write(**{name: now})

    def veto(self, spec: Any) -> None:
        """The first true veto is the last word."""
        met, held = self.table[met_column(spec.id)], self.held(spec)
        now = ibis.coalesce(met, ibis.literal(False))
        now = now if held is None else now & held
        now = now if self.stopped is None else now & self.table[self.stopped].isnull()
        code = now.ifelse(self.columns.number(spec.to), ibis.null("int16"))
        why = now.ifelse(self.reasons.number(spec.reason), ibis.null("int16"))
        veto, veto_why = f"{self.prefix}__veto", f"{self.prefix}__veto_why"
        if self.vetoed:
            earlier = self.table[veto]
            code, why = ibis.coalesce(earlier, code), earlier.isnull().ifelse(why, self.table[veto_why])
        waits = self.awaits(met, self.columns.condition_names(spec.when))
        self.open = self.open | (waits if held is None else held & waits)
        self.vetoed = True
        self.write(**{veto: code, veto_why: why})

    def adjust(self, kind: str, spec: Any) -> None:
        """A cap, floor, raise or lower; a nominal answer stays."""
        self.write()
        met, held = self.table[met_column(spec.id)], self.held(spec)
        ranked = ibis.coalesce(self.answer <= self.target.codes.ranks, ibis.literal(False))
        acts = ibis.coalesce(met, ibis.literal(False)) & ranked
        acts = acts if held is None else acts & held
        new = self.adjusted(kind, spec)
        moved = acts & (new != self.answer)
        waits = self.awaits(met, self.columns.condition_names(spec.when)) & ranked & (new != self.answer)
        waits = waits if held is None else waits & held
        before_reason, before_open = self.reason, self.open
        self.answer = acts.ifelse(new, self.answer).cast("int16")
        self.reason = moved.ifelse(self.reasons.number(spec.reason), before_reason) if spec.reason else before_reason
        self.open = before_open | waits
        self.write(**({} if self.suffix else {moved_column(spec.id): ibis.coalesce(moved, ibis.literal(False))}))

    def adjusted(self, kind: str, spec: Any) -> Any:
        if kind == "cap":
            return ibis.greatest(self.answer, self.columns.number(spec.at))
        if kind == "floor":
            return ibis.least(self.answer, self.columns.number(spec.at))
        by = self.columns.resolver.whole(spec.by)
        if kind == "raise":
            return ibis.greatest(self.answer - by, ibis.literal(1, "int16"))
        return ibis.least(self.answer + by, ibis.literal(self.target.codes.ranks, "int16"))

    def close(self) -> None:
        """The last word: the veto if there is one, else the answer."""
        (answer, reason), waiting = self.so_far(), self.open
        if self.vetoed:
            waiting = self.table[f"{self.prefix}__veto"].isnull() & waiting
        if self.stopped is not None:
            waiting = self.table[self.stopped].isnull() & waiting
        self.table = extend(self.table, {
            self.prefix: answer.cast("int16"),
            f"{self.prefix}_reason": reason.cast("int16"),
            f"{self.prefix}_open": waiting,
        })  # fmt: skip
