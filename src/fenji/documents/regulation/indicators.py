"""The chapter on indicators: parameters, scales, and what each indicator counts."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.documents.regulation.phrases import Phrases
from fenji.documents.regulation.scores import counted, models
from fenji.documents.regulation.tree import Article, Block, Grid, Items, Paragraph
from fenji.documents.regulation.vocabulary import role, word
from fenji.documents.regulation.words import Words, day_text, listed, sentences
from fenji.engine.contract import ColumnType
from fenji.engine.explain.words import text
from fenji.engine.spec.indicators import Indicator, Measure, Parameter, Window
from fenji.i18n import _


def indicators(words: Words) -> Iterator[Article]:
    """Its articles, one per kind of indicator."""
    regulation = words.regulation
    if regulation.parameters:
        yield Article("parameters", _("Figures of this regulation"), tuple(parameters(words)))
    if regulation.scales:
        items = tuple(
            listed(_("{label} = {number}", label=label, number=number) for label, number in scale.items())
            for scale in regulation.scales.values()
        )
        yield Article(
            "scales",
            _("Scales"),
            (Paragraph(_("Judgements use these scales, each label with its number:")), Items(items)),
        )
    yield from (
        Article(f"indicators.{key}", title, blocks)
        for key, title, blocks in (
            ("measure", _("Figures from records"), measures(words)),
            ("attribute", _("Customer data"), attributes(words)),
            ("judged", _("Judged indicators"), judged(words)),
            ("formula", _("Computed indicators"), formulas(words)),
            ("tile", _("Places in the population"), tiles(words)),
            ("grade_of", _("Results of other regulations"), borrowed(words)),
        )
        if blocks
    )
    yield from counted(words)
    yield from models(words)


def of_kind(words: Words, kind: str) -> list[tuple[str, Indicator]]:
    """The indicators of one kind."""
    return [(name, spec) for name, spec in words.regulation.indicators.items() if spec.kind == kind]


# parameters
def parameters(words: Words) -> Iterator[Block]:
    """The table of figures that the company may change."""
    rows = []
    for name, spec in words.regulation.parameters.items():
        rows.append((words.name(name), values(words, spec), allowed(words, spec)))
    yield Paragraph(
        _("The figures below hold from the day given; the one with the latest day up to the as-of date counts.")
    )
    yield Grid((_("Figure"), _("Value"), _("Allowed")), tuple(rows), (40, 30, 30))


def values(words: Words, spec: Parameter) -> str:
    """The values of a parameter with the days from which they hold."""
    unit = spec.unit or ""
    begun = [day for day in spec.values if day <= words.regulation.in_force.from_]
    plain = begun[0] if len(begun) == 1 else None
    parts = []
    for day, value in spec.values.items():
        if isinstance(value, dict):
            shown = listed(f"{word('values', key)} {words.plain(v, unit)}" for key, v in value.items())
            shown = _("by {attribute}: {values}", attribute=words.name(spec.by or ""), values=shown)
        else:
            shown = words.plain(value, unit)
        parts.append(shown if day == plain else _("{value} (from {day})", value=shown, day=day_text(day)))
    return sentences(parts)


def allowed(words: Words, spec: Parameter) -> str:
    """What a parameter may be set to."""
    unit = spec.unit or ""
    if spec.one_of:
        return listed(words.plain(option, unit) for option in spec.one_of)
    if spec.between:
        low, high = (words.plain(bound, unit) for bound in spec.between)
        return _("from {low} to {high}", low=low, high=high)
    return "-"


# kinds
def missing(words: Words, spec: Indicator) -> str:
    """What holds where there is no value."""
    if spec.missing in (None, "none"):
        return _("stays without value")
    if spec.missing == "ungraded":
        return _("no grade")
    return _("counts as {value}", value=words.figure(spec.missing or "", spec.unit or ""))


def title(words: Words, name: str, spec: Indicator) -> str:
    """An indicator's title with what it means."""
    shown = words.name(name)
    return _("{title} ({unit})", title=shown, unit=text(spec.means)) if spec.means else shown


def unit(words: Words, name: str) -> str:
    """The unit of an indicator in words."""
    found = words.regulation.indicators[name].unit or words.unit(name)
    return word("units", found) if found else "-"


def measures(words: Words) -> tuple[Block, ...]:
    """What is counted, over which days."""
    rows = []
    for name, spec in of_kind(words, "measure"):
        assert spec.measure is not None
        rows.append(
            (
                title(words, name, spec),
                figure(words, spec.measure),
                window(words, spec.measure.over),
                unit(words, name),
                missing(words, spec),
            )
        )
    head = (_("Indicator"), _("What is counted"), _("Days"), _("Unit"), _("Without records"))
    return (Grid(head, tuple(rows), (22, 36, 18, 10, 14)),) if rows else ()


