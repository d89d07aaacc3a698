"""A supplier's response as handed in: every question, part and answer, and the files named.

Whatever the supplier wrote stays text, in the paragraph or cell it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isqrt

from contract_clauses.word.blocks import facts_table, words
from contract_clauses.word.reports import Report, heading, report_document, rows_table

# A table with more columns than this is set as a small table for each row.
MOST_COLUMNS = 6
NOT_ASKED = "Not asked, as the other answers stand."
NOTHING_NAMED = "The response names no file."


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part with the answer to it, as text or as rows under ``headings``."""

    id: str
    label: str
    ask: str
    text: str = ""
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    row_name: str = "Row"
    is_asked: bool = True
    # What was asked when it was answered, where that was amended since.
    asked_then: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    id: str
    title: str
    parts: tuple[AnsweredPart, ...]


@dataclass(frozen=True, slots=True)
class NamedFile:
    title: str
    name: str
    issued: str
    size: str
    supports: str
    sha256: str


def response_document(
    report: Report,
    sections: Iterable[tuple[str, Sequence[AnsweredQuestion]]],
    files: Sequence[NamedFile],
) -> bytes:
    """Return the response as .docx, by section, then the list of the files it names."""
    return report_document(report, _content(report, sections, files))


def _content(
    report: Report,
    sections: Iterable[tuple[str, Sequence[AnsweredQuestion]]],
    files: Sequence[NamedFile],
) -> Iterator[str]:
    for title, questions in sections:
        yield heading(title)
        for question in questions:
            yield heading(f"{question.id} {question.title}", 2)
            for part in question.parts:
                yield from _part(report, part)
    yield heading("Files named in the response")
    if not files:
        yield words("Normal", NOTHING_NAMED)
        return
    yield rows_table(
        report,
        ("File", "Issued", "Size", "Supports", "SHA-256 of the file as sent"),
        (5, 2, 2, 3, 5),
        [
            (
                f"{file.title}\n{file.name}" if file.title else file.name,
                file.issued,
                file.size,
                file.supports,
                file.sha256,
            )
            for file in files
        ],
        "Files named in the response",
    )


def _part(report: Report, part: AnsweredPart) -> Iterator[str]:
    yield heading(f"{part.id} {part.label}", 3)
    yield words("Question", part.ask)
    if not part.is_asked:
        yield words("Question", NOT_ASKED)
    if part.asked_then:
        yield words("Question", f"Answered when the question read: {part.asked_then}")
    if part.rows:
        yield from _rows(report, part)
    else:
        yield words("Normal", part.text)


def _rows(report: Report, part: AnsweredPart) -> Iterator[str]:
    title = f"{part.id} {part.label}"
    if len(part.rows) > 1 and len(part.headings) <= MOST_COLUMNS:
        yield rows_table(report, part.headings, _weights(part.rows), part.rows, title)
        return
    for number, row in enumerate(part.rows, start=1):
        name = f"{part.row_name} {number}"
        if len(part.rows) > 1:
            yield words("SmallHeading", name)
        pairs = [(label, value) for label, value in zip(part.headings, row, strict=True) if value]
        yield facts_table(pairs, width=report.page.text_width, title=f"{title}, {name}")
        yield words("AfterTable", "")


def _weights(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return a weight for each column: more for more text, so that rows do not grow tall."""
    return [1 + isqrt(sum(map(len, column))) for column in zip(*rows, strict=True)]
