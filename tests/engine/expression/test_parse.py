"""The expressions of the language: what is in it, what is not, and that nothing else ever happens."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenji import i18n
from fenji.engine.expression import ExpressionError, literals, names_in, parse
from fenji.engine.expression.nodes import (
    Arithmetic,
    Between,
    Call,
    Case,
    Comparison,
    Date,
    In,
    IsNull,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Null,
    Number,
    String,
)  # fmt: skip
from fenji.engine.expression.parse import FUNCTIONS, MAX_LENGTH


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1000万", Number(0, Fraction(10_000_000))),
        ("1.5亿", Number(0, Fraction(150_000_000))),
        ("5%", Number(0, Fraction(1, 20), True)),
        ("2026-01-31", Date(0, date(2026, 1, 31))),
        ("'it''s'", String(0, "it's")),
        ("null", Null(0)),
        ("客户 = 'x'", Comparison(0, "=", Name(0, "客户"), String(5, "x"))),
        ("a != 1", Comparison(0, "<>", Name(0, "a"), Number(5, Fraction(1)))),
        ("a is not null", Not(0, IsNull(0, Name(0, "a")))),
        ("a not in (1, 2)", Not(0, In(0, Name(0, "a"), (Number(10, Fraction(1)), Number(13, Fraction(2)))))),
        ("a between 1 and 2", Between(0, Name(0, "a"), Number(10, Fraction(1)), Number(16, Fraction(2)))),
        ("-a", Negative(0, Name(1, "a"))),
    ],
)
def test_each_form_has_its_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_multiplication_binds_before_addition_and_and_before_or() -> None:
    assert parse("a + b * c") == Arithmetic(0, "+", Name(0, "a"), Arithmetic(4, "*", Name(4, "b"), Name(8, "c")))
    tree = parse("a = 1 or b = 1 and c = 1")
    assert isinstance(tree, Logic) and tree.operator == "or"
    assert isinstance(tree.operands[1], Logic) and tree.operands[1].operator == "and"


def test_subtraction_and_division_are_taken_from_the_left() -> None:
    assert parse("a - b - c") == Arithmetic(0, "-", Arithmetic(0, "-", Name(0, "a"), Name(4, "b")), Name(8, "c"))


def test_words_of_the_language_are_known_in_capitals_too() -> None:
    assert parse("A IS NOT NULL AND B BETWEEN 1 AND 2") == parse("A is not null and B between 1 and 2")


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "the expression ends too early: expected a name, a number, a text in single quotes or '('"),
        ("a +", 3, "the expression ends too early: expected a name, a number, a text in single quotes or '('"),
        ("a b", 2, "found 'b': expected an operator or the end"),
        ("a ; b", 2, "'; b' is not part of the language"),
        ("a ≥ 1", 2, "'≥' is not part of the language; write >="),
        ("a in （1）", 5, "'（' is not part of the language; write ("),
        ("a = “x”", 4, "'“' is not part of the language; write '"),
        ("a && b", 2, "'&&' is not part of the language; write and"),
        ("a = 'x", 4, "''x' is not part of the language"),
        ("a in ()", 6, "found ')': expected a name, a number, a text in single quotes or '('"),
        ("a in 1", 5, "found '1': expected '('"),
        ("a not 1", 6, "found '1': expected 'in' or 'between' after 'not'"),
        ("a between 1 or 2", 12, "found 'or': expected 'and'"),
        ("case end", 5, "found 'end': expected 'when'"),
        ("case when a = 1 then 2", 22, "the expression ends too early: expected 'end'"),
        ("exec('x')", 0, "unknown function 'exec'; expected one of: " + ", ".join(FUNCTIONS)),
        ("lesat(a, b)", 0, "unknown function 'lesat'; did you mean 'least'?"),
        ("least(a)", 0, "'least' takes two or more values, found 1"),
        ("days_between(a, b, c)", 0, "'days_between' takes 2 values, found 3"),
        ("a = 2026-13-01", 4, "'2026-13-01' is not a day of the calendar"),
        ("9" * 30, 0, "the number '" + "9" * 30 + "' has too many digits"),
        ("a.b", 1, "'.b' is not part of the language"),
        ("(" * 200 + "a" + ")" * 200, 41, "the expression is nested too deeply (more than 40 levels)"),
        ("not " * 200 + "a", 164, "the expression is nested too deeply (more than 40 levels)"),
        ("-" * 200 + "a", 41, "the expression is nested too deeply (more than 40 levels)"),
        ("case when " * 200, 405, "the expression is nested too deeply (more than 40 levels)"),
        ("a" + "+a" * 200, 241, "the expression has more than 120 of the signs + - * /; split it"),
        ("a" * 100_000, 0, f"the expression has 100000 characters; it may have {MAX_LENGTH}"),
    ],
)
def test_what_is_not_in_the_language_is_told_with_its_place(text: str, at: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.at, str(caught.value.message)) == (at, message)


def parsed(text: str) -> tuple[Node | None, ExpressionError | None]:
    """The tree of a text, or why it has none."""
    try:
        return parse(text), None
    except ExpressionError as error:
        return None, error


PIECES = st.sampled_from(
    [
        "a", "销售额", "1", "5%", "1000万", "'x'", "2026-01-31", "null", "(", ")", ",", "+", "-", "*", "/",
        "=", "<>", "<",
        "and", "or", "not", "in", "between", "is", "case", "when", "then", "else", "end",
        *FUNCTIONS, ";", "'", "\u3000",
    ]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=60).map(" ".join)))
def test_any_text_is_parsed_or_refused_with_a_place_inside_it(text: str) -> None:
    tree, error = parsed(text)
    if tree is None:
        assert error is not None and 0 <= error.at <= len(text) and str(error.message)
    else:
        assert all(text[n.at :].startswith(n.name) for n in names_in(tree))


NAMES = st.sampled_from(["a", "b_1", "销售额", "as_of"]).map(lambda name: Name(0, name))
NUMBERS = st.integers(0, 10**12).map(lambda n: Number(0, Fraction(n)))
TEXTS = st.text("x'好 -", max_size=5).map(lambda text: String(0, text))
DATES = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(lambda day: Date(0, day))
LEAVES = st.one_of(NAMES, NUMBERS, TEXTS, DATES, st.just(Null(0)))


def values(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Arithmetic, st.just(0), st.sampled_from("+-*/"), below, below),
        st.builds(Negative, st.just(0), below),
        st.builds(lambda a, b: Call(0, "least", (a, b)), below, below),
        st.builds(lambda c, a, b: Case(0, ((IsNull(0, c), a),), b), below, below, below),
    )


VALUES = st.recursive(LEAVES, values, max_leaves=6)
CONDITIONS = st.recursive(
    st.one_of(
        st.builds(Comparison, st.just(0), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES, VALUES),
        st.builds(IsNull, st.just(0), VALUES),
        st.builds(Between, st.just(0), VALUES, VALUES, VALUES),
        st.builds(lambda a, b, c: In(0, a, (b, c)), VALUES, VALUES, VALUES),
    ),
    lambda below: st.one_of(
        st.builds(Not, st.just(0), below),
        st.builds(lambda op, a, b: Logic(0, op, (a, b)), st.sampled_from(["and", "or"]), below, below),
    ),
    max_leaves=4,
)


def written(node: Node) -> str:
    """The text of a tree, every part in brackets of its own."""
    match node:
        case Number(value=value):
            return str(value)
        case String(value=text):
            return "'" + text.replace("'", "''") + "'"
        case Date(value=day):
            return day.isoformat()
        case Null():
            return "null"
        case Name(name=name):
            return name
        case Negative(operand=operand):
            return f"(-({written(operand)}))"
        case Arithmetic(operator=op, left=left, right=right) | Comparison(operator=op, left=left, right=right):
            return f"(({written(left)}) {op} ({written(right)}))"
        case Logic(operator=op, operands=operands):
            return "(" + f" {op} ".join(f"({written(o)})" for o in operands) + ")"
        case Not(operand=operand):
            return f"(not ({written(operand)}))"
        case IsNull(operand=operand):
            return f"(({written(operand)}) is null)"
        case Between(operand=operand, low=low, high=high):
            return f"(({written(operand)}) between ({written(low)}) and ({written(high)}))"
        case In(operand=operand, options=options):
            return f"(({written(operand)}) in ({', '.join(written(o) for o in options)}))"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(written(a) for a in arguments)})"
        case Case(branches=branches, otherwise=otherwise):
            whens = " ".join(f"when {written(c)} then {written(v)}" for c, v in branches)
            return f"case {whens} else {written(otherwise or Null(0))} end"
    raise AssertionError(node)


def unplaced(value: object) -> object:
    """A tree without its places."""
    if isinstance(value, Node):
        return type(value).__name__, tuple(
            unplaced(getattr(value, name)) for name in type(value).__slots__ if name != "at"
        )
    return tuple(map(unplaced, value)) if isinstance(value, tuple) else value


@given(st.one_of(VALUES, CONDITIONS))
def test_what_is_written_down_is_read_as_the_same_tree(tree: Node) -> None:
    text = written(tree)
    found, error = parsed(text)
    if found is None:  # the writer nests its brackets deeper than a person would
        assert error is not None and "nested too deeply" in str(error.message)
    else:
        assert unplaced(found) == unplaced(tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> 5", literals.Interval("5", False, None, False)),
        (">= vip_line", literals.Interval("vip_line", True, None, False)),
        ("<= -3", literals.Interval(None, False, "-3", True)),
        ("= 0", literals.Interval("0", True, "0", True)),
        ("1 .. 2", literals.Interval("1", True, "2", True)),
        ("1 ..< 2", literals.Interval("1", True, "2", False)),
        ("1 <.. 2", literals.Interval("1", False, "2", True)),
        ("a <..< b", literals.Interval("a", False, "b", False)),
        ("500万", None),
        ("", None),
        ("1 to 2", None),
    ],
)
def test_each_form_of_an_interval_keeps_its_bounds(text: str, expected: literals.Interval | None) -> None:
    assert literals.interval(text) == expected


@given(st.text(max_size=40))
def test_any_text_is_an_interval_or_not_and_nothing_else_happens(text: str) -> None:
    found = literals.interval(text)
    assert found is None or found.low or found.high
    assert isinstance(literals.literal(text), Fraction | date | str)
