"""Facts -> one row per subject: attributes, measures, judged values, decisions, model values and the earlier grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from fenji.engine.contract import Table
from fenji.engine.expression import names_in, parse
from fenji.engine.plan import judged, numbers
from fenji.engine.plan.codes import Codes, axis_list, grade_list
from fenji.engine.plan.columns import Rows
from fenji.engine.plan.measures import (
    OWNER,
    MeasureNode,
    aggregated,
    columns_needed,
    divisor_column,
    edge,
    stored,
    value_column,
    zero_of,
)  # fmt: skip
from fenji.engine.plan.project import extend
from fenji.engine.plan.resolve import PlanError, Resolver
from fenji.engine.spec.indicators import Indicator
from fenji.engine.spec.regulation import Regulation
from fenji.engine.spec.steps import body
from fenji.engine.view import ranked
from fenji.i18n import Message

PREVIOUS, PREVIOUS_FROM, PREVIOUS_SINCE = "x_previous", "x_previous_from", "x_previous_since"
"""The earlier grade, the day its present time began, and the day since which it has not changed."""
OPTIONAL_TABLES = frozenset({"judgements", "grades", "model_values"})
"""Tables that may be absent: nobody has judged, graded or modelled yet."""
_GROUP_DOUBLINGS = 4
"""Each look at a member's head doubles how far up the chain it reaches: groups up to 16 levels deep."""


