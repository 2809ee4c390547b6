"""Case files: what a case may say, how its gaps are filled, and what is told when it is wrong."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from fenji.engine.cases import CaseResult, run_cases
from fenji.engine.issues import RegulationError
from fenji.engine.load import read
from fenji.engine.view import View
from tests.library import files
from tests.parity.regulations import view_of

TREE: dict[str, Any] = {
    "regulation": "small", "title": "x", "in_force": {"from": "2026-01-01"},
    "applies_to": {"where": "status = 'active'"},
    "parameters": {"line": {"unit": "CNY", "values": {"2026-01-01": "100"}}},
    "scales": {"three": {"差": "1", "中": "2", "好": "3"}},
    "indicators": {
        "sales": {"measure": {
            "from": "orders", "sum": "amount", "where": "status = 'completed'", "over": {"calendar_year": "to_date"},
        }},
        "mean": {"measure": {"from": "orders", "average": "amount"}},
        "credit": {"judged": {"by": "finance", "scale": "three", "valid": {"months": "12"}}},
        "last": {"measure": {"from": "orders", "last": "ordered_on"}},
        "region": {"attribute": "region"},
    },
    "grades": [{"code": "A", "rank": "1"}, {"code": "B", "rank": "2"}, {"code": "C", "rank": "3"}],
    "ungraded": {"small": "x"},
    "grading": [
        {"bands": {"id": "by_sales", "of": "sales", "into": {"A": ">= line", "B": "10 ..< line", "small": "< 10"}}},
        {"flag": {"id": "f", "code": "trusted", "when": "credit = '好'", "because": "x"}},
        {"judgement": {"id": "last_word", "by": "manager", "for": {"grade": "A"}, "otherwise": "proposed"}},
    ],
    "movement": {"fall": {"at_most": "1"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def small() -> View:
    return view_of(TREE)


def run(view: View, cases: str) -> list[CaseResult]:
    source, issues = read(f"regulation: small\nas_of: 2026-12-31\ncases:\n{cases}", "small.cases.yaml")
    assert source is not None and not issues
    return run_cases(view, source)


def told(view: View, cases: str) -> str:
    """The differences of the only case."""
    [result] = run(view, cases)
    assert result.ok is not bool(result.differences)
    return "; ".join(map(str, result.differences))


def test_keys_owners_and_statuses_are_filled_in(small: View) -> None:
    case = """  - {id: one,
      facts: {orders: [{ordered_on: 2026-03-01, amount: 50}, {ordered_on: 2026-03-02, amount: 49.99}]},
      expect: {grade: B, indicators: {sales: 99.99}}}"""
    assert told(small, case) == ""


def test_a_default_is_not_used_where_the_case_says_that_nothing_is_known(small: View) -> None:
    case = """  - {id: one,
      facts: {orders: [{ordered_on: 2026-03-01, amount: 50, status: null}]},
      expect: {ungraded: small, indicators: {sales: 0}}}"""
    assert told(small, case) == ""


def test_a_judgement_is_given_on_the_day_by_the_right_role(small: View) -> None:
    facts = "facts: {orders: [{ordered_on: 2026-03-01, amount: 100}]}"
    cases = dedent(f"""\
        - {{id: judged, {facts}, judgements: {{credit: 好, last_word: B}},
           expect: {{grade: B, standing: computed, flags: [trusted]}}}}
        - {{id: too_old, {facts}, judgements: {{credit: {{value: 好, on: 2025-12-30}}}},
           expect: {{grade: A, standing: proposed, flags: [], indicators: {{credit: null}}}}}}
        - {{id: just, {facts}, judgements: {{credit: {{value: 好, on: 2025-12-31}}}},
           expect: {{flags: [trusted], indicators: {{credit: 好}}}}}}
    """)
    assert [(r.id, r.differences) for r in run(small, cases)] == [("judged", ()), ("too_old", ()), ("just", ())]


def test_the_ledger_is_written_from_the_earlier_grade(small: View) -> None:
    case = """  - {id: one,
      facts: {orders: [{ordered_on: 2026-03-01, amount: 10}]},
      previous: {grade: A, since: 2026-02-01},
      expect: {grade: B,
      previous: A, limited: false}}"""
    assert told(small, case) == ""


def test_parameters_and_days_hold_for_their_case_only(small: View) -> None:
    facts = "facts: {orders: [{ordered_on: 2026-03-01, amount: 50}]}"
    cases = dedent(f"""\
        - {{id: low, parameters: {{line: 50}}, {facts}, expect: {{computed: A}}}}
        - {{id: usual, {facts}, expect: {{computed: B}}}}
        - {{id: early, as_of: 2026-02-28, {facts}, expect: {{ungraded: small}}}}
    """)
    assert [r.ok for r in run(small, cases)] == [True, True, True]


def test_customers_of_a_population_know_each_other_and_others_do_not(small: View) -> None:
    case = """  - {id: two,
      population: [{facts: {orders: [{ordered_on: 2026-03-01, amount: 10}]},
      expect: {grade: B}}, {expect: {grade: B}}]}"""
    assert told(small, case) == "[2] grade: B <> None"


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ("grade: A", "grade: A <> B"),
        ("grade: null", "grade: None <> B"),
        ("standing: proposed", "standing: proposed <> computed"),
        ("flags: [trusted]", "flags: ('trusted',) <> ()"),
        ("ungraded: small", "ungraded: small <> None"),
        ("indicators: {sales: 51}", "indicators.sales: 51 <> 50"),
        ("indicators: {mean: null}", "indicators.mean: None <> 50"),
        ("indicators: {last: 2026-03-02}", "indicators.last: 2026-03-02 <> 2026-03-01"),
        ("indicators: {region: 华东}", "indicators.region: 华东 <> None"),
    ],
)
def test_what_comes_out_otherwise_is_told(expected: str, difference: str, small: View) -> None:
    case = f"  - {{id: one, facts: {{orders: [{{ordered_on: 2026-03-01, amount: 50}}]}}, expect: {{{expected}}}}}"
    assert told(small, case) == difference


def test_a_customer_who_is_left_out_has_no_result(small: View) -> None:
    cases = dedent("""\
        - {id: lost, customer: {status: lost}, expect: {standing: not_covered, grade: null}}
        - {id: wrong, customer: {status: lost}, expect: {grade: A}}
        - {id: unknown, customer: {status: null}, expect: {standing: ungraded, ungraded: scope}}
    """)
    assert [r.ok for r in run(small, cases)] == [True, False, True]


def test_a_day_outside_the_time_in_force_fails_its_case_alone(small: View) -> None:
    cases = "  - {id: early, as_of: 2025-12-31, expect: {grade: null}}\n  - {id: fine, expect: {ungraded: small}}"
    early, fine = run(small, cases)
    assert not early.ok and early.error is not None and fine.ok


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("{id: one, expects: {}}", ["expects", "expect"]),
        ("{id: one, facts: {order: []}}", ["order", "orders"]),
        ("{id: one, facts: {orders: [{amout: 1}]}}", ["amout", "amount"]),
        ("{id: one, facts: {orders: [{amount: viele}]}}", ["viele", "amount"]),
        ("{id: one, facts: {orders: [{amount: 0.001}]}}", ["0.001", "amount"]),
        ("{id: one, facts: {orders: [{ordered_on: 2026-02-30}]}}", ["2026-02-30", "ordered_on"]),
        ("{id: one, judgements: {credits: 好}}", ["credits", "credit"]),
        ("{id: one, parameters: {lines: 5}}", ["lines", "line"]),
        ("{id: one, expect: {indicators: {sale: 5}}}", ["sale", "sales"]),
        ("{id: one, as_of: soon}", ["soon"]),
    ],
)
def test_a_wrong_case_file_is_told_with_its_place(case: str, words: list[str], small: View) -> None:
    line = f"  - {case}"
    with pytest.raises(RegulationError) as caught:
        run(small, line)
    [issue] = caught.value.issues
    assert str(issue.place) == f"small.cases.yaml:4:{line.index(words[0]) + 1}"
    assert all(word in str(issue.message) for word in words)


def test_two_cases_of_one_name_are_told(small: View) -> None:
    with pytest.raises(RegulationError) as caught:
        run(small, "  - {id: one}\n  - {id: one}")
    assert [str(issue.place) for issue in caught.value.issues] == ["small.cases.yaml:5:10"]


def test_the_cases_of_another_regulation_are_refused(small: View) -> None:
    with pytest.raises(RegulationError, match="s13-abc"):
        run_cases(small, files.source("s13-abc"))
