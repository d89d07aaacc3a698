"""An .xlsx written row by row as its rows are read: millions of them, and never two at once.

What is written is the smallest that spreadsheets read: text stands in its cell and is never
evaluated, no cell names its place, and the list of sheets comes last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from foundation.clock import london
from foundation.spreadsheets import LONGEST_CELL, fit_for_cell
from scoring.workbook.evaluation_styles import Style

# A sheet of Excel ends after row 1,048,576; and no part of the zip may need the larger format that
# not every spreadsheet reads.
MOST_ROWS = 1_000_000
MOST_BYTES = 1_800_000_000
PIECE = 256 * 1024
LINE_HEIGHT, TALLEST_ROW, TALLEST_LINES = 15, 405, 27
COLUMNS_ON_A_PAGE = 24
FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)
# A moment as columns of MOMENT are given it, in UTC: a database gives it so at once.
MINUTE = "%Y-%m-%d %H:%M"

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# What a spreadsheet would decode.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Shows(StrEnum):
    """What a column holds."""

    TEXT = "text"
    # The same in many rows, and no reason for a row to be taller: names, ids, short phrases.
    NAME = "name"
    FIGURE = "figure"
    POINTS = "points"
    MONEY = "money"
    MOMENT = "moment"


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
        self._shown: list[Callable[[Any], str]] = [SHOWN[one.shows] for one in sheet.columns]
        # The columns whose texts run over several lines, with what fits on one.
        self._wrapped = [
            (place, max(1, int(one.width * 1.05)))
            for place, one in enumerate(sheet.columns)
            if one.shows is Shows.TEXT
        ]

    def pieces(self, rows: Iterator[Sequence[object] | Line]) -> Iterator[str]:
        yield self._head()
        held: list[str] = []
        if self.sheet.headed:
            headings = Line(Style.HEADING, [one.heading for one in self.sheet.columns])
            held.append(self._line(headings))
        size = waiting = 0
        for values in rows:
            made = self._line(values) if isinstance(values, Line) else self._row(values)
            held.append(made)
            waiting += len(made)
            if waiting > PIECE:
                yield "".join(held)
                held.clear()
                size, waiting = size + waiting, 0
            if self.written.rows >= MOST_ROWS or size > MOST_BYTES:
                # Whether anything follows is known when it is asked for: an empty sheet says so.
                self.is_full = True
                break
        yield "".join(held) + self._tail()

    def _row(self, values: Sequence[Any]) -> str:
        """Write a row of the table: where the time goes, so it calls nothing that is not needed."""
        self.written.rows = number = self.written.rows + 1
        lines = 1
        for place, width in self._wrapped:
            text = values[place]
            if text:
                needed = len(text) // width + 1
                if "\n" in text:
                    needed += text.count("\n")
                if needed > lines:
                    lines = needed
        height = LINE_HEIGHT * lines if lines < TALLEST_LINES else TALLEST_ROW
        cells = "".join([show(value) for show, value in zip(self._shown, values, strict=True)])
        return f'<row r="{number}" ht="{height}" customHeight="1">{cells}</row>'

    def _line(self, line: Line) -> str:
        self.written.rows = number = self.written.rows + 1
        cells = "".join(_styled(line.style, value) for value in line.values)
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
        corner = f"{get_column_letter(self.sheet.frozen + 1)}2"
        across = f'xSplit="{self.sheet.frozen}" ' if self.sheet.frozen else ""
        where = "bottomRight" if self.sheet.frozen else "bottomLeft"
        return (
            f'<pane {across}ySplit="1" topLeftCell="{corner}" activePane="{where}" '
            f'state="frozen"/><selection pane="{where}"/>'
        )

    def _tail(self) -> str:
        last = get_column_letter(len(self.sheet.columns))
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
        first, last = map(get_column_letter, self.sheet.coloured)
        return (
            f'<conditionalFormatting sqref="{first}2:{last}{self.written.rows}">'
            '<cfRule type="colorScale" priority="1"><colorScale><cfvo type="num" val="0"/>'
            '<cfvo type="num" val="3"/><cfvo type="num" val="5"/><color rgb="FFF3C6C6"/>'
            '<color rgb="FFFFF2B3"/><color rgb="FFCFE4D6"/></colorScale></cfRule>'
            "</conditionalFormatting>"
        )


def _lines(value: object, width: float) -> int:
    room = max(1, int(width))
    return sum(1 + max(0, len(line) - 1) // room for line in str(value).split("\n"))


def in_xml(text: str) -> str:
    """Return text as it stands in a cell: exactly as it is, but for what no cell can hold."""
    # Most texts need nothing; these looks are ten times as fast as one for every character.
    if (
        text.isprintable()
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text
        and len(text) <= LONGEST_CELL
    ):
        return text
    plain = fit_for_cell(text.replace("\r\n", "\n").replace("\r", "\n"))
    return escape(_ESCAPED.sub("_x005F_", plain))


def _text(value: str | None) -> str:
    if not value:
        return _EMPTY
    return f"{_INLINE}{in_xml(value)}</t></is></c>"


def _figure(value: int | None) -> str:
    return _NO_FIGURE if value is None else f'<c s="{Style.FIGURE.value}"><v>{value}</v></c>'


def _points(value: Decimal | None) -> str:
    return _EMPTY if value is None else f'<c s="{Style.POINTS.value}"><v>{value}</v></c>'


def _money(value: Decimal | None) -> str:
    return _EMPTY if value is None else f'<c s="{Style.MONEY.value}"><v>{value}</v></c>'


def _moment(value: str | None) -> str:
    """Write a moment, as MINUTE has it, as the time in London: spreadsheets can sort and
    filter it."""
    if not value:
        return _EMPTY
    moment = datetime.strptime(value, MINUTE).replace(tzinfo=UTC)
    passed = london(moment).replace(tzinfo=UTC) - FIRST_DAY
    days = f"{passed.days + passed.seconds / 86400:.10f}"
    return f'<c s="{Style.MOMENT.value}"><v>{days}</v></c>'


def _styled(style: Style, value: object) -> str:
    if value is None or value == "":
        return f'<c s="{style.value}"/>' if style is Style.HEADING else "<c/>"
    if isinstance(value, int | Decimal):
        return _figure(value) if isinstance(value, int) else _points(value)
    return (
        f'<c s="{style.value}" t="inlineStr"><is><t xml:space="preserve">'
        f"{in_xml(str(value))}</t></is></c>"
    )


_EMPTY = f'<c s="{Style.TEXT.value}"/>'
_NO_FIGURE = f'<c s="{Style.FIGURE.value}"/>'
_INLINE = f'<c s="{Style.TEXT.value}" t="inlineStr"><is><t xml:space="preserve">'

SHOWN: dict[Shows, Callable[[Any], str]] = {
    Shows.TEXT: _text,
    Shows.NAME: lru_cache(maxsize=16384)(_text),
    Shows.FIGURE: lru_cache(maxsize=1024)(_figure),
    Shows.POINTS: lru_cache(maxsize=4096)(_points),
    Shows.MONEY: _money,
    Shows.MOMENT: lru_cache(maxsize=16384)(_moment),
}
