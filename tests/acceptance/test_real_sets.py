"""Real sets graded from their own files through the command line, against SQL written by hand over the same files."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.conftest import Said

Fenji = Callable[..., Said]
HERE = Path(__file__).parent
CRM_MAPPING = """\
mapping: 1
files:
  - file: sales_pipeline.csv
    table: opportunities
    columns:
      {opportunity_id: opportunity_id, customer_name: account, opened_on: engage_date, expected_close_on: close_date,
       closed_on: close_date, amount: close_value, salesperson: sales_agent, product: product}
    constants: {need: clear}
  - file: accounts.csv
    table: customers
    columns: {name: account, industry: sector, employees: employees, revenue: {from: revenue, unit: 1000000}}
"""


def adopted(fenji: Fenji, folder: Path, name: str, start: str, currency: str) -> Path:
    path = folder / f"{name}.yaml"
    assert fenji("library", name, "--copy", path, "--from", start, "--currency", currency).code == 0
    return path


def graded(
    fenji: Fenji, regulation: Path, facts: Path, as_of: str, *more: object
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the command says, and the grades by customer."""
    out = facts.parent / f"out-{regulation.stem}-{as_of}"
    said = fenji("grade", regulation, "--facts", facts, "--as-of", as_of, "--out", out, "--json", *more)
    assert said.code == 0, said.out + said.err
    rows = duckdb.read_parquet(str(out / "grades.parquet")).select("customer_id, grade").fetchall()
    return json.loads(said.out), dict(rows)


@pytest.fixture
def retail(shared_data: Path, tmp_path: Path) -> Path:
    """The order lines of the online retailer, unpacked as a user has them."""
    folder = tmp_path / "facts"
    folder.mkdir()
    source = shared_data / "online_retail_h1/online_retail_2010-12_to_2011-06.csv.gz"
    with gzip.open(source) as packed, (folder / "online_retail.csv").open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return folder


def retail_orders(folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE orders AS SELECT InvoiceNo, CAST(CAST(CustomerID AS DOUBLE) AS BIGINT)::VARCHAR AS customer_id, "
        "min(CAST(InvoiceDate AS TIMESTAMP))::DATE AS day, "
        "CAST(sum(CAST(Quantity AS INT) * CAST(UnitPrice AS DECIMAL(18,3))) AS DECIMAL(18,2)) AS amount "
        "FROM read_csv(?, all_varchar=true) WHERE CustomerID IS NOT NULL GROUP BY 1, 2",
        [str(folder / "online_retail.csv")],
    )
    con.execute("CREATE VIEW recent AS SELECT * FROM orders WHERE day > DATE '2010-12-30' AND day <= DATE '2011-06-30'")
    return con


def test_order_lines_of_the_retailer_under_s13(fenji: Fenji, retail: Path, tmp_path: Path) -> None:
    regulation = adopted(fenji, tmp_path, "s13-abc", "2010-12-01", "GBP")
    told, found = graded(
        fenji, regulation, retail, "2011-06-30", "--set", "window_months=6", "--absent", "orders.profit"
    )
    expected = retail_orders(retail).execute(
        "WITH m AS (SELECT c.customer_id, coalesce(sum(amount), 0) AS a FROM (SELECT DISTINCT "
        "customer_id FROM orders) c "
        "LEFT JOIN recent USING (customer_id) GROUP BY 1), "
        "r AS (SELECT *, sum(a) OVER (ORDER BY a DESC RANGE UNBOUNDED PRECEDING) AS reached, sum(a) OVER () AS total, "
        "max(a) OVER () AS most FROM m WHERE a > 0) "
        "SELECT m.customer_id, CASE WHEN r.a IS NULL THEN 'C' WHEN r.a = most OR reached * 100 <= total * 80 THEN 'A' "
        "WHEN reached * 100 <= total * 95 THEN 'B' ELSE 'C' END FROM m LEFT JOIN r USING (customer_id)"
    )
    assert told["rejected"] == 69_014  # the lines without a customer
    assert found == dict(expected.fetchall())


def test_order_lines_of_the_retailer_under_s14(fenji: Fenji, retail: Path, tmp_path: Path) -> None:
    regulation = adopted(fenji, tmp_path, "s14-rfm", "2010-12-01", "GBP")
    _told, found = graded(fenji, regulation, retail, "2011-06-30", "--set", "window_months=6")
    con = retail_orders(retail)
    con.execute(
        "CREATE TABLE m AS SELECT customer_id, count(*) FILTER (amount >= 0) AS f, sum(amount) AS money, "
        "DATE '2011-06-30' - max(day) FILTER (amount >= 0) AS days FROM recent GROUP BY 1"
    )
    expected = con.execute(
        "WITH b AS (SELECT *, count(*) OVER () AS n, rank() OVER (ORDER BY days) - 1 AS br, rank() "
        "OVER (ORDER BY f DESC) - 1 AS bf, "
        "rank() OVER (ORDER BY money DESC) - 1 AS bm FROM m WHERE f > 0), "
        "t AS (SELECT customer_id, n, 15 - br * 5 // n - bf * 5 // n - bm * 5 // n AS score FROM b), "
        "p AS (SELECT *, rank() OVER (ORDER BY score DESC) - 1 AS better, rank() OVER (ORDER BY "
        "score) - 1 AS worse FROM t) "
        "SELECT c.customer_id, CASE WHEN p.n IS NULL THEN NULL WHEN better * 5 < n THEN '重要' WHEN "
        "worse * 5 < n THEN '潜力' "
        "ELSE '一般' END FROM (SELECT DISTINCT customer_id FROM orders) c LEFT JOIN p USING (customer_id)"
    )
    assert found == dict(expected.fetchall())


