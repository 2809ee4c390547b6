"""Right regulations pass: the drafts that the language was made from, the library, and the unusual but right."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenji import i18n
from fenji.engine.check import check_file, check_text
from fenji.engine.issues import Level
from fenji.facts.contract import load_contract
from tests.conftest import ROOT

DRAFTS = sorted((ROOT.parent / "shared/reference/language").glob("*.yaml"))
LIBRARY = sorted(f for f in (ROOT / "src/fenji/regulations").glob("*.yaml") if not f.name.endswith(".cases.yaml"))
BASE = (Path(__file__).parent / "base.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", [*LIBRARY, *DRAFTS], ids=lambda file: file.stem)
def test_no_error_is_found_where_there_is_none(file: Path) -> None:
    i18n.use("en")
    result = check_file(file, load_contract())
    assert [str(i) for i in result.issues if i.level is Level.ERROR] == []
    assert result.ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # whole numbers leave no gap between 2 and 3, and none below 1
        ('大: ">= a_line", 小: "< a_line"}}', '大: ">= 3", 小: "1 .. 2"}}'),
        # a nominal grade may be vetoed
        ("id: bad, to: C", "id: bad, to: 休眠"),
        # what a named ungraded result holds is no gap
        ('甲: "<= 70%"', 'too_few: "<= 10%", 甲: "10% <.. 70%"'),
        # top and last may be all there are
        ("后: last 20%, 中: rest", "后: last 30%, 中: last 80%"),
        # another unit after a division by a bare number
        ('formula: "(sales - cost) / sales"', 'formula: "sales / cost * 1"'),
        # a column of the company's own
        ("indicators:\n", "facts: {customers: {belt: {type: text}}}\nindicators:\n"),
        # everybody may see
        ("to: [general_manager, finance]", "to: all_staff"),
        # an or is not taken apart
        ("credit = '差' and margin < 0", "credit = '差' or credit = '好'"),
        # a setting may be switched off at present
        ("strictness = 'majority'", "strictness <> 'all'"),
        # single values stand without brackets
        ("may: [VIP, A]", "may: VIP"),
        ("{for: {grade: [VIP, A], flag: newcomer}", "{for: {grade: any, flag: newcomer}"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)  # fmt: skip
def test_an_unusual_but_right_regulation_passes(old: str, new: str) -> None:
    assert old in BASE
    text = BASE.replace(old, new, 1)
    if "3" in new and "1 .. 2" in new:
        text = text.replace("id: by_sales, of: sales", "id: by_sales, of: fifth", 1).replace('">= 3"', '"3 .. 5"', 1)
    i18n.use("en")
    errors = [str(i) for i in check_text(text, "r.yaml", load_contract()).issues if i.level is Level.ERROR]
    assert errors == []
