"""The clauses: headings and sub-clauses in styles that number themselves, references as fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contract_clauses.rules.parts import DefinedTerm, ScheduledClause
from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import fields
from contract_clauses.word.blocks import paragraph
from contract_clauses.word.text import run

BRACKET = '<w:highlight w:val="yellow"/>'
BOLD = "<w:b/><w:bCs/>"
KEPT_WITH_NEXT = "<w:keepNext/>"


def clauses(scheduled: Iterable[ScheduledClause], bookmarks: Mapping[str, int]) -> Iterator[str]:
    """Yield every clause; the first begins a new page. ``bookmarks`` numbers them by name."""
    for position, clause in enumerate(scheduled):
        name = fields.bookmark_name("Clause", clause.id or str(clause.number))
        heading = fields.bookmarked(name, bookmarks[name], run(clause.title))
        yield paragraph("Heading1", heading, "" if position else "<w:pageBreakBefore/>")
        for sub_clause in clause.paragraphs:
            leads = sub_clause.items or sub_clause.definitions
            inside = segments(sub_clause.segments)
            yield paragraph("Clause2", inside, KEPT_WITH_NEXT if leads else "")
            for item in sub_clause.items:
                yield paragraph("Clause3", segments(item.segments))
            for definition in sub_clause.definitions:
                yield paragraph("Definition", _definition(definition))


def _definition(definition: DefinedTerm) -> str:
    meaning = segments(definition.segments)
    return run(definition.term, BOLD) + run(" means ") + meaning + run(".")


def segments(parts: Iterable[Segment]) -> str:
    return "".join(_segment(segment) for segment in parts)


def _segment(segment: Segment) -> str:
    match segment.kind:
        case SegmentKind.EMPTY | SegmentKind.ABSENT:
            return run(segment.text, BRACKET)
        case SegmentKind.ANNEX:
            return fields.reference(fields.bookmark_name("Annex", segment.target), segment.text)
        case SegmentKind.CLAUSE:
            word, _, number = segment.text.partition(" ")
            name = fields.bookmark_name("Clause", segment.target)
            return run(f"{word}\u00a0") + fields.reference(name, number)
        case _:
            return run(segment.text)
