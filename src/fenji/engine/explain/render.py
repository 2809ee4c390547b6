"""Explanations in short sentences of business, in the language of the context."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.engine.explain.evaluate import Evaluator
from fenji.engine.explain.model import Awaited, ConditionSeen, Facts, ScoreUsed, StepSeen, TargetSeen, ValueUsed
from fenji.engine.explain.phrase import Phrases
from fenji.engine.explain.words import grade_name, interval, joined, name_of, number, role, shown, text, unit_of
from fenji.engine.plan import Plan
from fenji.engine.readout import indicator
from fenji.engine.view import condition_texts
from fenji.i18n import Message, _

_MOVED = {
    "capped": Message("{because}: at best {at}, so {before} becomes {after}"),
    "floored": Message("{because}: at least {at}, so {before} becomes {after}"),
    "raised": Message("{because}: {before} rises to {after}"),
    "lowered": Message("{because}: {before} falls to {after}"),
    "vetoed": Message("{because}: the result is {at}"),
}
_MET: dict[bool | None, Message] = {
    True: Message("{condition}, met"), False: Message("{condition}, not met"), None: Message("{condition}, undecided"),
}  # fmt: skip


class Writer:
    """Writes about one customer."""

    def __init__(self, plan: Plan, facts: Facts, evaluator: Evaluator) -> None:
        self.plan, self.facts, self.evaluator = plan, facts, evaluator
        self.view, self.regulation = plan.view, plan.regulation
        self.phrases = Phrases(evaluator)

    # pieces
    def value(self, name: str) -> str:
        """An indicator's value in words."""
        return shown(indicator(self.plan, self.evaluator.row, name), unit_of(self.view, name))

    def place(self, step: StepSeen) -> str:
        """A place in the population."""
        assert step.place is not None
        return _("place {place} of {size}", place=step.place.better + 1, size=step.place.of)

    def code(self, code: str | None, target: TargetSeen) -> str:
        """A code of the grade or an axis in words."""
        if code is None:
            return _("no grade")
        return grade_name(self.regulation, code, None if target.name == "grade" else target.name)

    def people(self, awaited: tuple[Awaited, ...]) -> str:
        """Who is awaited for what."""
        parts = []
        for one in dict.fromkeys(awaited):
            if one.decision:
                parts.append(_("the decision of {role}", role=role(one.role)))
            else:
                name = name_of(self.view, one.what)
                parts.append(_("{name} (to be judged by {role})", name=name, role=role(one.role)))
        return joined(list(dict.fromkeys(parts)))

    # the whole
    def sentences(self) -> Iterator[str]:
        """The explanation, most important first."""
        yield self.headline()
        for line in self.steps(self.facts.target):
            yield _("{text}.", text=line)
        if moved := self.movement():
            yield _("{text}.", text=moved)
        for axis in self.facts.axes:
            yield _("{text}.", text=self.axis(axis))
            for line in self.steps(axis):
                yield _("{text}.", text=line)
        for score in self.facts.scores:
            yield _("{text}.", text=self.score(score))
        if self.facts.values:
            used = joined([self.used(value) for value in self.facts.values])
            yield _("Figures used: {values}.", values=used)

    def headline(self) -> str:
        """What the result is, and how firm."""
        facts = self.facts
        grade = self.code(facts.grade, facts.target)
        if facts.standing == "ungraded":
            return _("Not graded: {why}.", why=self.ungraded())
        if facts.standing == "proposed":
            people = self.people(facts.target.awaited)
            return _("Proposed as {grade}; awaiting {people}.", grade=grade, people=people)
        if facts.standing == "provisional" and facts.provisional_until:
            until = facts.provisional_until.isoformat()
            return _("Provisionally {grade}, until {day}.", grade=grade, day=until)
        return _("Result: {grade}.", grade=grade)

    def ungraded(self) -> str:
        """Why there is no grade."""
        why = self.facts.ungraded or ""
        if why.startswith("missing:"):
            name = why.partition(":")[2]
            return _("{name} has no value, and without it there is no grade", name=name_of(self.view, name))
        if why == "awaiting":
            return _("awaiting {people}", people=self.people(self.facts.target.awaited))
        if why == "scope":
            return _("the facts do not say whether the regulation applies to this customer")
        if why == "unmatched":
            missing = self.missing_values()
            if missing:
                return _("no grade fits, as these have no value: {names}", names=joined(missing))
            return _("no grade of the regulation fits; people must decide")
        return grade_name(self.regulation, why)

    def missing_values(self) -> list[str]:
        """The values that are missing and that a grader looked at."""
        looked = {step.of for step in self.facts.target.steps if step.kind in ("bands", "rank", "share")} - {None}
        below = self.view.all_names({n for n in looked if n})
        return [
            name_of(self.view, n)
            for n, spec in self.regulation.indicators.items()
            if n in below and not (spec.formula or spec.points) and self.evaluator.row[f"i_{n}"] is None
        ]

    # steps
    def steps(self, target: TargetSeen) -> Iterator[str]:
        """A line for each step that answered, moved, is awaited or was looked at in vain."""
        for step in target.steps:
            if line := self.step(step, target):
                yield line

    def step(self, step: StepSeen, target: TargetSeen) -> str | None:
        """What one step did; none for a step with nothing to say."""
        if step.effect == "answered":
            conditions = [self.condition(c) for c in step.conditions]
            said = self.answered(step, target)
            return _("{said}: {conditions}", said=said, conditions=joined(conditions)) if conditions else said
        if step.effect in _MOVED or step.effect in ("decided", "awaited"):
            line = self.adjusted(step, target)
            return self.with_conditions(line, step)
        if step.effect == "set":
            line = _("Marked: {because}", because=text(step.because, step.flag or step.id))
            return self.with_conditions(line, step)
        if step.effect in ("not_met", "undecided") and step.kind not in ("bands", "rank", "share", "matrix", "rules"):
            template = _("Not in effect: {because}") if step.effect == "not_met" else _("Undecided: {because}")
            if step.kind != "flag" or step.effect == "undecided":
                line = template.format(because=text(step.because, step.id))
                return self.with_conditions(line, step)
        return None

    def with_conditions(self, line: str, step: StepSeen) -> str:
        if not step.conditions:
            return line
        seen = joined([self.condition(c) for c in step.conditions])
        if step.need:
            seen = _("at least {number} of: {conditions}", number=step.need, conditions=seen)
        return _("{said}: {conditions}", said=line, conditions=seen)

    def condition(self, seen: ConditionSeen) -> str:
        """A condition, and whether it is met."""
        marks = {
            True: Message("{condition}, met"),
            False: Message("{condition}, not met"),
            None: Message("{condition}, undecided"),
        }
        return _(marks[seen.met].text, condition=self.phrases.condition(seen.text))

    def answered(self, step: StepSeen, target: TargetSeen) -> str:
        """What a grader found."""
        grade = self.code(step.said, target)
        if step.kind == "bands" and step.of and step.band:
            band = interval(step.band, unit_of(self.view, step.of))
            name = name_of(self.view, step.of)
            words = Message("{name} {value} is {grade} ({band})")
            if step.said in self.regulation.ungraded:
                words = Message("{name} {value} ({band}): {grade}")
            return _(words.text, name=name, value=self.value(step.of), grade=grade, band=band)
        if step.kind in ("rank", "share") and step.of:
            if step.share is not None:
                return _(
                    "{name} {value}, running share {share}, is {grade} ({band})", name=name_of(self.view, step.of),
                    value=self.value(step.of), share=self.reached(step), grade=grade, band=self.portion(step),
                )  # fmt: skip
            if step.place is None:
                return _(
                    "{name}: {grade} ({band})", name=name_of(self.view, step.of), grade=grade, band=self.portion(step)
                )
            return _(
                "{name} {value}, {place}, is {grade} ({band})", name=name_of(self.view, step.of),
                value=self.value(step.of), place=self.place(step), grade=grade, band=self.portion(step),
            )  # fmt: skip
        if step.kind == "matrix":
            cell = _(", ").join(
                _("{name} {value}", name=name_of(self.view, a), value=grade_name(self.regulation, c, a))
                for a, c in step.cell
            )
            return _("{cell} make {grade}", cell=cell, grade=grade)
        if step.because:
            return _("{because}: {grade}", because=text(step.because), grade=grade)
        return _("The standard of {grade} is met", grade=grade)

    def reached(self, step: StepSeen) -> str:
        """The running share of the total down to this customer."""
        assert step.share is not None
        return shown(step.share, "ratio")

    def portion(self, step: StepSeen) -> str:
        """``top 20%``, ``last 20%``, the rest, or an interval of the running share."""
        written = step.band_text or ""
        if step.kind == "share" and written:
            return _("running share {band}", band=interval(self.plan.resolver.interval(written), "ratio"))
        word, _space, share = written.partition(" ")
        if not share:
            return _("the others") if word == "rest" else _("too few customers to rank")
        portion = shown(self.plan.resolver.figure(share), "ratio")
        return _("the best {share}", share=portion) if word == "top" else _("the last {share}", share=portion)

    def adjusted(self, step: StepSeen, target: TargetSeen) -> str:
        """What an adjuster or a decision did."""
        if step.effect == "decided":
            return _("Decided by {role}: {grade}", role=role(step.role or ""), grade=self.several(step, target))
        if step.effect == "awaited":
            return _("Awaiting the decision of {role}", role=role(step.role or ""))
        return _(
            _MOVED[step.effect].text, because=text(step.because, step.id), at=self.code(step.at, target),
            before=self.code(step.before, target), after=self.code(step.after, target),
        )  # fmt: skip

    def several(self, step: StepSeen, target: TargetSeen) -> str:
        codes = [c.strip() for c in (step.said or "").split(",")] if target.all_codes else [step.said]
        return _(", ").join(self.code(c, target) if c else "" for c in codes)

    def axis(self, axis: TargetSeen) -> str:
        """What an axis came to."""
        name = name_of(self.view, axis.name)
        if axis.all_codes:
            codes = _(", ").join(self.code(c, axis) for c in axis.all_codes)
        else:
            codes = self.code(axis.code, axis) if axis.code else _("none")
        if axis.open:
            return _("{name}: {code} (awaiting {people})", name=name, code=codes, people=self.people(axis.awaited))
        return _("{name}: {code}", name=name, code=codes)

    def movement(self) -> str | None:
        """What the previous grade changed."""
        seen, facts = self.facts.movement, self.facts
        if seen.previous is None or facts.computed is None or facts.grade is None or facts.grade == facts.computed:
            return None
        words = (
            Message("The figures alone give {computed}; {previous} from before is held")
            if seen.held and facts.grade == seen.previous
            else Message("The figures alone give {computed}; coming from {previous} it may only move to {grade}")
        )
        return _(
            words.text, computed=self.code(facts.computed, facts.target),
            previous=self.code(seen.previous, facts.target), grade=self.code(facts.grade, facts.target),
        )  # fmt: skip

    # figures
    def score(self, score: ScoreUsed) -> str:
        """A score with each line's points."""
        lines = []
        for line in score.lines:
            name = text(line.title) or name_of(self.view, line.of)
            value = shown(line.value, unit_of(self.view, line.of))
            points = _("no points") if line.points is None else shown(line.points, "points")
            if line.bin is not None:
                value = _("{value} ({band})", value=value, band=interval(line.bin, unit_of(self.view, line.of)))
            elif line.weight is not None and line.weight != 1:
                value = _("{value} (weight {weight})", value=value, weight=number(line.weight))
            lines.append(_("{name} {value}: {points}", name=name, value=value, points=points))
        total = shown(score.total, "points")
        words = Message("{name} {total} = {lines}")
        if score.reweighed:
            words = Message("{name} {total} (scaled to {max}, as lines are missing) = {lines}")
        return _(
            words.text, name=name_of(self.view, score.name), total=total, lines=joined(lines), max=number(score.max)
        )

    def used(self, used: ValueUsed) -> str:
        """One indicator with its value, window and marks."""
        line = _("{name} {value}", name=name_of(self.view, used.name), value=shown(used.value, used.unit))
        if used.window:
            start, end = used.window
            days = (
                _("{start} to {end}", start=start.isoformat(), end=end.isoformat())
                if start else _("up to {end}", end=end.isoformat())
            )  # fmt: skip
            line = _("{value} ({band})", value=line, band=days)
        if used.stated:
            return _("{said} (was missing, the regulation's value is used)", said=line)
        if used.missing and used.role:
            return _("{said} (to be judged by {role})", said=line, role=role(used.role))
        return line

    # one line
    def summary(self) -> str:
        """One line for a list."""
        facts = self.facts
        parts = [part for step in facts.target.steps if (part := self.brief(step))]
        if facts.standing == "ungraded" and (not parts or facts.ungraded not in self.regulation.ungraded):
            return _("Not graded: {why}", why=self.ungraded())
        if not parts and self.regulation.cells:
            parts = [self.axis(axis) for axis in facts.axes if axis.name in self.regulation.cells.cells]
        if moved := self.movement():
            parts.append(moved)
        if facts.standing == "proposed":
            parts.append(_("awaiting {people}", people=self.people(facts.target.awaited)))
        if facts.standing == "provisional":
            parts.append(_("provisional"))
        return joined(parts)

    def brief(self, step: StepSeen) -> str | None:
        """A step in the one line, where it made the grade what it is."""
        if step.effect == "answered":
            if step.kind == "rules" and step.because is None and step.line is not None:
                spec = {s.id: s for _kind, s in self.plan.grade.steps}[step.id]
                texts = [self.phrases.plain(t) for t in condition_texts(spec.lines[step.line].when)]
                grade = self.code(step.said, self.facts.target)
                return _("{because}: {grade}", because=_(", ").join(texts), grade=grade)
            return self.answered(step, self.facts.target)
        if step.effect in _MOVED or step.effect == "decided":
            return self.adjusted(step, self.facts.target)
        return None
