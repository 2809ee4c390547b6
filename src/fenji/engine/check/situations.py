"""The situations a regulation meets: every date on which a parameter changes, every value one depends on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product

from fenji.engine.check.walk import issue
from fenji.engine.expression import literals
from fenji.engine.issues import Issue, Path
from fenji.engine.view import View
from fenji.i18n import Message

_MOST = 200  # situations looked at for one step; dated figures rarely come near


@dataclass(frozen=True)
class Situation:
    """One day and, for parameters that depend on an attribute, one value of each such attribute."""

    view: View
    day: dt.date
    attributes: dict[str, str] = field(default_factory=dict)

    def value(self, text: str) -> Fraction | dt.date | str | None:
        """A literal, or the value of the parameter that stands for one; none where it has none."""
        parameter = self.view.regulation.parameters.get(text)
        if parameter is None:
            return literals.literal(text)
        found = self.view.parameter_at(parameter, self.day)
        if isinstance(found, dict):
            return found.get(self.attributes.get(parameter.by or "", ""))
        return found

    def number(self, text: str) -> Fraction | None:
        """:meth:`value` where it is a number."""
        found = self.value(text)
        return found if isinstance(found, Fraction) else None

    def described(self, dated: bool) -> Message | None:
        """The situation in words, or none if there is nothing to tell."""
        which = ", ".join(f"{name} = '{value}'" for name, value in self.attributes.items())
        if which and dated:
            return Message("for {which}, from {date}", which=which, date=self.day.isoformat())
        return Message("for {which}", which=which) if which else Message("from {date}", date=self.day.isoformat())


def situations(view: View, texts: Collection[str]) -> list[Situation]:
    """The situations in which the parameters among the texts may take other values."""
    regulation = view.regulation
    named = [regulation.parameters[t] for t in dict.fromkeys(texts) if t in regulation.parameters]
    start, end = regulation.in_force.from_, regulation.in_force.to or dt.date.max
    days = sorted({start} | {d for p in named for d in p.values if start < d <= end})
    keys: dict[str, dict[str, None]] = {}
    for parameter in named:
        for value in parameter.values.values():
            if parameter.by and isinstance(value, dict):
                keys.setdefault(parameter.by, {}).update(dict.fromkeys(value))
    combined = (dict(zip(keys, values, strict=True)) for values in product(*keys.values()))
    return [Situation(view, day, chosen) for chosen in islice(combined, _MOST) for day in days]


@dataclass(frozen=True)
class Finding:
    """Something wrong in one situation; the same ``key`` in another one is the same finding."""

    key: Hashable
    path: Path
    code: str
    message: Message


def in_situations(
    view: View, texts: Collection[str], look: Callable[[Situation], Iterable[Finding]]
) -> Iterator[Issue]:
    """Each finding once; with its situation where it does not hold in all of them."""
    everywhere = situations(view, texts)
    dated = len({s.day for s in everywhere}) > 1
    found: dict[Hashable, list[tuple[Situation, Finding]]] = {}
    for situation in everywhere:
        for finding in look(situation):
            found.setdefault((finding.path, finding.key), []).append((situation, finding))
    for same in found.values():
        situation, finding = same[0]
        everywhere_alike = len(same) == len(everywhere) and len({repr(f.message) for _, f in same}) == 1
        context = None if everywhere_alike else situation.described(dated)
        message = (
            Message("{finding} ({context})", finding=finding.message, context=context) if context else finding.message
        )
        yield issue(view, finding.path, finding.code, message)
