"""The recommendation report as a Word document: cover, contents, chapters with their tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import quoteattr

from scoring.queries.reporting import Report
from scoring.queries.reporting_people import Block
from supplier_portal.wordml import PAGE_WIDTH, WORD, document, facts_table, paragraph, table

# Columns that hold sentences get so many times the width of the others.
LONG, WIDER = 40, 3
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
    """Return widths that fill the page: columns of sentences are wider."""
    columns = list(zip(*rows, strict=True))
    parts = [WIDER if max(len(cell) for cell in column) > LONG else 1 for column in columns]
    return [PAGE_WIDTH * part // sum(parts) for part in parts]