def figure(words: Words, measure: Measure) -> str:
    """What a measure counts, in words."""
    table = words.view.facts.tables.get(measure.from_)
    where = words.table(measure.from_)
    if measure.aggregate == "count":
        said = _("number of records in {table}", table=where)
    elif measure.aggregate == "active":
        said = _("number of {unit} with records in {table}", unit=word("units", measure.column), table=where)
    else:
        column = words.column(table, measure.column)
        found = table.columns.get(measure.column) if table else None
        dated = found is not None and found.type is ColumnType.DATE and measure.aggregate in ("min", "max")
        aggregate = f"date.{measure.aggregate}" if dated else measure.aggregate
        said = _(
            "{aggregate} of {column} in {table}",
            aggregate=word("aggregates", aggregate), column=column, table=where,
        )  # fmt: skip
    if measure.where:
        condition = Phrases(words, table).text(measure.where)
        return _("{said}, only those for which: {condition}", said=said, condition=condition)
    return said


def window(words: Words, over: str | Window) -> str:
    """The days over which a measure is taken."""
    if isinstance(over, str):
        return _("all up to the as-of date")
    kind = over.kinds[0]
    if kind == "rolling":
        assert over.rolling is not None
        length = next(u for u in ("months", "days", "years") if getattr(over.rolling, u) is not None)
        said = _("the last {length}", length=words.figure(getattr(over.rolling, length), length))
    elif kind == "since":
        said = _("from {day} to the as-of date", day=words.name(over.since or ""))
    else:
        said = word("windows", f"{kind}.{getattr(over, kind)}")
    if over.count:
        said = _("{days}, {count} of them together", days=said, count=words.figure(over.count))
    if over.back:
        said = _("{days}, moved back by {count}", days=said, count=words.figure(over.back))
    return said


def attributes(words: Words) -> tuple[Block, ...]:
    """Columns of the customer."""
    table = words.view.facts.tables["customers"]
    rows = [
        (title(words, name, spec), words.column(table, spec.attribute or ""), unit(words, name), missing(words, spec))
        for name, spec in of_kind(words, "attribute")
    ]
    head = (_("Indicator"), _("Column of the customer"), _("Unit"), _("Without records"))
    return (Grid(head, tuple(rows), (40, 28, 14, 18)),) if rows else ()


def judged(words: Words) -> tuple[Block, ...]:
    """What people judge."""
    rows = []
    for name, spec in of_kind(words, "judged"):
        assert spec.judged is not None
        what = spec.judged
        if what.scale:
            scale = listed(words.regulation.scales.get(what.scale, (what.scale,)))
        else:
            low, high = (words.figure(b, spec.unit or "") for b in what.between or ("", ""))
            scale = _("from {low} to {high}", low=low, high=high)
        content = text(what.sheet) if what.sheet and text(what.sheet) != words.name(name) else ""
        if what.evidence:
            content = sentences([content, _("evidence: {names}", names=words.names(what.evidence))])
        valid = words.length(what.valid) if what.valid else _("until judged anew")
        rows.append((title(words, name, spec), role(what.by), scale, content or "-", valid, missing(words, spec)))
    head = (_("Indicator"), _("Judged by"), _("Scale"), _("What is judged"), _("Valid for"), _("Without judgement"))
    return (Grid(head, tuple(rows), (16, 12, 18, 30, 11, 13)),) if rows else ()


def formulas(words: Words) -> tuple[Block, ...]:
    """What is computed from other indicators."""
    phrases = Phrases(words)
    rows = [
        (title(words, name, spec), phrases.text(spec.formula or ""), unit(words, name), missing(words, spec))
        for name, spec in of_kind(words, "formula")
    ]
    head = (_("Indicator"), _("Formula"), _("Unit"), _("Without value"))
    return (Grid(head, tuple(rows), (26, 44, 14, 16)),) if rows else ()


def tiles(words: Words) -> tuple[Block, ...]:
    """Which of n equal parts of the population."""
    rows = []
    for name, spec in of_kind(words, "tile"):
        assert spec.tile is not None
        tile = spec.tile
        best = _("the highest value is best") if tile.best == "high" else _("the lowest value is best")
        among = Phrases(words).text(tile.among) if tile.among else _("all customers graded")
        into = _("{number} equal parts", number=words.figure(tile.into))
        rows.append((title(words, name, spec), words.name(tile.of), into, best, among, missing(words, spec)))
    head = (_("Indicator"), _("Placed by"), _("Parts"), _("Direction"), _("Among"), _("Without value"))
    return (
        (Paragraph(_("The best part has the highest number; equals stay together.")), Grid(head, tuple(rows)))
        if rows
        else ()
    )


def borrowed(words: Words) -> tuple[Block, ...]:
    """Results of other regulations at the same date."""
    rows = []
    for name, spec in of_kind(words, "grade_of"):
        assert spec.grade_of is not None
        part = _("grade") if spec.grade_of.part == "grade" else spec.grade_of.part
        rows.append((title(words, name, spec), spec.grade_of.regulation, part, missing(words, spec)))
    head = (_("Indicator"), _("Regulation"), _("Part"), _("Without value"))
    return (Grid(head, tuple(rows)),) if rows else ()
