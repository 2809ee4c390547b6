"""The fact store: atomic, idempotent, dated, reversible."""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from fenji.engine.contract import ColumnType, FactTables
from fenji.facts.errors import FactsError
from fenji.facts.store import FactStore


def day(number: int) -> dt.date:
    return dt.date(2026, 1, number)


def orders(amounts: dict[str, str], **extra: str) -> pa.Table:
    count = len(amounts)
    columns = {
        "order_id": pa.array(list(amounts), pa.string()),
        "customer_id": pa.array([f"C{key[-1]}" for key in amounts], pa.string()),
        "ordered_on": pa.array([day(1)] * count, pa.date32()),
        "amount": pa.array([Decimal(value) for value in amounts.values()], pa.decimal128(18, 2)),
    }
    return pa.table({**columns, **{name: pa.array([value] * count) for name, value in extra.items()}})


def content(tables: FactTables) -> dict[str, tuple[Decimal, str]]:
    files = tables.files.get("orders", ())
    if not files:
        return {}
    query = f"SELECT order_id, amount, import_id FROM read_parquet({list(files)!r}, union_by_name = true)"
    return {key: (amount, import_id) for key, amount, import_id in duckdb.sql(query).fetchall()}


def test_importing_the_same_rows_again_changes_nothing(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    first = store.import_rows("orders", orders({"a": "1.00", "b": "2.00"}), import_id="one")
    again = store.import_rows("orders", orders({"a": "1.00", "b": "2.00"}), import_id="two")
    assert (first.added, again.added, again.changed, again.unchanged) == (2, 0, 0, 2)
    assert again.version == first.version
    assert {import_id for _amount, import_id in content(store.tables()).values()} == {"one"}


def test_a_correction_replaces_by_key_and_the_old_state_stays_readable(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00", "b": "2.00"}), import_id="one", known_on=day(1))
    store.import_rows("orders", orders({"b": "2.50", "c": "3.00"}), import_id="two", known_on=day(5))
    assert content(store.tables()) == {
        "a": (Decimal("1.00"), "one"),
        "b": (Decimal("2.50"), "two"),
        "c": (Decimal("3.00"), "two"),
    }
    assert content(store.tables(day(4))) == {"a": (Decimal("1.00"), "one"), "b": (Decimal("2.00"), "one")}
    assert store.tables(dt.date(2025, 1, 1)).files == {}


def test_columns_that_an_import_lacks_keep_their_values(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}, hue="red"))
    store.import_rows("orders", orders({"a": "1.50"}))
    files = list(store.tables().files["orders"])
    assert duckdb.sql(f"SELECT amount, hue FROM read_parquet({files!r}, union_by_name = true)").fetchall() == [
        (Decimal("1.50"), "red")
    ]
    assert store.tables().extra["orders"]["hue"].type is ColumnType.TEXT
    assert "hue" in store.contract().tables["orders"].columns


def test_another_type_for_a_stored_column_is_a_clear_error(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}, hue="red"))
    other = orders({"b": "1.00"}).append_column("hue", pa.array([1], pa.int64()))
    with pytest.raises(FactsError, match="hue"):
        store.import_rows("orders", other)
    assert list(content(store.tables())) == ["a"]


def test_rows_of_an_unknown_table_a_wrong_type_or_without_one_key_are_refused(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    wrong = orders({"a": "1.00"}).set_column(3, "amount", pa.array([1.0]))
    repeated = pa.concat_tables([orders({"a": "1.00"}), orders({"a": "2.00"})])
    for table, rows in (
        ("nothing", wrong),
        ("orders", wrong),
        ("orders", repeated),
        ("orders", wrong.select(["customer_id"])),
    ):
        with pytest.raises(FactsError):
            store.import_rows(table, rows)
    assert store.imports() == []


def test_a_withdrawn_import_goes_and_what_it_had_replaced_comes_back(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00", "b": "2.00"}), import_id="one", known_on=day(1))
    store.import_rows("orders", orders({"b": "2.50", "c": "3.00"}), import_id="two", known_on=day(2))
    store.import_rows("orders", orders({"c": "3.50"}), import_id="three", known_on=day(3))
    store.withdraw("two", known_on=day(4))
    assert content(store.tables()) == {
        "a": (Decimal("1.00"), "one"),
        "b": (Decimal("2.00"), "one"),
        "c": (Decimal("3.50"), "three"),
    }
    assert content(store.tables(day(3)))["b"] == (Decimal("2.50"), "two")
    store.withdraw("three", known_on=day(5))
    assert set(content(store.tables())) == {"a", "b"}
    with pytest.raises(FactsError):
        store.withdraw("three")


@settings(max_examples=15)
@given(
    st.lists(st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3), min_size=1), min_size=1, max_size=5),
    st.data(),
)
def test_withdrawing_equals_never_having_imported(imports: list[dict[str, int]], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(imports) - 1))
    with tempfile.TemporaryDirectory() as folder:
        stores = [FactStore(Path(folder) / name) for name in ("with", "without")]
        for number, amounts in enumerate(imports):
            rows = orders({key: f"{value}.00" for key, value in amounts.items()})
            for store in stores if number != gone else stores[:1]:
                store.import_rows("orders", rows, import_id=str(number))
        stores[0].withdraw(str(gone))
        with_it, without = (content(store.tables()) for store in stores)
        assert {key: value[0] for key, value in with_it.items()} == {key: value[0] for key, value in without.items()}


