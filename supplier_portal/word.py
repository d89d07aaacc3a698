"""A supplier's own copy of its answers, as a Word document: every question, part and answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from question_bank.rules.answers import NOT_ANSWERED, show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.rows import cells_in_words
from question_bank.rules.questions import ROWED, Kind, Part, Schema
from supplier_portal.wordml import PAGE_WIDTH, document, facts_table, paragraph, table
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

# A table with more columns than a page can show is set as a small table for each row.
MOST_COLUMNS = 6
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
    return document(title, _content(questionnaire, answers, asked, title, facts))


def _content(
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    asked: Collection[str],
    title: str,
    facts: Iterable[tuple[str, str]],
) -> Iterator[str]:
    yield paragraph(title, "Title")
    yield facts_table(facts)
    for section in questionnaire.sections:
        yield paragraph(section.title, "Heading1")
        for entry in section.questions:
            yield from _question(entry, answers, asked)


def _question(
    entry: AskedQuestion, answers: Mapping[str, Any], asked: Collection[str]
) -> Iterator[str]:
    yield paragraph(f"{entry.id} {entry.question.title}", "Heading2")
    for part in entry.question.parts:
        value = answers.get(part.id)
        is_asked = part.id in asked
        if is_asked or not is_empty(value):
            yield paragraph(f"{part.id} {part.label}", "Heading3")
            yield paragraph(part.ask, italic=True)
            if not is_asked:
                yield paragraph("Not asked, as the other answers stand.", italic=True)
            yield from _answer(part, value)


def _answer(part: Part, value: Any) -> Iterator[str]:
    if part.kind is Kind.TABLE and value == [] and not part.fixed_rows:
        yield paragraph(NOTHING_LISTED)
    elif is_empty(value):
        yield paragraph(NOT_ANSWERED)
    elif part.kind in ROWED and part.schema is not None:
        rows = value if part.kind is Kind.TABLE else [value]
        yield from _rows(part, part.schema, rows)
    else:
        yield paragraph(show_answer(part, value))


def _rows(part: Part, schema: Schema, rows: list[Mapping[str, Any]]) -> Iterator[str]:
    used = [
        column for column in schema.columns if any(not is_empty(row.get(column.id)) for row in rows)
    ]
    if len(rows) > 1 and len(used) <= MOST_COLUMNS:
        head = [column.label for column in used]
        cells = [[show_cell(row, column) for column in used] for row in rows]
        yield table([head, *cells], [PAGE_WIDTH // len(used)] * len(used), header=True)
        yield paragraph("")
        return
    titles = dict(part.fixed_rows)
    for number, row in enumerate(rows, start=1):
        if part.kind is Kind.TABLE:
            given = titles.get(str(row.get(schema.columns[0].id)))
            yield paragraph(given or f"{schema.row_name.capitalize()} {number}", "Heading4")
        yield facts_table(cells_in_words(schema, row))


def show_cell(row: Mapping[str, Any], column: Any) -> str:
    value = row.get(column.id)
    return "" if is_empty(value) else show_answer(column, value)
