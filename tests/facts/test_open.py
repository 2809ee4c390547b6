"""Folders of files as people have them become facts; every row is accounted for."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from fenji.engine.contract import FactTables
from fenji.facts.errors import FactsError
from fenji.facts.open import open_facts
from fenji.facts.readers.workbook import Limits, read_workbook
from fenji.facts.report import ImportReport, SheetReport


def rows(tables: FactTables, table: str, columns: str) -> list[tuple[object, ...]]:
    """The stored rows of a table, in the order of their columns."""
    files = list(tables.files[table])
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({files!r}, union_by_name = true) ORDER BY ALL").fetchall()


def sheet(report: ImportReport, file: str) -> SheetReport:
    """The report of one file."""
    return next(entry for entry in report.sheets if entry.file == file)


def write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))


CUSTOMERS = "客户编号,客户名称,客户状态\nC1,甲公司,正常\nC2,乙公司,流失\n"
ORDERS = "订单号,客户编号,订单日期,金额,订单状态\nO1,C1,2026-01-05,100.00,已完成\nO2,C2,2026/1/6,200.50,已取消\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_chinese_exports_are_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    write(tmp_path / "客户.csv", CUSTOMERS, encoding)
    write(tmp_path / "订单.csv", ORDERS, encoding)
    tables, report = open_facts(tmp_path)
    assert report.rejected == 0
    assert rows(tables, "customers", "customer_id, name, status") == [
        ("C1", "甲公司", "active"),
        ("C2", "乙公司", "lost"),
    ]
    assert rows(tables, "orders", "order_id, customer_id, ordered_on, amount, status") == [
        ("O1", "C1", dt.date(2026, 1, 5), Decimal("100.00"), "completed"),
        ("O2", "C2", dt.date(2026, 1, 6), Decimal("200.50"), "cancelled"),
    ]


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    write(tmp_path / "orders.txt", ORDERS.replace(",", delimiter))
    tables, report = open_facts(tmp_path / "orders.txt")
    assert sheet(report, "orders.txt").taken == 2
    assert rows(tables, "orders", "count(*)") == [(2,)]


def test_bad_rows_are_rejected_with_row_column_reason_and_original_text(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", CUSTOMERS)
    lines = [
        "订单号,客户编号,订单日期,金额",
        "O1,C1,2026-01-05,100",
        "O2,C1,2026-02-30,100",
        "O3,C1,1899-12-31,100",
        "O4,C1,9999-12-31,100",
        "O5,C1,2026-01-05,1e308",
        "O6,C1,2026-01-05,NaN元",
        "O7,,2026-01-05,100",
        ",C1,2026-01-05,100",
        "O9,C9,2026-01-05,100",
        "O10,C1,2026-01-05",
        "O11,C1,2026-01-05,100,more",
        "O12," + "长" * 5000 + ",2026-01-05,100",
        "",
        "O13,C2,2026-01-05,=cmd|' /C calc'!A0",
        "合计,,,1000",
    ]
    write(tmp_path / "orders.csv", "\n".join(lines) + "\n")
    _tables, report = open_facts(tmp_path)
    found = {(reject.row, reject.code, reject.column) for reject in report.rejects}
    assert found == {
        (3, "bad_date", "订单日期"),
        (4, "date_range", "订单日期"),
        (5, "date_range", "订单日期"),
        (6, "number_range", "金额"),
        (7, "bad_number", "金额"),
        (8, "missing", "客户编号"),
        (9, "missing", "订单号"),
        (10, "unknown_customer", "客户编号"),
        (11, "too_few_cells", None),
        (12, "too_many_cells", None),
        (13, "too_long", "客户编号"),
        (15, "bad_number", "金额"),
        (16, "total_row", None),
    }
    assert next(reject.text for reject in report.rejects if reject.row == 3) == "2026-02-30"
    orders = sheet(report, "orders.csv")
    assert (orders.read, orders.taken, orders.merged, orders.rejected) == (14, 1, 0, 13)
    json.dumps(report.as_json(), ensure_ascii=False)


def test_the_rejects_file_lists_every_reject_and_no_cell_of_it_can_run(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "orders.csv", "订单号,客户编号,订单日期,金额\nO1,C1,2026-01-05,=1+1\nO2,C1,2026-01-05,1\n")
    _tables, report = open_facts(tmp_path / "in", tmp_path / "store")
    assert report.rejects_file is not None
    text = Path(report.rejects_file).read_text(encoding="utf-8-sig")
    assert "orders.csv" in text and ",'=1+1" in text


def test_a_chinese_workbook_with_titles_units_merged_cells_and_totals_is_read_as_meant(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "2026年销售订单.xlsx"))
    page = book.add_worksheet("一季度")
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    page.merge_range(0, 0, 0, 4, "某某公司销售订单明细")
    page.write_row(1, 0, ["制表日期：2026-04-01", "", "", "", "单位：元"])
    page.write_row(2, 0, ["客户名称", "订单编号", "下单日期", "金额（万元）", "备注"])
    page.merge_range(3, 0, 4, 0, "甲公司")
    page.write(3, 1, "SO-1")
    page.write_datetime(3, 2, dt.date(2026, 1, 5), date)
    page.write(3, 3, 12.5)
    page.write(4, 1, "SO-2")
    page.write(4, 2, "2026年1月8日")
    page.write(4, 3, "￥1,000.5")
    page.write_row(5, 0, ["乙公司", "SO-3", "", 46030, ""])
    page.write(5, 2, 46030)
    page.write(5, 3, "（3.00）")
    page.write_row(6, 0, ["合计", "", "", 1010])
    book.add_worksheet("说明").write(0, 0, "本表由系统导出")
    book.close()
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, customer_id, ordered_on, amount, status") == [
        ("SO-1", "甲公司", dt.date(2026, 1, 5), Decimal("125000.00"), "completed"),
        ("SO-2", "甲公司", dt.date(2026, 1, 8), Decimal("10005000.00"), "completed"),
        ("SO-3", "乙公司", dt.date(2026, 1, 8), Decimal("-30000.00"), "returned"),
    ]
    assert [reject.code for reject in report.rejects if reject.sheet == "一季度"] == ["total_row"]


def test_two_line_headers_are_joined(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "应收账款.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["客户", "", "单据", "", "金额", ""])
    page.write_row(1, 0, ["客户编号", "客户名称", "发票号", "开票日期", "应收金额", "已收金额"])
    page.write_row(2, 0, ["C1", "甲公司", "F1", "2026-01-05", 1000, 400])
    book.close()
    tables, _report = open_facts(tmp_path)
    assert rows(tables, "receivables", "receivable_id, amount, paid_amount") == [
        ("F1", Decimal("1000.00"), Decimal("400.00"))
    ]


def test_order_lines_become_one_row_an_order_and_the_report_says_so(tmp_path: Path) -> None:
    text = "订单号,客户编号,客户名称,下单日期,产品名称,数量,金额\n"
    text += "O1,C1,甲,2026-01-05,螺丝,2,10.005\nO1,C1,甲,2026-01-05,螺母,3,10.005\nO2,C2,乙,2026-01-06,螺丝,-1,-5\n"
    text += "O1,C2,乙,2026-01-06,螺母,1,7\n"
    write(tmp_path / "销售明细.csv", text)
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, customer_id, amount, quantity, product, lines, status") == [
        ("O1", "C1", Decimal("20.01"), Decimal("5.0000"), None, 2, "completed"),
        ("O1/2", "C2", Decimal("7.00"), Decimal("1.0000"), "螺母", 1, "completed"),
        ("O2", "C2", Decimal("-5.00"), Decimal("-1.0000"), "螺丝", None, "returned"),
    ]
    entry = sheet(report, "销售明细.csv")
    assert (entry.read, entry.taken, entry.merged) == (4, 3, 1)
    assert rows(tables, "customers", "customer_id, name, status") == [("C1", "甲", "active"), ("C2", "乙", "active")]


def test_the_same_order_twice_in_a_list_of_orders_is_one_order(tmp_path: Path) -> None:
    write(tmp_path / "orders.csv", "order id,customer id,order date,amount\nO1,C1,2026-01-05,10\nO1,C1,2026-01-05,10\n")
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, amount") == [("O1", Decimal("10.00"))]
    assert sheet(report, "orders.csv").merged == 1


def test_a_repeated_customer_number_with_other_content_is_rejected(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", CUSTOMERS + "C1,丙公司,正常\nC2,乙公司,流失\n")
    tables, report = open_facts(tmp_path)
    assert [(reject.row, reject.code) for reject in report.rejects] == [(4, "duplicate_key")]
    assert sheet(report, "customers.csv").merged == 1
    assert rows(tables, "customers", "name") == [("乙公司",), ("甲公司",)]


def test_facts_that_only_name_their_customer_find_its_number(tmp_path: Path) -> None:
    write(tmp_path / "客户档案.csv", CUSTOMERS + "C3,乙公司,正常\n")
    write(
        tmp_path / "收款单.csv",
        "单据编号,购货单位,收款日期,收款金额\nR1,甲公司,2026-01-05,10\nR2,乙公司,2026-01-05,10\nR3,戊,2026-01-05,1\n",
    )
    tables, report = open_facts(tmp_path)
    assert rows(tables, "payments", "payment_id, customer_id") == [("R1", "C1")]
    assert [(r.row, r.code) for r in report.rejects] == [(3, "ambiguous_customer"), (4, "unknown_customer")]


def test_an_excel_file_whose_only_cells_are_the_first_and_the_last_gives_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "huge.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write(0, 0, 1)
    page.write(1048575, 16383, 1)
    book.close()
    with pytest.raises(FactsError) as error:
        open_facts(path)
    assert "huge.xlsx" in str(error.value) and error.value.mend


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_gives_a_clear_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "orders.csv").write_bytes(content)
    with pytest.raises(FactsError):
        open_facts(tmp_path / "orders.csv")


def test_headers_without_rows_make_an_empty_table(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", "客户编号,客户名称\n")
    tables, report = open_facts(tmp_path)
    assert rows(tables, "customers", "customer_id") == []
    assert sheet(report, "customers.csv").read == 0


def test_a_damaged_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "customers.csv", CUSTOMERS)
    (tmp_path / "orders.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    tables, report = open_facts(tmp_path)
    assert rows(tables, "customers", "count(*)") == [(2,)]
    assert sheet(report, "orders.xlsx").rejects[0].code == "unreadable"


def test_damaged_characters_reject_their_row_only(tmp_path: Path) -> None:
    good = "客户编号,客户名称\nC1,北京航天软件有限公司\nC2,".encode("gb18030")
    (tmp_path / "customers.csv").write_bytes(good + b"\xff\xff\n" + "C3,上海电气集团公司\n".encode("gb18030"))
    tables, report = open_facts(tmp_path)
    assert rows(tables, "customers", "customer_id") == [("C1",), ("C3",)]
    assert [(r.row, r.code) for r in report.rejects] == [(3, "undecodable")]


def test_a_store_folder_is_opened_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "customers.csv", CUSTOMERS)
    first, _report = open_facts(tmp_path / "in", tmp_path / "store", covers_from=dt.date(2025, 1, 1))
    again, _empty = open_facts(tmp_path / "store")
    assert first == again
    assert again.covers_from == {"customers": dt.date(2025, 1, 1)}


def test_what_is_no_source_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(FactsError):
            open_facts(path)


def test_texts_kept_as_texts_by_the_exporting_system_are_unwrapped(tmp_path: Path) -> None:
    text = "订单号,客户编号,订单日期,金额,电话\n"
    text += '="00012",\'0007,="2026-01-05","￥1,000.50元",\t13800000000\t\n'
    write(tmp_path / "订单.csv", text, "gb18030")
    tables, _report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, customer_id, ordered_on, amount, 电话") == [
        ("00012", "0007", dt.date(2026, 1, 5), Decimal("1000.50"), "13800000000")
    ]


HTML = """<html><head><meta charset="gb2312"><style>td{x}</style></head><body><table>
<tr><th colspan=4>销售订单</th></tr>
<tr><td>客户名称</td><td>订单号</td><td>订单日期</td><td>金额</td></tr>
<tr><td rowspan=2>甲公司</td><td>S1</td><td>2026-01-05</td><td>1,000.00</td></tr>
<tr><td>S2</td><td>2026年1月6日</td><td>&yen;5</td></tr>
</table></body></html>"""
XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="订单"><Table>
<Row><Cell><Data ss:Type="String">客户名称</Data></Cell><Cell><Data ss:Type="String">订单号</Data></Cell>
<Cell><Data ss:Type="String">备注</Data></Cell><Cell><Data>订单日期</Data></Cell><Cell><Data>金额</Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><Data>甲公司</Data></Cell><Cell><Data>S1</Data></Cell><Cell ss:Index="4"><Data
 ss:Type="DateTime">2026-01-05T00:00:00.000</Data></Cell><Cell><Data ss:Type="Number">1000</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data>S2</Data></Cell><Cell ss:Index="4"><Data>2026-01-06</Data></Cell>
<Cell><Data>5</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


@pytest.mark.parametrize(("text", "encoding"), [(HTML, "gb18030"), (HTML, "utf-8"), (XML, "utf-8")])
def test_web_tables_and_xml_spreadsheets_named_xls_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    write(tmp_path / "导出.xls", text, encoding)
    tables, _report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, customer_id, ordered_on, amount") == [
        ("S1", "甲公司", dt.date(2026, 1, 5), Decimal("1000.00")),
        ("S2", "甲公司", dt.date(2026, 1, 6), Decimal("5.00")),
    ]


def test_a_tab_separated_text_named_xls_is_read(tmp_path: Path) -> None:
    write(tmp_path / "export.xls", ORDERS.replace(",", "\t"), "utf-16")
    tables, _report = open_facts(tmp_path)
    assert rows(tables, "orders", "count(*)") == [(2,)]


def test_amounts_in_another_currency_are_rejected(tmp_path: Path) -> None:
    text = (
        "订单号,客户编号,订单日期,金额,币种\nO1,C1,2026-01-05,1,人民币\nO2,C1,2026-01-05,1,美元\nO3,C1,2026-01-05,1,\n"
    )
    write(tmp_path / "orders.csv", text)
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, currency") == [("O1", "CNY"), ("O3", None)]
    assert [(reject.row, reject.code) for reject in report.rejects] == [(3, "other_currency")]


def test_lines_of_orders_in_a_file_of_their_own_are_added_to_their_orders(tmp_path: Path) -> None:
    write(tmp_path / "orders.csv", "order id,customer id,order date,freight\nO1,C1,2026-01-05,7\nO2,C1,2026-01-06,8\n")
    lines = "order id,product,unit price,quantity,discount\nO1,a,10,2,0\nO1,b,5,1,0.2\nO9,a,1,1,0\n"
    write(tmp_path / "order_details.csv", lines)
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, amount, quantity, freight, lines") == [
        ("O1", Decimal("24.00"), Decimal("3.0000"), Decimal("7.00"), 2),
        ("O2", None, None, Decimal("8.00"), None),
    ]
    entry = sheet(report, "order_details.csv")
    assert (entry.read, entry.taken, entry.merged, entry.rejected) == (3, 0, 2, 1)
    assert [reject.code for reject in report.rejects] == ["no_order"]


KINGDEE = """日期,单据编号,客户.编码,客户.名称,物料.编码,物料名称,实发数量,含税单价,价税合计,业务员.名称,单据状态
2026-01-05,XSCK001,CUST1,甲公司,M1,螺丝,10,11.3,113,张三,已审核
"""
YONYOU = """单据类型,单据号,单据日期,客户编码,客户名称,到期日,本币金额,已收金额,余额,业务员
销售专用发票,0001,2026-01-05,001,甲公司,2026-02-04,1130.00,0,1130.00,张三
"""
YONYOU_CUSTOMERS = """客户编码,客户名称,客户简称,所属分类码,地区名称,专管业务员,信用额度,发展日期
001,甲公司,甲,01,华东,张三,50000,2020-01-05
"""
SAP_BILLING = """VBELN;FKDAT;KUNAG;NAME1;NETWR;WAERK;FKART
0090000001;05.01.2026;0000001000;甲公司;1.234,50;CNY;F2
0090000002;13.01.2026;0000001000;甲公司;99,10-;CNY;RE
"""
SAP_ITEMS = (
    "Customer|Document Number|Document Type|Posting Date|Net due date|Amount in local currency|Clearing date\n"
    "1000|1800000001|RV|05.01.2026|04.02.2026|1,234.50|\n"
).replace("|", "\t")


@pytest.mark.parametrize(
    ("name", "text", "table", "columns"),
    [
        (
            "金蝶 销售出库单.csv",
            KINGDEE,
            "orders",
            "order_id customer_id ordered_on amount quantity salesperson status",
        ),
        (
            "用友U8 应收明细账.csv",
            YONYOU,
            "receivables",
            "receivable_id billed_on due_on amount paid_amount balance kind",
        ),
        (
            "用友 客户档案.csv",
            YONYOU_CUSTOMERS,
            "customers",
            "customer_id name region account_manager credit_limit since",
        ),
        ("VBRK.csv", SAP_BILLING, "orders", "order_id ordered_on customer_id amount currency kind"),
        ("SAP FBL5N.txt", SAP_ITEMS, "receivables", "receivable_id billed_on due_on amount paid_on kind"),
    ],
)
def test_exports_of_kingdee_yonyou_and_sap_are_recognised(
    tmp_path: Path, name: str, text: str, table: str, columns: str
) -> None:
    write(tmp_path / name, text)
    _tables, report = open_facts(tmp_path)
    entry = sheet(report, name)
    assert entry.table == table and entry.rejected == 0, entry.notes
    assert set(columns.split()) <= set(entry.columns), set(columns.split()) - set(entry.columns)


def test_decimal_commas_trailing_minus_and_dotted_dates_of_sap_are_read_as_meant(tmp_path: Path) -> None:
    write(tmp_path / "VBRK.csv", SAP_BILLING)
    tables, _report = open_facts(tmp_path)
    assert rows(tables, "orders", "order_id, customer_id, ordered_on, amount, status") == [
        ("0090000001", "0000001000", dt.date(2026, 1, 5), Decimal("1234.50"), "completed"),
        ("0090000002", "0000001000", dt.date(2026, 1, 13), Decimal("-99.10"), "returned"),
    ]


def test_the_whole_column_decides_between_day_and_month(tmp_path: Path) -> None:
    lines = [f"O{i},C1,{1 + i % 12}/1/2026,1" for i in range(300)] + ["O300,C1,25/1/2026,1"]
    write(tmp_path / "orders.csv", "order id,customer id,order date,amount\n" + "\n".join(lines) + "\n")
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "max(ordered_on)") == [(dt.date(2026, 1, 25),)]
    assert report.rejected == 0


def test_cells_that_contradict_the_order_of_their_column_are_rejected_not_swapped(tmp_path: Path) -> None:
    text = "order id,customer id,order date,amount\nO1,C1,1/25/2026,1\nO2,C1,2/3/2026,1\nO3,C1,26/1/2026,1\n"
    write(tmp_path / "orders.csv", text)
    _tables, report = open_facts(tmp_path)
    assert report.rejected in (1, 2) and {reject.code for reject in report.rejects} == {"bad_date"}


def test_a_quote_that_never_closes_costs_no_other_line(tmp_path: Path) -> None:
    remarks = {5: 'half "open', 9: '"open'}
    lines = [f"O{i},C1,2026-01-05,1,{remarks.get(i, 'x')}" for i in range(400)]
    write(tmp_path / "orders.csv", "order id,customer id,order date,amount,remark\n" + "\n".join(lines) + "\n")
    tables, report = open_facts(tmp_path)
    assert rows(tables, "orders", "count(*)") == [(400,)]
    assert report.rejected == 0
    assert rows(tables, "orders", "DISTINCT remark") == [('"open',), ('half "open',), ("x",)]


def test_row_numbers_are_right_below_blank_lines_and_cells_with_line_breaks(tmp_path: Path) -> None:
    text = 'order id,customer id,order date,amount,remark\nO1,C1,2026-01-05,1,"a\nb"\n\nO2,C1,2026-99-05,1,x\n'
    write(tmp_path / "orders.csv", text)
    _tables, report = open_facts(tmp_path)
    assert [(reject.row, reject.code) for reject in report.rejects] == [(4, "bad_date")]


def test_a_packed_file_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    packed = gzip.compress(ORDERS.encode())
    (tmp_path / "orders.csv.gz").write_bytes(packed)
    tables, _report = open_facts(tmp_path / "orders.csv.gz")
    assert rows(tables, "orders", "count(*)") == [(2,)]
    (tmp_path / "orders.csv.gz").write_bytes(packed[:-20])
    with pytest.raises(FactsError):
        open_facts(tmp_path / "orders.csv.gz")


def test_a_large_sheet_is_read_like_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "订单.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, ["客户名称", "订单号", "日期", "金额", "备注"])
    for first, last in ((1, 2), (3, 5), (6, 7)):
        page.merge_range(first, 0, last, 0, f"客户{first}")
    page.merge_range(5, 3, 6, 3, 7)
    for row in range(1, 8):
        page.write_row(row, 1, [f"O{row}", "2026-01-05"])
        if row not in (5, 6):
            page.write(row, 3, row)
    page.write(7, 4, "后")
    book.close()
    small, _report = open_facts(path, tmp_path / "small")
    monkeypatch.setattr("fenji.facts.readers.workbook._HELD_ROWS", 4)
    large, _report = open_facts(path, tmp_path / "large")
    columns = "order_id, customer_id, amount, remark"
    assert rows(small, "orders", columns) == rows(large, "orders", columns)
    assert rows(large, "orders", "DISTINCT customer_id") == [("客户1",), ("客户3",), ("客户6",)]


def test_a_workbook_that_takes_too_long_or_too_much_is_refused_in_words(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write_row(0, 0, ["a", "b"])
    book.close()
    for limits in (Limits(unpacked=100), Limits(output=1)):
        with pytest.raises(FactsError):
            read_workbook(tmp_path / "a.xlsx", "a.xlsx", tmp_path, limits)
    assert [sheet.headers for sheet in read_workbook(tmp_path / "a.xlsx", "a.xlsx", tmp_path)] == [("a", "b")]
