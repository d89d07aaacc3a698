"""The rows of a listing, written as text while the file is packed: thousands, never all at once.

openpyxl holds every cell, and takes long to write each. It still writes all that stands around the
rows (headings, widths, filters, lists to choose from, print settings) and says how cells look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.compat import safe_string
from openpyxl.styles import PatternFill
from openpyxl.styles.stylesheet import write_stylesheet
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import ARC_STYLE
from openpyxl.xml.functions import tostring

from foundation.cells import as_stored, column_letter, fit_for_cell

LINE_HEIGHT = 15
TALLEST_ROW = 405  # a spreadsheet shows no taller row
# So many rows are packed at once.
AT_ONCE = 100
ROWS_END = b"</sheetData>"
# The number a spreadsheet keeps a day as.
number_of_day: Callable[[date], object] = to_excel


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula of our own, made of cell addresses alone; begins with an equals sign."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of a listing: its heading, its width, and the value of its cell for an entry.

    ``fill``: the colour behind that cell, where it has one.
    """

    heading: str
    width: float
    value: Callable[[Any], object]
    fill: Callable[[Any], PatternFill | None] | None = None


class Styles:
    """How cells look, as numbers of styles of the workbook: by the kind of value and the fill.

    ``look_up``: returns that number, and is asked once for each of the few there are.
    """

    def __init__(self, look_up: Callable[[object, PatternFill | None], int]) -> None:
        self._look_up = look_up
        self._found: dict[tuple[type, int], int] = {}

    def of(self, value: object, fill: PatternFill | None) -> int:
        kind = type(value), id(fill)
        if kind not in self._found:
            self._found[kind] = self._look_up(value, fill)
        return self._found[kind]


class Rows:
    """The rows of one sheet, below its headings."""

    def __init__(self, columns: Sequence[Column], entries: Sequence[object]) -> None:
        self._columns = [
            (column_letter(number), column) for number, column in enumerate(columns, start=1)
        ]
        self._entries = entries

    @property
    def area(self) -> str:
        """Return the cells from the first heading to the last of the last row."""
        return f"A1:{self._columns[-1][0]}{len(self._entries) + 1}"

    def pieces(self, styles: Styles) -> Iterator[str]:
        """Yield the rows as SpreadsheetML, some at a time."""
        for start in range(0, len(self._entries), AT_ONCE):
            some = enumerate(self._entries[start : start + AT_ONCE], start=start + 2)
            yield "".join([self._row(number, entry, styles) for number, entry in some])

    def _row(self, number: int, entry: object, styles: Styles) -> str:
        lines, cells = 1, []
        for letter, column in self._columns:
            value = column.value(entry)
            fill = column.fill(entry) if column.fill else None
            if value is None or value == "":
                inside, style = "/>", styles.of(None, fill)
            elif isinstance(value, int | Decimal | date | Formula):
                inside, style = _inside(value), styles.of(value, fill)
            else:
                text = fit_for_cell(str(value))
                if len(text) > column.width or "\n" in text:
                    lines = max(lines, lines_of(text, column.width))
                inside, style = _text(as_stored(text)), styles.of(text, fill)
            cells.append(f'<c r="{letter}{number}" s="{style}"{inside}')
        height = min(TALLEST_ROW, LINE_HEIGHT * lines)
        return f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}</row>'


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes. Generous: words leave gaps at the end of a line."""
    room = max(1, int(width))
    return sum(1 + max(0, len(line) - 1) // room for line in text.split("\n"))


def packed(book: Workbook, listed: Mapping[Worksheet, Rows], styles: Styles) -> bytes:
    """Return the workbook as the bytes of an .xlsx file; ``listed``: the rows of listings."""
    around, saved = BytesIO(), BytesIO()
    book.save(around)
    # Where a sheet is in the package is known once it was saved.
    by_path = {sheet.path.lstrip("/"): rows for sheet, rows in listed.items()}
    with ZipFile(around) as source, ZipFile(saved, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name in by_path:
                _write_rows(archive, name, source.read(name), by_path[name], styles)
            elif name == ARC_STYLE:
                # It comes after the sheets: how their rows look is known by now.
                archive.writestr(name, tostring(write_stylesheet(book)))
            else:
                archive.writestr(name, source.read(name))
    return saved.getvalue()


def _write_rows(archive: ZipFile, name: str, around: bytes, rows: Rows, styles: Styles) -> None:
    begin, end = around.split(ROWS_END)
    first = rows.area.rstrip("0123456789")
    begin = begin.replace(f'ref="{first}1"'.encode(), f'ref="{rows.area}"'.encode(), 1)
    with archive.open(name, "w") as part:
        part.write(begin)
        for piece in rows.pieces(styles):
            part.write(piece.encode())
        part.write(ROWS_END + end)


def _inside(value: int | Decimal | date | Formula) -> str:
    """Return the rest of a cell that holds no text."""
    if isinstance(value, Formula):
        return f"><f>{escape(value.text[1:])}</f><v></v></c>"
    figure = number_of_day(value) if isinstance(value, date) else value
    return f' t="n"><v>{safe_string(figure)}</v></c>'


def _text(text: str) -> str:
    """Return the rest of a cell that holds text, which is never evaluated."""
    # Without this, a spreadsheet takes spaces at the ends away.
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    # XML would read it as an end of line like any other.
    inside = escape(text).replace("\r", "&#13;")
    return f' t="inlineStr"><is><t{kept}>{inside}</t></is></c>'
