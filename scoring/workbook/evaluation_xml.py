"""An .xlsx written row by row as its rows are read: millions of them, and never two at once.

What is written is the smallest that spreadsheets read: text stands in its cell and is never
evaluated, no cell names its place, and the list of sheets comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice, repeat
from typing import Any
from xml.sax.saxutils import escape

from foundation.cells import column_letter
from scoring.workbook.evaluation_cells import Shows, cells_maker, styled_cell
from scoring.workbook.evaluation_styles import Style

# A sheet of Excel ends after row 1,048,576; and no part of the zip may need the larger format that
# not every spreadsheet reads.
MOST_ROWS = 1_000_000
MOST_BYTES = 1_800_000_000
# So many rows are made at once.
AT_ONCE = 250
LINE_HEIGHT, TALLEST_ROW, TALLEST_LINES = 15, 405, 27
COLUMNS_ON_A_PAGE = 24

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: float
    shows: Shows = Shows.NAME


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is no row of the table: a title, a heading of its own, or a remark."""

    style: Style
    values: Sequence[object]


@dataclass(frozen=True)
class SheetToWrite:
    """A sheet. ``rows`` give a value for each column, or a Line; they are read once.

    ``frozen``: how many columns stay in view. ``coloured``: the first and last column of a matrix
    of marks, shaded from 0 to 5. ``headed``: whether the headings stand in the first row.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object] | Line]
    frozen: int = 1
    coloured: tuple[int, int] | None = None
    headed: bool = True


@dataclass
class Written:
    """A sheet as it went out: what the list of sheets has to say of it."""

    title: str
    headed: bool
    columns: int
    rows: int = 0


class SheetWriter:
    """Writes one sheet; ``is_full`` where rows are left for another."""

    def __init__(self, sheet: SheetToWrite, written: Written, *, footer: str) -> None:
        self.sheet, self.written, self.footer = sheet, written, footer
        self.is_full = False
        self._cells = [cells_maker(one.shows) for one in sheet.columns]
        # The columns whose texts run over several lines, with what fits on one.
        self._wrapped = [
            (place, max(1, int(one.width * 1.05)))
            for place, one in enumerate(sheet.columns)
            if one.shows is Shows.TEXT
        ]

    def pieces(self, rows: Iterator[Sequence[object] | Line]) -> Iterator[str]:
        yield self._head()
        if self.sheet.headed:
            yield self._line(Line(Style.HEADING, [one.heading for one in self.sheet.columns]))
        size = 0
        while some := list(islice(rows, min(AT_ONCE, MOST_ROWS - self.written.rows))):
            made = "".join(self._made(some))
            size += len(made)
            yield made
            if self.written.rows >= MOST_ROWS or size > MOST_BYTES:
                # Whether anything follows is known when it is asked for: an empty sheet says so.
                self.is_full = True
                break
        yield self._tail()

    def _made(self, some: Sequence[Sequence[Any] | Line]) -> Iterator[str]:
        for is_line, found in groupby(some, key=_is_line):
            alike: list[Any] = list(found)
            yield "".join(map(self._line, alike)) if is_line else self._table(alike)

    def _table(self, rows: Sequence[Sequence[Any]]) -> str:
        """Write rows of the table, column by column: where the time goes."""
        first = self.written.rows + 1
        self.written.rows += len(rows)
        columns = list(zip(*rows, strict=True))
        lines: Sequence[int] = [1] * len(rows)
        for place, width in self._wrapped:
            lines = list(map(max, lines, _lines_of(columns[place], width)))
        starts = [
            f'<row r="{number}" ht="{_height(count)}" customHeight="1">'
            for number, count in enumerate(lines, start=first)
        ]
        cells = [made(column) for made, column in zip(self._cells, columns, strict=True)]
        pieces = zip(starts, *cells, repeat("</row>", len(rows)), strict=True)
        return "".join(chain.from_iterable(pieces))

    def _line(self, line: Line) -> str:
        self.written.rows = number = self.written.rows + 1
        cells = "".join(styled_cell(line.style, value) for value in line.values)
        if line.style is Style.TITLE:
            return f'<row r="{number}" ht="28" customHeight="1">{cells}</row>'
        widths = [column.width for column in self.sheet.columns]
        lines = max(
            (_lines(value, width) for value, width in zip(line.values, widths, strict=False)),
            default=1,
        )
        height = min(TALLEST_ROW, LINE_HEIGHT * lines) if line.style is not Style.PART else 20
        return f'<row r="{number}" ht="{height}" customHeight="1">{cells}</row>'

    def _head(self) -> str:
        sheet = self.sheet
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{one.width}" customWidth="1"/>'
            for n, one in enumerate(sheet.columns, start=1)
        )
        return (
            f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0" showGridLines="0">{self._pane()}'
            f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f"<cols>{columns}</cols><sheetData>"
        )

    def _pane(self) -> str:
        if not self.sheet.headed:
            return ""
        corner = f"{column_letter(self.sheet.frozen + 1)}2"
        across = f'xSplit="{self.sheet.frozen}" ' if self.sheet.frozen else ""
        where = "bottomRight" if self.sheet.frozen else "bottomLeft"
        return (
            f'<pane {across}ySplit="1" topLeftCell="{corner}" activePane="{where}" '
            f'state="frozen"/><selection pane="{where}"/>'
        )

    def _tail(self) -> str:
        last = column_letter(len(self.sheet.columns))
        filters = f'<autoFilter ref="A1:{last}{self.written.rows}"/>' if self.sheet.headed else ""
        pages = -(-len(self.sheet.columns) // COLUMNS_ON_A_PAGE)
        # An ampersand begins a code in a footer.
        footer = escape(f"&L{self.footer.replace('&', '&&')}&RPage &P of &N")
        return (
            f"</sheetData>{filters}{self._colours()}"
            '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            f'<pageSetup paperSize="8" orientation="landscape" fitToWidth="{pages}" '
            f'fitToHeight="0"/><headerFooter><oddFooter>{footer}</oddFooter></headerFooter>'
            "</worksheet>"
        )

    def _colours(self) -> str:
        if self.sheet.coloured is None or self.written.rows < 2:
            return ""
        first, last = map(column_letter, self.sheet.coloured)
        return (
            f'<conditionalFormatting sqref="{first}2:{last}{self.written.rows}">'
            '<cfRule type="colorScale" priority="1"><colorScale><cfvo type="num" val="0"/>'
            '<cfvo type="num" val="3"/><cfvo type="num" val="5"/><color rgb="FFF3C6C6"/>'
            '<color rgb="FFFFF2B3"/><color rgb="FFCFE4D6"/></colorScale></cfRule>'
            "</conditionalFormatting>"
        )


def _is_line(row: Sequence[object] | Line) -> bool:
    return isinstance(row, Line)


def _lines_of(texts: Sequence[str | None], width: int) -> Sequence[int]:
    """Return how many lines each text of a column takes."""
    return [len(text) // width + 1 + text.count("\n") if text else 1 for text in texts]


def _height(lines: int) -> int:
    return LINE_HEIGHT * lines if lines < TALLEST_LINES else TALLEST_ROW


def _lines(value: object, width: float) -> int:
    room = max(1, int(width))
    return sum(1 + max(0, len(line) - 1) // room for line in str(value).split("\n"))
