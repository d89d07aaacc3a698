"""The recommendation report as a Word document: cover, contents, chapters with their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

from scoring.queries.reporting import Report
from scoring.queries.reporting_people import Block
from supplier_portal.wordml import PAGE_WIDTH, WORD, document, facts_table, paragraph, table

# What a column that holds sentences counts at most when the page is shared out, in characters.
LONG = 200
# In twentieths of a point: the sides of a cell, and letters of Arial 11 from narrow to wide.
CELL_MARGINS, NARROW, EVEN, WIDE = 230, 72, 124, 172
# Where a line may end; "SLP-07" stays on one.
BREAKS = re.compile(r"\s|-(?!\d)")
BREAK = f'<w:p xmlns:w="{WORD}"><w:r><w:br w:type="page"/></w:r></w:p>'


def recommendation_document(report: Report) -> bytes:
    return document(report.title, _content(report))


def _content(report: Report) -> Iterator[str]:
    yield paragraph(report.title, "Title")
    yield facts_table([(label, words) for label, words in report.cover])
    yield paragraph("")
    titles = [f"{number}. {one.title}" for number, one in enumerate(report.chapters, 1)]
    yield from _contents(titles)
    yield BREAK
    for title, chapter in zip(titles, report.chapters, strict=True):
        yield paragraph(title, "Heading1")
        for block in chapter.blocks:
            yield from _block(block)


def _contents(titles: Sequence[str]) -> Iterator[str]:
    """Yield a table of contents Word can bring up to date, with its entries written out.

    It carries no page numbers: only Word knows them, and a wrong one is worse.
    """
    yield paragraph("Contents", "Heading2")
    for number, title in enumerate(titles):
        inside = paragraph(title)
        if number == 0:
            inside = inside.replace("<w:r>", _opened('TOC \\o "1-1" \\n \\h \\z \\u') + "<w:r>", 1)
        if number == len(titles) - 1:
            inside = inside.replace("</w:p>", f"{_mark('end')}</w:p>")
        yield inside


def _opened(code: str) -> str:
    text = f'<w:r><w:instrText xml:space="preserve">{code}</w:instrText></w:r>'
    return f"{_mark('begin')}{text}{_mark('separate')}"


def _mark(kind: str) -> str:
    return f"<w:r><w:fldChar w:fldCharType={quoteattr(kind)}/></w:r>"


def _block(block: Block) -> Iterator[str]:
    for sentence in block.words:
        yield paragraph(sentence)
    if block.rows:
        rows = [list(row) for row in block.rows]
        yield table(rows, widths_of(rows), header=True)
        yield paragraph("")


def widths_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return widths that fill the page, in which no word breaks as far as they all fit.

    Each column gets what its longest word needs; what is left goes to those that say more.
    """
    columns = list(zip(*rows, strict=True))
    needed = [
        max(CELL_MARGINS + _longest(cell, bold=not number) for number, cell in enumerate(column))
        for column in columns
    ]
    left = PAGE_WIDTH - sum(needed)
    if left < 0:
        return [PAGE_WIDTH * one // sum(needed) for one in needed]
    says = [max(1, min(LONG, max(map(len, column)))) for column in columns]
    return [one + left * part // sum(says) for one, part in zip(needed, says, strict=True)]


def _longest(cell: str, *, bold: bool) -> int:
    widest = max((_wide(word) for word in BREAKS.split(cell)), default=0)
    return widest * 11 // 10 if bold else widest


def _wide(word: str) -> int:
    """Return about how much of a line a word in Arial 11 takes, a little more than it does."""
    return sum(
        WIDE
        if sign in "MWmw@%" or sign.isupper()
        else NARROW
        if sign in "fijlrtI.,:;’'()"
        else EVEN
        for sign in word
    )
