"""The treatment of a graded customer, and of one under two regulations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from fenji.engine.caseexpect import same
from fenji.engine.check.run import check_text
from fenji.engine.plan.resolve import Resolver
from fenji.engine.readout import Row
from fenji.engine.strictest import generosity, strictest
from fenji.engine.treatment import Granted, Treatment, treat
from fenji.facts.contract import load_contract

TEXT = """
regulation: treated
title: 待遇
in_force: {from: 2026-01-01}
parameters:
  limit: {unit: CNY, values: {2026-01-01: 100万, 2027-01-01: 120万}}
  visit_months: {unit: months, values: {2026-01-01: 3}}
indicators:
  sales: {unit: CNY, measure: {from: orders, sum: amount}}
  since: {attribute: since, missing: none}
axes:
  kind:
    several: true
    values: [{code: Y}, {code: Z}]
    grading:
      - rules:
          id: kinds
          lines: [{to: Y, when: "sales > 1", reason: net}, {to: Z, when: "sales > 2", reason: official}]
  credit:
    values: [{code: 差}, {code: 好}]
    grading:
      - judgement: {id: credit_said, by: finance, otherwise: ungraded}
grades: [{code: A, rank: 1}, {code: B, rank: 2}]
ungraded: {small: 未入级}
grading:
  - bands: {id: by_sales, of: sales, into: {A: ">= limit", B: "10万 ..< limit", small: "< 10万"}}
  - flag: {id: marked, code: special, when: "sales > 5", because: 特殊}
movement:
  provisional: {until: {months: 6, after: since}, enjoys: everyone}
entitlements:
  - {for: everyone, payment_term: prepay, supply: normal, promises: [一, 二]}
  - {for: {grade: A}, payment_term: on_arrival, credit_limit: limit, free_training: yes}
  - {for: {grade: any, flag: special}, new_product: {priority: 1, payment_term: after_trial}}
  - {for: {credit: 差}, payment_term: prepay}
  - {for: {kind: Y, reason: net}, gifts: yes}
  - {for: {kind: Y, reason: official}, gifts: no}
  - {for: {ungraded: any}, supply: stop_proposed}
obligations:
  - {for: everyone, owes: [按期付款], checked: monthly}
  - {for: {grade: [A, B]}, owes: [配合]}
service:
  - {for: everyone, visit: {every: {months: 12}, by: sales}, response: {within: {hours: 48}, coverage: 50%}}
  - {for: {grade: A}, visit: {every: {months: visit_months}}, playbook: {title: 大客户, do: [{does: 拜访}]}}
