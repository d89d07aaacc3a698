"""Build the contract schedule of one bid: everything a page, a Word file or JSON needs, in words.

The order of a schedule: interpretation and precedence, defined terms, the clauses that apply in the
order of the library, the annexes. Topics left out are listed with why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from contract_clauses.rules.annexes import (
    COMMITMENTS,
    CommitmentLine,
    commitment_lines,
    scheduled_annexes,
    statement_rows,
)
from contract_clauses.rules.drafting import (
    Draft,
    brackets_in,
    defined_terms,
    paragraphs_of,
)
from contract_clauses.rules.library import Library, SubClause
from contract_clauses.rules.parts import (
    DRAFT,
    Duty,
    ExcludedTopic,
    Paragraph,
    Parties,
    Schedule,
    ScheduledClause,
    TraceRow,
)
from contract_clauses.rules.selection import Choice, OfficerChoice, choose_clauses, included
from contract_clauses.rules.terms import Terms
from contract_clauses.rules.variables import Filled, OfficerValue, fill_variables
from question_bank.rules.conditions.verdict import Situation
from tenders.rules.questionnaire import Questionnaire

DEFINED_TERMS = "Defined terms"
DEFINITIONS_LEAD = "In this Schedule these terms have these meanings:"
INTERPRETATION_NUMBER, DEFINITIONS_NUMBER, FIRST_TOPIC_NUMBER = 1, 2, 3


def build_schedule(
    library: Library,
    situation: Situation,
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
    parties: Parties,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None = None,
    officer_choices: Mapping[str, OfficerChoice] | None = None,
) -> Schedule:
    """Return the schedule that these answers, facts, flags, risks and marks lead to.

    ``situation`` carries the flags, risks and marks worked out so far (scoring's evaluation fills
    them); where they are not known, a clause that depends on them is kept in and says so.
    ``officer_values`` is keyed by (clause id, variable name), ``officer_choices`` by clause id.
    The same input always gives the same schedule.
    """
    situation = replace(situation, answers=answers)
    choices = choose_clauses(library, situation, officer_choices)
    chosen = included(choices)
    draft = Draft(
        situation,
        {choice.topic.id: number for number, choice in _numbered(chosen)},
        {topic.id: topic.title for topic in library.topics.values()},
        library.annexes,
    )
    filled = {c.topic.id: fill_variables(c.topic, situation, officer_values) for c in chosen}
    topics = [_clause(n, choice, draft, filled[choice.topic.id]) for n, choice in _numbered(chosen)]
    opening = _interpretation(library, draft)
    clauses = (opening, _definitions(library, chosen, [opening, *topics], draft), *topics)
    deviations = tuple(v.deviation for c in topics for v in c.variables if v.deviation)
    lines = commitment_lines(library, situation, _overtaken(topics))
    duties = tuple(p.duty for clause in topics for p in clause.paragraphs if p.duty)
    trace = tuple(row for clause in topics for row in _trace(clause))
    return Schedule(
        status=DRAFT,
        parties=parties,
        bank_version=questionnaire.bank.version,
        library_version=library.version,
        library_fingerprint=library.fingerprint,
        clauses=clauses,
        excluded=tuple(_excluded(choice) for choice in choices if not choice.included),
        annexes=scheduled_annexes(library, situation, _generated(lines, duties, situation, trace)),
        commitments=lines,
        duties=duties,
        deviations=deviations,
        brackets=tuple(
            bracket
            for clause, choice in zip(topics, chosen, strict=True)
            for bracket in brackets_in(clause.number, choice.topic, clause.paragraphs)
        ),
        trace=trace,
    )


def as_plain(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule as plain values for JSON: the content of ``trace.json``."""
    plain = asdict(schedule)
    prepared = schedule.parties.prepared_on
    plain["parties"]["prepared_on"] = prepared.isoformat() if prepared else None
    return plain


def _numbered(chosen: Iterable[Choice]) -> list[tuple[int, Choice]]:
    return list(enumerate(chosen, start=FIRST_TOPIC_NUMBER))


def _interpretation(library: Library, draft: Draft) -> ScheduledClause:
    text = library.interpretation
    paragraphs, left_out = paragraphs_of(INTERPRETATION_NUMBER, "", text.text, draft, {})
    return ScheduledClause("", INTERPRETATION_NUMBER, 1, text.title, paragraphs, left_out=left_out)


