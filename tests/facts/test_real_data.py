"""The real data sets import, or their rows are rejected with true reasons."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from fenji.engine.contract import FactTables
from fenji.facts.errors import FactsError
from fenji.facts.open import open_facts
from fenji.facts.sources import kind_of

SETS = {
    "airline_cn_lrfmc": {"customers": 1918},
    "ar_ibm_late_payment": {"customers": 100, "receivables": 2466},
    "cn_taobao_orders": {"customers": 458, "orders": 458},
    "crm_maven": {"customers": 85, "opportunities": 7375},
    "northwind": {"customers": 91, "orders": 830},
    "online_retail_h1": {"customers": 3002, "orders": 10705},
    "superstore_cn_gbk": {"customers": 790},
    "superstore_us": {"customers": 793, "orders": 5009},
    "telco_churn": {"customers": 7043},
}


def total(tables: FactTables, table: str, expression: str) -> object:
    files = list(tables.files[table])
    return duckdb.sql(f"SELECT {expression} FROM read_parquet({files!r}, union_by_name = true)").fetchall()[0][0]


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_real_set_becomes_the_facts_it_holds(shared_data: Path, name: str) -> None:
    tables, report = open_facts(shared_data / name)
    assert {table: total(tables, table, "count(*)") for table in SETS[name]} == SETS[name]
    for sheet in report.sheets:
        assert sheet.read == sheet.taken + sheet.merged + sheet.rejected, sheet.file
    json.dumps(report.as_json(), ensure_ascii=False)


def test_amounts_of_the_chinese_superstore_agree_with_its_file(shared_data: Path) -> None:
    tables, _report = open_facts(shared_data / "superstore_cn_gbk")
    text = (shared_data / "superstore_cn_gbk" / "商城详细销售数据.csv").read_bytes().decode("gb18030")
    lines = [line.split(",") for line in text.splitlines()[1:]]
    expected = sum(Decimal(cells[-4]) for cells in lines if len(cells) == 20)
    assert all(len(cells) == 20 for cells in lines)
    stored = total(tables, "orders", "sum(amount)")
    assert isinstance(stored, Decimal) and abs(stored - expected) < Decimal("0.005") * len(lines)


def test_returns_of_the_retail_set_are_kept_and_net(shared_data: Path) -> None:
    tables, _report = open_facts(shared_data / "online_retail_h1")
    path = shared_data / "online_retail_h1" / "online_retail_2010-12_to_2011-06.csv.gz"
    rows = duckdb.sql(
        f"SELECT sum(CAST(Quantity AS DECIMAL(18,4)) * CAST(UnitPrice AS DECIMAL(18,4))), count(DISTINCT InvoiceNo) "
        f"FROM read_csv('{path}', all_varchar = true) WHERE CustomerID IS NOT NULL"
    ).fetchall()
    stored, returned = (
        total(tables, "orders", "sum(amount)"),
        total(tables, "orders", "count(*) FILTER (status = 'returned')"),
    )
    assert isinstance(stored, Decimal) and abs(stored - rows[0][0]) < Decimal("0.005") * 10705
    assert isinstance(returned, int) and returned > 1000


def test_the_crm_workbook_templates_are_taken_as_they_are(shared_data: Path) -> None:
    _tables, report = open_facts(shared_data / "cn_crm_import_templates")
    assert {(sheet.file, sheet.table) for sheet in report.sheets if sheet.table} == {
        ("合同导入模板_A.xls", "contracts"),
        ("客户导入模板_A.xls", "customers"),
        ("客户导入模板_B.xlsx", "customers"),
    }
    assert report.rejected == 0


@pytest.mark.slow
def test_every_file_of_every_set_is_taken_or_refused_in_words(shared_data: Path, tmp_path: Path) -> None:
    seen, refused = 0, []
    for path in sorted(shared_data.rglob("*")):
        if not path.is_file() or not kind_of(path) or path.name == "MANIFEST.csv":
            continue
        seen += 1
        try:
            _tables, report = open_facts(path, tmp_path / str(seen))
        except FactsError as error:
            refused.append(error)
            continue
        for sheet in report.sheets:
            assert sheet.read == sheet.taken + sheet.merged + sheet.rejected, path
    assert seen > 250
    assert all(error.where and error.what and error.mend for error in refused)
