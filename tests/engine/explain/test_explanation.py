"""An explanation says what the grade came from, adds up, and never tells another story than the trace."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenji.engine.explain import Explanation, explain
from fenji.engine.explain.evaluate import Evaluator
from fenji.engine.explain.explanation import exact
from tests.engine.explain.books import book

REGULATIONS = (
    "s03-annual-sales", "s09-points-150-100-80", "s10-annual-form", "s13-abc", "s14-rfm", "s22-enterprise-levels",
    "s23-property-codes", "s24-heavy-vehicle", "s25-hsbc", "s27-value-x-potential", "s28-six-segments",
)  # fmt: skip
SEEDS = st.integers(0, 10**6)
CHINESE = re.compile("[\u4e00-\u9fff]")


def gone(row: Any) -> bool:
    """Whether a value is missing without which there is no grade; then the steps do not count."""
    return str(row["ungraded"]).startswith("missing:") or row["ungraded"] == "scope"


def yuan(value: int) -> Decimal:
    """Whole yuan as the fact store keeps them."""
    return Decimal(value).quantize(Decimal("0.01"))


def one(name: str, values: dict[str, object], **parameters: str) -> Explanation:
    """The explanation of one customer; what is not given is missing."""
    found = book(name, **parameters)
    row = {c: values.get(c) for c in found.schema} | {"customer_id": "c", "x_scope": True}
    return explain(found.plan, found.graded([row]))[0]


@pytest.mark.parametrize("name", REGULATIONS)
@settings(max_examples=3)
@given(seed=SEEDS)
def test_the_steps_told_end_at_the_answer_the_plan_computed(name: str, seed: int) -> None:
    found = book(name)
    for told in explain(found.plan, found.graded(found.rows(seed, 12))):
        if not gone(told.row):
            assert told.facts.target.code == told.row["computed"]
            assert told.row["standing"] == "ungraded" or told.facts.target.open == (told.row["standing"] == "proposed")
        for axis in told.facts.axes:
            assert (axis.code, axis.open) == (told.row[f"a_{axis.name}"], told.row[f"a_{axis.name}_open"])


@pytest.mark.parametrize("name", REGULATIONS)
@settings(max_examples=3)
@given(seed=SEEDS)
def test_conditions_are_seen_as_the_trace_has_them(name: str, seed: int) -> None:
    found = book(name)
    for row in found.graded(found.rows(seed, 8)).to_pylist():
        evaluator = Evaluator(found.plan, row)
        for kind, spec in [s for t in (*found.plan.axes.values(), found.plan.grade) for s in t.steps]:
            if getattr(spec, "when", None) is not None:
                assert evaluator.conditions(spec.when) == row[f"s_{spec.id}_met"]
            for i, line in enumerate(spec.lines if kind == "rules" else ()):
                assert evaluator.conditions(line.when) == row[f"s_{spec.id}_{i}"]


@pytest.mark.parametrize("name", ["s03-annual-sales", "s09-points-150-100-80", "s25-hsbc", "s27-value-x-potential"])
@settings(max_examples=3)
@given(seed=SEEDS)
def test_points_add_up_to_the_score_exactly(name: str, seed: int) -> None:
    found = book(name)
    for told in explain(found.plan, found.graded(found.rows(seed, 12))):
        for score in told.facts.scores:
            points = [line.points for line in score.lines if line.points is not None]
            if score.reweighed:
                assert score.total is not None and score.max is not None
            elif score.total is not None and len(points) == len(score.lines):
                assert sum(points) == score.total


@pytest.mark.parametrize("name", REGULATIONS)
def test_sentences_are_whole_in_both_languages(name: str) -> None:
    found = book(name)
    for told in explain(found.plan, found.graded(found.rows(7, 40))):
        for lang in ("zh", "en"):
            for sentence in [*told.sentences(lang), told.summary(lang)]:
                assert sentence.strip()
                assert not re.search(r"\{\w+\}|None|Fraction|Message", sentence)
        assert all(CHINESE.search(s) for s in told.sentences("zh"))


def test_a_band_names_value_grade_and_borders() -> None:
    told = one("s03-annual-sales", {"i_annual_sales": yuan(6_000_000)})
    assert told.summary("zh") == "年度销售额 ¥6,000,000.00，属 A 级（500 万–1000 万）"
    assert told.summary("en") == "Annual sales ¥6,000,000.00 is grade A (¥5,000,000 to ¥10,000,000)"


def test_a_provisional_grade_says_until_when() -> None:
    told = one("s03-annual-sales", {"i_annual_sales": yuan(6_000_000), "i_first_deal_on": dt.date(2026, 12, 2)})
    assert told.sentences("zh")[0] == "暂定为 A 级，暂定期至 2027-12-02。"


def test_a_cap_says_why_and_which_conditions_are_met() -> None:
    told = one(
        "s22-enterprise-levels",
        {"i_own_revenue": yuan(60_000_000), "i_industry_position": 2, "i_business_value": 2, "i_potential": 3},
    )
    assert told.facts.grade == "L3"
    cap = next(s for s in told.sentences("zh") if "最高为" in s)
    assert "由 L2 级降为 L3 级" in cap and "业务价值低于 稳定（实际：量一般），满足" in cap
    assert "合作潜力低于 一定（实际：较大），不满足" in cap


def test_who_is_awaited_is_named_by_role() -> None:
    told = one("s22-enterprise-levels", {"i_own_revenue": yuan(200_000_000)})
    assert told.facts.standing == "proposed"
    assert "拟评为 L1 级；尚待行业地位（由市场部判断）" in told.sentences("zh")[0]


def test_a_missing_value_without_which_there_is_no_grade_is_named() -> None:
    told = one("s22-enterprise-levels", {})
    assert told.summary("zh") == "未评级：客户自身年营业收入无数据，缺少该项不予评级"


def test_json_keeps_exact_numbers() -> None:
    found = book("s09-points-150-100-80")
    for told in explain(found.plan, found.graded(found.rows(3, 20))):
        again = json.loads(json.dumps(told.as_dict(), ensure_ascii=False))
        assert again["customer"] == told.facts.customer and set(again["summary"]) == {"zh", "en"}


@given(st.fractions(max_denominator=10**6))
def test_exact_numbers_as_text_lose_nothing(value: Any) -> None:
    text = exact(value)
    assert Fraction(text) == value
