"""Fills the page of a run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from fenji.documents.colours import fill
from fenji.documents.concentration import concentration
from fenji.documents.figures import title_of
from fenji.documents.movers import Movers
from fenji.documents.report.charts import band, curve, distribution, percent
from fenji.documents.result import Result
from fenji.documents.words import grade_title, standing, why_ungraded
from fenji.i18n import _, language

REPORT = "report.html"
SIGNS = {"CNY": "\u00a5", "GBP": "\u00a3", "USD": "$", "EUR": "\u20ac", "JPY": "\u00a5"}


def environment() -> Environment:
    """Templates that escape everything."""
    found = Environment(
        loader=PackageLoader("fenji.documents", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["_"] = _
    found.globals["language"] = language
    return found


def page(template: str, style: str, **values: Any) -> str:
    """A page whose only permission is its own style sheet."""
    templates = environment()
    source = templates.loader
    assert source is not None
    css = source.get_source(templates, style)[0]
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return templates.get_template(template).render(css=css, policy=policy, **values)


def money_text(currency: str, amount: Decimal) -> str:
    """An amount in whole units with its sign."""
    sign = SIGNS.get(currency, f"{currency} ")
    return f"-{sign}{-amount:,.0f}" if amount < 0 else f"{sign}{amount:,.0f}"


def write_report(result: Result, folder: Path, moved: Movers | None = None) -> Path:
    """Writes ``report.html``, with the movers where the run was compared with an earlier one."""
    text = page("report.html", "report.css", **values(result, moved))
    scratch = folder / f".{REPORT}.part"
    scratch.write_text(text, encoding="utf-8")
    return scratch.replace(folder / REPORT)


def values(result: Result, moved: Movers | None) -> dict[str, Any]:
    """Everything that the page shows."""
    regulation = result.view.regulation
    found = concentration(result)
    total = sum((line.money for line in result.summary), Decimal(0))
    return {
        "title": title_of(regulation.title, regulation.regulation),
        "purpose": title_of(regulation.purpose, ""),
        "manifest": result.manifest,
        "count": f"{result.count:,}",
        "cards": cards(result, total),
        "band": band(result) if result.count else None,
        "distribution": distribution(result),
        "concentration": found,
        "curve": curve(found) if found else None,
        "curve_text": curve_text(result),
        "money": result.money.title if result.money else None,
        "rows": rows(result, total),
        "ungraded": [
            (why_ungraded(result.view, code), f"{n:,}", percent(n / result.count)) for code, n in result.ungraded
        ],
        "movers": moved,
        "matrix": matrix(result, moved) if moved else None,
        "moved_rows": moved_rows(result, moved) if moved else [],
        "named": bool(moved and any(m.name for m in moved.shown)),
        "rejects": result.rejects.total if result.rejects else 0,
        "versions": [(table, version) for table, version in result.manifest["fact_versions"].items() if version],
        "colour": lambda grade: fill(grade, result.grades),
    }


def cards(result: Result, total: Decimal) -> list[tuple[str, str, str]]:
    """The few figures that stand on top: label, figure, remark."""
    graded = sum(line.customers for line in result.summary if line.grade is not None)
    found = [
        (
            _("Customers"),
            f"{result.count:,}",
            _("{share} have a grade", share=percent(graded / result.count if result.count else 0)),
        )
    ]
    if result.money is not None:
        found.append((result.money.title, money_text(result.view.regulation.currency, total), _("all customers")))
    best = next((line for line in result.summary if line.grade is not None), None)
    if best is not None and result.count:
        remark = _("{count} customers", count=f"{best.customers:,}")
        if result.money is not None and total > 0:
            remark = _(
                "{count} customers bring {share}", count=f"{best.customers:,}", share=percent(best.money / total)
            )
        found.append(
            (grade_title(result.view.regulation, best.grade or ""), percent(best.customers / result.count), remark)
        )
    waiting = sum(line.standings.get("proposed", 0) for line in result.summary)
    if waiting:
        found.append((standing("proposed"), f"{waiting:,}", _("people must judge before this is final")))
    return found


def curve_text(result: Result) -> str:
    """What the curve says, in one sentence."""
    found = concentration(result)
    if found is None or result.money is None:
        return ""
    return _(
        "The first 20% of the {count} customers with an amount bring {share} of it ({money}).",
        count=f"{found.customers:,}", share=percent(found.amount_of_20), money=result.money.title,
    )  # fmt: skip


def rows(result: Result, total: Decimal) -> list[Mapping[str, Any]]:
    """The table of grades."""
    currency = result.view.regulation.currency
    return [
        {
            "grade": line.grade,
            "title": grade_title(result.view.regulation, line.grade) if line.grade else _("No grade"),
            "customers": f"{line.customers:,}",
            "share": percent(line.customers / result.count) if result.count else "-",
            "money": money_text(currency, line.money),
            "money_share": percent(line.money / total) if total else "-",
            "standings": ", ".join(
                f"{standing(code)} {n:,}" for code, n in line.standings.items() if code != "ungraded"
            ),
        }
        for line in result.summary
    ]


def matrix(result: Result, moved: Movers) -> list[tuple[str, list[tuple[str, str]]]]:
    """The matrix of moves: the code before, then for each code now a figure and the kind of move."""
    places = {grade: at for at, grade in enumerate(result.grades)}
    found = []
    for was in moved.before:
        cells = []
        for now in moved.now:
            count = moved.matrix.get((was, now), 0)
            kind = "same" if was == now else ""
            if was in places and now in places and was != now:
                kind = "up" if places[str(now)] < places[str(was)] else "down"
            cells.append((f"{count:,}" if count else "", kind if count else ""))
        found.append((was or _("No grade"), cells))
    return found


def moved_rows(result: Result, moved: Movers) -> list[tuple[str, str, str, str, str, str]]:
    """The largest movers."""
    arrows = {True: "up", False: "down", None: ""}
    currency = result.view.regulation.currency
    none = _("No grade")
    return [
        (m.customer, m.name or "", m.before or none, m.now or none, money_text(currency, m.money), arrows[m.better])
        for m in moved.shown
    ]
