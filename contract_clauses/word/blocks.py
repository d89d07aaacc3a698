"""Paragraphs, tables and sections as WordprocessingML; children always in the schema's order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from contract_clauses.word.text import attribute, run

# The breadth of a letter of table text, and of small table text, with the margins of a cell.
LETTER, SMALL_LETTER, CELL_MARGINS = 98, 82, 150
LONGEST_UNBROKEN = 13
# A row with no more text than this in any cell stays on one page.
MOST_KEPT_TOGETHER = 400
CELL_ENDS = "</w:p></w:tc>"


@dataclass(frozen=True)
class Page:
    """A page format, in twentieths of a point."""

    width: int
    height: int
    side: int
    top: int
    header: str
    footer: str
    orientation: str = ""

    @property
    def text_width(self) -> int:
        return self.width - 2 * self.side


class Line(NamedTuple):
    """A paragraph before it is written; ``extra`` as in ``paragraph``."""

    style: str
    inside: str
    extra: str = ""

    @property
    def xml(self) -> str:
        return paragraph(self.style, self.inside, self.extra)


UPRIGHT = Page(11906, 16838, 1500, 1440, "rId4", "rId5")
SIDEWAYS = Page(16838, 11906, 900, 1300, "rId6", "rId7", ' w:orient="landscape"')


def paragraph(style: str, inside: str, extra: str = "") -> str:
    """Return a paragraph; ``extra`` are further children of w:pPr that follow its style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{inside}</w:p>'


def words(style: str, text: str) -> str:
    return paragraph(style, run(text))


def column_widths(
    weights: Sequence[int], width: int, least: Sequence[int] | None = None
) -> list[int]:
    """Return widths that fill ``width`` exactly: each its least, the rest by weight.

    Where the least widths together are too much, each gives way in proportion.
    """
    floors = list(least or [0] * len(weights))
    if sum(floors) > width:
        floors = [floor * width // sum(floors) for floor in floors]
    spare, total = width - sum(floors), sum(weights)
    edges = pairwise([spare * part // total for part in accumulate(weights, initial=0)])
    return [floor + right - left for floor, (left, right) in zip(floors, edges, strict=True)]


def least_widths(labels: Sequence[str], columns: Sequence[Sequence[str]], letter: int) -> list[int]:
    """Return how wide each column must be so that no word of ordinary length is broken.

    Labels are bold: their letters are an eighth wider.
    """
    said = [" ".join([text[:400] for text in texts]) for texts in columns]
    return [
        CELL_MARGINS + max(letter * 9 * _longest_word(label) // 8, letter * _longest_word(texts))
        for label, texts in zip(labels, said, strict=True)
    ]


def _weights_of_long(
    weights: Sequence[int],
    columns: Sequence[Sequence[str]],
    least: Sequence[int],
    letter: int,
    to_fill: Collection[int],
) -> Sequence[int]:
    """Return the weights, none for a column in which every text is on one line at its least width.

    What an empty column would be given is better given to a long text beside it, unless the column
    is left empty for somebody to write in.
    """
    longest = [max(map(len, texts)) for texts in columns]
    wanted = [
        weight if number in to_fill or CELL_MARGINS + letter * length > floor else 0
        for number, (weight, length, floor) in enumerate(zip(weights, longest, least, strict=True))
    ]
    return wanted if any(wanted) else weights


def _longest_word(text: str) -> int:
    """Return the length of the longest word; an address or a code may be broken."""
    return min(max(map(len, text.split()), default=0), LONGEST_UNBROKEN)


def table(
    labels: Sequence[str],
    weights: Sequence[int],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    title: str,
    small: bool = False,
    to_fill: Collection[int] = (),
) -> str:
    """Return a table whose heading row is repeated on each page.

    ``to_fill``: the places of the columns in which people write by hand; they keep their width.
    """
    letter = SMALL_LETTER if small else LETTER
    columns = list(zip(*rows, strict=True)) or [("",)] * len(labels)
    least = least_widths(labels, columns, letter)
    weighed = _weights_of_long(weights, columns, least, letter, to_fill)
    widths = column_widths(weighed, width, least)
    head, body = ("SmallHead", "SmallText") if small else ("TableHead", "TableText")
    cells = _row(labels, [_cell_begins(head, size) for size in widths])
    lines = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"]
    begins = [_cell_begins(body, size) for size in widths]
    for row in rows:
        lines.append(f"<w:tr>{_kept(row)}{_row(row, begins)}</w:tr>")
    return _frame("ScheduleTable", widths, "".join(lines), title, first_row="1")


def facts_table(pairs: Iterable[tuple[str, str]], *, width: int, title: str) -> str:
    """Return a table of names and values, without a heading row."""
    widths = column_widths((3, 7), width)
    begins = [_cell_begins("FactName", widths[0]), _cell_begins("FactText", widths[1])]
    rows = "".join(f"<w:tr>{_kept(pair)}{_row(pair, begins)}</w:tr>" for pair in pairs)
    return _frame("FactTable", widths, rows, title, first_row="0")


def _kept(row: Sequence[str]) -> str:
    """Return what keeps a row on one page, unless a text of it is long."""
    together = max(map(len, row), default=0) <= MOST_KEPT_TOGETHER
    return f'<w:trPr><w:cantSplit w:val="{int(together)}"/></w:trPr>'


def _row(texts: Sequence[str], begins: Sequence[str]) -> str:
    """Return the cells of a row; ``begins``: what stands before the text in each column."""
    cells = [f"{begin}{run(text)}{CELL_ENDS}" for begin, text in zip(begins, texts, strict=True)]
    return "".join(cells)


def _cell_begins(style: str, width: int) -> str:
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
    return f'{cell}<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'


def _frame(style: str, widths: Sequence[int], rows: str, title: str, *, first_row: str) -> str:
    # What names the rest: the first row, or where there is none the first column.
    first_column = "0" if first_row == "1" else "1"
    look = "0620" if first_row == "1" else "0680"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{look}" w:firstRow="{first_row}" w:lastRow="0" '
        f'w:firstColumn="{first_column}" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{attribute(title)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def section(page: Page, *, first: bool = False) -> str:
    """Return the properties of a section; the first has a first page without header or footer."""
    title = "<w:titlePg/>" if first else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{page.header}"/>'
        f'<w:footerReference w:type="default" r:id="{page.footer}"/>'
        '<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{page.width}" w:h="{page.height}"{page.orientation}/>'
        f'<w:pgMar w:top="{page.top}" w:right="{page.side}" w:bottom="{page.top}" '
        f'w:left="{page.side}" w:header="680" w:footer="600" w:gutter="0"/>{title}</w:sectPr>'
    )


def section_end(page: Page, *, first: bool = False) -> str:
    """Return the paragraph that ends a section."""
    return f'<w:p><w:pPr><w:pStyle w:val="AfterTable"/>{section(page, first=first)}</w:pPr></w:p>'
