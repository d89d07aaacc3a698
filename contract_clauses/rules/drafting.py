"""Write one clause: its sub-clauses numbered, its variables and references in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from contract_clauses.rules.library import Annex, ClauseTopic, Obligation, SubClause
from contract_clauses.rules.parts import (
    Bracket,
    DefinedTerm,
    Duty,
    Item,
    LeftOut,
    Paragraph,
)
from contract_clauses.rules.selection import sentence
from contract_clauses.rules.variables import Filled
from contract_clauses.rules.wording import Segment, SegmentKind, Token, begins_sentence, pieces
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.verdict import Situation

# A unit of time in the plural, right after its figure; with an apostrophe where it owns a noun.
UNITS = re.compile(r"^( (?:Working Day|day|hour|month|year|minute))s('?)(?!\w)")
DEFINED_HERE = "These terms have these meanings in this Schedule:"


@dataclass(frozen=True)
class Draft:
    """What drafting needs to know of the whole schedule: who is where."""

    situation: Situation
    clause_numbers: Mapping[str, int]
    titles: Mapping[str, str]
    annexes: Mapping[str, Annex]

    def annex_number(self, annex_id: str) -> int:
        return list(self.annexes).index(annex_id) + 1


def segments_of(text: str, draft: Draft, filled: Mapping[str, Filled]) -> tuple[Segment, ...]:
    """Return ``text`` as segments; references become numbers, variables their values."""
    found: list[Segment] = []
    before = ""
    for words, token in pieces(text):
        one = bool(found) and found[-1].kind is SegmentKind.VARIABLE and found[-1].text == "1"
        segment = (
            Segment(SegmentKind.WORDS, of_one(words) if one else words)
            if token is None
            else _segment(token, draft, filled, begins_sentence(before))
        )
        found.append(segment)
        before += segment.text
    return tuple(found)


def _segment(token: Token, draft: Draft, filled: Mapping[str, Filled], first: bool) -> Segment:
    if token.family == "annex":
        return Segment(SegmentKind.ANNEX, f"Annex {draft.annex_number(token.name)}", token.name)
    if token.family == "clause":
        return _clause_reference(token.name, draft, first)
    value = filled[token.name]
    kind = SegmentKind.EMPTY if value.is_empty else SegmentKind.VARIABLE
    return Segment(kind, value.words, token.name)


def _clause_reference(clause_id: str, draft: Draft, first: bool) -> Segment:
    number = draft.clause_numbers.get(clause_id)
    if number is None:
        title = draft.titles.get(clause_id, clause_id)
        words = f"[a clause on “{title}”, which is not in this Schedule]"
        return Segment(SegmentKind.ABSENT, words, clause_id)
    return Segment(SegmentKind.CLAUSE, f"{'Clause' if first else 'clause'} {number}", clause_id)


def paragraphs_of(
    number: int,
    clause_id: str,
    sub_clauses: Iterable[SubClause],
    draft: Draft,
    filled: Mapping[str, Filled],
    definitions: tuple[DefinedTerm, ...] = (),
) -> tuple[tuple[Paragraph, ...], tuple[LeftOut, ...]]:
    """Return the numbered paragraphs, and the sub-clauses left out because they do not apply."""
    kept: list[Paragraph] = []
    left_out: list[LeftOut] = []
    if definitions:
        words = (Segment(SegmentKind.WORDS, DEFINED_HERE),)
        kept.append(Paragraph(f"{number}.1", words, definitions=definitions))
    for sub_clause in sub_clauses:
        if sub_clause.when is not None:
            verdict = evaluate(sub_clause.when, draft.situation)
            if not verdict.truth:
                segments = segments_of(sub_clause.text, draft, filled)
                text = "".join(segment.text for segment in segments)
                left_out.append(LeftOut(text, sentence(verdict.words)))
                continue
        place = f"{number}.{len(kept) + 1}"
        kept.append(_paragraph(place, clause_id, sub_clause, draft, filled))
    return tuple(kept), tuple(left_out)


def _paragraph(
    place: str,
    clause_id: str,
    sub_clause: SubClause,
    draft: Draft,
    filled: Mapping[str, Filled],
) -> Paragraph:
    return Paragraph(
        number=place,
        segments=segments_of(sub_clause.text, draft, filled),
        items=tuple(
            Item(letter, segments_of(item, draft, filled))
            for letter, item in zip(ascii_lowercase, sub_clause.items, strict=False)
        ),
        duty=_duty(place, clause_id, sub_clause.obligation, filled)
        if sub_clause.obligation
        else None,
    )


def of_one(words: str) -> str:
    """Return words that follow a figure as they follow "1": "months' notice", "month's notice"."""
    return UNITS.sub(lambda unit: unit[1] + ("'s" if unit[2] else ""), words)


def _duty(place: str, clause_id: str, obligation: Obligation, filled: Mapping[str, Filled]) -> Duty:
    return Duty(
        place,
        clause_id,
        obligation.who,
        obligation.what,
        timing_words(obligation, filled),
        obligation.evidence,
        obligation.timing,
        _at(obligation, filled) if obligation.timing else "",
        obligation.of,
    )


def _at(obligation: Obligation, filled: Mapping[str, Filled]) -> str:
    value = filled.get(str(obligation.at))
    return value.words if value else str(obligation.at)


def timing_words(obligation: Obligation, filled: Mapping[str, Filled]) -> str:
    """Return when a duty falls due, in words; as the clause says where it gives no time."""
    at = _at(obligation, filled)
    s = "" if at == "1" else "s"
    return {
        "every_months": f"Every {at} months" if s else "Every month",
        "within_working_days": f"Within {at} Working Day{s}",
        "within_hours": f"Within {at} hour{s}",
        "before": "Before Go-live",
        "on": f"By {at}",
    }.get(obligation.timing, "As the clause states")


def defined_terms(
    terms: Mapping[str, str], draft: Draft, filled: Mapping[str, Filled]
) -> tuple[DefinedTerm, ...]:
    return tuple(
        DefinedTerm(term, segments_of(meaning, draft, filled))
        for term, meaning in sorted(terms.items(), key=lambda pair: pair[0].casefold())
    )


def brackets_in(
    number: int, clause: ClauseTopic, paragraphs: Iterable[Paragraph]
) -> tuple[Bracket, ...]:
    """Return what a clause still lacks, each thing once."""
    found: dict[tuple[str, str], Bracket] = {}
    for paragraph in paragraphs:
        texts = [paragraph.segments, *(item.segments for item in paragraph.items)]
        texts += [definition.segments for definition in paragraph.definitions]
        for segment in (segment for segments in texts for segment in segments):
            if segment.kind in (SegmentKind.EMPTY, SegmentKind.ABSENT):
                label = segment.text.strip("[]")
                bracket = Bracket(clause.id, number, clause.title, segment.target, label)
                found[segment.kind, segment.target] = bracket
    return tuple(found.values())
