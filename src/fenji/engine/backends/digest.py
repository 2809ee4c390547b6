"""The grades of a trace and their digest; the same code for every engine, so that equal results have equal digests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

Execute = Callable[[str], list[tuple[object, ...]]]


def summarise(run: Execute, trace: Path, grades: Path, columns: Sequence[str]) -> tuple[int, str]:
    """Writes some columns of a trace to ``grades``; returns how many rows there are and their digest.

    The digest is of the set of rows (the exclusive or of each row's MD5), so their order is free. ``run`` is DuckDB.
    """
    kept = ", ".join(identifier(c) for c in columns)
    rows = f"SELECT {kept} FROM read_parquet('{quoted(trace)}')"
    run(f"COPY ({rows}) TO '{quoted(grades)}' (FORMAT parquet, COMPRESSION zstd)")
    text = " || chr(31) || ".join(f"coalesce(CAST({identifier(c)} AS VARCHAR), chr(30))" for c in columns)
    [[count, mixed]] = run(f"SELECT count(*), bit_xor(md5_number({text})) FROM read_parquet('{quoted(grades)}')")
    assert isinstance(count, int)
    return count, hashlib.sha256(f"{count}:{mixed}:{','.join(columns)}".encode()).hexdigest()


def quoted(path: Path) -> str:
    """A path inside a SQL text literal."""
    return path.as_posix().replace("'", "''")


def identifier(name: str) -> str:
    """A column name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
