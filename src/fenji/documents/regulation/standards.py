"""The chapter on grades and standards: grades, axes, and each step that gives or moves a grade."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fenji.documents.regulation.phrases import Phrases
from fenji.documents.regulation.tree import Article, Block, Grid, Items, Paragraph
from fenji.documents.regulation.vocabulary import role
from fenji.documents.regulation.words import Words, listed
from fenji.engine.explain.words import text
from fenji.engine.spec.steps import (
    Bands,
    Cap,
    Flag,
    Floor,
    GradeValue,
    Judgement,
    Matrix,
    Rank,
    Rules,
    Share,
    Shift,
    Step,
    Veto,
    body,
)
from fenji.i18n import Message, _

_TITLES = {
    "bands": Message("By {name}"), "rank": Message("By place of {name}"),
    "share": Message("By running share of {name}"),
}  # fmt: skip
_PLAIN_TITLES = {
    "rules": Message("Rules"), "matrix": Message("Combination of axes"), "veto": Message("Veto"),
    "cap": Message("Cap"), "floor": Message("Floor"), "raise": Message("Rise"), "lower": Message("Fall"),
    "judgement": Message("Decision"), "flag": Message("Mark"),
}  # fmt: skip


def standards(words: Words) -> Iterator[Article]:
    """Its articles."""
    regulation = words.regulation
    yield Article("grades", _("Grades"), tuple(grades(words)))
    if regulation.ungraded:
        items = Items(tuple(text(means, code) for code, means in regulation.ungraded.items()))
        note = Paragraph(_("A customer may also remain without a grade, with one of these results:"))
        yield Article("ungraded", _("Results without a grade"), (note, items))
    for name, axis in regulation.axes.items():
        several = _("A customer may have several of these; the first that fits leads.") if axis.several else ""
        remark: tuple[Block, ...] = (Paragraph(several),) if several else ()
        blocks = (*remark, value_table(words, axis.values))
        yield Article(f"axes.{name}", words.name(name), blocks)
        yield from steps(words, axis.grading, f"axes.{name}.grading", name)
    yield from steps(words, regulation.grading, "grading", None)
    yield Article("order", _("Order of the steps"), tuple(order()))


def order() -> Iterator[Block]:
    """How the steps work together."""
    yield Paragraph(
        _(
            "The steps are taken in the order of the articles. A standard answers only where there is no grade yet; "
            "caps, floors, rises, falls and decisions change the grade found; a veto is the last word."
        )
    )
    yield Paragraph(
        _(
            "A condition that cannot be decided for lack of a value has no effect. "
            "If an awaited judgement could change the grade, the result is a proposal only."
        )
    )


def grades(words: Words) -> Iterator[Block]:
    """The table of grades, or how cells make them."""
    cells = words.regulation.cells
    if cells is None:
        yield value_table(words, words.regulation.grade_values)
        return
    names = listed(words.name(axis) for axis in cells.cells)
    if cells.join:
        said = _(
            "A grade is the combination of {names}, written with '{join}' between them.", names=names, join=cells.join
        )
    else:
        said = _("A grade is the combination of {names}, written together.", names=names)
    yield Paragraph(said)
    if len(cells.cells) == 2:
        first, second = cells.cells
        across = words.regulation.codes(second) if second in words.regulation.axes else ()
        down = words.regulation.codes(first) if first in words.regulation.axes else ()
        rows = tuple((words.code(a, first), *(cells.join.join((a, b)) for b in across)) for a in down)
        head = (f"{words.name(first)} / {words.name(second)}", *(words.code(b, second) for b in across))
        yield Grid(head, rows)


def value_table(words: Words, values: Iterable[GradeValue]) -> Grid:
    """Codes with their titles, places and meaning; columns that no value fills are left out."""
    found = list(values)
    columns: list[tuple[str, int, Callable[[GradeValue], str]]] = [
        (_("Code"), 12, lambda v: v.code),
        (_("Name"), 22, lambda v: text(v.title)),
        (_("Place"), 10, lambda v: "" if v.rank is None else str(v.rank)),
        (_("Attention"), 10, lambda v: "" if v.attention is None else str(v.attention)),
        (_("Meaning"), 46, lambda v: text(v.means)),
    ]
    kept = [c for c in columns if any(c[2](v) for v in found)]
    rows = tuple(tuple(show(v) or "-" for _head, _width, show in kept) for v in found)
    return Grid(tuple(head for head, _width, _show in kept), rows, tuple(width for _head, width, _show in kept))


def steps(words: Words, grading: Iterable[Step], key: str, axis: str | None) -> Iterator[Article]:
    """An article for each step; marks stand together."""
    marks: list[Flag] = []
    for step in grading:
        kind, found = body(step)
        if isinstance(found, Flag):
            marks.append(found)
            continue
        blocks = tuple(one_step(words, kind, found, axis))
        yield Article(f"{key}.{found.id}", step_title(words, kind, found, axis), blocks)
    if marks:
        yield Article(f"{key}.flags", _("Marks"), tuple(flags(words, marks)))


def step_title(words: Words, kind: str, found: Any, axis: str | None) -> str:
    """The title of a step; generated where it has none."""
    if found.title:
        said = text(found.title)
    elif kind in _TITLES:
        said = _(_TITLES[kind].text, name=words.name(found.of))
    else:
        said = str(_PLAIN_TITLES[kind])
        if kind not in ("rules", "matrix", "judgement") and found.because:
            said = _("{name}: {means}", name=said, means=text(found.because))
    return _("{axis}: {title}", axis=words.name(axis), title=said) if axis else said


def one_step(words: Words, kind: str, found: Any, axis: str | None) -> Iterator[Block]:
    """What a step does."""
    if found.for_ is not None:
        yield Paragraph(_("This holds for: {customers}.", customers=words.selector(found.for_)))
    if kind in ("bands", "rank", "share", "rules", "matrix"):
        if found.when is not None:
            yield Paragraph(
                _("This standard is used when: {condition}.", condition=Phrases(words).condition(found.when))
            )
        writers: dict[str, Callable[[Words, Any, str | None], Iterator[Block]]] = {
            "bands": bands, "rank": placed, "share": placed, "rules": rules, "matrix": matrix,
        }  # fmt: skip
        yield from writers[kind](words, found, axis)
    elif isinstance(found, Judgement):
        yield from judgement(words, found, axis)
    else:
        yield from adjuster(words, kind, found, axis)


def bands(words: Words, found: Bands, axis: str | None) -> Iterator[Block]:
    """Codes and the values they hold."""
    unit = words.unit(found.of)
    rows = tuple((words.code(code, axis), words.interval(band, unit)) for code, band in found.into.items())
    yield Grid((words.name(axis) if axis else _("Grade"), words.name(found.of)), rows, (30, 70))
    if found.reason:
        yield Paragraph(_("Reason given: {reason}.", reason=words.reason(found.reason)))


def placed(words: Words, found: Rank | Share, axis: str | None) -> Iterator[Block]:
    """Codes by the place in the population or the running share of the total."""
    best = _("the highest value is best") if found.best == "high" else _("the lowest value is best")
    among = Phrases(words).text(found.among) if found.among else _("all customers graded")
    yield Paragraph(
        _(
            "Customers are ordered by {name}; {best}. Compared are: {among}. Equals stay together.",
            name=words.name(found.of),
            best=best,
            among=among,
        )
    )
    share = isinstance(found, Share)
    rows = tuple(
        (words.code(code, axis), words.interval(part, "ratio") if share else place(words, part))
        for code, part in found.into.items()
    )
    head = _("Running share of the total") if share else _("Place")
    yield Grid((words.name(axis) if axis else _("Grade"), head), rows, (30, 70))
    if found.at_least:
        few = words.figure(found.at_least)
        then = words.code(found.too_few, axis) if found.too_few else _("no grade")
        yield Paragraph(_("With fewer than {number} customers: {result}.", number=few, result=then))


def place(words: Words, part: str) -> str:
    """``top p``, ``last p`` or the rest, in words."""
    word_, _space, share = part.partition(" ")
    if not share:
        return _("all others") if word_ == "rest" else part
    portion = words.figure(share, "ratio")
    return _("the first {share}", share=portion) if word_ == "top" else _("the last {share}", share=portion)


def rules(words: Words, found: Rules, axis: str | None) -> Iterator[Block]:
    """Lines, in order."""
    yield Paragraph(_("The first line whose conditions hold gives the result:"))
    items = []
    for line in found.lines:
        said = _("{code}: {condition}", code=words.code(line.to, axis), condition=Phrases(words).condition(line.when))
        if line.because or line.reason:
            because = text(line.because) if line.because else words.reason(line.reason or "")
            said = _("{said}. Reason: {because}", said=said, because=because)
        items.append(said)
    yield Items(tuple(items))


def matrix(words: Words, found: Matrix, axis: str | None) -> Iterator[Block]:
    """The cells as a table; a third axis makes one table for each of its codes."""
    first, second = found.of[:2]
    below = [code for row in found.cells.values() for code, cell in row.items() if isinstance(cell, dict)]
    if not below:
        columns = list(dict.fromkeys(code for row in found.cells.values() for code in row))
        rows = tuple(
            (words.code(a, first), *(cell(words, row.get(b), axis) for b in columns)) for a, row in found.cells.items()
        )
        yield Grid((f"{words.name(first)} / {words.name(second)}", *(words.code(b, second) for b in columns)), rows)
        return
    third = found.of[2]
    for a, row in found.cells.items():
        columns = list(dict.fromkeys(c for part in row.values() if isinstance(part, dict) for c in part))
        lines = tuple(
            (
                words.code(b, second),
                *(cell(words, part.get(c) if isinstance(part, dict) else part, axis) for c in columns),
            )
            for b, part in row.items()
        )
        head = (f"{words.name(second)} / {words.name(third)}", *(words.code(c, third) for c in columns))
        yield Grid(head, lines, title=f"{words.name(first)}: {words.code(a, first)}")


def cell(words: Words, code: object, axis: str | None) -> str:
    """One cell."""
    return words.code(str(code), axis) if code is not None else "-"


def adjuster(words: Words, kind: str, found: Any, axis: str | None) -> Iterator[Block]:
    """A veto, cap, floor, rise or fall in a sentence, its conditions as a list."""
    said = effect(words, kind, found, axis)
    yield Paragraph(_("When all of the following hold, {effect}:", effect=said))
    yield Items(tuple(Phrases(words).parts(found.when)))
    yield Paragraph(_("Reason: {because}.", because=text(found.because)))


def effect(words: Words, kind: str, found: Any, axis: str | None) -> str:
    """What an adjuster does."""
    if isinstance(found, Veto):
        return _("the result is {code}, whatever the other standards say", code=words.code(found.to, axis))
    if isinstance(found, Cap):
        return _("a better grade becomes {code}", code=words.code(found.at, axis))
    if isinstance(found, Floor):
        return _("a worse grade becomes {code}", code=words.code(found.at, axis))
    assert isinstance(found, Shift)
    number = words.figure(found.by)
    return (
        _("the grade rises by {number}", number=number)
        if kind == "raise"
        else _("the grade falls by {number}", number=number)
    )


def judgement(words: Words, found: Judgement, axis: str | None) -> Iterator[Block]:
    """A decision of people."""
    may = words.codes(found.may, axis) if found.may else _("any grade of this regulation")
    yield Paragraph(_("{role} decides; the decision may name: {codes}.", role=role(found.by), codes=may))
    if found.opinions:
        yield Paragraph(_("Opinions are heard before: {roles}.", roles=words.roles(found.opinions)))
    if found.otherwise == "proposed":
        yield Paragraph(_("Until it is taken, the computed result is a proposal."))
    elif found.otherwise == "ungraded":
        yield Paragraph(_("Until it is taken, there is no result."))
    else:
        yield Paragraph(_("Until it is taken, the result is {code}.", code=words.code(found.otherwise, axis)))
    if found.valid:
        yield Paragraph(_("A decision is valid for {length}.", length=words.length(found.valid)))


def flags(words: Words, marks: list[Flag]) -> Iterator[Block]:
    """Marks, which move no grade."""
    yield Paragraph(_("Marks change no grade; entitlements and service refer to them:"))
    rows = tuple(
        (
            text(mark.because)
            if not mark.title
            else _("{name}: {means}", name=text(mark.title), means=text(mark.because)),
            Phrases(words).condition(mark.when),
            words.selector(mark.for_) if mark.for_ is not None else _("all customers"),
        )
        for mark in marks
    )
    yield Grid((_("Mark"), _("When"), _("For")), rows, (34, 46, 20))
