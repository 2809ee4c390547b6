"""The chapter on assessment: forms, and cycles with their acts, roles and deadlines."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.documents.regulation.tree import Article, Block, Grid, Paragraph
from fenji.documents.regulation.vocabulary import role, word
from fenji.documents.regulation.words import Words, listed, month_day, sentences
from fenji.engine.explain.words import name_of, text
from fenji.engine.spec.assessment import Cycle, CycleStep, Form
from fenji.engine.spec.steps import body
from fenji.i18n import Message, _

_FORM_NUMBERS = Message("{title} (form {number})")


def assessment(words: Words) -> Iterator[Article]:
    """Its articles."""
    found = words.regulation.assessment
    for name, form in found.forms.items():
        yield Article(f"assessment.forms.{name}", form_title(form), (form_table(words, form),))
    for cycle in found.cycles:
        yield Article(f"assessment.cycles.{cycle.id}", text(cycle.title), tuple(cycle_blocks(words, cycle)))


def form_title(form: Form) -> str:
    """The title of a form with its place in the register."""
    if form.register_:
        return _(_FORM_NUMBERS.text, title=text(form.title), number=form.register_)
    return text(form.title)


def filled(words: Words, name: str) -> str:
    """What a section fills: a judged indicator, or a decision."""
    found = words.regulation.indicators
    return words.name(name) if name in found else decision_title(words, name)


def decision_title(words: Words, name: str) -> str:
    """The title of a judgement step."""
    regulation = words.regulation
    places = [(None, regulation.grading), *((a, axis.grading) for a, axis in regulation.axes.items())]
    for axis, grading in places:
        for step in grading:
            kind, found = body(step)
            if kind == "judgement" and found.id == name:
                if found.title:
                    return text(found.title)
                what = words.name(axis) if axis else _("the grade")
                return _("{role} decides {what}", role=role(found.by), what=what)
    return name


def shown(words: Words, name: str) -> str:
    """What a section shows: an indicator, an axis, or a part of the result."""
    known = name_of(words.view, name)
    return known if known != name else word("shows", name)


def form_table(words: Words, form: Form) -> Grid:
    """Who fills what."""
    rows = tuple(
        (
            text(section.title) or "-",
            role(section.by),
            listed(shown(words, n) for n in section.shows) or "-",
            listed(filled(words, n) for n in section.fills) or "-",
            listed(word("notes", n) for n in section.notes) or "-",
        )
        for section in form.sections
    )
    head = (_("Section"), _("Filled by"), _("Shows"), _("Fills"), _("Notes"))
    return Grid(head, rows, (14, 14, 24, 28, 20), side=2)


def cycle_blocks(words: Words, cycle: Cycle) -> Iterator[Block]:
    """When a cycle runs, for whom, and its acts."""
    yield Paragraph(start(words, cycle))
    for said in conditions(words, cycle):
        yield Paragraph(said)
    rows = tuple((str(number), *act(words, step)) for number, step in enumerate(cycle.steps, 1))
    head = (_("No."), _("Act"), _("By"), _("For"), _("Form"), _("Deadline"), _("When late"))
    yield Grid(head, rows, (6, 30, 14, 14, 14, 11, 11), side=2)


def start(words: Words, cycle: Cycle) -> str:
    """What starts a cycle."""
    said = _("Runs {how}.", how=words.every(cycle.every)) if cycle.every else ""
    if cycle.on:
        said = _("Starts on: {event}.", event=words.name(cycle.on))
    return said


def conditions(words: Words, cycle: Cycle) -> Iterator[str]:
    """What else holds for a cycle."""
    if cycle.as_of:
        day = word("as_of", cycle.as_of)
        yield _("The as-of date is {day}.", day=day if day != cycle.as_of else month_day(cycle.as_of))
    if cycle.window:
        yield _(
            "It is carried out from {first} to {last}.",
            first=month_day(cycle.window.from_),
            last=month_day(cycle.window.to),
        )
    if cycle.opens:
        yield _("It opens {when}.", when=words.within(cycle.opens))
    if cycle.per:
        yield _(
            "It is carried out separately by {column}.",
            column=words.column(words.view.facts.tables["customers"], cycle.per),
        )
    if cycle.covers is not None:
        yield _("It covers: {customers}.", customers=words.selector(cycle.covers))
    if cycle.publishes:
        yield _("It publishes: {names}.", names=listed(words.part(n) for n in cycle.publishes))
    if cycle.remind:
        yield _("Reminders are sent {days} days before.", days=listed(str(d) for d in cycle.remind.days_before))


def act(words: Words, step: CycleStep) -> tuple[str, ...]:
    """One act: what, by whom, for whom, on which form, by when, what if late."""
    what = word("acts", step.do)
    if step.title:
        what = _("{name}: {means}", name=what, means=text(step.title))
    details = [what]
    if step.judgement:
        details.append(_("decision: {names}", names=listed(decision_title(words, n) for n in step.judgement)))
    if step.may:
        details.append(_("may {acts}", acts=listed(word("may", n) for n in step.may)))
    if step.lists:
        details.append(_("lists: {names}", names=listed(text(entry) for entry in step.lists)))
    form = words.regulation.assessment.forms.get(step.form or "")
    return (
        sentences(details),
        words.roles(step.by),
        words.selector(step.for_) if step.for_ is not None else "-",
        (text(form.title) if form else step.form) or "-",
        words.within(step.within) or "-",
        word("silent", step.silent) if step.silent else "-",
    )
