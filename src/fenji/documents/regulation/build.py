"""Builds the document of a regulation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from fenji.documents.regulation.assessment import assessment
from fenji.documents.regulation.closing import choices, final, visibility
from fenji.documents.regulation.general import general
from fenji.documents.regulation.indicators import indicators
from fenji.documents.regulation.movement import movement
from fenji.documents.regulation.standards import standards
from fenji.documents.regulation.treatment import entitlements, service
from fenji.documents.regulation.tree import Article, Block, Chapter, Document, Grid, Revision
from fenji.documents.regulation.words import Words
from fenji.engine.explain.words import text
from fenji.engine.spec.regulation import Regulation
from fenji.engine.view import View
from fenji.i18n import _, speaking

Section = tuple[str, str, Callable[[Words], Iterable[Article]]]


def document(
    view: View,
    lang: str,
    *,
    company: str = "",
    issued: dt.date | None = None,
    day: dt.date | None = None,
    earlier: Sequence[Revision] = (),
) -> Document:
    """The document of a regulation in ``zh`` or ``en``.

    Args:
        view: the regulation, with the facts contract that gives columns their titles.
        lang: the language of the document.
        company: whose regulation it is; empty leaves a line to write it on.
        issued: the date of issue; none leaves a line.
        day: the day whose figures are shown, normally the first day in force.
        earlier: the versions before this one, oldest first.
    """
    regulation = view.regulation
    with speaking(lang):
        words = Words(view, day or regulation.in_force.from_)
        chapters = list(numbered(words))
        last = Revision(
            regulation.version, regulation.in_force.from_, regulation.in_force.to,
            _("Amended") if earlier else _("First version"),
        )  # fmt: skip
        return Document(
            lang=lang, title=text(regulation.title), code=regulation.regulation, version=regulation.version,
            in_force=regulation.in_force.from_, issued=issued, company=company, chapters=tuple(chapters),
            history=(*earlier, last),
        )  # fmt: skip


def revisions(versions: Iterable[Regulation], lang: str) -> tuple[Revision, ...]:
    """The lines of the version history for earlier versions of a regulation, oldest first."""
    found = sorted(versions, key=lambda r: (r.in_force.from_, r.version))
    with speaking(lang):
        return tuple(
            Revision(r.version, r.in_force.from_, r.in_force.to, _("Amended") if at else _("First version"))
            for at, r in enumerate(found)
        )


def sections() -> list[Section]:
    """The chapters before the last ones."""
    return [
        ("general", _("General"), general),
        ("indicators", _("Indicators"), indicators),
        ("standards", _("Grades and standards"), standards),
        ("movement", _("Movement and provisional grades"), movement),
        ("assessment", _("Assessment"), assessment),
        ("entitlements", _("Entitlements and obligations"), entitlements),
        ("service", _("Service"), service),
        ("visibility", _("Visibility"), visibility),
    ]


def tidy(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks, tables without empty columns."""
    return tuple(block.trimmed() if isinstance(block, Grid) else block for block in blocks)


def numbered(words: Words) -> Iterator[Chapter]:
    """The chapters with their articles numbered through the whole."""
    done: list[Chapter] = []
    later: list[Section] = [
        ("choices", _("Defaults"), lambda w: choices(w, done)),
        ("final", _("Supplementary provisions"), final),
    ]
    count = 0
    for key, title, write in [*sections(), *later]:
        articles = [replace(a, number=count + at, blocks=tidy(a.blocks)) for at, a in enumerate(write(words), 1)]
        if articles:
            count += len(articles)
            done.append(Chapter(key, title, tuple(articles), len(done) + 1))
            yield done[-1]
