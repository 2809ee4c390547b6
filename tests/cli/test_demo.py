"""``fenji demo`` on the real sample that the package carries, checked against SQL written by hand."""

from __future__ import annotations

import contextlib
import io
import json
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
import openpyxl
import pytest

from fenji.cli import main

WINDOW = "ordered_on > DATE '2010-12-30' AND ordered_on <= DATE '2011-06-30'"


@pytest.fixture(scope="module")
def orders() -> duckdb.DuckDBPyConnection:
    """The sample as a plain table."""
    path = str(files("fenji").joinpath("demo/online_retail/online-retail-invoices.csv"))
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE orders AS SELECT CustomerID AS customer_id, CAST(InvoiceDate[:10] AS DATE) AS ordered_on, "
        "CAST(Amount AS DECIMAL(18,2)) AS amount FROM read_csv(?, all_varchar=true) WHERE CustomerID IS NOT NULL",
        [path],
    )
    return con


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One demo for all tests of this file."""
    folder = tmp_path_factory.mktemp("demo")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as leave:
        main(["--lang", "zh", "demo", "--out", str(folder), "--json"])
    assert leave.value.code == 0
    found = json.loads(out.getvalue())
    return {"folder": folder, "rejected": found["rejected"], **{r["regulation"]: r for r in found["runs"]}}


def grades(told: dict[str, Any], name: str) -> dict[str, str | None]:
    file = told["folder"] / name / "grades.parquet"
    return dict(duckdb.read_parquet(str(file)).select("customer_id, grade").fetchall())


def test_the_demo_grades_the_real_sample_as_hand_written_sql_does(
    told: dict[str, Any], orders: duckdb.DuckDBPyConnection
) -> None:
    points = f"""
        WITH m AS (SELECT customer_id, sum(amount) AS net, sum(amount) FILTER (amount > 0) AS bought,
            count(*) FILTER (amount > 0) AS times, max(ordered_on) FILTER (amount > 0) AS last,
            count(DISTINCT date_trunc('month', ordered_on)) FILTER (amount > 0) AS months
            FROM (SELECT customer_id, CASE WHEN {WINDOW} THEN amount END AS amount, ordered_on FROM orders) GROUP BY 1),
        s AS (SELECT *, coalesce(net, 0) AS a, DATE '2011-06-30' - last AS days FROM m),
        p AS (SELECT *,
            CASE WHEN a >= 5000 THEN 40 WHEN a >= 2000 THEN 32 WHEN a >= 1000 THEN 24 WHEN a >= 500 THEN 16
                WHEN a >= 200 THEN 8 ELSE 0 END
            + CASE WHEN times >= 10 THEN 20 WHEN times >= 5 THEN 15 WHEN times >= 3 THEN 10
                WHEN times = 2 THEN 5 ELSE 0 END
            + CASE WHEN days <= 14 THEN 25 WHEN days <= 30 THEN 20 WHEN days <= 60 THEN 12
                WHEN days <= 90 THEN 5 ELSE 0 END
            + CASE WHEN months >= 5 THEN 15 WHEN months >= 3 THEN 10 WHEN months = 2 THEN 5 ELSE 0 END AS score FROM s)
        SELECT customer_id, CASE WHEN times = 0 THEN NULL
            WHEN score >= 55 AND (bought - a) * 5 > bought THEN '铜牌'
            WHEN score >= 80 THEN '金牌' WHEN score >= 55 THEN '银牌' WHEN score >= 30 THEN '铜牌'
            ELSE '普通' END FROM p"""
    expected = dict(orders.execute(points).fetchall())
    assert grades(told, "retail-points") == expected
    assert told["rejected"] == 2090


def test_the_demo_ranks_by_running_share_as_hand_written_sql_does(
    told: dict[str, Any], orders: duckdb.DuckDBPyConnection
) -> None:
    share = f"""
        WITH m AS (SELECT customer_id, coalesce(sum(amount) FILTER ({WINDOW}), 0) AS a FROM orders GROUP BY 1),
        r AS (SELECT *, sum(a) OVER (ORDER BY a DESC RANGE UNBOUNDED PRECEDING) AS reached, sum(a) OVER () AS total,
            max(a) OVER () AS most FROM m WHERE a > 0)
        SELECT m.customer_id, CASE WHEN r.a IS NULL THEN 'C' WHEN r.a = most OR reached * 100 <= total * 80 THEN 'A'
            WHEN reached * 100 <= total * 95 THEN 'B' ELSE 'C' END FROM m LEFT JOIN r USING (customer_id)"""
    assert grades(told, "s13-abc") == dict(orders.execute(share).fetchall())


def test_money_of_the_grades_adds_up_to_the_money_of_the_sample(
    told: dict[str, Any], orders: duckdb.DuckDBPyConnection
) -> None:
    [[total]] = orders.execute(f"SELECT sum(amount) FROM orders WHERE {WINDOW}").fetchall()
    for name in ("s13-abc", "s14-rfm", "retail-points"):
        lines = told[name]["distribution"]
        assert sum(Decimal(line["money"]) for line in lines) == total
        assert sum(line["customers"] for line in lines) == told[name]["customers"] == 3002


def test_the_sample_carries_its_provenance_and_licence(told: dict[str, Any]) -> None:
    text = (told["folder"] / "PROVENANCE.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text and "doi.org/10.24432/C5BW33" in text


def test_the_basis_sheet_of_the_demo_shows_the_deciding_step(told: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(told["folder"] / "s14-rfm/客户分类表.xlsx", read_only=True)
    rows = list(book["依据"].iter_rows(values_only=True))
    grade, step = rows[0].index("等级"), rows[0].index("按RFM 合计分")
    assert {(row[grade], row[step]) for row in rows[1:]} == {(g, g) for g in ("重要", "一般", "潜力")} | {(None, None)}
