"""A function has up to 40 code lines and a file up to 400 lines; what is larger gives its reason in exemptions.yaml."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.architecture.project import ROOT, relative, sources

FUNCTION_LINES = 40
FILE_LINES = 400
EXEMPTIONS = Path(__file__).with_name("exemptions.yaml")
REASONS = {"data", "generated", "library-protocol"}
_NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def code_lines(text: str) -> set[int]:
    """Numbers of the lines that hold more than blanks and comments."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def function_sizes(text: str) -> Iterator[tuple[str, int]]:
    """Each function, methods and inner ones included, with its code lines, docstring apart."""
    lines = code_lines(text)

    def visit(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, len(lines & set(range(child.lineno, (child.end_lineno or 0) + 1)) - _docstring(child))
                yield from visit(child, f"{name}.")
            else:
                yield from visit(child, prefix)

    yield from visit(ast.parse(text), "")


def _docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return set()
    return set(range(first.lineno, (first.end_lineno or 0) + 1))


def oversized() -> dict[str, int]:
    found = {}
    for path in sources("*.py"):
        text = path.read_text(encoding="utf-8")
        if (count := len(text.splitlines())) > FILE_LINES:
            found[relative(path)] = count
        for name, size in function_sizes(text):
            if size > FUNCTION_LINES:
                found[f"{relative(path)}::{name}"] = size
    return found


def exemptions() -> dict[str, dict[str, str]]:
    return yaml.safe_load(EXEMPTIONS.read_text(encoding="utf-8")) or {}


def test_no_function_or_file_is_larger_than_its_budget() -> None:
    listed = exemptions()
    assert {what: size for what, size in oversized().items() if what not in listed} == {}


def test_every_exemption_is_needed_and_gives_a_reason_of_the_closed_list() -> None:
    needed = oversized()
    for what, exemption in exemptions().items():
        assert what in needed, f"{what} is within its budget: take it off the list"
        assert exemption["reason"] in REASONS
        assert len(exemption["why"]) > 20
        assert (ROOT / what.partition("::")[0]).is_file()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("def f():\n    '''Doc.\n\n    More.\n    '''\n    return 1\n", 2),
        ("def f(\n    a,\n):\n    # why\n\n    return a\n", 4),
        ("class A:\n    def f(self):\n        x = '''a\n\n        b'''\n        return x\n", 5),
    ],
)
def test_code_lines_leave_out_docstring_comments_and_blanks(text: str, size: int) -> None:
    assert [lines for _name, lines in function_sizes(text)] == [size]
