"""Facts that stay in databases are read by a sources file."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pytest

from fenji.facts.errors import FactsError
from fenji.facts.open import open_facts

PG = Path("/usr/lib/postgresql")


def amounts(files: tuple[str, ...]) -> list[tuple[object, ...]]:
    rows = f"read_parquet({list(files)!r}, union_by_name = true)"
    return duckdb.sql(f"SELECT order_id, customer_id, ordered_on, amount FROM {rows} ORDER BY 1").fetchall()


EXPECTED = [
    ("S1", "C1", dt.date(2026, 1, 5), Decimal("10.50")),
    ("S2", "C2", dt.date(2026, 1, 6), Decimal("-3.00")),
]


@pytest.fixture
def crm(tmp_path: Path) -> Path:
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.executescript(
        """CREATE TABLE "销售 单" ("so no" TEXT, cust TEXT, day TEXT, total REAL);
        INSERT INTO "销售 单" VALUES ('S1', 'C1', '2026-01-05', 10.5), ('S2', 'C2', '20260106', -3);
        INSERT INTO "销售 单" VALUES ('S3', 'C9', '2026-01-07', 1);
        CREATE TABLE customers (customer_id TEXT, name TEXT);
        INSERT INTO customers VALUES ('C1', '甲'), ('C2', '乙');"""
    )
    connection.close()
    return tmp_path / "crm.db"


def test_tables_of_a_sqlite_file_are_mapped_or_recognised(tmp_path: Path, crm: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        """sources:
  - sqlite: crm.db
    tables:
      - table: orders
        from: 销售 单
        columns: {order_id: so no, customer_id: cust, ordered_on: day, amount: total}
      - {from: customers}
""",
        encoding="utf-8",
    )
    tables, report = open_facts(tmp_path / "sources.yaml")
    assert amounts(tables.files["orders"]) == EXPECTED
    assert [(reject.row, reject.code) for reject in report.rejects] == [(3, "unknown_customer")]


def test_a_sources_file_may_add_a_folder_of_files(tmp_path: Path, crm: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "orders.csv").write_text(
        "order id,customer id,date,amount\nS1,C1,2026-01-05,10.5\n", encoding="utf-8"
    )
    text = "sources:\n  - sqlite: crm.db\n    tables: [{from: customers}]\n  - files: files\n"
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    tables, _report = open_facts(tmp_path / "sources.yaml")
    assert amounts(tables.files["orders"]) == EXPECTED[:1]


@pytest.mark.parametrize(
    "text",
    [
        "sources: []\n",
        "- 1\n",
        "sources:\n  - sqlite: crm.db\n",
        "sources:\n  - sqlite: crm.db\n    tables: [{from: nothing}]\n",
        "sources:\n  - sqlite: absent.db\n    tables: [{from: customers}]\n",
        "sources:\n  - sqlite: crm.db\n    tables: [{from: customers, table: orders, columns: {amount: nothing}}]\n",
        "sources:\n  - postgresql: host=/nowhere dbname=x\n    tables: [{from: t}]\n",
        "sources:\n  - postgresql: host=/nowhere\n    password_from: FENJI_TEST_NOT_SET\n    tables: [{from: t}]\n",
        "sources: [&a {sqlite: x}\n",
    ],
)
def test_a_wrong_sources_file_says_what_is_wrong(tmp_path: Path, crm: Path, text: str) -> None:
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FactsError) as error:
        open_facts(tmp_path / "sources.yaml")
    assert error.value.where and error.value.what and error.value.mend


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of its own; its socket's folder has a short path, as the system wants."""
    binaries = max(PG.glob("*/bin"), default=None) if PG.is_dir() else None
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if binaries is None or (as_user and not shutil.which("runuser")):
        pytest.skip("no PostgreSQL server is installed (Debian package: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if as_user:
        shutil.chown(folder, "postgres")
    run = [
        *as_user,
        str(binaries / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "fenji",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(run, check=True, capture_output=True)
    control = [*as_user, str(binaries / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    subprocess.run([*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, capture_output=True)
    yield f"host={folder} user=fenji dbname=postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def test_tables_of_a_postgresql_database_are_read_in_one_snapshot(tmp_path: Path, postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            "CREATE TABLE sales.orders (so text, cust text, at timestamp, total numeric(14,2), tags text[])"
        )
        connection.execute(
            "INSERT INTO sales.orders VALUES ('S1', 'C1', '2026-01-05 10:00', 10.5, '{a}'), "
            "('S2', 'C2', '2026-01-06', -3, null)"
        )
    (tmp_path / "sources.yaml").write_text(
        f"""sources:
  - postgresql: {postgres}
    tables:
      - table: orders
        from: sales.orders
        columns: {{order_id: so, customer_id: cust, ordered_on: at, amount: total}}
""",
        encoding="utf-8",
    )
    tables, report = open_facts(tmp_path / "sources.yaml")
    assert amounts(tables.files["orders"]) == EXPECTED
    assert report.rejected == 0