@pytest.mark.parametrize("as_of", ["2016-11-30", "2017-12-20"])
def test_the_sales_pipeline_under_s11(fenji: Fenji, shared_data: Path, tmp_path: Path, as_of: str) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    for name in ("accounts.csv", "sales_pipeline.csv"):
        shutil.copyfile(shared_data / "crm_maven" / name, facts / name)
    mapping = tmp_path / "crm.yaml"
    mapping.write_text(CRM_MAPPING, encoding="utf-8")
    regulation = adopted(fenji, tmp_path, "s11-expected-closing", "2016-01-01", "USD")
    told, found = graded(
        fenji, regulation, facts, as_of, "--mapping", mapping, "--absent", "orders", "--absent", "opportunities.margin"
    )
    expected = duckdb.execute(
        "WITH o AS (SELECT account, CAST(engage_date AS DATE) AS opened, CAST(close_date AS DATE) AS closed "
        "FROM read_csv(?, all_varchar=true) WHERE account IS NOT NULL AND engage_date IS NOT NULL), "
        "v AS (SELECT account, count(*) AS records, count(*) FILTER (closed IS NULL OR closed > $day) AS open, "
        "min(closed) FILTER (closed > $day) AS next FROM o WHERE opened <= $day GROUP BY 1) "
        "SELECT a.account, CASE WHEN records IS NULL THEN NULL WHEN open = 0 THEN 'E' "
        "WHEN next <= CAST($day + INTERVAL 1 MONTH AS DATE) THEN 'A' WHEN next <= CAST($day + "
        "INTERVAL 3 MONTH AS DATE) THEN 'B' "
        "WHEN next <= CAST($day + INTERVAL 6 MONTH AS DATE) THEN 'C' ELSE 'D' END "
        "FROM read_csv(?, all_varchar=true) a LEFT JOIN v ON a.account = v.account".replace("?", "$pipeline", 1)
        .replace("?", "$accounts", 1)
        .replace("$day", f"DATE '{as_of}'"),
        {"pipeline": str(facts / "sales_pipeline.csv"), "accounts": str(facts / "accounts.csv")},
    )
    assert found == dict(expected.fetchall())
    assert told["rejected"] == 1425  # opportunities that name no account


@pytest.mark.parametrize("as_of", ["2013-09-30"])
def test_receivables_under_a_late_payment_regulation(
    fenji: Fenji,
    shared_data: Path,
    tmp_path: Path,
    as_of: str,
) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    source = shared_data / "ar_ibm_late_payment/WA_Fn-UseC_-Accounts-Receivable.csv"
    shutil.copyfile(source, facts / source.name)
    told, found = graded(fenji, HERE / "late-payment.yaml", facts, as_of, "--covers-from", "2011-01-01")
    expected = duckdb.execute(
        "WITH b AS (SELECT customerID AS id, strptime(InvoiceDate, '%-m/%-d/%Y')::DATE AS billed, "
        "strptime(DueDate, '%-m/%-d/%Y')::DATE AS due, strptime(SettledDate, '%-m/%-d/%Y')::DATE AS paid "
        "FROM read_csv($file, all_varchar=true)), "
        "d AS (SELECT id, greatest(0, least(paid, day) - due) AS late, paid > day AND day > due AS overdue "
        "FROM b, (SELECT $day::DATE AS day) WHERE billed <= day AND billed > CAST(day - INTERVAL 12 MONTH AS DATE)), "
        "m AS (SELECT id, count(*) AS bills, count(*) FILTER (late > 0) AS lates, max(late) AS worst, "
        "count(*) FILTER (overdue) AS overdue FROM d GROUP BY 1), "
        "g AS (SELECT *, CASE WHEN lates * 10 <= bills THEN 1 WHEN lates * 10 <= bills * 4 THEN 2 "
        "ELSE 3 END AS share FROM m), "
        "c AS (SELECT *, greatest(share, CASE WHEN worst > 20 THEN 2 ELSE 1 END) AS capped FROM g), "
        "f AS (SELECT id, least(3, capped + CASE WHEN overdue > 2 THEN 1 ELSE 0 END) AS grade FROM c) "
        "SELECT DISTINCT b.id, ['A', 'B', 'C'][f.grade] FROM b LEFT JOIN f USING (id)",
        {"file": str(facts / source.name), "day": as_of},
    )
    assert found == dict(expected.fetchall())
    assert told["rejected"] == 0 and {d["grade"] for d in told["distribution"] if d["customers"]} >= {"A", "B", "C"}