@dataclass
class Base:
    """Builds the base table of a regulation over registered fact tables."""

    resolver: Resolver
    tables: Mapping[str, ir.Table]
    results: Mapping[str, ir.Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.view = self.resolver.view
        self.regulation = self.view.regulation
        self.require()

    # what is needed
    def nodes(self) -> list[MeasureNode]:
        """Every measure with its window."""
        found = self.regulation.indicators.items()
        return [MeasureNode(n, i.measure, self.resolver.window(i.measure.over)) for n, i in found if i.measure]

    def by_table(self) -> dict[str, list[MeasureNode]]:
        """The measures by fact table."""
        grouped: dict[str, list[MeasureNode]] = {}
        for node in self.nodes():
            grouped.setdefault(node.measure.from_, []).append(node)
        return grouped

    def require(self) -> None:
        """Stops with every table and column that the regulation uses and the facts do not have."""
        problems: list[Message] = []
        needs: dict[str, set[str]] = {
            t: columns_needed(self.view.facts.tables[t], nodes) for t, nodes in self.by_table().items()
        }
        needs.setdefault("customers", set()).update(self.customer_columns() | {OWNER})
        for name, columns in needs.items():
            rows = self.tables.get(name)
            if rows is None and name not in OPTIONAL_TABLES:
                problems.append(
                    Message(
                        "the facts have no table '{table}', which the regulation uses (columns: {columns}); "
                        "a file with only the headers says that there are none",
                        table=name,
                        columns=", ".join(sorted(columns)),
                    )
                )
            elif rows is not None:
                problems += [
                    Message(
                        "the facts have no column '{column}' in table '{table}', which the regulation uses",
                        column=c,
                        table=name,
                    )
                    for c in sorted(columns - set(rows.columns))
                ]
        if problems:
            raise PlanError(*problems)

    def customer_columns(self) -> set[str]:
        """The columns of ``customers`` that the regulation reads."""
        names = {i.attribute for i in self.regulation.indicators.values() if i.attribute}
        if self.regulation.applies_to.where:
            columns = self.view.facts.tables["customers"].columns
            names |= {n.name for n in names_in(parse(self.regulation.applies_to.where)) if n.name in columns}
        return {n for n in names if n}

    # the subjects
    def customers(self) -> Rows:
        return Rows(self.resolver, self.view.facts.tables["customers"], self.tables["customers"])

    def subjects(self) -> ir.Table:
        """The customers (or heads of groups) in scope, with their attributes; scope may be undecided."""
        rows = self.customers()
        where = self.regulation.applies_to.where
        scope = rows.expressions.condition(where) if where else ibis.literal(True)
        attributes = {
            value_column(n): rows.raw(i.attribute) for n, i in self.regulation.indicators.items() if i.attribute
        }
        extra = {"x_since": rows.raw("since")} if "since" in rows.rows.columns else {}
        table = rows.rows.select(**{OWNER: rows.rows[OWNER], "x_scope": scope, **extra, **attributes})
        table = table.filter(ibis.coalesce(table["x_scope"], ibis.literal(True)))
        if self.regulation.applies_to.subject == "group":
            heads = self.heads().select("head").distinct()
            table = table.semi_join(heads, [(OWNER, "head")])
        return table

    def heads(self) -> ir.Table:
        """Which head each customer belongs to: its group head, or the top of its chain of parents."""
        rows = self.customers().rows
        own = rows[OWNER]
        named = [c for c in ("group_head_id", "parent_id") if c in rows.columns]
        if not named:
            return rows.select(member=own, head=own)
        above = ibis.coalesce(*(rows[c].nullif("") for c in named))
        table = rows.select(member=own, head=ibis.coalesce(above, own))
        for _ in range(_GROUP_DOUBLINGS):
            again = table.view()
            up = again.select(up_member=again["member"], up_head=again["head"])
            # a projection of its own after each join: Ibis would fold computed columns into the next join's keys
            joined = table.left_join(up, [table["head"] == up["up_member"]]).select("member", "head", "up_head")
            table = joined.select(member=joined["member"], head=ibis.coalesce(joined["up_head"], joined["head"]))
        return table

    def owned(self, name: str) -> tuple[Rows, ir.Value]:
        """The rows of a fact table and the subject each row belongs to.

        Judgements, earlier grades and model values are about a group's head itself; all else is summed over the group.
        """
        table: Table = self.view.facts.tables[name]
        rows = self.tables[name]
        if self.regulation.applies_to.subject != "group" or name in OPTIONAL_TABLES:
            return Rows(self.resolver, table, rows), rows[table.owner]
        heads = self.heads()
        joined = rows.inner_join(heads, [(table.owner, "member")]).drop("member")
        return Rows(self.resolver, table, joined), joined["head"]

    # joins
    def build(self) -> ir.Table:
        """The base table."""
        table = self.subjects()
        late: list[MeasureNode] = []
        for name, nodes in self.by_table().items():
            late += [n for n in nodes if _since(n)]
            table = self.join_measures(table, name, [n for n in nodes if not _since(n)])
        for node in late:
            table = self.join_since(table, node)
        table = self.join_judged(table)
        table = self.join_models(table)
        table = self.join_other_grades(table)
        return self.join_previous(table)

    def join_measures(self, table: ir.Table, name: str, nodes: list[MeasureNode]) -> ir.Table:
        plain = [n for n in nodes if n.measure.aggregate not in ("first", "last")]
        rows, owner = self.owned(name)
        if plain:
            table = self.attach(table, aggregated(rows, plain, owner), plain)
        for node in nodes:
            if node not in plain:
                table = self.attach(table, edge(rows, node, owner), [node])
        return table

    def join_since(self, table: ir.Table, node: MeasureNode) -> ir.Table:
        """A measure whose window starts on a date of the customer's own."""
        assert not isinstance(node.measure.over, str) and node.measure.over.since
        rows, owner = self.owned(node.measure.from_)
        starts = table.select(subject=table[OWNER], start=self.since(table, node.measure.over.since))
        date = rows.table.date
        assert date is not None
        named = rows.rows.mutate(_owner=owner)
        joined = named.inner_join(starts, named["_owner"] == starts["subject"])
        joined = joined.filter(joined[date] >= joined["start"]).drop("subject", "start")
        own = Rows(self.resolver, rows.table, joined)
        made = (
            aggregated(own, [node], joined["_owner"])
            if node.measure.aggregate not in ("first", "last")
            else edge(own, node, joined["_owner"])
        )
        return self.attach(table, made, [node])

    def since(self, table: ir.Table, name: str) -> ir.Value:
        """The date of an indicator, its stated missing value filled in."""
        column, stated = table[value_column(name)], self.regulation.indicators[name].missing
        if stated in (None, "none", "ungraded"):
            return column
        return ibis.coalesce(column, ibis.literal(self.resolver.scalar(str(stated)), "date"))

    def attach(self, table: ir.Table, made: ir.Table, nodes: list[MeasureNode]) -> ir.Table:
        """Joins measures to the subjects; what counts is 0 where there are no rows."""
        joined = table.left_join(made, OWNER)
        columns: dict[str, ir.Value] = {}
        for node in nodes:
            kind = stored(node, self.view.facts.tables[node.measure.from_].columns.get(node.measure.column))
            value = kept_as(joined[value_column(node.name)], kind, total=node.measure.aggregate == "sum")
            columns[value_column(node.name)] = ibis.coalesce(value, ibis.literal(0, kind)) if zero_of(node) else value
            if node.measure.aggregate == "average":
                columns[divisor_column(node.name)] = joined[divisor_column(node.name)].cast("int64")
        return joined.select(*table.columns, **columns)

    def matters(self) -> list[judged.Matter]:
        """Everything that people answer in this regulation."""
        found = list(judged.indicator_matters(self.resolver))
        targets: list[tuple[Codes, bool, tuple[object, ...]]] = [
            (axis_list(self.regulation, a), axis.several, axis.grading) for a, axis in self.regulation.axes.items()
        ]
        targets.append((grade_list(self.regulation), False, self.regulation.grading))
        for codes, several, steps in targets:
            for step in steps:
                kind, spec = body(step)
                if kind == "judgement":
                    allowed = [n for n in codes.names if not spec.may or n in spec.may]
                    labels = {n: codes.number(n) for n in allowed}
                    found.append(
                        judged.Matter(spec.id, judged.decision_column(spec.id), spec.by, spec.valid, labels, several)
                    )
        return found

    def join_judged(self, table: ir.Table) -> ir.Table:
        matters = self.matters()
        if not matters:
            return table
        kinds = {
            m.column: "string" if m.several else "int16" if m.labels is not None else "decimal(18, 4)" for m in matters
        }
        if "judgements" not in self.tables:
            return extend(table, {c: ibis.null(kind) for c, kind in kinds.items()})
        rows, owner = self.owned("judgements")
        made = judged.pivot(self.resolver, rows.rows, owner, matters)
        joined = table.left_join(made, OWNER)
        return joined.select(*table.columns, **{c: joined[c].cast(kind) for c, kind in kinds.items()})

    def join_models(self, table: ir.Table) -> ir.Table:
        """Values computed elsewhere: the latest version known on the as-of date."""
        for name, indicator in self.regulation.indicators.items():
            if indicator.model and indicator.model.name:
                table = self.join_model(table, name, indicator)
        return table

    def join_model(self, table: ir.Table, name: str, indicator: Indicator) -> ir.Table:
        assert indicator.model is not None and indicator.model.name is not None
        numeric = self.view.indicator_type(name).kind == "number"
        kind = "decimal(18, 4)" if numeric else "string"
        if "model_values" not in self.tables:
            return extend(table, {value_column(name): ibis.null(kind)})
        rows, owner = self.owned("model_values")
        values = rows.rows.mutate(**{OWNER: owner})
        wanted = [m for m in (indicator.model.name, indicator.model.value) if m]
        values = values.filter(
            values["model"].isin(wanted), values["as_of"] <= ibis.literal(self.resolver.as_of, "date")
        )
        place = ibis.row_number().over(
            ibis.window(group_by=values[OWNER], order_by=[ibis.desc(values["as_of"]), ibis.desc(values["version"])])
        )
        values = values.mutate(_place=place)
        values = values.filter(values["_place"] == 0)
        source = values["number"] if numeric and "number" in values.columns else values["value"]
        made = values.select(**{OWNER: values[OWNER], value_column(name): source.cast(kind)})
        joined = table.left_join(made, OWNER)
        return joined.select(*table.columns, **{value_column(name): joined[value_column(name)]})

    def join_other_grades(self, table: ir.Table) -> ir.Table:
        """The results of other regulations, run before at the same date on the same facts."""
        for name, indicator in self.regulation.indicators.items():
            if indicator.grade_of:
                part = indicator.grade_of.part
                made = self.results[indicator.grade_of.regulation]
                made = made.select(OWNER, **{value_column(name): made["grade" if part == "grade" else f"a_{part}"]})
                joined = table.left_join(made, OWNER)
                table = joined.select(*table.columns, **{value_column(name): joined[value_column(name)]})
        return table

    def join_previous(self, table: ir.Table) -> ir.Table:
        """The grade in force at the as-of date by the ledger, where movement looks at it."""
        if not sees_previous(self.regulation):
            return table
        if "grades" not in self.tables:
            none = {
                "x_previous": ibis.null("int16"),
                PREVIOUS_FROM: ibis.null("date"),
                PREVIOUS_SINCE: ibis.null("date"),
            }
            return extend(table, none)
        rows, owner = self.owned("grades")
        today = ibis.literal(self.resolver.as_of, "date")
        ledger = rows.rows.mutate(**{OWNER: owner})
        ledger = ledger.filter(ledger["regulation"] == self.regulation.regulation, ledger["valid_from"] <= today)
        if "axis" in ledger.columns:
            ledger = ledger.filter(ledger["axis"].isnull() | ledger["axis"].isin(["", "grade"]))
        ledger = ledger.mutate(_start=self.streak_start(ledger))
        ledger = ledger.mutate(_since=ledger["_start"].max().over(ibis.window(group_by=ledger[OWNER])))
        if "valid_to" in ledger.columns:
            ledger = ledger.filter(ledger["valid_to"].isnull() | (ledger["valid_to"] >= today))
        place = ibis.row_number().over(ibis.window(group_by=ledger[OWNER], order_by=ibis.desc(ledger["valid_from"])))
        ledger = ledger.mutate(_place=place)
        ledger = ledger.filter(ledger["_place"] == 0)
        codes = grade_list(self.regulation)
        number = ibis.cases(
            *((ledger["grade"] == n, ibis.literal(i + 1, "int16")) for i, n in enumerate(codes.names)),
            else_=ibis.null("int16"),
        )
        kept = {PREVIOUS: number, PREVIOUS_FROM: ledger["valid_from"], PREVIOUS_SINCE: ledger["_since"]}
        joined = table.left_join(ledger.select(**{OWNER: ledger[OWNER], **kept}), OWNER)
        return joined.select(*table.columns, *kept)

    @staticmethod
    def streak_start(ledger: ir.Table) -> ir.Value:
        """The first day of a row that changed the grade: renewing a grade is no move."""
        in_order = ibis.window(group_by=ledger[OWNER], order_by=ledger["valid_from"])
        before = ledger["grade"].lag().over(in_order)
        changed = ibis.coalesce(before != ledger["grade"], ibis.literal(True))
        return changed.ifelse(ledger["valid_from"], ibis.null("date"))


def kept_as(value: ir.Value, kind: str, *, total: bool) -> ir.Value:
    """An aggregate in the type in which it is kept; of whole numbers only totals come in more than 64 bits."""
    return numbers.int64(value) if total and kind == "int64" else value.cast(kind)


def sees_previous(regulation: Regulation) -> bool:
    """Whether movement compares with an earlier grade."""
    movement, cells = regulation.movement, regulation.cells
    moves = movement.tenure or movement.hold or movement.margin or movement.fall or movement.rise
    values = [v for a in cells.cells for v in regulation.axes[a].values] if cells else regulation.grade_values
    return bool(moves) and bool(ranked(values))


def _since(node: MeasureNode) -> bool:
    return not isinstance(node.measure.over, str) and node.measure.over.since is not None
