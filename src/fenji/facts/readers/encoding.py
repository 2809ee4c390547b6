"""Which encoding a text file is in, and the file as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
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
    odd_blanks: bool  # wide or hard blanks, which plain trimming leaves
    tabs: bool
    damaged: bool  # some bytes could not be decoded and became U+FFFD


def as_utf8(path: Path, scratch: Path) -> TextFile:
    """``path`` itself if it is UTF-8, else a copy of it in ``scratch`` (a file that does not exist yet).

    :raises FactsError: when no encoding fits.
    """
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    encoding = _marked(head) or _unmarked_utf16(head)
    if encoding is None:
        blanks = _scan_utf8(path)
        if blanks is not None:
            return TextFile(path, "utf-8", *blanks, damaged=False)
        encoding = _eight_bit(path, head)
    damaged = _transcode(path, scratch, encoding)
    odd, tabs = _scan_utf8(scratch) or (True, True)
    return TextFile(scratch, encoding, odd, tabs, damaged)


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


def _scan_utf8(path: Path) -> tuple[bool, bool] | None:
    """None if the file is not UTF-8, else whether it has wide or hard blanks, and whether it has tabs."""
    odd, tabs, tail = False, False, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            chunk = tail + chunk
            end = chunk.rfind(b"\n") + 1 or len(chunk)
            if not _is_utf8(chunk[:end]):
                return None
            odd = odd or _has_odd_blanks(chunk)
            tabs = tabs or b"\t" in chunk
            tail = chunk[end:]
    return (odd, tabs) if _is_utf8(tail) else None


def _is_utf8(chunk: bytes) -> bool:
    """Arrow checks this several times faster than decoding does."""
    try:
        pa.array([chunk], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _has_odd_blanks(chunk: bytes) -> bool:
    """One search for the first byte is much cheaper than one for the whole sequence."""
    sequences = (b"\xe3\x80\x80", b"\xc2\xa0", b"\xef\xbb\xbf")
    return any(sequence[:1] in chunk and sequence in chunk for sequence in sequences)


def has_blank_lines(path: Path) -> bool:
    """Whether a text file has empty lines, so that its records are not numbered like its lines."""
    tail = b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            joined = tail + chunk
            if b"\n\n" in joined or b"\n\r\n" in joined or b"\r\r" in joined:
                return True
            tail = chunk[-2:]
    return False


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


def _transcode(path: Path, scratch: Path, encoding: str) -> bool:
    """Write ``path`` as UTF-8; whether bytes had to be replaced by U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    damaged = False
    with path.open("rb") as source, scratch.open("wb") as target:
        while True:
            chunk = source.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            target.write(text.encode("utf-8", "replace"))
            damaged = damaged or "\ufffd" in text
            if not chunk:
                return damaged
