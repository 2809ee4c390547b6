"""The fold of one customer, step by step, told from the columns of the trace.

It mirrors ``plan.fold`` on values instead of columns, so that each step can say what it found and left behind;
a test holds that it always ends at the answer that the plan computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from fenji.engine.explain.evaluate import Evaluator, settled
from fenji.engine.explain.model import Awaited, ConditionSeen, Effect, Place, StepSeen, TargetSeen
from fenji.engine.plan import Plan
from fenji.engine.plan.fold import GRADERS, moved_column
from fenji.engine.plan.judged import decision_column
from fenji.engine.plan.steps import StepColumns, Target, line_column, met_column, part_column, said_column
from fenji.engine.readout import indicator
from fenji.engine.spec.conditions import AtLeast
from fenji.engine.view import condition_texts

_MOVES: Mapping[str, Effect] = {"cap": "capped", "floor": "floored", "raise": "raised", "lower": "lowered"}


@dataclass
class Replay:
    """One target (the grade or an axis) over one row; ``axes`` are the axes already told."""

    plan: Plan
    target: Target
    row: Mapping[str, Any]
    evaluator: Evaluator
    axes: Mapping[str, TargetSeen] = field(default_factory=dict)
    lists: bool = True

    def __post_init__(self) -> None:
        self.view = self.plan.view
        self.codes = self.target.codes
        self.columns = StepColumns(self.plan.indicators, self.target, {n: self.plan.axes[n] for n in self.axes})
        self.answer: int | None = None
        self.reason: str | None = None
        self.waiting: list[Awaited] = []
        self.veto: StepSeen | None = None

    def run(self, start: str | None = None, waiting: tuple[Awaited, ...] = ()) -> TargetSeen:
        """Every step, and the answer; ``start`` is the cell that the axes make."""
        self.answer = self.codes.number(start) if start is not None else None
        self.waiting = list(waiting)
        steps = tuple(self.take(kind, spec) for kind, spec in self.target.steps)
        code = self.codes.name(self.answer)
        if self.veto is not None:
            code, self.reason, self.waiting = self.veto.at, self.veto.reason, []
        return TargetSeen(
            self.target.name, code, self.reason, bool(self.waiting), steps, awaited=tuple(dict.fromkeys(self.waiting))
        )

    def take(self, kind: str, spec: Any) -> StepSeen:
        """One step."""
        seen = StepSeen(
            spec.id, kind, "silent", before=self.codes.name(self.answer), because=getattr(spec, "because", None),
            reason=getattr(spec, "reason", None),
        )  # fmt: skip
        if kind in GRADERS:
            seen = self.grade(kind, spec, seen)
        elif kind == "judgement":
            seen = self.judge(spec, seen)
        elif kind == "flag":
            seen = self.flag(spec, seen)
        elif kind == "veto":
            seen = self.vetoed(spec, seen)
        else:
            seen = self.adjust(kind, spec, seen)
        return replace(seen, after=self.codes.name(self.answer) if self.veto is None else self.veto.at)

    # conditions
    def held(self, spec: Any) -> bool:
        """Whether ``for`` holds on the answer so far."""
        if spec.for_ is None or isinstance(spec.for_, str):
            return True
        return all(self.key_holds(key, wanted) for key, wanted in spec.for_.items())

    def key_holds(self, key: str, wanted: tuple[str, ...]) -> bool:
        if key in ("grade", "ungraded", self.target.name):
            names = sorted(self.codes.ungraded) if key == "ungraded" and "any" in wanted else list(wanted)
            return self.answer in self.codes.numbers(names)
        if key == "flag":
            return any(self.row.get(f"f_{f}") for f in wanted)
        if key == "reason":
            return self.reason in wanted
        axis = self.plan.axes[key]
        code = self.row[axis.answer]
        return code is not None and axis.codes.number(code) in axis.codes.numbers(wanted)

    def met(self, spec: Any) -> bool | None:
        found = self.row[met_column(spec.id)]
        return None if found is None else bool(found)

    def seen_conditions(self, spec: Any) -> tuple[int | None, tuple[ConditionSeen, ...]]:
        """Each part of a ``when``, as the trace keeps it, and how many of them are needed."""
        if not self.lists:
            return None, ()
        texts = list(condition_texts(spec.when))
        if len(texts) == 1:
            return None, (ConditionSeen(texts[0], self.met(spec)),)
        found = [ConditionSeen(t, self.row[part_column(spec.id, i)]) for i, t in enumerate(texts)]
        need = self.plan.resolver.whole(spec.when.at_least) if isinstance(spec.when, AtLeast) else None
        return need, tuple(found)

    def switched_off(self, when: object) -> bool:
        """Whether a setting of the regulation (a condition on parameters alone) is against it."""
        parts = when if isinstance(when, tuple) else (when,)
        for part in parts:
            on_facts = any(n in self.view.regulation.indicators or n in self.plan.axes for n in self.names(part))
            if not on_facts and self.evaluator.conditions(part) is False:
                return True
        return False

    def names(self, when: object) -> set[str]:
        return self.view.condition_names(when)

    def waits(self, truth: object, names: set[str]) -> list[Awaited]:
        """Who is awaited where a truth is undecided, or an axis it uses is still open."""
        found: list[Awaited] = []
        for name in self.axes:
            if name in names and self.axes[name].open:
                found += self.axes[name].awaited
        if truth is None:
            found += self.missing_judgements(names)
        return found

    def missing_judgements(self, names: set[str]) -> list[Awaited]:
        found = []
        for name in self.view.judged_below(names):
            judged = self.view.regulation.indicators[name].judged
            assert judged is not None
            if self.row.get(f"m_{name}") or self.row[f"i_{name}"] is None:
                found.append(Awaited(name, judged.by))
        return found

    # graders
    def grade(self, kind: str, spec: Any, seen: StepSeen) -> StepSeen:
        seen, said, waiting = self.rules(spec, seen) if kind == "rules" else self.plain(kind, spec, seen)
        gate: bool | None = True
        if spec.when is not None:
            gate = self.met(spec)
            waiting = (waiting if gate else []) + self.waits(gate, self.names(spec.when))
        held = self.held(spec)
        if self.answer is not None:
            return replace(seen, effect="passed", said=self.codes.name(said))
        self.waiting += waiting
        if not held:
            return replace(seen, effect="not_for")
        if not gate:
            off = self.switched_off(spec.when)
            return replace(seen, effect="switched_off" if off else "undecided" if gate is None else "not_met")
        if said is None:
            return replace(seen, effect="undecided" if waiting else "silent")
        self.answer, self.reason = said, seen.reason
        return replace(seen, effect="answered", said=self.codes.name(said))

    def rules(self, spec: Any, seen: StepSeen) -> tuple[StepSeen, int | None, list[Awaited]]:
        """The first true line; it waits if an undecided line above could still be true."""
        waiting: list[Awaited] = []
        for i, line in enumerate(spec.lines):
            truth = self.row[line_column(spec.id, i)]
            if not waiting:
                waiting = self.waits(truth, self.names(line.when))
            if truth:
                texts = list(condition_texts(line.when)) if self.lists else []
                conditions = tuple(ConditionSeen(t, self.evaluator.condition(t)) for t in texts)
                found = replace(seen, line=i, because=line.because, reason=line.reason, conditions=conditions)
                return found, self.codes.number(line.to), waiting
        return seen, None, waiting

    def plain(self, kind: str, spec: Any, seen: StepSeen) -> tuple[StepSeen, int | None, list[Awaited]]:
        """What bands, rank, share or a matrix say."""
        said = self.row[said_column(spec.id)]
        waiting = self.waits(said, self.columns.grader_names(kind, spec))
        code = self.codes.name(said)
        if kind == "matrix":
            cell = tuple((axis, self.row[self.plan.axes[axis].answer]) for axis in spec.of)
            return replace(seen, cell=cell if None not in [c for _, c in cell] else ()), said, waiting
        seen = replace(seen, of=spec.of, value=indicator(self.plan, self.row, spec.of))
        if kind == "bands":
            band = spec.into[code] if code else None
            interval = settled(self.plan.resolver.interval(band), self.evaluator) if band else None
            return replace(seen, band_text=band, band=interval), said, waiting
        seen = replace(seen, band_text=spec.into.get(code) if code else None)
        if kind == "share":
            reached, total = self.row[f"s_{spec.id}_reached"], self.row[f"s_{spec.id}_total"]
            return replace(seen, share=Fraction(reached) / Fraction(total) if total else None), said, waiting
        better, size = self.row[f"s_{spec.id}_better"], self.row[f"s_{spec.id}_of"]
        return replace(seen, place=Place(better, size) if better is not None else None), said, waiting

    # adjusters
    def judge(self, spec: Any, seen: StepSeen) -> StepSeen:
        decided = self.row[decision_column(spec.id)]
        seen = replace(seen, role=spec.by)
        if not self.held(spec):
            return replace(seen, effect="not_for")
        if decided is not None:
            self.answer, self.waiting = decided, []
            return replace(seen, effect="decided", said=self.codes.name(decided))
        if spec.otherwise == "ungraded":
            self.answer = None
        elif spec.otherwise != "proposed":
            self.answer, self.waiting = self.codes.number(spec.otherwise), []
            return replace(seen, effect="silent", said=spec.otherwise)
        self.waiting = [*self.waiting, Awaited(spec.id, spec.by, decision=True)]
        return replace(seen, effect="awaited")

    def flag(self, spec: Any, seen: StepSeen) -> StepSeen:
        need, conditions = self.seen_conditions(spec)
        effect: Effect = "set" if self.met(spec) and self.held(spec) else "not_met"
        return replace(seen, effect=effect, flag=spec.code, need=need, conditions=conditions)

    def vetoed(self, spec: Any, seen: StepSeen) -> StepSeen:
        need, conditions = self.seen_conditions(spec)
        seen = replace(seen, at=spec.to, need=need, conditions=conditions)
        if not self.held(spec):
            return replace(seen, effect="not_for")
        met = self.met(spec)
        self.waiting += self.waits(met, self.names(spec.when))
        if self.veto is None and met:
            self.veto = replace(seen, effect="vetoed")
            return self.veto
        return replace(seen, effect="undecided" if met is None else "not_met")

    def adjust(self, kind: str, spec: Any, seen: StepSeen) -> StepSeen:
        """A cap, floor, raise or lower; a nominal answer stays."""
        need, conditions = self.seen_conditions(spec)
        seen = replace(seen, need=need, conditions=conditions, at=getattr(spec, "at", None))
        met = self.met(spec)
        if self.answer is None or self.answer > self.codes.ranks or not self.held(spec):
            return replace(seen, effect="not_for")
        new = self.adjusted(kind, spec, self.answer)
        if new != self.answer:
            self.waiting += self.waits(met, self.names(spec.when))
        if not met:
            off = self.switched_off(spec.when)
            return replace(seen, effect="switched_off" if off else "undecided" if met is None else "not_met")
        if not self.row[moved_column(spec.id)] and new == self.answer:
            return replace(seen, effect="no_effect")
        self.answer, self.reason = new, spec.reason or self.reason
        return replace(seen, effect=_MOVES[kind] if self.veto is None else "after_veto")

    def adjusted(self, kind: str, spec: Any, answer: int) -> int:
        if kind == "cap":
            return max(answer, self.codes.number(spec.at))
        if kind == "floor":
            return min(answer, self.codes.number(spec.at))
        by = self.plan.resolver.whole(spec.by)
        return max(answer - by, 1) if kind == "raise" else min(answer + by, self.codes.ranks)


def told_several(replay: Replay) -> TargetSeen:
    """An axis that keeps every matching code: the lines that are true, and who confirms."""
    row, answer = replay.row, replay.target.answer
    codes = tuple((row[f"{answer}_all"] or "").split(",")) if row[f"{answer}_all"] else ()
    listed = (row[f"{answer}_reasons"] or "").split(",")
    reasons = tuple((c, r) for c, _, r in (part.partition(":") for part in listed if part))
    awaited: list[Awaited] = []
    steps: list[StepSeen] = []
    for kind, spec in replay.target.steps:
        if kind == "judgement":
            decided = row[decision_column(spec.id)]
            if decided is None and spec.otherwise in ("proposed", "ungraded"):
                awaited.append(Awaited(spec.id, spec.by, decision=True))
            effect: Effect = "decided" if decided is not None else "awaited"
            steps.append(StepSeen(spec.id, kind, effect, role=spec.by, said=decided))
        elif kind == "rules":
            steps += _true_lines(replay, spec)
    if not row[f"{answer}_open"]:
        awaited = []
    return TargetSeen(
        replay.target.name, row[answer], row[f"{answer}_reason"], bool(row[f"{answer}_open"]), tuple(steps), codes,
        reasons, tuple(awaited),
    )  # fmt: skip


def _true_lines(replay: Replay, spec: Any) -> list[StepSeen]:
    found = []
    for i, line in enumerate(spec.lines):
        if replay.row[line_column(spec.id, i)]:
            texts = list(condition_texts(line.when)) if replay.lists else []
            conditions = tuple(ConditionSeen(t, replay.evaluator.condition(t)) for t in texts)
            found.append(
                StepSeen(
                    spec.id, "rules", "answered", said=line.to, line=i, because=line.because, reason=line.reason,
                    conditions=conditions,
                )
            )  # fmt: skip
    return found
