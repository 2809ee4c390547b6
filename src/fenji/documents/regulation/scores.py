"""Scores and models, an article each."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.documents.regulation.phrases import Phrases
from fenji.documents.regulation.tree import Article, Block, Grid, Paragraph
from fenji.documents.regulation.words import Words, listed, sentences
from fenji.engine.explain.words import text
from fenji.engine.spec.indicators import Indicator, ModelValue, Points, PointsLine
from fenji.i18n import _


def counted(words: Words) -> Iterator[Article]:
    """An article for each score."""
    for name, spec in words.regulation.indicators.items():
        if spec.points:
            blocks = (*score(words, spec.points, spec.unit or "points"), *remarks(words, spec))
            yield Article(f"indicators.{name}", words.name(name), blocks)


def remarks(words: Words, spec: Indicator) -> Iterator[Block]:
    """What an indicator means and what holds without a value."""
    if spec.means:
        yield Paragraph(text(spec.means))
    if spec.missing == "ungraded":
        yield Paragraph(_("Without this value there is no grade."))
    elif spec.missing not in (None, "none"):
        yield Paragraph(_("Without a value {value} is used.", value=words.figure(spec.missing or "", spec.unit or "")))
    else:
        yield Paragraph(_("Without its parts it stays without value."))


def score(words: Words, points: Points, unit: str) -> Iterator[Block]:
    """The lines of a score as a table."""
    full = words.figure(points.max, unit)
    yield Paragraph(_("The score is the sum of the lines below; the full score is {full}.", full=full))
    if points.lines_missing == "reweigh":
        yield Paragraph(_("Where a line is missing, the points present are scaled up to the full score."))
    else:
        yield Paragraph(_("Where a line is missing, there is no score."))
    rows = []
    for key, line in points.lines.items():
        of = line.of or key
        named = text(line.title, words.name(of))
        if line.title and line.of:
            named = _("{title} ({unit})", title=named, unit=words.name(of))
        rows.append((named, rule(words, line, of)))
    yield Grid((_("Line"), _("Points")), tuple(rows), (34, 66))


def rule(words: Words, line: PointsLine, of: str) -> str:
    """How a line gives points."""
    parts = []
    if line.bins:
        unit = words.unit(of)
        parts += [
            _("{band}: {points}", band=words.interval(band, unit), points=words.figure(given, "points"))
            for given, band in line.bins.items()
        ]
    if line.labels:
        parts += [
            _("{band}: {points}", band=label, points=words.figure(given, "points"))
            for label, given in line.labels.items()
        ]
    if line.weight:
        weight = words.figure(line.weight)
        parts.append(
            _("its points times {weight}", weight=weight) if parts else _("its number times {weight}", weight=weight)
        )
    return sentences(parts)


def models(words: Words) -> Iterator[Article]:
    """An article for each model."""
    for name, spec in words.regulation.indicators.items():
        if spec.model:
            blocks = (*model(words, spec.model), *remarks(words, spec))
            yield Article(f"indicators.{name}", words.name(name), blocks)


def model(words: Words, found: ModelValue) -> Iterator[Block]:
    """What a model does."""
    if found.nearest:
        yield Paragraph(
            _(
                "The customer belongs to the nearest of the fixed centres below: the squares of (value / step) "
                "are added up; of equal distances the first centre counts."
            )
        )
        inputs = list(dict.fromkeys(n for centre in found.nearest.centres.values() for n in centre))
        rows = [
            (code, *(words.figure(centre.get(n, "-"), words.unit(n)) for n in inputs))
            for code, centre in found.nearest.centres.items()
        ]
        if found.nearest.units:
            steps = tuple(words.figure(found.nearest.units.get(n, "1"), words.unit(n)) for n in inputs)
            rows.append((_("One step"), *steps))
        yield Grid((_("Centre"), *map(words.name, inputs)), tuple(rows))
    elif found.topsis:
        yield from topsis(words, found)
    else:
        yield from external(words, found)


def topsis(words: Words, found: ModelValue) -> Iterator[Block]:
    """Closeness to the ideal."""
    assert found.topsis is not None
    steps = words.figure(found.topsis.steps)
    among = Phrases(words).text(found.topsis.among) if found.topsis.among else _("all customers graded")
    yield Paragraph(
        _(
            "Closeness to the ideal (TOPSIS) as a whole number from 0 to {steps}, among: {among}.",
            steps=steps,
            among=among,
        )
    )
    rows = tuple(
        (
            words.name(name),
            words.figure(criterion.weight),
            _("the highest value is best") if criterion.best == "high" else _("the lowest value is best"),
        )
        for name, criterion in found.topsis.criteria.items()
    )
    yield Grid((_("Criterion"), _("Weight"), _("Direction")), rows)


def external(words: Words, found: ModelValue) -> Iterator[Block]:
    """A value computed elsewhere."""
    value = _(", value {value}", value=found.value) if found.value else ""
    yield Paragraph(
        _("Computed by the model {name}{value} and brought in with the facts.", name=found.name, value=value)
    )
    if found.clusters:
        yield Paragraph(_("It has {number} clusters.", number=words.figure(found.clusters)))
    if found.inputs:
        yield Paragraph(_("It is made from: {names}.", names=listed(map(words.name, found.inputs))))
    if found.names_follow:
        yield Paragraph(_("When it is fitted anew, names follow the nearest centre."))
