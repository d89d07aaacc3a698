"""A supplier's own copy of its answers, as a Word document: every question, part and answer.

Whatever was written stays inside the paragraph or cell it belongs to: a line break becomes a break,
and nothing in it can become a field, a link or a new paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from question_bank.rules.answers import NOT_ANSWERED, show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import ROWED, Kind, Part, Schema
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
REPLACED = "\N{REPLACEMENT CHARACTER}"
# What XML or Word cannot hold, and every way to say "new line".
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029")
SPECIAL = re.compile("([\t\n])")

# A table with more columns than a page can show is set as a small table for each row.
MOST_COLUMNS = 6
PAGE_WIDTH = 9000  # in twentieths of a point, between the margins
LABEL_WIDTH = 2700
NOTHING_LISTED = "Nothing to list"


def answers_document(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    *,
    asked: Collection[str],
    title: str,
    facts: Iterable[tuple[str, str]],
) -> bytes:
    """Return the answers as .docx. ``asked``: the parts these answers lead to; an answer to
    another part is shown too, and said not to be asked."""
    document = Document()
    _set_up(document)
    body = document.element.body
    for xml in _content(questionnaire, answers, asked, title, facts):
        body.insert(len(body) - 1, parse_xml(xml))
    document.core_properties.title = " ".join(safe_text(title).split())[:255]
    document.core_properties.author = ""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any) -> None:
    """A4 in British English: the library's own template is neither."""
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


def _content(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    asked: Collection[str],
    title: str,
    facts: Iterable[tuple[str, str]],
) -> Iterator[str]:
    yield _paragraph(title, "Title")
    yield _facts(facts)
    for section in questionnaire.sections:
        yield _paragraph(section.title, "Heading1")
        for entry in section.questions:
            yield from _question(entry, answers, asked)


def _question(
    entry: AskedQuestion, answers: Mapping[str, Any], asked: Collection[str]
) -> Iterator[str]:
    yield _paragraph(f"{entry.id} {entry.question.title}", "Heading2")
    for part in entry.question.parts:
        value = answers.get(part.id)
        is_asked = part.id in asked
        if is_asked or not is_empty(value):
            yield _paragraph(f"{part.id} {part.label}", "Heading3")
            yield _paragraph(part.ask, italic=True)
            if not is_asked:
                yield _paragraph("Not asked, as the other answers stand.", italic=True)
            yield from _answer(part, value)


def _answer(part: Part, value: Any) -> Iterator[str]:
    if part.kind is Kind.TABLE and value == [] and not part.fixed_rows:
        yield _paragraph(NOTHING_LISTED)
    elif is_empty(value):
        yield _paragraph(NOT_ANSWERED)
    elif part.kind in ROWED and part.schema is not None:
        rows = value if part.kind is Kind.TABLE else [value]
        yield from _rows(part, part.schema, rows)
    else:
        yield _paragraph(show_answer(part, value))


def _rows(part: Part, schema: Schema, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    used = [
        column for column in schema.columns if any(not is_empty(row.get(column.id)) for row in rows)
    ]
    if len(rows) > 1 and len(used) <= MOST_COLUMNS:
        head = [column.label for column in used]
        cells = [[show_cell(row, column) for column in used] for row in rows]
        yield _table([head, *cells], [PAGE_WIDTH // len(used)] * len(used), header=True)
        yield _paragraph("")
        return
    titles = dict(part.fixed_rows)
    for number, row in enumerate(rows, start=1):
        if part.kind is Kind.TABLE:
            given = titles.get(str(row.get(schema.columns[0].id)))
            yield _paragraph(given or f"{schema.row_name.capitalize()} {number}", "Heading4")
        yield _facts(cells_in_words(schema, row))


def show_cell(row: Mapping[str, Any], column: Any) -> str:
    value = row.get(column.id)
    return "" if is_empty(value) else show_answer(column, value)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return labels and what they say as a table of two columns."""
    rows = [[label, text] for label, text in facts]
    return _table(rows, [LABEL_WIDTH, PAGE_WIDTH - LABEL_WIDTH])


def _table(rows: list[list[str]], widths: list[int], *, header: bool = False) -> str:
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


def _paragraph(text: str, style: str = "", *, italic: bool = False) -> str:
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
