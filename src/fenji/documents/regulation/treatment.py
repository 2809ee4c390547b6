"""The chapters on entitlements and obligations, and on service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fenji.documents.regulation.tree import Article, Block, Grid, Items, Paragraph
from fenji.documents.regulation.vocabulary import role, word
from fenji.documents.regulation.words import Words, listed, sentences
from fenji.engine.explain.words import text
from fenji.engine.spec.base import Text
from fenji.engine.spec.treatment import Duty, Entitlement, PlaybookLine, Service, vocabulary
from fenji.i18n import _

MOST_COLUMNS = 5
"""Blocks of entitlements that still fit side by side on an upright page."""


# entitlements
def entitlements(words: Words) -> Iterator[Article]:
    """Entitlements and obligations."""
    found = words.regulation.entitlements
    if found:
        yield Article("entitlements", _("Entitlements"), tuple(granted(words, found)))
    if words.regulation.obligations:
        rows = tuple(
            (
                words.selector(o.for_),
                sentences(text(owed) for owed in o.owes),
                word("checked", o.checked) if o.checked else "-",
            )
            for o in words.regulation.obligations
        )
        grid = Grid((_("For"), _("Obligation"), _("Checked")), rows, (24, 56, 20))
        yield Article("obligations", _("Obligations"), (grid,))


def granted(words: Words, found: Sequence[Entitlement]) -> Iterator[Block]:
    """Blocks by grade side by side, the others as a list."""
    yield Paragraph(_("What a later block says replaces what an earlier one says of the same matter."))
    plain = [e for e in found if isinstance(e.for_, str) or list(e.for_) == ["grade"]]
    if not 1 < len(plain) <= MOST_COLUMNS:
        plain = []
    if plain:
        yield side_by_side(words, plain)
    rest = [e for e in found if e not in plain]
    if rest:
        rows = tuple((words.selector(e.for_), sentences(one_line(words, e))) for e in rest)
        yield Grid((_("For"), _("Entitlements")), rows, (30, 70))


def side_by_side(words: Words, blocks: Sequence[Entitlement]) -> Grid:
    """A row for each matter, a column for each block."""
    matters = list(dict.fromkeys(name for e in blocks for name in e.grants))
    rows = tuple(
        (grant_title(m), *(grant(words, m, e.grants[m]) if m in e.grants else "-" for e in blocks)) for m in matters
    )
    heads = tuple(words.selector(e.for_) for e in blocks)
    wide = [sum(len(row[at + 1]) for row in rows) for at in range(len(blocks))]
    widths = (18, *(82 * (80 + w) // sum(80 + x for x in wide) for w in wide))
    return Grid((_("Matter"), *heads), rows, widths)


def one_line(words: Words, block: Entitlement) -> Iterator[str]:
    """What a block grants."""
    for matter, value in block.grants.items():
        yield _("{name}: {means}", name=grant_title(matter), means=grant(words, matter, value))


def grant_title(matter: str) -> str:
    """The title of an entitlement."""
    known = vocabulary().entitlements.get(matter)
    return text(known.title, matter) if known else matter


def grant(words: Words, matter: str, value: Any) -> str:
    """The value of an entitlement."""
    known = vocabulary().entitlements.get(matter)
    kind = known.kind if known else ""
    if isinstance(value, Mapping):
        return sentences(
            _("{name}: {means}", name=part_title(part), means=grant(words, part, v)) for part, v in value.items()
        )
    if isinstance(value, list | tuple):
        return sentences(text(Text.model_validate(v)) if isinstance(v, Mapping) else str(v) for v in value)
    written = str(value)
    if kind == "choice":
        found = word("grants", f"{matter}.{written}")
        return written if found == f"{matter}.{written}" else found
    if kind == "yes_no":
        found = word("grants", f"yes_no.{written}")
        return written if found.startswith("yes_no.") else found
    if kind == "role":
        return role(written)
    if kind == "priority" or matter == "priority":
        return _("place {number}", number=words.figure(written))
    units = {"money": words.regulation.currency, "days": "days", "percent": "ratio"}
    return words.figure(written, units.get(kind, ""))


def part_title(part: str) -> str:
    """A part of an entitlement that has several."""
    return (
        grant_title(part)
        if part in vocabulary().entitlements
        else word("grants", f"block.{part}").removeprefix("block.")
    )


# service
def service(words: Words) -> Iterator[Article]:
    """Service duties, and a playbook an article."""
    rows: list[tuple[str, ...]] = []
    for block in words.regulation.service:
        rows += duties(words, block)
    if rows:
        head = (_("For"), _("Service"), _("How often or when"), _("By"), _("Deadline"), _("What"))
        yield Article("service", _("Service duties"), (Grid(head, tuple(rows), (18, 12, 16, 14, 12, 28), side=2),))
    for at, block in enumerate(words.regulation.service):
        if block.playbook:
            title = text(block.playbook.title)
            yield Article(f"service.{at}.playbook", title, tuple(playbook(words, block)))


def duties(words: Words, block: Service) -> Iterator[tuple[str, ...]]:
    """A line for each duty of a block."""
    known = vocabulary().duties
    for kind, found in block.duties.items():
        for duty in found:
            title = text(known[kind].title, kind) if kind in known else kind
            yield (
                words.selector(block.for_),
                title,
                sentences([words.every(duty.every), occasion(words, duty.on)]) or "-",
                words.roles(duty.by) or "-",
                words.within(duty.within) or "-",
                sentences(content(words, duty)) or "-",
            )


def occasion(words: Words, event: str | None) -> str:
    """The event that starts something."""
    return _("on {event}", event=words.name(event)) if event else ""


def content(words: Words, duty: Duty) -> Iterator[str]:
    """What a duty asks."""
    if duty.does:
        yield text(duty.does)
    if duty.first is not None:
        yield _("before others") if duty.first else _("not before others")
    if duty.coverage:
        yield _("coverage {share}", share=words.figure(duty.coverage, "ratio"))
    if duty.form:
        form = words.regulation.assessment.forms.get(duty.form)
        yield _("form: {title}", title=text(form.title) if form else duty.form)
    if duty.for_signs:
        yield _("signs: {names}", names=listed(text(sign) for sign in duty.for_signs))


def playbook(words: Words, block: Service) -> Iterator[Block]:
    """How a kind of customer is cared for."""
    found = block.playbook
    assert found is not None
    yield Paragraph(_("This holds for: {customers}.", customers=words.selector(block.for_)))
    yield Items(tuple(play(words, line) for line in found.do))
    if found.avoid:
        yield Paragraph(_("To be avoided: {names}.", names=sentences(text(entry) for entry in found.avoid)))


def play(words: Words, line: PlaybookLine) -> str:
    """One act of a playbook."""
    when = sentences([words.every(line.every), occasion(words, line.on)])
    who = words.roles(line.by)
    around = sentences([when, who])
    return _("{title} ({unit})", title=text(line.does), unit=around) if around else text(line.does)
