"""Builds the forms of a regulation from its ``assessment``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fenji.documents.forms.filled import Filled
from fenji.documents.forms.model import Form, Heading, Kind, Line, Listing, Pair, Part, Sheet
from fenji.documents.regulation.assessment import decision_title, shown
from fenji.documents.regulation.vocabulary import role, word
from fenji.documents.regulation.words import Words, day_text
from fenji.engine.explain.words import text
from fenji.engine.spec.assessment import Form as FormSpec
from fenji.engine.spec.assessment import Section
from fenji.engine.spec.steps import Judgement, body
from fenji.engine.view import View, grade_codes
from fenji.i18n import Message, _, speaking

LISTINGS = ("D12.3", "D12.7")
"""Forms of the register that have a line for each customer."""
BLANK_ROWS = 15
OWN_COLUMNS = ("customer", "grade")
"""Notes of a listing that are columns of every listing."""


class FormError(LookupError):
    """There is no such form, or it cannot be filled so; the message says what there is."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.text)


def form_named(view: View, name: str) -> tuple[str, FormSpec]:
    """The form that a name, a place in the register or a title means.

    Raises:
        FormError: when the regulation has none such.
    """
    forms = view.regulation.assessment.forms
    for key, form in forms.items():
        if name in (key, form.register_, form.title.zh, form.title.en):
            return key, form
    known = ", ".join(f"{key} ({form.register_})" if form.register_ else key for key, form in forms.items())
    raise FormError(
        Message("the regulation has no form '{name}'; its forms are: {names}", name=name, names=known or "-")
    )


def form(view: View, name: str, lang: str, *, company: str = "", filled: Sequence[Filled] = ()) -> Form:
    """A form in ``zh`` or ``en``.

    Args:
        view: the regulation.
        name: the form's name, its place in the register, or its title.
        lang: the language of the form.
        company: whose form it is; empty leaves a line.
        filled: the customers to fill it with; one for a form of one customer, none for a blank one.

    Raises:
        FormError: when there is no such form, or several customers for a form of one.
    """
    _key, spec = form_named(view, name)
    with speaking(lang):
        words = Words(view, view.regulation.in_force.from_)
        heading = Heading(lang, text(spec.title), spec.register_ or "", text(view.regulation.title), company)
        if spec.register_ in LISTINGS:
            return listing(words, heading, spec, filled)
        if len(filled) > 1:
            raise FormError(
                Message("'{title}' is a form of one customer; name it with --customer", title=heading.title)
            )
        found = filled[0] if filled else None
        parts = tuple(part(words, section, found) for section in spec.sections)
        return Sheet(heading, facts(found), parts)


def facts(filled: Filled | None) -> tuple[Pair, ...]:
    """Customer, period, result; the day of filling is written by hand."""
    labels = (
        _("Customer name"), _("Customer number"), _("Period assessed"), _("As-of date"), _("Result"), _("Filled on"),
    )  # fmt: skip
    if filled is None:
        return tuple((label, "") for label in labels)
    given = (filled.name, filled.customer, filled.period(), day_text(filled.plan.as_of), filled.grade(), "")
    return tuple(zip(labels, given, strict=True))


# forms of one customer
def part(words: Words, section: Section, filled: Filled | None) -> Part:
    """What one role sees, ticks and writes."""
    title = text(section.title) or _("Filled by {role}", role=role(section.by))
    return Part(title, role(section.by), tuple(lines(words, section, filled)))


def lines(words: Words, section: Section, filled: Filled | None) -> Iterator[Line]:
    """The lines of a section."""
    for name in section.shows:
        yield Line(Kind.VALUE, shown(words, name), filled.value(name) if filled else "")
    for name in section.fills:
        yield judged(words, name, filled) if name in words.regulation.indicators else decided(words, name, filled)
    for name in section.notes:
        yield Line(Kind.NOTE, word("notes", name))


def judged(words: Words, name: str, filled: Filled | None) -> Line:
    """A judged indicator with its scale and evidence."""
    spec = words.regulation.indicators[name].judged
    assert spec is not None
    scale = words.regulation.scales[spec.scale] if spec.scale else {}
    options = tuple(sorted(scale, key=lambda label: -scale[label]))
    hint = text(spec.sheet) if spec.sheet and text(spec.sheet) != words.name(name) else ""
    if spec.between:
        unit = words.regulation.indicators[name].unit or ""
        low, high = (words.figure(bound, unit) for bound in spec.between)
        hint = _("; ").join(filter(None, [hint, _("from {low} to {high}", low=low, high=high)]))
    evidence = tuple((words.name(e), filled.value(e) if filled else "") for e in spec.evidence)
    return Line(Kind.CHOICE, words.name(name), filled.value(name) if filled else "", hint, options, evidence)


def decided(words: Words, name: str, filled: Filled | None) -> Line:
    """A decision with the codes it may name."""
    target, step = judgement(words, name)
    codes = grade_codes(words.regulation) if target == "grade" else words.regulation.axes[target].values
    options = tuple(step.may) or tuple(value.code for value in codes)
    given = filled.decision(name, target) if filled else ""
    return Line(Kind.CHOICE, decision_title(words, name), given, options=options)


def judgement(words: Words, name: str) -> tuple[str, Judgement]:
    """The judgement step of a name, with the axis it is on or ``grade``."""
    regulation = words.regulation
    places = [("grade", regulation.grading), *((a, axis.grading) for a, axis in regulation.axes.items())]
    for target, grading in places:
        for step in grading:
            found = body(step)[1]
            if isinstance(found, Judgement) and found.id == name:
                return target, found
    raise FormError(Message("the form fills '{name}', which nobody judges", name=name))


# a line for each customer
def listing(words: Words, heading: Heading, spec: FormSpec, filled: Sequence[Filled]) -> Listing:
    """A form with a line for each customer."""
    columns = list(listed_columns(words, spec))
    head = (_("No."), _("Customer number"), _("Customer name"), _("Grade"), *(label for label, _name in columns))
    rows = [
        (str(at), one.customer, one.name, one.grade(), *(listed_value(words, one, name) for _label, name in columns))
        for at, one in enumerate(filled, 1)
    ] or [(str(at), *("" for _label in head[1:])) for at in range(1, BLANK_ROWS + 1)]
    day = day_text(filled[0].plan.as_of) if filled else ""
    count = str(len(filled)) if filled else ""
    roles = tuple(role(section.by) for section in spec.sections)
    return Listing(heading, ((_("As-of date"), day), (_("Customers"), count)), head, tuple(rows), roles)


def listed_columns(words: Words, spec: FormSpec) -> Iterator[tuple[str, str]]:
    """The columns of a listing beside the customer and the grade: heading and name."""
    for section in spec.sections:
        for name in section.fills:
            label = words.name(name) if name in words.regulation.indicators else decision_title(words, name)
            yield label, name
        yield from ((shown(words, name), name) for name in section.shows)
        yield from ((word("notes", name), "") for name in section.notes if name not in OWN_COLUMNS)


def listed_value(words: Words, one: Filled, name: str) -> str:
    """The cell of a column; notes are left to be written."""
    if not name:
        return ""
    known = name in words.regulation.indicators or name in words.regulation.axes
    return one.value(name) if known else one.decision(name, judgement(words, name)[0])
