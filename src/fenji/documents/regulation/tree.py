"""A regulation as a document, apart from any file format: chapters, numbered articles, paragraphs, lists, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

LEAST_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A numbered list below an article."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first ``side`` columns name the row; ``widths`` are shares of the page, in the order of ``head``."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    side: int = 1
    title: str = ""

    def trimmed(self) -> Grid:
        """The same table without columns that have nothing but dashes."""
        empty = {at for at in range(len(self.head)) if self.rows and all(row[at] == "-" for row in self.rows)}
        kept = [at for at in range(len(self.head)) if at not in empty]
        if not empty or len(kept) < LEAST_COLUMNS:
            return self
        return Grid(
            tuple(self.head[at] for at in kept),
            tuple(tuple(row[at] for at in kept) for row in self.rows),
            tuple(self.widths[at] for at in kept) if self.widths else (),
            max(1, sum(1 for at in kept if at < self.side)),
            self.title,
        )


Block = Paragraph | Items | Grid


@dataclass(frozen=True, slots=True)
class Article:
    """One article; ``key`` is the path of its part of the regulation, the same in every version."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter."""

    key: str
    title: str
    articles: tuple[Article, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the version history."""

    version: int
    in_force: dt.date
    until: dt.date | None
    remark: str


@dataclass(frozen=True, slots=True)
class Document:
    """The whole document. ``company`` may be empty: the name is then written by hand."""

    lang: str
    title: str
    code: str
    version: int
    in_force: dt.date
    issued: dt.date | None
    company: str
    chapters: tuple[Chapter, ...]
    history: tuple[Revision, ...]
    lead: str = ""
    """What stands before the first chapter."""

    def articles(self) -> Iterator[Article]:
        """Every article, in order."""
        for chapter in self.chapters:
            yield from chapter.articles


def texts(document: Document) -> Iterator[str]:
    """Every text of the document, in order."""
    yield from (document.title, document.code, document.company)
    yield document.lead
    for chapter in document.chapters:
        yield chapter.title
        for article in chapter.articles:
            yield article.title
            for block in article.blocks:
                yield from block_texts(block)
    for revision in document.history:
        yield revision.remark


def block_texts(block: Block) -> Iterator[str]:
    """The texts of a block, in order."""
    if isinstance(block, Paragraph):
        yield block.text
    elif isinstance(block, Items):
        yield from block.items
    else:
        yield block.title
        yield from block.head
        for row in block.rows:
            yield from row
