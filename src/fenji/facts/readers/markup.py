"""Tables that systems export as HTML or as XML Spreadsheet 2003 and name .xls."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from fenji.facts.errors import FactsError
from fenji.facts.readers.encoding import as_utf8
from fenji.facts.readers.grid import Grid, grid_sheet
from fenji.facts.readers.sheet import RawSheet
from fenji.i18n import _

_LARGEST = 256 << 20
_MOST_COLUMNS = 16384
_MOST_SPAN = 65536
_TABLES = ("table",)
_ROWS = ("tr", "row")
_CELLS = ("td", "th", "cell")


class _Tables(HTMLParser):
    """Collects the cells of every table; knows the words of both forms and nothing else of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.grids: list[Grid] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._depth = 0
        self._sheet = ""
        self._open: list[tuple[int, int, int]] = []  # areas that begin in this row: last row, first and last column
        self._above: list[tuple[int, int, int]] = []  # areas that reach into this row

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = tag.rpartition(":")[2]
        given = {name.rpartition(":")[2]: value or "" for name, value in attrs}
        if tag == "worksheet":
            self._sheet = given.get("name", "")
        elif tag in _TABLES:
            self._depth += 1
            if self._depth == 1:
                self._above, self._open = [], []
                self.grids.append(Grid(self._sheet or f"{len(self.grids) + 1}"))
        elif tag in _ROWS and self.grids:
            self._end_row()
            self._row = []
        elif tag in _CELLS and self._row is not None:
            self._end_cell()
            self._start_cell(given)

    def _start_cell(self, given: dict[str, str]) -> None:
        row, grid = self._row, self.grids[-1]
        assert row is not None
        index, across = (
            _number(given.get("index")),
            _number(given.get("colspan")) or _number(given.get("mergeacross")) + 1,
        )
        if index:
            row.extend([""] * (min(index - 1, _MOST_COLUMNS) - len(row)))
        down = _number(given.get("rowspan")) or _number(given.get("mergedown")) + 1
        top, left = len(grid.rows), len(row)
        if down > 1 or across > 1:
            last = (top + min(down, _MOST_SPAN) - 1, left + min(across, _MOST_COLUMNS) - 1)
            grid.merged.append([[top, left], list(last)])
            self._open.append((last[0], left, last[1]))
        self._cell = []

    def _end_cell(self) -> None:
        if self._row is not None and self._cell is not None:
            self._skip_covered()
            self._row.append(" ".join("".join(self._cell).split()))
            if len(self._row) > _MOST_COLUMNS:
                raise ValueError(len(self._row))
        self._cell = None

    def _skip_covered(self) -> None:
        """HTML leaves out the cells that a rowspan from above covers: put them in as empty."""
        row = self._row
        assert row is not None
        for left, right in sorted((left, right) for _bottom, left, right in self._above):
            if left == len(row):
                row.extend([""] * (right - left + 1))

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None and self.grids:
            self.grids[-1].rows.append(self._row)
            this = len(self.grids[-1].rows)
            self._above = [span for span in (*self._above, *self._open) if span[0] >= this]
            self._open = []
        self._row = None

    def handle_endtag(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS:
            self._end_row()
        elif tag in _TABLES and self._depth:
            self._end_row()
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 0


def read_markup(path: Path, name: str, scratch: Path) -> list[RawSheet]:
    """Every table of the file with cells in it.

    :raises FactsError: when it holds no table or is too large.
    """
    if path.stat().st_size > _LARGEST:
        raise FactsError(name, _("The file is too large to be read as a web table."), _("Export it as CSV."))
    text = as_utf8(path, scratch / f"{abs(hash(path))}.markup")
    tables = _Tables()
    try:
        with text.path.open(encoding="utf-8", errors="replace") as stream:
            while chunk := stream.read(1 << 20):
                tables.feed(chunk)
        tables.close()
    except (ValueError, AssertionError) as error:
        raise FactsError(name, _("The web table cannot be read."), _("Export it as CSV or XLSX.")) from error
    sheets = [grid_sheet(name, grid) for grid in tables.grids if any(map(any, grid.rows))]
    if not sheets:
        raise FactsError(name, _("The file holds no table."), _("Export it as CSV or XLSX."))
    return sheets
