"""Every single change of a regulation that a case should notice, as a path and the text to put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fenji.engine.issues import Path
from fenji.engine.spec.indicators import WINDOW_KINDS
from fenji.engine.spec.steps import STEP_KINDS
from fenji.engine.spec.treatment import vocabulary
from fenji.engine.view import View
from tests.mutants import texts

TREATMENT = ("entitlements", "service")
LENGTHS = ("days", "working_days", "hours", "months", "years")
COUNTING = ("sum", "count", "distinct", "active")


@dataclass(frozen=True)
class Change:
    """One change: what is put where (several places for a border that two bands share)."""

    puts: tuple[tuple[Path, object], ...]
    said: str

    @property
    def path(self) -> str:
        """The first place, as it is written in the list of equivalent mutants."""
        return ".".join(map(str, self.puts[0][0]))

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return f"{self.path}: {self.said}"


def at(tree: Any, path: Path) -> Any:
    """The value at a place."""
    for part in path:
        tree = tree[part]
    return tree


class Changes:
    """All changes of one regulation."""

    def __init__(self, view: View) -> None:
        self.view, self.regulation, self.tree = view, view.regulation, view.source.tree
        self.named = list(self.regulation.ungraded)
        self.money = [n for n in self.regulation.indicators if self.is_money(n)]
        currency = self.regulation.currency
        self.money += [n for n, p in self.regulation.parameters.items() if p.unit == currency]
        self.known = [list(labels) for labels in self.regulation.scales.values()]
        self.known += [list(self.regulation.codes(axis)) for axis in self.regulation.axes]
        self.known += [list(p.one_of) for p in self.regulation.parameters.values() if p.one_of]

    def is_money(self, name: str) -> bool:
        return self.view.indicator_type(name).unit == self.regulation.currency

    def all(self) -> Iterator[Change]:
        """In the order of the file."""
        yield from self.where(("applies_to", "where"))
        yield from self.parameters()
        yield from self.scales()
        for name in self.regulation.indicators:
            yield from self.indicator(name)
        for axis in self.regulation.axes:
            codes = list(self.regulation.codes(axis))
            for n in range(len(self.tree["axes"][axis]["grading"])):
                yield from self.step(("axes", axis, "grading", n), codes)
        grades = [g.code for g in self.regulation.grade_values]
        for n in range(len(self.tree.get("grading", []))):
            yield from self.step(("grading", n), grades)
        yield from self.movement(grades)
        yield from self.entitlements()
        yield from self.service()

    # scalars
    def put(self, path: Path, *others: str) -> Iterator[Change]:
        """The text at a place replaced by each of the others."""
        old = at(self.tree, path)
        for new in others:
            if new != old:
                yield Change(((path, new),), f"{old} -> {new}")

    def get(self, path: Path) -> Any:
        """The value at a place, or none."""
        found = self.tree
        for part in path:
            if isinstance(found, Mapping):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found

    def figure(self, path: Path, *, money: bool = False, by: str | None = None) -> Iterator[Change]:
        text = self.get(path)
        if isinstance(text, str):
            yield from self.put(path, *texts.figures(text, money=money, by=by))

    def swap(self, path: Path, values: list[str]) -> Iterator[Change]:
        text = self.get(path)
        if isinstance(text, str):
            yield from self.put(path, *texts.next_of(values, text))

    def where(self, path: Path) -> Iterator[Change]:
        text = self.get(path)
        if isinstance(text, str) and text != "rest":
            yield from self.put(path, *texts.expressions(text, self.known, self.money))

    def condition(self, path: Path) -> Iterator[Change]:
        """One condition, a list of them, or at least n of several."""
        found = self.get(path)
        if isinstance(found, str):
            yield from self.where(path)
        elif isinstance(found, list):
            for n in range(len(found)):
                yield from self.condition((*path, n))
        elif isinstance(found, dict):
            yield from self.figure((*path, "at_least"))
            yield from self.condition((*path, "of"))

    def length(self, path: Path) -> Iterator[Change]:
        """The number of a period."""
        for unit in LENGTHS:
            yield from self.figure((*path, unit))

    def intervals(self, path: Path, *, money: bool) -> Iterator[Change]:
        """Each border of bands or bins, moved and toggled in all that share it."""
        into: Mapping[str, str] = self.get(path) or {}
        done: list[str] = []
        for text in into.values():
            for bound in texts.bounds(text):
                if bound in done:
                    continue
                done.append(bound)
                for new in texts.figures(bound, money=money):
                    puts = tuple(((*path, k), texts.rebound(t, bound, new)) for k, t in into.items())
                    yield self.joint(into, puts, f"{bound} -> {new}")
                puts = tuple(((*path, k), texts.toggled(t, bound)) for k, t in into.items())
                yield self.joint(into, puts, f"the other side of {bound}")
        for code, text in into.items():
            yield from self.put((*path, code), *texts.places(text))

    @staticmethod
    def joint(into: Mapping[str, str], puts: tuple[tuple[Path, object], ...], said: str) -> Change:
        return Change(tuple((p, new) for p, new in puts if new != into[str(p[-1])]), said)

    # sections
    def parameters(self) -> Iterator[Change]:
        for name, spec in self.regulation.parameters.items():
            money = spec.unit == self.regulation.currency
            for day, value in self.tree["parameters"][name]["values"].items():
                path: Path = ("parameters", name, "values", day)
                for inner in [(*path, key) for key in value] if isinstance(value, dict) else [path]:
                    if spec.one_of:
                        yield from self.swap(inner, list(spec.one_of))
                    else:
                        yield from self.figure(inner, money=money)

    def scales(self) -> Iterator[Change]:
        """Only where the numbers count: a line of points takes them times a weight."""
        for name, labels in self.regulation.scales.items():
            judged = {n for n, i in self.regulation.indicators.items() if i.judged and i.judged.scale == name}
            lines = [
                (line.of or key, line)
                for i in self.regulation.indicators.values() if i.points
                for key, line in i.points.lines.items()
            ]  # fmt: skip
            if any(of in judged and line.labels is None for of, line in lines):
                for label in labels:
                    yield from self.figure(("scales", name, label))

    def indicator(self, name: str) -> Iterator[Change]:
        path: Path = ("indicators", name)
        spec, money = self.regulation.indicators[name], self.is_money(name)
        missing = self.get((*path, "missing"))
        nothing = spec.measure is not None and spec.measure.aggregate in COUNTING  # over no rows 0 anyway
        if isinstance(missing, str) and not nothing:
            scale = list(self.regulation.scales.get(spec.judged.scale or "", {})) if spec.judged else []
            yield from self.figure((*path, "missing"), money=money)
            if missing in ("none", "ungraded"):
                yield from self.put((*path, "missing"), "ungraded" if missing == "none" else "none")
            elif missing in scale:
                yield from self.swap((*path, "missing"), scale)
        if spec.measure:
            yield from self.where((*path, "measure", "where"))
            yield from self.window((*path, "measure", "over"))
        yield from self.where((*path, "formula"))
        yield from self.length((*path, "judged", "valid"))
        for key in self.get((*path, "points", "lines")) or {}:
            yield from self.line((*path, "points", "lines", key))
        yield from self.models(path)

    def window(self, path: Path) -> Iterator[Change]:
        over = self.get(path)
        if not isinstance(over, dict):
            return
        for kind in WINDOW_KINDS:
            yield from self.swap((*path, kind), ["last_full", "to_date"])
        yield from self.figure((*path, "back"))
        yield from self.figure((*path, "count"))
        yield from self.length((*path, "rolling"))

    def line(self, path: Path) -> Iterator[Change]:
        """The weight, bins and labels of a line of points."""
        of = self.get((*path, "of")) or str(path[-1])
        yield from self.figure((*path, "weight"))
        yield from self.intervals((*path, "bins"), money=of in self.money)
        bins: Mapping[str, str] = self.get((*path, "bins")) or {}
        for points in bins:
            others = [p for p in texts.figures(points) if p not in bins]
            for new in others[:1]:
                yield Change(
                    (((*path, "bins"), {new if k == points else k: v for k, v in bins.items()}),), f"{points} -> {new}"
                )
        for label in self.get((*path, "labels")) or {}:
            yield from self.figure((*path, "labels", label))

    def models(self, path: Path) -> Iterator[Change]:
        yield from self.figure((*path, "tile", "into"))
        yield from self.swap((*path, "tile", "best"), ["high", "low"])
        yield from self.where((*path, "tile", "among"))
        for code, centre in (self.get((*path, "model", "nearest", "centres")) or {}).items():
            for name in centre:
                step = self.get((*path, "model", "nearest", "units", name))
                yield from self.figure((*path, "model", "nearest", "centres", code, name), by=step)
        for name in self.get((*path, "model", "topsis", "criteria")) or {}:
            yield from self.figure((*path, "model", "topsis", "criteria", name, "weight"))
            yield from self.swap((*path, "model", "topsis", "criteria", name, "best"), ["high", "low"])

    def step(self, path: Path, codes: list[str]) -> Iterator[Change]:
        kind = next(k for k in self.get(path) if k in STEP_KINDS)
        path = (*path, kind)
        body = self.get(path)
        yield from self.condition((*path, "when"))
        if "into" in body:
            yield from self.intervals((*path, "into"), money=body.get("of") in self.money and kind == "bands")
            for key, values in (("best", ["high", "low"]), ("too_few", [*self.named, *codes])):
                yield from self.swap((*path, key), values)
            yield from self.figure((*path, "at_least"))
            yield from self.where((*path, "among"))
        for n in range(len(body.get("lines", []))):
            yield from self.swap((*path, "lines", n, "to"), codes)
            yield from self.condition((*path, "lines", n, "when"))
        yield from self.cells((*path, "cells"), codes)
        for key in ("to", "at"):
            yield from self.swap((*path, key), codes)
        if kind in ("raise", "lower"):
            yield from self.figure((*path, "by"))
        if kind == "judgement":
            yield from self.judgement(path, body, codes)

    def judgement(self, path: Path, body: Mapping[str, Any], codes: list[str]) -> Iterator[Change]:
        yield from self.swap((*path, "otherwise"), ["proposed", "ungraded", *codes[:1]])
        yield from self.length((*path, "valid"))
        may = body.get("may")
        if isinstance(may, list) and len(may) > 1:
            for n, code in enumerate(may):
                yield Change((((*path, "may"), [c for c in may if c != code]),), f"without {may[n]}")

    def cells(self, path: Path, codes: list[str]) -> Iterator[Change]:
        found = self.get(path)
        if isinstance(found, str):
            yield from self.swap(path, codes)
        elif isinstance(found, dict):
            for key in found:
                yield from self.cells((*path, key), codes)

    def movement(self, codes: list[str]) -> Iterator[Change]:
        path: Path = ("movement",)
        yield from self.length((*path, "provisional", "until"))
        yield from self.swap((*path, "provisional", "enjoys"), ["grade", "everyone"])
        yield from self.length((*path, "tenure", "ends"))
        yield from self.length((*path, "tenure", "grace"))
        yield from self.swap((*path, "tenure", "then"), ["computed", *codes[-1:]])
        yield from self.condition((*path, "hold", "when"))
        yield from self.figure((*path, "margin"))
        for way in ("fall", "rise"):
            yield from self.figure((*path, way, "at_most"))
            yield from self.length((*path, way, "not_before"))

    def entitlements(self) -> Iterator[Change]:
        kinds = vocabulary().entitlements
        for n, block in enumerate(self.tree.get("entitlements", [])):
            for name in block:
                if name in kinds:
                    yield from self.granted(("entitlements", n, name))

    def granted(self, path: Path) -> Iterator[Change]:
        found = self.get(path)
        kind = vocabulary().entitlements.get(str(path[-1]))
        if isinstance(found, dict):
            for name in found:
                yield from self.granted((*path, name))
        elif isinstance(found, list):
            for n in range(len(found)):
                yield Change(((path, [f for i, f in enumerate(found) if i != n] or ["~"]),), f"without text {n + 1}")
        elif kind is None or kind.kind in ("money", "priority", "percent", "days", "count"):
            yield from self.figure(path, money=kind is not None and kind.kind == "money")
        elif kind.kind == "choice":
            yield from self.swap(path, list(kind.values))
        elif kind.kind == "yes_no":
            yield from self.put(path, "no" if found in ("yes", "true") else "yes")
        elif kind.kind == "role":
            yield from self.put(path, "nobody")

    def service(self) -> Iterator[Change]:
        for n, block in enumerate(self.tree.get("service", [])):
            for kind in block:
                if kind in vocabulary().duties:
                    path: Path = ("service", n, kind)
                    several = [(*path, i) for i in range(len(block[kind]))] if isinstance(block[kind], list) else [path]
                    for one in several:
                        yield from self.length((*one, "every"))
                        yield from self.length((*one, "within"))
                        yield from self.figure((*one, "coverage"))
