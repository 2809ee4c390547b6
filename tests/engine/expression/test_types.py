"""The type of every part of an expression, and what may be compared, added and combined."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given

from fenji import i18n
from fenji.engine.expression import parse
from fenji.engine.expression.types import BOOL, DATE, NUMBER, TEXT, Type, infer
from fenji.i18n import Message
from tests.engine.expression.test_parse import CONDITIONS, VALUES, written

NAMES = {
    "money": Type("number", "CNY"), "more": Type("number", "CNY"), "days": Type("number", "days"), "plain": NUMBER,
    "ratio": Type("number", "ratio"), "day": DATE, "word": TEXT,
    "credit": Type("label", of="four_step", values=("差", "好")), "size": Type("code", of="size", values=("大", "小")),
}  # fmt: skip


class Scope:
    what = Message("indicator")

    def type_of(self, name: str) -> Type | None:
        return NAMES.get(name)

    def names(self) -> Collection[str]:
        return NAMES


def typed(text: str) -> tuple[Type, list[tuple[int, str]]]:
    i18n.use("en")
    found: list[tuple[int, str]] = []
    kind = infer(parse(text), Scope(), lambda at, message: found.append((at, str(message))))
    return kind, found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("money + more", Type("number", "CNY")),
        ("money * 2", Type("number", "CNY")),
        ("money * ratio", Type("number", "CNY")),
        ("money / more", Type("number", "ratio")),
        ("money / 2", Type("number", "CNY")),
        ("money / days", NUMBER),
        ("-money", Type("number", "CNY")),
        ("days_between(day, '2026-01-01')", Type("number", "days")),
        ("add_months(day, -1)", DATE),
        ("coalesce(word, 'x')", TEXT),
        ("least(money, more, 5)", Type("number", "CNY")),
        ("case when money > 0 then 1 end", NUMBER),
        ("money > 5 and credit = '好'", BOOL),
        ("size in ('大', '小')", BOOL),
        ("day between '2026-01-01' and 2026-12-31", BOOL),
        ("word is null", BOOL),
    ],
)
def test_a_right_expression_has_its_type_and_no_fault(text: str, kind: Type) -> None:
    assert typed(text) == (kind, [])


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("monye + 1", 0, "unknown indicator: 'monye'; did you mean 'money'?"),
        ("money + days", 0, "the units differ: CNY and days"),
        ("money > days", 8, "the units differ: CNY and days"),
        ("money > word", 8, "cannot compare a number with a text"),
        ("money = 'x'", 8, "cannot compare a number with a text"),
        ("day > 5", 6, "cannot compare a date with a number"),
        ("day > 'soon'", 6, "'soon' is not a date; write it as 2026-01-31"),
        ("word > 'a'", 0, "a text has no order; use = or <>"),
        ("size > '大'", 0, "a code has no order; use = or <>"),
        ("credit = '中'", 9, "unknown label of scale 'four_step': '中'; expected one of: 好, 差"),
        ("size = '中'", 7, "unknown code of 'size': '中'; expected one of: 大, 小"),
        ("money = null", 8, "nothing equals null; write 'is null' or 'is not null'"),
        ("money and day > '2026-01-01'", 0, "expected a condition, found a number"),
        ("not money", 4, "expected a condition, found a number"),
        ("word + 1", 0, "expected a number, found a text"),
        ("add_days(money, 1)", 9, "expected a date, found a number"),
        ("greatest(word, 'x')", 0, "expected a number, found a text"),
        ("coalesce(money, 'x')", 16, "expected a number, found a text"),
    ],
)
def test_a_wrong_expression_is_told_at_its_place(text: str, at: int, message: str) -> None:
    assert typed(text)[1] == [(at, message)]


@given(VALUES | CONDITIONS)
def test_every_expression_of_the_language_gets_a_type_whatever_its_names(tree: object) -> None:
    text = written(tree)  # type: ignore[arg-type]
    if text.count("(") < 15:
        kind, found = typed(text)
        assert isinstance(kind, Type) and all(0 <= at <= len(text) for at, _ in found)
