"""Build the contract schedule of one bid: everything a page, a Word file or JSON needs, in words.

The order of a schedule: interpretation and precedence, defined terms, the clauses that apply in the
order of the library, the annexes. Topics left out are listed with why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from contract_clauses.rules.annexes import (
    COMMITMENTS,
    CommitmentLine,
    commitment_lines,
    scheduled_annexes,
    statement_rows,
)
from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.drafting import (
    Applying,
    Draft,
    applying,
    brackets_in,
    defined_terms,
    drafted,
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
from contract_clauses.rules.redrafting import Redraft, as_written
from contract_clauses.rules.selection import Choice, OfficerChoice, choose_clauses, included
from contract_clauses.rules.terms_used import terms_of, terms_used, texts_of
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
    redrafts: Mapping[str, Redraft] | None = None,
) -> Schedule:
    """Return the schedule that these answers, facts, flags, risks and marks lead to.

    ``situation`` carries the flags, risks and marks worked out so far (scoring's evaluation fills
    them); where they are not known, a clause that depends on them is kept in and says so.
    ``officer_values`` is keyed by (clause id, variable name), ``officer_choices`` and
    ``redrafts``, which hold the words somebody wrote instead of the library's, by clause id.
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
        parties,
    )
    texts = texts_of(chosen, situation, redrafts or {})
    terms = terms_used(library, chosen, texts)
    topics = [
        _clause(number, choice, draft, officer_values, texts[choice.topic.id], terms)
        for number, choice in _numbered(chosen)
    ]
    clauses = (
        _interpretation(library, draft),
        _definitions(library, chosen, terms, draft),
        *(_signed(topic, redrafts or {}) for topic in topics),
    )
    deviations = tuple(v.deviation for c in topics for v in c.variables if v.deviation)
    lines = commitment_lines(library, situation, _overtaken(topics))
    duties = tuple(p.duty for clause in topics for p in clause.paragraphs if p.duty)
    trace = tuple(row for clause in topics for row in _trace(clause))
    prints = tuple(row for clause in topics for row in _trace(clause, prints=True))
    return Schedule(
        status=DRAFT,
        parties=parties,
        bank_version=questionnaire.bank.version,
        library_version=library.version,
        library_fingerprint=library.fingerprint,
        clauses=clauses,
        excluded=tuple(_excluded(choice) for choice in choices if not choice.included),
        annexes=scheduled_annexes(library, situation, _generated(lines, duties, situation, prints)),
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
    text = applying(as_written(library.interpretation.text), draft.situation)
    said = drafted(INTERPRETATION_NUMBER, "", text, draft, {})
    return ScheduledClause(
        "",
        INTERPRETATION_NUMBER,
        1,
        library.interpretation.title,
        said.paragraphs,
        left_out=said.left_out,
    )


def _definitions(
    library: Library, chosen: Iterable[Choice], used: frozenset[str], draft: Draft
) -> ScheduledClause:
    """Define the terms the schedule uses, but for those defined in the clause that needs them."""
    here = {term for choice in chosen for term in choice.topic.defines}
    meanings = {
        term: meaning for term, meaning in terms_of(library).meanings.items() if term in used - here
    }
    lead = Applying(tuple(as_written([SubClause(DEFINITIONS_LEAD)])))
    (first,) = drafted(DEFINITIONS_NUMBER, "", lead, draft, {}).paragraphs
    defining = replace(first, definitions=defined_terms(meanings, draft, {}))
    return ScheduledClause("", DEFINITIONS_NUMBER, 1, DEFINED_TERMS, (defining,))


def _clause(
    number: int,
    choice: Choice,
    draft: Draft,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None,
    text: Applying,
    terms: frozenset[str],
) -> ScheduledClause:
    topic = choice.topic
    filled = fill_variables(topic, draft.situation, officer_values)
    needed = {term: words for term, words in topic.defines.items() if term in terms}
    said = drafted(number, topic.id, text, draft, filled, defined_terms(needed, draft, filled))
    return ScheduledClause(
        id=topic.id,
        number=number,
        version=topic.version,
        title=topic.title,
        paragraphs=said.paragraphs,
        purpose=topic.purpose,
        note=topic.note,
        seen_in=topic.seen_in,
        ground=str(choice.ground),
        because=choice.words,
        sources=choice.sources,
        variables=_printed(said.paragraphs, filled),
        left_out=said.left_out,
        depth=depth_of(draft.situation.facts),
        taken_out=said.taken_out,
    )


def _signed(clause: ScheduledClause, redrafts: Mapping[str, Redraft]) -> ScheduledClause:
    """Return a clause with who wrote it otherwise than the library has it, and why."""
    redraft = redrafts.get(clause.id)
    if redraft is None:
        return clause
    by = f" by {redraft.by}" if redraft.by else ""
    words = f"Changed{by}: {redraft.reason}"
    return replace(
        clause,
        depth=redraft.depth or clause.depth,
        redrafted=words,
        redrafted_by=redraft.by,
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


def _trace(clause: ScheduledClause, *, prints: bool = False) -> Iterable[TraceRow]:
    """Yield one row for each value of a clause; one without values has a single row.

    ``prints``: as the annex says it, which the other side reads.
    """
    shared = (clause.id, clause.number, clause.title, clause.version)
    why = clause.printed_because if prints else clause.because
    if not clause.variables:
        yield TraceRow(*shared, why, "", "", "")
    for position, value in enumerate(clause.variables):
        because = why if position == 0 else ""
        words = "to be filled" if value.is_empty else value.words
        source = value.printed_source if prints or value.is_empty else value.source_words
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
