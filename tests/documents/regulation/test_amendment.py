"""The difference of two versions reads like an amendment and tells every change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fenji.cli.app import run
from fenji.documents.regulation.amendment import amendment, sentences
from fenji.documents.regulation.build import document
from fenji.documents.regulation.markdown import markdown
from fenji.documents.regulation.tree import Document
from fenji.engine.check.run import check_file
from fenji.facts.contract import load_contract
from fenji.regulations.library import regulation_path

EDITS = {
    "a parameter": (
        ("values: {2026-01-01: 1000万}, req: S03.3}", "values: {2026-01-01: 1200万}, req: S03.3}"),
        {"第六条 VIP 客户销售额界线由 1,000 万元调整为 1,200 万元。",
         "第十八条 VIP：年度销售额由 1,000 万元以上（不含）调整为 1,200 万元以上（不含）。"},
    ),
    "a figure from a later day": (
        ("values: {2026-01-01: 1000万}, req: S03.3}", "values: {2026-01-01: 1000万, 2027-01-01: 1200万}, req: S03.3}"),
        {"第六条 VIP 客户销售额界线由 1,000 万元调整为 1,000 万元；1,200 万元（自2027年1月1日起）。"},
    ),
    "the operator of a border": (
        ('B: "b_line ..< a_line", C: "< b_line"', 'B: "b_line <..< a_line", C: "<= b_line"'),
        {"第十八条 C：年度销售额由 200 万元以下（不含）调整为 200 万元以下（含）。"},
    ),
    "an entitlement": (
        ("resource_priority: 2, price: preferential", "resource_priority: 2, price: best"),
        {"第三十三条 价格：等级：A由 优惠价调整为 最优价。"},
    ),
    "a deadline": (
        ("{do: publish, by: business_department, within: {days: 20}", "{do: publish, by: finance, within: {days: 25}"),
        {"第三十一条 7、公布：岗位由 业务部调整为 财务部。", "第三十一条 7、公布：时限由 20 天内调整为 25 天内。"},
    ),
    "a step that goes": (
        ("\n  - flag: {id: composite_low_flag", "\n  # - flag: {id: composite_low_flag"),
        {"第二十二条 本条删去。"},
    ),
    "movement": (
        ("at_most: {days: 180}", "at_most: {days: 90}"),
        {
            (
                "第二十七条 “总经理可人工调整等级，最长 180 天；按标准计算的等级同时保留记录。”"
                "修改为“总经理可人工调整等级，最长 90 天；按标准计算的等级同时保留记录。”。"
            ),
        },
    ),
}  # fmt: skip


def made(path: Path, lang: str = "zh") -> Document:
    return document(check_file(path, load_contract()).view or pytest.fail("no view"), lang)


@pytest.fixture
def original() -> Path:
    path = regulation_path("s03-annual-sales")
    assert path is not None
    return Path(path)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_told_with_its_article_and_both_figures(edit: str, original: Path, tmp_path: Path) -> None:
    (old, new), expected = EDITS[edit]
    text = original.read_text(encoding="utf-8")
    assert text.count(old) == 1
    changed = tmp_path / "new.yaml"
    changed.write_text(text.replace(old, new), encoding="utf-8")
    said = sentences(amendment(made(original), made(changed)))
    assert expected <= set(said)
    assert len(said) <= len(expected) + 3


def test_an_added_step_is_an_article_of_its_own_with_its_whole_text(original: Path, tmp_path: Path) -> None:
    text = original.read_text(encoding="utf-8")
    step = '  - veto: {id: no_credit, to: C, when: "growth < -50%", because: {zh: 销售大幅下滑, en: Sales collapse}}\n'
    changed = tmp_path / "new.yaml"
    changed.write_text(text.replace("  - flag: {id: composite_low_flag", step + "  - flag: {id: composite_low_flag"))
    text_of = markdown(amendment(made(original), made(changed)))
    assert "首次制定" in text_of and "| 修订 |" in text_of
    assert "否决：销售大幅下滑" in text_of and "增加本条：" in text_of and "销售增长率 \\< -50%" in text_of


def test_the_same_regulation_twice_says_so(original: Path) -> None:
    same = amendment(made(original), made(original))
    assert sentences(same) == []
    assert "内容相同" in same.lead


def test_english_amendments_speak_english(original: Path, tmp_path: Path) -> None:
    changed = tmp_path / "new.yaml"
    text = original.read_text(encoding="utf-8")
    changed.write_text(text.replace("by: general_manager, at_most: {days: 180}", "by: finance, at_most: {days: 180}"))
    (said,) = sentences(amendment(made(original, "en"), made(changed, "en")))
    assert said.startswith("Article 27 'General manager may set") and "becomes 'Finance may set" in said


def test_the_command_prints_or_writes_the_amendment(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "new.yaml"
    changed.write_text(original.read_text(encoding="utf-8").replace("at_most: {days: 180}", "at_most: {days: 90}"))
    assert run(["diff", "s03", str(changed)]) == 0
    assert "最长 90 天" in capsys.readouterr().out
    assert run(["diff", "s03", str(changed), "--out", str(tmp_path / "a.html")]) == 0
    assert "关于修订" in (tmp_path / "a.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert run(["diff", "s03", "s03", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
