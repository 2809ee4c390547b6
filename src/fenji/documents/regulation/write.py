"""Writes a document to a file in one of its formats."""

from __future__ import annotations

from pathlib import Path

from fenji.documents.regulation.docx import docx
from fenji.documents.regulation.html import html
from fenji.documents.regulation.markdown import markdown
from fenji.documents.regulation.pdf import pdf
from fenji.documents.regulation.tree import Document

FORMATS = ("md", "html", "docx", "pdf")


def written(document: Document, form: str, path: Path) -> Path:
    """Writes ``document`` to ``path``; the file is whole or not there.

    Args:
        document: what to write.
        form: one of :data:`FORMATS`.
        path: the file; its folder is made.

    Raises:
        PdfError: when this machine cannot make PDF files.
    """
    if form == "docx":
        data = docx(document)
    elif form == "pdf":
        data = pdf(html(document))
    else:
        data = (html(document) if form == "html" else markdown(document)).encode("utf-8")
    return saved(data, path)


def saved(data: bytes, path: Path) -> Path:
    """Writes bytes to a file at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_bytes(data)
    return scratch.replace(path)
