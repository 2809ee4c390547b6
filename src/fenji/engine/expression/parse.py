"""Text -> syntax tree: a small closed grammar, readable to one who knows Excel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from fenji.engine.expression import literals
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
from fenji.engine.issues import nearest
from fenji.i18n import Message

MAX_DEPTH = 40
MAX_LENGTH = 4000
MAX_OPERATORS = 120
"""Signs ``+ - * /`` in one expression: a chain of them is as deep as it is long."""

FUNCTIONS = {
    "add_months": 2, "add_days": 2, "days_between": 2, "months_between": 2, "years_between": 2,
    "coalesce": None, "least": None, "greatest": None,
}  # fmt: skip
"""The closed list of functions and how many arguments each takes (none: two or more)."""

_INSTEAD = {
    "\u2265": ">=", "\u2264": "<=", "\u2260": "<>", "\uff1d": "=", "\uff1e": ">", "\uff1c": "<",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\uff0b": "+", "\uff0d": "-", "\u00d7": "*", "\u00f7": "/",
    "\u2018": "'", "\u2019": "'", "\u201c": "'", "\u201d": "'", '"': "'", "&&": "and", "||": "or", "!": "not",
}  # fmt: skip
"""Signs that people type, and what the language has instead."""

KEYWORDS = {"and", "or", "not", "in", "between", "is", "null", "case", "when", "then", "else", "end"}
_COMPARISONS = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_TOKEN = re.compile(
    rf"\s*(?:(?P<date>\d{{4}}-\d{{2}}-\d{{2}}(?!\d))|(?P<number>{literals.NUMBER})"
    r"|(?P<string>'(?:[^']|'')*')|(?P<word>[^\W\d]\w*)|(?P<op><>|!=|<=|>=|==|[-+*/=<>(),]))"
)


class ExpressionError(ValueError):
    """An expression is outside the language; ``at`` is the offset of the fault."""

    def __init__(self, at: int, message: Message) -> None:
        self.at = at
        self.message = message
        super().__init__(message.text)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def _stranger(text: str) -> Message:
    """What to say of a sign outside the language; signs of a Chinese keyboard have their like in it."""
    sign = next((sign for sign in (text[:2], text[:1]) if sign in _INSTEAD), None)
    if sign is not None:
        return Message("'{text}' is not part of the language; write {instead}", text=sign, instead=_INSTEAD[sign])
    return Message("'{text}' is not part of the language", text=text)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if not match:
            at = next(i for i in range(position, end) if not text[i].isspace())
            raise ExpressionError(at, _stranger(text[at : at + 12]))
        kind = str(match.lastgroup)
        word, at = match.group(kind), match.start(kind)
        if kind == "word" and word.lower() in KEYWORDS:
            kind, word = "keyword", word.lower()
        found.append(_Token(kind, word, at))
        position = match.end()
    found.append(_Token("end", "", len(text)))
    return found


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The syntax tree of ``text``.

    Raises:
        ExpressionError: with the offset, when the text is not in the language.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            0,
            Message("the expression has {length} characters; it may have {limit}", length=len(text), limit=MAX_LENGTH),
        )
    parser = _Parser(_tokens(text))
    node = parser.disjunction(0)
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.operators = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.token
        self.position += token.kind != "end"
        return token

    def accept(self, *words: str) -> _Token | None:
        if self.token.kind in ("op", "keyword") and self.token.text in words:
            return self.take()
        return None

    def expect(self, word: str) -> _Token:
        found = self.accept(word)
        if found is None:
            raise self.surprise(Message("expected '{word}'", word=word))
        return found

    def expect_end(self) -> None:
        if self.token.kind != "end":
            raise self.surprise(Message("expected an operator or the end"))

    def surprise(self, expected: Message) -> ExpressionError:
        if self.token.kind == "end":
            return ExpressionError(
                self.token.at, Message("the expression ends too early: {expected}", expected=expected)
            )
        return ExpressionError(
            self.token.at, Message("found '{found}': {expected}", found=self.token.text, expected=expected)
        )

    def deeper(self, depth: int) -> int:
        if depth >= MAX_DEPTH:
            raise ExpressionError(
                self.token.at,
                Message("the expression is nested too deeply (more than {limit} levels)", limit=MAX_DEPTH),
            )
        return depth + 1

    def disjunction(self, depth: int) -> Node:
        return self.logic("or", depth)

    def logic(self, word: str, depth: int) -> Node:
        below = self.negation if word == "and" else lambda d: self.logic("and", d)
        first = below(depth)
        operands = [first]
        while self.accept(word):
            operands.append(below(depth))
        return first if len(operands) == 1 else Logic(first.at, word, tuple(operands))

    def negation(self, depth: int) -> Node:
        word = self.accept("not")
        return Not(word.at, self.negation(self.deeper(depth))) if word else self.comparison(depth)

    def comparison(self, depth: int) -> Node:
        left = self.sum(depth)
        token = self.token
        if token.kind == "op" and token.text in _COMPARISONS:
            self.take()
            return Comparison(left.at, _COMPARISONS[token.text], left, self.sum(depth))
        if self.accept("is"):
            negated = self.accept("not")
            self.expect("null")
            return Not(left.at, IsNull(left.at, left)) if negated else IsNull(left.at, left)
        negated = self.accept("not")
        node = self.membership(left, depth)
        if node is None:
            if negated:
                raise self.surprise(Message("expected 'in' or 'between' after 'not'"))
            return left
        return Not(left.at, node) if negated else node

    def membership(self, left: Node, depth: int) -> Node | None:
        if self.accept("in"):
            self.expect("(")
            return In(left.at, left, self.listed(depth))
        if self.accept("between"):
            low = self.sum(depth)
            self.expect("and")
            return Between(left.at, left, low, self.sum(depth))
        return None

    def listed(self, depth: int) -> tuple[Node, ...]:
        items = [self.sum(depth)]
        while self.accept(","):
            items.append(self.sum(depth))
        self.expect(")")
        return tuple(items)

    def operator(self, *signs: str) -> _Token | None:
        found = self.accept(*signs)
        self.operators += found is not None
        if found and self.operators > MAX_OPERATORS:
            raise ExpressionError(
                found.at,
                Message("the expression has more than {limit} of the signs + - * /; split it", limit=MAX_OPERATORS),
            )
        return found

    def sum(self, depth: int) -> Node:
        node = self.product(depth)
        while sign := self.operator("+", "-"):
            node = Arithmetic(node.at, sign.text, node, self.product(depth))
        return node

    def product(self, depth: int) -> Node:
        node = self.signed(depth)
        while sign := self.operator("*", "/"):
            node = Arithmetic(node.at, sign.text, node, self.signed(depth))
        return node

    def signed(self, depth: int) -> Node:
        sign = self.accept("-")
        return Negative(sign.at, self.signed(self.deeper(depth))) if sign else self.primary(depth)

    def primary(self, depth: int) -> Node:
        token = self.token
        if token.kind == "number":
            self.take()
            value = literals.number(token.text)
            if value is None:
                raise ExpressionError(
                    token.at, Message("the number '{text}' has too many digits", text=token.text[:30])
                )
            return Number(token.at, value, token.text.endswith("%"))
        if token.kind == "date":
            self.take()
            day = literals.date(token.text)
            if day is None:
                raise ExpressionError(token.at, Message("'{text}' is not a day of the calendar", text=token.text))
            return Date(token.at, day)
        if token.kind == "string":
            return String(self.take().at, token.text[1:-1].replace("''", "'"))
        if token.kind == "word":
            return self.named(depth)
        if self.accept("null"):
            return Null(token.at)
        if self.accept("("):
            inner = self.disjunction(self.deeper(depth))
            self.expect(")")
            return inner
        if self.accept("case"):
            return self.case(token.at, self.deeper(depth))
        raise self.surprise(Message("expected a name, a number, a text in single quotes or '('"))

    def named(self, depth: int) -> Node:
        word = self.take()
        if not self.accept("("):
            return Name(word.at, word.text)
        name = word.text.lower()
        if name not in FUNCTIONS:
            near = nearest(name, FUNCTIONS)
            hint = (
                Message("did you mean '{near}'?", near=near)
                if near
                else Message("expected one of: {names}", names=", ".join(FUNCTIONS))
            )
            raise ExpressionError(word.at, Message("unknown function '{name}'; {hint}", name=word.text, hint=hint))
        arguments = self.listed(self.deeper(depth))
        wanted = FUNCTIONS[name]
        if (wanted is None and len(arguments) < 2) or (wanted is not None and len(arguments) != wanted):
            count = Message("two or more") if wanted is None else wanted
            raise ExpressionError(
                word.at,
                Message("'{name}' takes {count} values, found {found}", name=name, count=count, found=len(arguments)),
            )
        return Call(word.at, name, arguments)

    def case(self, at: int, depth: int) -> Node:
        branches: list[tuple[Node, Node]] = []
        while self.accept("when"):
            condition = self.disjunction(depth)
            self.expect("then")
            branches.append((condition, self.sum(depth)))
        if not branches:
            raise self.surprise(Message("expected '{word}'", word="when"))
        otherwise = self.sum(depth) if self.accept("else") else None
        self.expect("end")
        return Case(at, tuple(branches), otherwise)