def _definitions(
    library: Library, chosen: Iterable[Choice], written: Iterable[ScheduledClause], draft: Draft
) -> ScheduledClause:
    """Define the terms the schedule uses, but for those defined in the clause that needs them."""
    here = {term for choice in chosen for term in choice.topic.defines}
    used = _terms(library.fingerprint, library).used_in(_all_texts(written))
    meanings = {
        term: meaning
        for term, meaning in _terms(library.fingerprint, library).meanings.items()
        if term in used - here
    }
    lead = SubClause(DEFINITIONS_LEAD)
    paragraphs, _ = paragraphs_of(DEFINITIONS_NUMBER, "", [lead], draft, {})
    terms = defined_terms(meanings, draft, {})
    first = replace(paragraphs[0], definitions=terms)
    return ScheduledClause("", DEFINITIONS_NUMBER, 1, DEFINED_TERMS, (first,))


@lru_cache(maxsize=16)
def _cached_terms(_fingerprint: str, meanings: tuple[tuple[str, str], ...]) -> Terms:
    return Terms(dict(meanings))


def _terms(fingerprint: str, library: Library) -> Terms:
    meanings = dict(library.definitions)
    for topic in library.topics.values():
        meanings |= topic.defines
    return _cached_terms(fingerprint, tuple(meanings.items()))


def _all_texts(clauses: Iterable[ScheduledClause]) -> Iterable[str]:
    for clause in clauses:
        yield clause.title
        for paragraph in clause.paragraphs:
            yield from _texts(paragraph)


def _texts(paragraph: Paragraph) -> Iterable[str]:
    yield paragraph.text
    for item in paragraph.items:
        yield "".join(segment.text for segment in item.segments)
    for definition in paragraph.definitions:
        yield definition.meaning


def _clause(
    number: int, choice: Choice, draft: Draft, filled: Mapping[str, Filled]
) -> ScheduledClause:
    topic = choice.topic
    definitions = defined_terms(topic.defines, draft, filled)
    paragraphs, left_out = paragraphs_of(number, topic.id, topic.text, draft, filled, definitions)
    return ScheduledClause(
        id=topic.id,
        number=number,
        version=topic.version,
        title=topic.title,
        paragraphs=paragraphs,
        purpose=topic.purpose,
        note=topic.note,
        seen_in=topic.seen_in,
        ground=str(choice.ground),
        because=choice.words,
        sources=choice.sources,
        variables=_printed(paragraphs, filled),
        left_out=left_out,
    )


def _printed(paragraphs: Iterable[Paragraph], filled: Mapping[str, Filled]) -> tuple[Filled, ...]:
    """Return the variables of the clause as it prints, in the order in which they first stand.

    The order of the library would not do: canonical JSON sorts the names once it is frozen.
    """
    names = dict.fromkeys(
        segment.target
        for paragraph in paragraphs
        for segments in (
            *(definition.segments for definition in paragraph.definitions),
            paragraph.segments,
            *(item.segments for item in paragraph.items),
        )
        for segment in segments
    )
    return tuple(filled[name] for name in names if name in filled)


def _excluded(choice: Choice) -> ExcludedTopic:
    topic = choice.topic
    return ExcludedTopic(
        topic.id, topic.title, topic.version, str(choice.ground), choice.words, choice.sources
    )


def _trace(clause: ScheduledClause) -> Iterable[TraceRow]:
    """Yield one row for each value of a clause; one without values has a single row."""
    shared = (clause.id, clause.number, clause.title, clause.version)
    if not clause.variables:
        yield TraceRow(*shared, clause.because, "", "", "")
    for position, value in enumerate(clause.variables):
        because = clause.because if position == 0 else ""
        words = "to be filled" if value.is_empty else value.words
        source = "No source has a value" if value.is_empty else value.source_words
        yield TraceRow(*shared, because, value.label, words, source)


def _overtaken(topics: Iterable[ScheduledClause]) -> Mapping[str, str]:
    """Return, by part, where a clause asks for more than the answer to it offers."""
    return {
        value.source_id: f"The Council requires more: clause {clause.number} applies instead"
        for clause in topics
        for value in clause.variables
        if value.deviation and not value.deviation.stands
    }


def _generated(
    lines: tuple[CommitmentLine, ...],
    duties: Iterable[Duty],
    situation: Situation,
    trace: Iterable[TraceRow],
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    return {
        COMMITMENTS: tuple(
            (
                str(line.number),
                line.promise,
                line.part,
                line.owner,
                line.due,
                line.before,
                line.evidence,
            )
            for line in lines
        ),
        "obligations": tuple(
            (duty.place, f"The {duty.who.title()}", duty.what, duty.when, duty.evidence)
            for duty in duties
        ),
        "statements": statement_rows(situation),
        "trace": tuple(
            (
                f"{row.number} {row.title} ({row.clause})" if row.because else "",
                str(row.version) if row.because else "",
                row.because,
                row.variable,
                row.value,
                row.source,
            )
            for row in trace
        ),
    }
