"""Whatever file is handed over as a regulation: a clear finding with its place, in bounded time and memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenji import i18n
from fenji.engine.check import check_file, check_text
from fenji.engine.issues import RegulationError
from fenji.engine.load import MAX_BYTES, read, read_file
from fenji.facts.contract import load_contract

DEEP = "the file is nested too deeply or has too many values"
ALIAS = "'*a' is a YAML alias; write the value out, or put text that starts with * into quotes"
BRACKET = "the bracket that opens here is not closed by line 2: a ',', a bracket or a quote is missing"


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


def told(text: str) -> list[str]:
    """What is said about a text that cannot be read."""
    source, issues = read(text, "r.yaml")
    assert source is None
    return [str(issue) for issue in issues]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.yaml:1:1 a regulation starts with 'regulation: name'; this file is empty or something else"),
        ("   \n\n", "r.yaml:1:1 a regulation starts with 'regulation: name'; this file is empty or something else"),
        ("# nothing\n", "r.yaml:1:1 a regulation starts with 'regulation: name'; this file is empty or something else"),
        ("just words", "r.yaml:1:1 a regulation starts with 'regulation: name'; this file is empty or something else"),
        ("- a\n- b\n", "r.yaml:1:1 a regulation starts with 'regulation: name'; this file is empty or something else"),
        ("[" * 100_000, f"r.yaml:1:42 {DEEP}"),
        ("a: " + "{a: " * 100_000, f"r.yaml:1:164 {DEEP}"),
        ("\n".join(" " * n + "a:" for n in range(1000)), f"r.yaml:42:42 {DEEP}"),
        ("- " * 50_000, f"r.yaml:1:83 {DEEP}"),
        ("a: [" + "x, " * 300_000 + "x]", f"r.yaml:1:599999 {DEEP}"),
        ("a: &a [x, x]\nb: *a\n", f"r.yaml:2:4 {ALIAS}"),
        ("a:\n\tb: 1\n", "r.yaml:2:1 this line is indented with a tab; use spaces"),
        ("a: b\x00c", "r.yaml:1:5 the character U+0000 cannot be printed; is this a text file?"),
        ("a: 1\nb: \ud800", "r.yaml:2:4 the character U+D800 cannot be printed; is this a text file?"),
        ("a: b: c", "r.yaml:1:5 not readable as YAML: a ':' in a value; put the value into quotes"),
        ("a: {b: c\n", f"r.yaml:1:4 {BRACKET}"),
        ("a: 'b\n", "r.yaml:2:1 not readable as YAML: the file ends too early: a quote or a bracket is not closed"),
        ("a: @b", "r.yaml:1:4 not readable as YAML: a text that starts with this character needs quotes"),
        ("a: > b\n", "r.yaml:1:6 not readable as YAML: a text that starts with > or | needs quotes"),
        ("a: 1\n---\nb: 2\n", "r.yaml:2:1 a second document starts here with '---'; one file holds one regulation"),
        ("? [a]\n: b\n", "r.yaml:1:3 a key must be a single word or text"),
        ("a: " + "x" * MAX_BYTES, f"r.yaml:1:1 the file has {MAX_BYTES + 3} bytes; a regulation may have {MAX_BYTES}"),
    ],
    ids=lambda value: value[:24].encode("unicode_escape").decode() if isinstance(value, str) else None,
)  # fmt: skip
def test_a_text_that_is_no_regulation_is_refused_with_place_and_reason(text: str, message: str) -> None:
    assert told(text)[0] == message


def test_a_bomb_of_anchors_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    found = told("\n".join(lines))
    assert len(found) == 100
    assert "YAML alias" in found[0]


def test_a_key_that_stands_twice_is_told_with_both_lines_and_the_first_one_counts() -> None:
    source, issues = read("a: 1\nb: 2\na: 3\n", "r.yaml")
    assert [str(i) for i in issues] == ["r.yaml:3:1 'a' stands here twice; the first one is in line 1"]
    assert source is not None and source.tree == {"a": "1", "b": "2"}


def test_every_plain_value_stays_text_and_keeps_its_place_and_that_of_its_key() -> None:
    source, issues = read("a: 2026-01-01\nb: {c: no, d: '007'}\ne: [1.50, null]\n", "r.yaml")
    assert not issues and source is not None
    assert source.tree == {"a": "2026-01-01", "b": {"c": "no", "d": "007"}, "e": ["1.50", "null"]}
    assert str(source.place(("b", "d"))) == "r.yaml:2:16"
    assert str(source.key_place(("b", "d"))) == "r.yaml:2:12"
    assert str(source.place(("e", 1))) == "r.yaml:3:11"
    assert str(source.place(("b", "x", "y"))) == "r.yaml:2:4"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("regulation: 制度".encode("gb18030"), "the file is not UTF-8 (byte 13); save it as UTF-8"),
        (b"\xff\xfer\x00e\x00", "the file is not UTF-8 (byte 1); save it as UTF-8"),
        (bytes(range(256)) * 40, "the file is not UTF-8 (byte 129); save it as UTF-8"),
        (b"a: b\n" * 2_000_000, f"the file has 10000000 bytes; a regulation may have {MAX_BYTES}"),
    ],
    ids=["gbk", "utf-16", "binary", "10 MB"],
)
def test_a_file_that_is_no_utf8_text_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "r.yaml"
    file.write_bytes(data)
    source, issues = read_file(file, "r.yaml")
    assert source is None
    assert [str(i) for i in issues] == [f"r.yaml:1:1 {message}"]


def test_a_file_with_byte_order_mark_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    file = tmp_path / "r.yaml"
    file.write_bytes(b"\xef\xbb\xbfregulation: a\r\ntitle: b\r\n")
    source, issues = read_file(file)
    assert not issues and source is not None and source.tree == {"regulation": "a", "title": "b"}


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    result = check_file(tmp_path / name, load_contract())
    assert not result.ok and "cannot be opened" in str(result.issues[0])
    with pytest.raises(RegulationError, match="cannot be opened"):
        result.required()


def test_a_hundred_thousand_strange_keys_are_told_in_a_bounded_list() -> None:
    text = "regulation: a\n" + "".join(f"k{n}: 1\n" for n in range(90_000))
    issues = check_text(text, "r.yaml", load_contract()).issues
    assert len(issues) == 201
    assert "more findings of this kind are not listed" in " ".join(str(i) for i in issues)


def test_an_expression_of_a_hundred_thousand_characters_is_told_at_its_place() -> None:
    text = f'regulation: a\napplies_to: {{where: "{"a = 1 and " * 10_000}a = 1"}}\n'
    found = [str(i) for i in check_text(text, "r.yaml", load_contract()).issues]
    assert "r.yaml:2:22 this is too long" in found