def test_an_import_that_dies_before_its_manifest_leaves_the_earlier_state(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}), import_id="one")

    def die() -> None:
        with store.change(import_id="dead") as change:
            change.connection.register("given", orders({"a": "9.00", "z": "9.00"}))
            kinds = {
                "order_id": ColumnType.TEXT,
                "customer_id": ColumnType.TEXT,
                "ordered_on": ColumnType.DATE,
                "amount": ColumnType.MONEY,
            }
            change.upsert("orders", "given", kinds)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert content(store.tables()) == {"a": (Decimal("1.00"), "one")}
    store.import_rows("orders", orders({"b": "2.00"}), import_id="two")
    assert content(store.tables()) == {"a": (Decimal("1.00"), "one"), "b": (Decimal("2.00"), "two")}


def test_nothing_of_a_table_is_ever_cleaned_away(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}))
    configuration = DeltaTable(str(tmp_path / "store" / "tables" / "orders")).metadata().configuration
    assert configuration["delta.logRetentionDuration"] == "interval 36500 days"
    assert configuration["delta.deletedFileRetentionDuration"] == "interval 36500 days"
    assert configuration["delta.enableDeletionVectors"] == "false"


def test_many_small_imports_are_put_together_and_stay_readable_at_every_version(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    for number in range(55):
        store.import_rows("orders", orders({f"o{number}": "1.00"}), import_id=str(number))
    assert len(store.tables().files["orders"]) < 10
    assert len(content(store.tables())) == 55
    manifest = store.imports()[29]
    assert len(store.table("orders").files(manifest.tables["orders"])) == 30


def test_files_are_clustered_by_customer(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({f"o{number % 10}{9 - number % 10}": "1.00" for number in range(10)}))
    (file,) = store.tables().files["orders"]
    customers = [row[0] for row in duckdb.sql(f"SELECT customer_id FROM read_parquet('{file}')").fetchall()]
    assert customers == sorted(customers)


def test_a_day_of_knowledge_before_the_last_one_is_refused(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}), known_on=day(5))
    with pytest.raises(FactsError):
        store.import_rows("orders", orders({"b": "1.00"}), known_on=day(4))


def test_another_folder_is_not_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(FactsError):
        FactStore(tmp_path)


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}))
    (tmp_path / "store" / "imports" / "00000001.json").write_text("{", encoding="utf-8")
    with pytest.raises(FactsError):
        store.tables()
    (tmp_path / "store" / "store.json").write_text(json.dumps({"fenji_facts": 99}), encoding="utf-8")
    with pytest.raises(FactsError):
        FactStore(tmp_path / "store")


def test_only_one_import_runs_at_a_time(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    with store.change(), pytest.raises(FactsError):
        store.import_rows("orders", orders({"a": "1.00"}))


@pytest.mark.slow
def test_a_process_killed_before_its_manifest_leaves_the_earlier_state_and_no_lock(tmp_path: Path) -> None:
    store = FactStore(tmp_path / "store")
    store.import_rows("orders", orders({"a": "1.00"}), import_id="one")
    code = """
import os, signal, sys
from pathlib import Path
import fenji.facts.store as store
store.write_manifest = lambda folder, manifest: os.kill(os.getpid(), signal.SIGKILL)
from fenji.facts.open import import_files
import_files(store.FactStore(Path(sys.argv[1])), Path(sys.argv[2]))
"""
    (tmp_path / "in").mkdir()
    text = "order id,customer id,order date,amount\na,C1,2026-01-05,9\nz,C1,2026-01-05,9\n"
    (tmp_path / "in" / "orders.csv").write_text(text, encoding="utf-8")
    call = [sys.executable, "-c", code, str(tmp_path / "store"), str(tmp_path / "in")]
    assert subprocess.run(call, check=False, capture_output=True).returncode == -signal.SIGKILL
    assert content(store.tables()) == {"a": (Decimal("1.00"), "one")}
    store.import_rows("orders", orders({"b": "2.00"}), import_id="two")
    assert set(content(store.tables())) == {"a", "b"}
