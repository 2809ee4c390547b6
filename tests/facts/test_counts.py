"""Whatever stands in a file, every row of it is taken, merged or rejected."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from fenji.facts.errors import FactsError
from fenji.facts.open import open_facts

HEADER = ["订单号", "客户编号", "客户名称", "订单日期", "金额", "数量", "产品名称"]
CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "O1", "O2", "C1", "C2", "合计", "2026-01-05", "2026/2/30", "1899-01-01", "1e308", "NaN", "-5", "12万"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
GOOD = st.tuples(
    st.sampled_from(["O1", "O2", "O3"]),
    st.sampled_from(["C1", "C2"]),
    st.sampled_from(["甲", "乙"]),
    st.sampled_from(["2026-01-05", "2026/1/6", "20260107"]),
    st.sampled_from(["10", "￥1,000.00", "(3)", "0.005"]),
    st.sampled_from(["1", "-1", ""]),
    st.sampled_from(["螺丝", "螺母", ""]),
).map(list)
ROWS = st.lists(st.one_of(GOOD, st.lists(CELLS, min_size=1, max_size=8)), min_size=1, max_size=12)


@settings(max_examples=40)
@given(rows=ROWS, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_read_is_taken_plus_merged_plus_rejected(rows: list[list[str]], encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "订单.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
        try:
            tables, report = open_facts(path, Path(folder) / "store")
        except FactsError:
            return
        (sheet,) = report.sheets
        assert sheet.read == sheet.taken + sheet.merged + sheet.rejected
        assert min(sheet.taken, sheet.merged, sheet.rejected) >= 0
        assert sum(sheet.reasons.values()) == sheet.rejected
        if "orders" in tables.files:
            files = list(tables.files["orders"])
            assert duckdb.sql(f"SELECT count(*) FROM read_parquet({files!r})").fetchall() == [(sheet.taken,)]
