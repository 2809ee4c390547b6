"""Charts as inline SVG; texts are escaped, colours stand in attributes so that a strict policy allows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from fenji.documents.colours import fill
from fenji.documents.concentration import EIGHTY, Concentration
from fenji.documents.result import Result
from fenji.documents.words import grade_title
from fenji.i18n import _, language

WIDTH = 440


@dataclass(frozen=True)
class Box:
    """The plotting area of a chart."""

    left: float
    top: float
    width: float
    height: float

    def x(self, share: float) -> float:
        """A share from 0 to 1 on the horizontal axis."""
        return round(self.left + self.width * share, 1)

    def y(self, share: float) -> float:
        """A share from 0 to 1 on the vertical axis."""
        return round(self.top + self.height * (1 - share), 1)


def tag(name: str, content: str = "", **attributes: object) -> Markup:
    """An element; ``_`` in names of attributes stands for ``-``."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{written}>{escape(content)}</{name}>")


def svg(height: float, parts: Iterable[Markup], label: str) -> Markup:
    """A chart that fills its width; ``label`` is what a screen reader says."""
    inner = Markup("").join(parts)
    return tag("svg", inner, viewBox=f"0 0 {WIDTH} {height:g}", role="img", aria_label=label)


def percent(share: float | Decimal) -> str:
    """A share in percent with one place."""
    return f"{100 * float(share):.1f}%"


def distribution(result: Result) -> Markup:
    """For each grade the share of the customers, and of the amount where there is one."""
    total = sum((line.money for line in result.summary), Decimal(0))
    with_money = result.money is not None and total > 0
    row = 46 if with_money else 30
    left, width = 92.0, 238.0
    shares = [line.customers / result.count if result.count else 0.0 for line in result.summary]
    amounts = [max(0.0, float(line.money / total)) if with_money else 0.0 for line in result.summary]
    most = max([*shares, *amounts, 0.01])
    parts: list[Markup] = []
    for at, line in enumerate(result.summary):
        top = 6 + at * row
        colour = fill(line.grade, result.grades)
        name = shortened(label(result, line.grade), 11)
        parts.append(tag("text", name, x=left - 12, y=top + 15, text_anchor="end", class_="label"))
        parts += bar(
            left, top, width * shares[at] / most, 18, colour, f"{percent(shares[at])} \u00b7 {line.customers:,}"
        )
        if with_money:
            parts += bar(
                left, top + 20, width * amounts[at] / most, 12, colour, percent(line.money / total), faint=True
            )
    return svg(6 + row * len(result.summary), parts, _("Customers and amount by grade"))


def label(result: Result, grade: str | None) -> str:
    """A grade beside its bar: the code, or its title where the code is in another script than the reader's."""
    if grade is None:
        return _("No grade")
    return grade if grade.isascii() or language() == "zh" else grade_title(result.view.regulation, grade)


def bar(
    x: float, y: float, width: float, height: float, colour: str, text: str, *, faint: bool = False
) -> list[Markup]:
    """A bar with its figure behind it."""
    shape = {"opacity": "0.45"} if faint else {}
    size = max(1.5, round(width, 1))
    return [
        tag("rect", x=x, y=y, width=size, height=height, rx=3, fill=colour, **shape),
        tag("text", text, x=x + size + 7, y=y + height / 2 + 4.5, class_="small" if faint else "value"),
    ]


def shortened(text: str, length: int) -> str:
    """A text of at most so many columns; Chinese characters take two."""
    used = 0
    for at, character in enumerate(text):
        used += 2 if ord(character) > 0x2E7F else 1
        if used > length:
            return text[:at] + "\u2026"
    return text


def curve(found: Concentration) -> Markup:
    """The concentration curve with the 80 % mark."""
    box = Box(46, 12, WIDTH - 62, 250)
    parts = list(grid(box))
    line = " ".join(f"{box.x(x)},{box.y(y)}" for x, y in found.points)
    parts.append(tag("polygon", points=f"{box.x(0)},{box.y(0)} {line} {box.x(1)},{box.y(0)}", class_="area"))
    parts.append(tag("line", x1=box.x(0), y1=box.y(0), x2=box.x(1), y2=box.y(1), class_="even"))
    parts.append(tag("polyline", points=line, class_="curve"))
    x, y = box.x(found.customers_for_80), box.y(EIGHTY)
    parts.append(tag("line", x1=box.left, y1=y, x2=x, y2=y, class_="mark"))
    parts.append(tag("line", x1=x, y1=y, x2=x, y2=box.y(0), class_="mark"))
    parts.append(tag("circle", cx=x, cy=y, r=5, class_="dot"))
    text = _("{share} of the customers bring 80%", share=percent(found.customers_for_80))
    parts.append(tag("text", text, x=min(x + 12, WIDTH - 190), y=y + 24, class_="value"))
    return svg(304, parts, text)


def grid(box: Box) -> Iterable[Markup]:
    """Lines and figures of both axes."""
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        y, x = box.y(share), box.x(share)
        yield tag("line", x1=box.left, y1=y, x2=box.left + box.width, y2=y, class_="grid")
        yield tag("text", f"{share:.0%}", x=box.left - 7, y=y + 4, text_anchor="end", class_="small")
        yield tag("text", f"{share:.0%}", x=x, y=box.top + box.height + 17, text_anchor="middle", class_="small")
    middle = box.left + box.width / 2
    yield tag(
        "text",
        _("Share of customers, largest first"),
        x=middle,
        y=box.top + box.height + 36,
        text_anchor="middle",
        class_="small",
    )


def band(result: Result) -> Markup:
    """One bar cut by grade: the whole book at a glance."""
    parts: list[Markup] = []
    shown: Sequence[tuple[str | None, int]] = [
        (line.grade, line.customers) for line in result.summary if line.customers
    ]
    x = 0.0
    for grade, customers in shown:
        width = WIDTH * customers / result.count
        parts.append(
            tag(
                "rect",
                x=round(x, 1),
                y=0,
                width=max(1.0, round(width - 1.5, 1)),
                height=14,
                rx=2,
                fill=fill(grade, result.grades),
            )
        )
        x += width
    return svg(14, parts, _("Customers by grade"))
