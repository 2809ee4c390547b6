"""A small company: eleven orders of five customers, one regulation by annual sales."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fenji.cli import main

REGULATION = """\
regulation: by-sales
version: 1
title: {zh: 按年度销售额分级, en: By annual sales}
purpose: {zh: 让好客户得到好服务, en: Good customers get good service}
in_force: {from: 2025-01-01}
currency: CNY
applies_to: {subject: customer}
parameters:
  a_line: {title: {zh: A 级界线, en: Line of A}, unit: CNY, between: [1, 1亿], values: {2025-01-01: 1000}}
scales:
  steps: {差: 1, 好: 2}
indicators:
  sales:
    title: {zh: 年度销售额, en: Annual sales}
    unit: CNY
    measure: {from: orders, sum: amount, over: {calendar_year: last_full}}
    missing: 0
  credit:
    title: {zh: 资信度, en: Credit}
    judged: {by: finance, scale: steps, evidence: [sales], valid: {months: 12}}
    missing: none
grades:
  - {code: A, rank: 1, title: {zh: 重点客户, en: Key customer}}
  - {code: B, rank: 2, title: {zh: 一般客户, en: Ordinary customer}}
ungraded:
  none_bought: {zh: 上年没有成交, en: Nothing bought last year}
grading:
  - rules: {id: none, lines: [{to: none_bought, when: "sales = 0"}]}
  - bands: {id: by_sales, title: {zh: 按销售额, en: By sales}, of: sales, into: {A: ">= a_line", B: "< a_line"}}
  - cap: {id: weak, at: B, when: "credit = '差'", reason: weak, because: {zh: 资信不足, en: Weak credit}}
entitlements:
  - {for: everyone, payment_term: prepay}
  - {for: {grade: A}, payment_term: on_arrival}
service:
  - {for: everyone, response: {within: {hours: 48}}}
  - {for: {grade: A}, visit: {every: {months: 1}, by: account_manager}}
choices:
  - id: X.1
    at: grading.by_sales
    what: {zh: 界线归 A, en: The line itself is A}
    why: {zh: 原文未说明, en: The source is silent}
"""
CUSTOMERS = """\
customer_id,name
C1,北京云图科技有限公司
C2,=cmd|' /C calc'!A0
C3,上海恒信贸易
C4,@SUM(1+1)
C5,广州没买公司
"""
ORDERS = """\
order_id,customer_id,ordered_on,amount
O1,C1,2025-03-01,5000.00
O2,C1,2025-09-01,1234.56
O3,C2,2025-04-02,1000.00
O4,C3,2025-05-03,999.99
O5,C4,2025-06-04,10.00
O6,C4,2025-06-05,-3.00
O7,C9,2025-06-05,77.00
O8,C1,2024-03-01,1.00
"""


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def fenji(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs ``fenji`` as a shell would."""

    def call(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as leave:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(int(leave.value.code or 0), out, err)

    return call


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A folder with ``by-sales.yaml`` and the exports in ``facts``."""
    (tmp_path / "by-sales.yaml").write_text(REGULATION, encoding="utf-8")
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (facts / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return tmp_path
