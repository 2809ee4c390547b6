"""The chapter on movement: provisional grades, tenure, margins, limits, named moves."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.documents.regulation.phrases import Phrases
from fenji.documents.regulation.tree import Article, Block, Grid, Items, Paragraph
from fenji.documents.regulation.vocabulary import role
from fenji.documents.regulation.words import Words
from fenji.engine.explain.words import text
from fenji.engine.spec.movement import Limit, Movement, Provisional, Tenure
from fenji.i18n import _


def movement(words: Words) -> Iterator[Article]:
    """Its articles."""
    found = words.regulation.movement
    if found.provisional:
        yield Article("movement.provisional", _("Provisional grades"), tuple(provisional(words, found.provisional)))
    if found.tenure:
        yield Article("movement.tenure", _("How long a grade lasts"), tuple(tenure(words, found.tenure)))
    yield from brakes(words, found)
    if found.moves:
        yield Article("movement.moves", _("Named moves"), (moves(words),))
    if found.override:
        said = _(
            "{role} may set another grade by hand, for at most {length}; the computed grade stays recorded beside it.",
            role=role(found.override.by), length=words.length(found.override.at_most),
        )  # fmt: skip
        yield Article("movement.override", _("Setting a grade by hand"), (Paragraph(said),))
    anew = _("Without one of the above a grade follows the standards at each assessment, up or down, without limit.")
    yield Article("movement.computed", _("Grading anew"), (Paragraph(anew),))


def brakes(words: Words, found: Movement) -> Iterator[Article]:
    """What holds a grade back from moving."""
    if found.hold:
        parts = (
            Paragraph(_("When all of the following hold, the previous grade stays:")),
            Items(tuple(Phrases(words).parts(found.hold.when))),
            Paragraph(_("Reason: {because}.", because=text(found.hold.because))),
        )
        yield Article("movement.hold", _("Holding a grade"), parts)
    if found.margin:
        said = _(
            "A grade does not fall while the customer would keep it with every border eased by {margin}.",
            margin=words.figure(found.margin, "ratio"),
        )
        yield Article("movement.margin", _("Margin before a fall"), (Paragraph(said),))
    for key, limit, title in (("fall", found.fall, _("Limits of a fall")), ("rise", found.rise, _("Limits of a rise"))):
        if limit:
            yield Article(f"movement.{key}", title, tuple(limits(words, limit)))


def provisional(words: Words, found: Provisional) -> Iterator[Block]:
    """New customers."""
    if found.until.after:
        yield Paragraph(
            _(
                "A grade is provisional until {length} after {event}.",
                length=words.length(found.until),
                event=words.name(found.until.after),
            )
        )
    else:
        yield Paragraph(_("A new customer's grade is provisional: {length}.", length=words.length(found.until)))
    if found.enjoys == "grade":
        yield Paragraph(_("A provisional grade enjoys the entitlements of the grade."))
    else:
        yield Paragraph(_("A provisional grade enjoys only what all customers have."))
    if found.cycle:
        yield Paragraph(_("At its end the assessment '{cycle}' follows.", cycle=cycle_title(words, found.cycle)))


def cycle_title(words: Words, name: str) -> str:
    """The title of an assessment cycle."""
    return next((text(c.title) for c in words.regulation.assessment.cycles if c.id == name), name)


def tenure(words: Words, found: Tenure) -> Iterator[Block]:
    """When a grade ends and what follows."""
    if found.for_ is not None:
        yield Paragraph(_("This holds for: {customers}.", customers=words.selector(found.for_)))
    if isinstance(found.ends, str):
        ends = _("the end of the calendar year") if found.ends == "calendar_year" else _("the end of the fiscal year")
        yield Paragraph(_("A grade lasts until {end}.", end=ends))
    else:
        yield Paragraph(_("A grade lasts {length}.", length=words.length(found.ends)))
    if found.grace:
        yield Paragraph(_("After its end it stays for a grace of {length}.", length=words.length(found.grace)))
    if found.then == "computed":
        yield Paragraph(_("Then the grade that the standards give takes its place."))
    else:
        yield Paragraph(_("Then it becomes {code}.", code=words.code(found.then)))


def limits(words: Words, limit: Limit) -> Iterator[Block]:
    """How far and how soon."""
    if limit.at_most:
        yield Paragraph(_("At most {number} grades at once.", number=words.figure(limit.at_most)))
    if limit.not_before:
        yield Paragraph(_("Not before {length} after the last change.", length=words.length(limit.not_before)))


def moves(words: Words) -> Grid:
    """Moves with a deadline and a decider."""
    rows = []
    for move in words.regulation.movement.moves:
        deadline = words.within(move.within)
        if move.counted_from:
            start = _("counted from {event}", event=words.name(move.counted_from))
            deadline = f"{deadline} ({start})" if deadline else start
        decider = role(move.decided_by) if move.decided_by else "-"
        rows.append((words.codes(move.from_), words.wanted(move.to), deadline or "-", decider))
    return Grid((_("From"), _("To"), _("Deadline"), _("Decided by")), tuple(rows), (20, 24, 34, 22))
