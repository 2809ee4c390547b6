"""Which encoding a text file is in, and the file as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from fenji.facts.errors import FactsError
from fenji.i18n import _

_CHUNK = 1 << 22
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as UTF-8 without a mark; ``path`` is the original when that is what it already was."""

    path: Path
    encoding: str
    blank_lines: bool  # somewhere between lines; then record numbers are not line numbers
    damaged: bool  # some bytes could not be decoded and became U+FFFD


def as_utf8(path: Path, scratch: Path) -> TextFile:
    """``path`` itself if it is UTF-8, else a copy of it in ``scratch`` (a file that does not exist yet).

    :raises FactsError: when no encoding fits.
    """
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    encoding = _marked(head) or _unmarked_utf16(head)
    if encoding is None:
        blank = _scan_utf8(path)
        if blank is not None:
            return TextFile(path, "utf-8", blank, damaged=False)
        encoding = _eight_bit(path, head)
    blank, damaged = _transcode(path, scratch, encoding)
    return TextFile(scratch, encoding, blank, damaged)


def _marked(head: bytes) -> str | None:
    return next((name for mark, name in _BOMS if head.startswith(mark)), None)


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark shows as NULs at every other byte."""
    part = head[:4000]
    if len(part) < 4 or b"\0" not in part:
        return None
    even, odd = part[0::2].count(0) / len(part[0::2]), part[1::2].count(0) / len(part[1::2])
    if odd > 0.3 and odd > 4 * even:
        return "utf-16-le"
    if even > 0.3 and even > 4 * odd:
        return "utf-16-be"
    return None


def _has_blank(chunk: str) -> bool:
    return "\n\n" in chunk or "\n\r\n" in chunk or "\r\r" in chunk


def _scan_utf8(path: Path) -> bool | None:
    """None if the file is not UTF-8, else whether it holds blank lines."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    blank, tail = False, "\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            blank = blank or _has_blank(tail + text[:2]) or _has_blank(text)
            tail = text[-2:]
    return None if decoder.getstate()[0] else blank


def _looks_chinese(head: bytes) -> bool:
    """Whether most of its two-byte characters are in GB2312, where Chinese text lives.

    Western one-byte text also decodes as GBK now and then, but pairs a letter beyond ASCII with an ASCII one.
    """
    common = other = 0
    index = 0
    while index < len(head) - 1:
        if head[index] < 0x81:
            index += 1
            continue
        if 0xA1 <= head[index] <= 0xF7 and head[index + 1] >= 0xA1:
            common += 1
        else:
            other += 1
        index += 2
    return common > other


def _eight_bit(path: Path, head: bytes) -> str:
    beyond = [i for i in range(0, len(head), 65536) if any(b > 0x7F for b in head[i : i + 65536])]
    part = head[beyond[0] : beyond[0] + 65536] if beyond else head
    if _looks_chinese(part):
        return "gb18030"
    if sum(b > 0x7F for b in part) * 20 < len(part):
        return "cp1252"  # a letter beyond ASCII here and there: Western Europe
    best = from_bytes(head[: 1 << 18]).best()
    if best is None:
        raise FactsError(
            path.name,
            _("The text is in no encoding that can be recognised."),
            _("Save it as UTF-8 (in Excel: CSV UTF-8) and import it again."),
        )
    return str(best.encoding)


def _transcode(path: Path, scratch: Path, encoding: str) -> tuple[bool, bool]:
    """Write ``path`` as UTF-8; whether it has blank lines, and whether bytes had to be replaced by U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    blank = damaged = False
    tail = "\n"
    with path.open("rb") as source, scratch.open("wb") as target:
        while True:
            chunk = source.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            target.write(text.encode("utf-8", "replace"))
            damaged = damaged or "\ufffd" in text
            blank = blank or _has_blank(tail + text[:2]) or _has_blank(text)
            tail = text[-2:] or tail
            if not chunk:
                return blank, damaged
