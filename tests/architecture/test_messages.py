"""What a user reads is English in the code and Chinese in the catalogue, each message once and complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from fenji import i18n
from tests.architecture.project import relative, sources
from tools.messages import KEYWORDS, faults

CHINESE = re.compile("[\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
CATALOGUE_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def test_every_message_is_translated_and_not_fuzzy() -> None:
    assert [str(fault) for fault in faults()] == []


def test_no_chinese_stands_in_code_or_templates() -> None:
    found = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in sources("*.py", "*.html", "*.j2")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if CHINESE.search(line)
    ]
    assert found == []


def test_no_message_is_put_together_before_it_is_translated() -> None:
    found = []
    for path in sources("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in KEYWORDS
                and node.args
            ):
                text = node.args[0]
                built = isinstance(text, ast.JoinedStr | ast.BinOp)
                formatted = isinstance(text, ast.Call) and getattr(text.func, "attr", "") in {"format", "join"}
                if built or formatted:
                    found.append(f"{relative(path)}:{node.lineno}")
    assert found == []


@pytest.fixture
def small_project(tmp_path: Path) -> Path:
    (tmp_path / "src/fenji/locale/zh_CN/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "src/fenji/a.py").write_text('_("Grade {code} given", code=1)\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("", "not in fenji.po"),
        ('msgid "Grade {code} given"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Grade {code} given"\nmsgstr "已评{code}级"\n', "fuzzy"),
        ('msgid "Grade {code} given"\nmsgstr "已评{grade}级"\n', "places differ in the translation"),
    ],
)
def test_each_kind_of_missing_translation_is_found(small_project: Path, entry: str, what: str) -> None:
    catalogue = small_project / "src/fenji/locale/zh_CN/LC_MESSAGES/fenji.po"
    catalogue.write_text(CATALOGUE_HEAD + entry, encoding="utf-8")
    assert [fault.what for fault in faults(small_project)] == [what]


def test_a_good_translation_has_no_fault(small_project: Path) -> None:
    catalogue = small_project / "src/fenji/locale/zh_CN/LC_MESSAGES/fenji.po"
    entry = 'msgid "Grade {code} given"\nmsgstr "已评{code}级"\n'
    catalogue.write_text(CATALOGUE_HEAD + entry, encoding="utf-8")
    assert list(faults(small_project)) == []


def test_the_language_asked_for_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENJI_LANG", "en_US.UTF-8")
    assert i18n.language() == "en"
    i18n.use("zh")
    assert i18n.language() == "zh"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        i18n.use("fr")