"""


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(check_text(TEXT, "treated.yaml", load_contract()).required(), dt.date(2026, 12, 31))


def row(grade: str | None = None, **more: Any) -> Row:
    plain: dict[str, Any] = {
        "customer": "c", "grade": grade, "computed": grade, "previous": None, "held": False, "limited": False,
        "reason": None, "standing": "computed" if grade else "ungraded", "ungraded": None,
        "axes": {"kind": None, "credit": None}, "axes_all": {"kind": ()}, "flags": frozenset[str](),
        "indicators": {}, "axis_reasons": {},
    }  # fmt: skip
    return Row(**{**plain, **more})


def given(treatment: Treatment) -> dict[str, Any]:
    return {name: granted.value for name, granted in treatment.entitlements.items()}


def test_later_blocks_replace_key_by_key_and_each_value_names_its_block(resolver: Resolver) -> None:
    found = treat(resolver, row("A"))
    assert found.entitlements["payment_term"] == Granted("on_arrival", 1)
    assert found.entitlements["supply"] == Granted("normal", 0)
    assert found.service["visit"].block == 1 and found.service["response"].block == 0


def test_figures_that_parameters_give_are_those_of_the_date(resolver: Resolver) -> None:
    assert given(treat(resolver, row("A")))["credit_limit"] == 1_000_000
    later = Resolver(resolver.view, dt.date(2027, 1, 1))
    assert given(treat(later, row("A")))["credit_limit"] == 1_200_000
    every = treat(resolver, row("A")).service["visit"].duties[0].every
    assert every is not None and (every.unit, every.length) == ("months", 3)


def test_a_provisional_customer_that_enjoys_only_the_base_gets_the_block_for_everyone(resolver: Resolver) -> None:
    found = treat(resolver, row("A", standing="provisional"))
    assert found.entitlements["payment_term"].value == "prepay" and found.playbooks == ()
    assert [o.block for o in found.obligations] == [0]


def test_playbooks_and_obligations_add_up(resolver: Resolver) -> None:
    found = treat(resolver, row("A"))
    assert [(block, book.title.zh) for block, book in found.playbooks] == [(1, "大客户")]
    assert [(o.block, [t.zh for t in o.owes], o.checked) for o in found.obligations] == [
        (0, ["按期付款"], "monthly"),
        (1, ["配合"], None),
    ]


def test_an_axis_is_treated_though_there_is_no_grade(resolver: Resolver) -> None:
    found = treat(resolver, row(None, ungraded="awaiting", axes={"kind": None, "credit": "差"}))
    assert found.entitlements["payment_term"] == Granted("prepay", 3)
    assert found.entitlements["supply"].value == "stop_proposed"


@pytest.mark.parametrize(("reason", "gifts"), [("net", True), ("official", False), ("other", None)])
def test_a_reason_is_looked_for_behind_the_codes_that_the_block_names(
    resolver: Resolver, reason: str, gifts: bool | None
) -> None:
    axes: Mapping[str, Any] = {"axes": {"kind": "Y", "credit": None}, "axes_all": {"kind": ("Y", "Z")}}
    found = treat(resolver, row("B", **axes, axis_reasons={"kind": (("Y", reason), ("Z", "official"))}))
    assert given(found).get("gifts") is gifts


def test_all_keys_of_a_selector_must_hold(resolver: Resolver) -> None:
    assert "new_product" not in treat(resolver, row("A")).entitlements
    assert "new_product" not in treat(resolver, row(None, flags=frozenset({"special"}))).entitlements
    found = treat(resolver, row("B", flags=frozenset({"special"})))
    assert found.entitlements["new_product"].value == {"priority": 1, "payment_term": "after_trial"}


def treatment(**values: Any) -> Treatment:
    return Treatment({name: Granted(value, 0) for name, value in values.items()}, (), {}, ())


@pytest.mark.parametrize(
    ("name", "strict", "generous"),
    [
        ("payment_term", "prepay", "monthly"),
        ("order_priority", Fraction(3), Fraction(1)),
        ("credit_limit", Fraction(0), Fraction(5)),
        ("deposit", Fraction(5), Fraction(0)),
        ("credit_days", Fraction(0), Fraction(30)),
        ("gifts", False, True),
    ],
)
def test_the_stricter_value_wins_whichever_regulation_gives_it(name: str, strict: Any, generous: Any) -> None:
    for one, other in ((strict, generous), (generous, strict)):
        found = strictest(treatment(**{name: one}), treatment(**{name: other}))
        assert found.values[name] == strict
        assert [(c.name, c.values, c.ordered) for c in found.conflicts] == [(name, (one, other), True)]


def test_what_only_one_regulation_gives_stands_and_equal_values_are_no_conflict() -> None:
    found = strictest(treatment(gifts=True, supply="normal"), treatment(supply="normal", discount=Fraction(1, 20)))
    assert found.values == {"gifts": True, "supply": "normal", "discount": Fraction(1, 20)}
    assert found.conflicts == ()


def test_roles_have_no_order_and_are_left_to_people() -> None:
    found = strictest(treatment(refusal_needs="director"), treatment(refusal_needs="manager"))
    assert found.values["refusal_needs"] == "director"
    assert [c.ordered for c in found.conflicts] == [False]
    assert generosity("refusal_needs", "director") is None


@pytest.mark.parametrize(
    ("wanted", "found", "equal"),
    [
        ("5%", Fraction(1, 20), True),
        ("100万", Fraction(1_000_000), True),
        ("4%", Fraction(1, 20), False),
        ("yes", True, True),
        ("no", True, False),
        ("null", None, True),
        ("null", "prepay", False),
        ({"months": "3"}, {"months": Fraction(3), "after": None}, True),
        ({"months": "4"}, {"months": Fraction(3)}, False),
        (["sales"], ("sales",), True),
    ],
)
def test_a_written_value_is_compared_by_what_it_means(wanted: Any, found: Any, equal: bool) -> None:
    assert same(wanted, found) is equal
