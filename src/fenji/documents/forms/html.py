"""A form as one page that prints on A4."""

from __future__ import annotations

from fenji.documents.forms.model import Form, Kind, Line, Listing
from fenji.documents.regulation.numbering import ordinal
from fenji.documents.report.page import page
from fenji.i18n import _, speaking

TICKED, UNTICKED = "\u2611", "\u25a1"


def html(form: Form) -> str:
    """The whole page; it loads nothing and runs nothing."""
    with speaking(form.heading.lang):
        return page(
            "form.html", "form.css",
            form=form, heading=form.heading, listing=isinstance(form, Listing), pairs=pairs, ordinal=ordinal,
            Kind=Kind, boxes=boxes, company=form.heading.company or _("(company)"),
        )  # fmt: skip


def boxes(line: Line) -> str:
    """The options, each with its box; where there is none to choose from, what was given."""
    if not line.options:
        return line.value
    given = {line.value} if line.value in line.options else set(line.value.split(","))
    return "   ".join(f"{TICKED if option in given else UNTICKED}\u00a0{option}" for option in line.options)


def pairs(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """Lines two by two."""
    return [lines[at : at + 2] for at in range(0, len(lines), 2)]
