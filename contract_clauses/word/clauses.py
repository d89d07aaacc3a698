"""The clauses: headings and sub-clauses in styles that number themselves, references as fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_clauses.rules.parts import Before, DefinedTerm, Departure, Paragraph, ScheduledClause
from contract_clauses.word import fields, revisions
from contract_clauses.word.blocks import Line
from contract_clauses.word.inline import segments
from contract_clauses.word.text import run
from contract_clauses.word.writing import Writing

BOLD = "<w:b/><w:bCs/>"
KEPT_WITH_NEXT = "<w:keepNext/>"
ON_A_NEW_PAGE = "<w:pageBreakBefore/>"


def clauses(scheduled: Iterable[ScheduledClause], writing: Writing) -> Iterator[str]:
    """Yield every clause; the first begins a new page."""
    for position, clause in enumerate(scheduled):
        extra = "" if position else ON_A_NEW_PAGE
        yield Line("Heading1", _heading(clause, writing), extra).xml
        for line in _sub_clauses(clause, writing):
            yield line.xml


def mark_of(clause: ScheduledClause, paragraph: Paragraph | None = None) -> str:
    """Return the name of the bookmark on a clause's heading, or around one of its sub-clauses."""
    return fields.place_name(clause.id or f"n{clause.number}", paragraph.key if paragraph else "")


def _heading(clause: ScheduledClause, writing: Writing) -> str:
    name = fields.bookmark_name("Clause", clause.id or str(clause.number))
    inside = writing.bookmarked(mark_of(clause), writing.bookmarked(name, run(clause.title)))
    if writing.notes and clause.note:
        inside = writing.commented(inside, (clause.note,))
    if writing.departures and clause.redrafted:
        inside = writing.commented(inside, (clause.redrafted,), clause.redrafted_by)
    return inside


def _sub_clauses(clause: ScheduledClause, writing: Writing) -> Iterator[Line]:
    yield from _taken_out_after("", clause, writing)
    for paragraph in clause.paragraphs:
        lines = list(_lines(paragraph, clause, writing))
        marked = writing.around(mark_of(clause, paragraph), [line.inside for line in lines])
        for line, inside in zip(lines, marked, strict=True):
            yield Line(line.style, inside, line.extra)
        yield from _taken_out_after(paragraph.key, clause, writing)


def _lines(paragraph: Paragraph, clause: ScheduledClause, writing: Writing) -> Iterator[Line]:
    """Yield the paragraphs of one sub-clause: its words, its items, the terms it defines."""
    if writing.departures and paragraph.departure is not Departure.NONE:
        yield from revisions.departing(paragraph, clause.redrafted_by, writing)
    else:
        leads = paragraph.items or paragraph.definitions
        yield Line("Clause2", segments(paragraph.segments), KEPT_WITH_NEXT if leads else "")
        for item in paragraph.items:
            yield Line("Clause3", segments(item.segments))
    for definition in paragraph.definitions:
        yield Line("Definition", _definition(definition))


def _taken_out_after(key: str, clause: ScheduledClause, writing: Writing) -> Iterator[Line]:
    if not writing.departures:
        return
    taken_out: Iterable[Before] = (one for one in clause.taken_out if one.after == key)
    for before in taken_out:
        yield from revisions.taken_out(before, clause.redrafted_by, writing)


def _definition(definition: DefinedTerm) -> str:
    meaning = segments(definition.segments)
    return run(definition.term, BOLD) + run(" means ") + meaning + run(".")
