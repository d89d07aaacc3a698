"""The pieces of a plain Word document: headings, paragraphs and tables, as the format writes them.

Whatever was written stays inside the paragraph or cell it belongs to: a line break becomes a break,
and nothing in it can become a field, a link or a new paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REPLACED = "\N{REPLACEMENT CHARACTER}"
# What XML or Word cannot hold, and every way to say "new line".
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
SPECIAL = re.compile("([\t\n])")

PAGE_WIDTH = 9000  # in twentieths of a point, between the margins
LABEL_WIDTH = 2700


def document(title: str, content: Iterable[str]) -> bytes:
    """Return a .docx of the pieces in ``content``, each made by a function below."""
    # The library takes a tenth of a second to load, which only who makes a document waits for.
    from docx import Document
    from docx.oxml import parse_xml

    made = Document()
    _set_up(made)
    body = made.element.body
    for xml in content:
        body.insert(len(body) - 1, parse_xml(xml))
    made.core_properties.title = " ".join(safe_text(title).split())[:255]
    made.core_properties.author = ""
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _set_up(document: Any) -> None:
    """A4 in British English: the library's own template is neither."""
    from docx.shared import Mm, Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    for language in document.styles.element.iter(f"{{{WORD}}}lang"):
        language.set(f"{{{WORD}}}val", "en-GB")


def safe_text(text: str) -> str:
    """Return ``text`` with U+FFFD for each character a document cannot hold; lines end in \\n."""
    return UNSAFE.sub(REPLACED, LINE_ENDS.sub("\n", text))


def facts_table(facts: Iterable[tuple[str, str]]) -> str:
    """Return labels and what they say as a table of two columns."""
    rows = [[label, text] for label, text in facts]
    return table(rows, [LABEL_WIDTH, PAGE_WIDTH - LABEL_WIDTH])


def table(rows: list[list[str]], widths: list[int], *, header: bool = False) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join(
        _row(cells, widths, is_header=header and number == 0) for number, cells in enumerate(rows)
    )
    return (
        f'<w:tbl xmlns:w="{WORD}"><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )


def _row(cells: list[str], widths: list[int], *, is_header: bool) -> str:
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"<w:p>{_run(text, bold=is_header)}</w:p></w:tc>"
        for text, width in zip(cells, widths, strict=True)
    )
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if is_header else ""
    return f"<w:tr>{repeated}{written}</w:tr>"


def paragraph(text: str, style: str = "", *, italic: bool = False) -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p xmlns:w="{WORD}">{named}{_run(text, italic=italic)}</w:p>'


def _run(text: str, *, bold: bool = False, italic: bool = False) -> str:
    looks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    properties = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    pieces = "".join(_piece(piece) for piece in SPECIAL.split(safe_text(text)) if piece)
    return f"<w:r>{properties}{pieces}</w:r>"


def _piece(piece: str) -> str:
    if piece == "\n":
        return "<w:br/>"
    if piece == "\t":
        return "<w:tab/>"
    return f'<w:t xml:space="preserve">{escape(piece)}</w:t>'
