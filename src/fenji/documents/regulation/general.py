"""The first chapter: purpose, scope, definitions, responsibilities."""

from __future__ import annotations

from collections.abc import Iterator

from fenji.documents.regulation.phrases import Phrases
from fenji.documents.regulation.tree import Article, Block, Grid, Items, Paragraph
from fenji.documents.regulation.vocabulary import role, word
from fenji.documents.regulation.words import Words, listed, month_day
from fenji.engine.explain.words import text
from fenji.i18n import Message, _, language

_TAX = {"included": Message("tax included"), "excluded": Message("tax excluded")}


def general(words: Words) -> Iterator[Article]:
    """Its articles."""
    regulation = words.regulation
    if regulation.purpose:
        yield Article("purpose", _("Purpose"), (Paragraph(text(regulation.purpose)),))
    yield Article("applies_to", _("Scope"), tuple(scope(words)))
    if regulation.definitions:
        items = tuple(definition(name, text(means)) for name, means in regulation.definitions.items())
        yield Article("definitions", _("Definitions"), (Paragraph(_("In this regulation:")), Items(items)))
    if regulation.responsibilities:
        rows = tuple((role(r.by), text(r.does)) for r in regulation.responsibilities)
        grid = Grid((_("Role"), _("Responsibility")), rows, (25, 75))
        yield Article("responsibilities", _("Responsibilities"), (grid,))
    yield Article("basis", _("Basis of the figures"), tuple(basis(words)))


def definition(name: str, means: str) -> str:
    """A term with its meaning; a name that is no word of the language is left out, as the text says the term."""
    foreign = "_" in name or name.isascii() == (language() == "zh")
    return means if foreign else _("{name}: {means}", name=name, means=means)


def scope(words: Words) -> Iterator[Block]:
    """Whom the regulation grades."""
    applies = words.regulation.applies_to
    if applies.subject == "group":
        yield Paragraph(_("Groups of companies are graded by their head; the figures of all companies are summed."))
    else:
        yield Paragraph(_("Single customers are graded."))
    if applies.where:
        said = Phrases(words, words.view.facts.tables["customers"]).text(applies.where)
        yield Paragraph(_("The regulation applies to customers for whom holds: {condition}.", condition=said))


def basis(words: Words) -> Iterator[Block]:
    """Currency, tax, the company's year, exchange rates, the company's own columns."""
    regulation = words.regulation
    yield Paragraph(_("Amounts are in {currency}.", currency=word("units", regulation.currency)))
    if regulation.tax_basis:
        yield Paragraph(_("Amounts are {basis}.", basis=_TAX[regulation.tax_basis]))
    if regulation.rates:
        rates = listed(f"1 {code} = {rate} {regulation.currency}" for code, rate in regulation.rates.items())
        yield Paragraph(_("Other currencies are converted at: {rates}.", rates=rates))
    start = regulation.calendar.fiscal_year_starts
    yield Paragraph(_("The fiscal year starts on {day}.", day=month_day(start)))
    for table, columns in regulation.facts.items():
        named = listed(text(c.title, name) for name, c in columns.items())
        yield Paragraph(_("Own columns in {table}: {columns}.", table=words.table(table), columns=named))
