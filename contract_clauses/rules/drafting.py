"""Write one clause: its sub-clauses numbered, its variables and references in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import ascii_lowercase

from contract_clauses.rules.library import Annex, ClauseTopic, Obligation, SubClause
from contract_clauses.rules.parts import (
    Before,
    Bracket,
    DefinedTerm,
    Departure,
    Duty,
    Item,
    LeftOut,
    Paragraph,
    Parties,
)
from contract_clauses.rules.redrafting import Written
from contract_clauses.rules.selection import sentence
from contract_clauses.rules.variables import Filled
from contract_clauses.rules.wording import (
    Segment,
    SegmentKind,
    Token,
    begins_sentence,
    pieces,
    plain_text,
)
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
    parties: Parties

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
    if token.family == "party":
        name = draft.parties.supplier if token.name == "supplier" else draft.parties.authority
        return Segment(SegmentKind.PARTY, name, token.name)
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


@dataclass(frozen=True)
class Applying:
    """The sub-clauses of one clause that apply, in order, and those that do not, with why."""

    sub_clauses: tuple[Written, ...]
    left_out: tuple[tuple[SubClause, str], ...] = ()

    def texts(self) -> Iterator[str]:
        for written in self.sub_clauses:
            if not written.is_removed:
                yield from written.sub_clause.texts()


def applying(sub_clauses: Iterable[Written], situation: Situation) -> Applying:
    """Return which sub-clauses apply: those without a condition, and those whose condition holds.

    One that somebody took out does not come back because its condition fails.
    """
    kept: list[Written] = []
    left_out: list[tuple[SubClause, str]] = []
    for written in sub_clauses:
        when = written.sub_clause.when
        verdict = evaluate(when, situation) if when is not None else None
        if verdict is None or verdict.truth:
            kept.append(written)
        elif not written.is_removed:
            left_out.append((written.sub_clause, sentence(verdict.words)))
    return Applying(tuple(kept), tuple(left_out))


@dataclass(frozen=True)
class Drafted:
    """A clause in words: its paragraphs, what did not apply, and what somebody took out."""

    paragraphs: tuple[Paragraph, ...]
    left_out: tuple[LeftOut, ...]
    taken_out: tuple[Before, ...]


def drafted(
    number: int,
    clause_id: str,
    text: Applying,
    draft: Draft,
    filled: Mapping[str, Filled],
    definitions: tuple[DefinedTerm, ...] = (),
) -> Drafted:
    """Return the numbered paragraphs of a clause; its own definitions come first."""
    kept: list[Paragraph] = []
    taken_out: list[Before] = []
    if definitions:
        words = (Segment(SegmentKind.WORDS, DEFINED_HERE),)
        kept.append(Paragraph(f"{number}.1", words, definitions=definitions, key="terms"))
    for written in text.sub_clauses:
        if written.is_removed:
            after = kept[-1].key if kept else ""
            taken_out.append(_before(written.sub_clause, draft, filled, after))
        else:
            place = f"{number}.{len(kept) + 1}"
            kept.append(_paragraph(place, clause_id, written, draft, filled))
    left_out = tuple(
        LeftOut(plain_text(segments_of(sub_clause.text, draft, filled)), words)
        for sub_clause, words in text.left_out
    )
    return Drafted(tuple(kept), left_out, tuple(taken_out))


def _paragraph(
    place: str,
    clause_id: str,
    written: Written,
    draft: Draft,
    filled: Mapping[str, Filled],
) -> Paragraph:
    sub_clause = written.sub_clause
    duty = sub_clause.obligation
    return Paragraph(
        number=place,
        segments=segments_of(sub_clause.text, draft, filled),
        items=_items(sub_clause, draft, filled),
        duty=_duty(place, clause_id, duty, filled) if duty else None,
        key=written.key,
        departure=_departure(written),
        before=_before(written.was, draft, filled) if written.was else None,
    )


def _departure(written: Written) -> Departure:
    if written.is_added:
        return Departure.ADDED
    return Departure.CHANGED if written.was else Departure.NONE


def _before(
    sub_clause: SubClause, draft: Draft, filled: Mapping[str, Filled], after: str = ""
) -> Before:
    segments = segments_of(sub_clause.text, draft, filled)
    return Before(segments, _items(sub_clause, draft, filled), after)


def _items(sub_clause: SubClause, draft: Draft, filled: Mapping[str, Filled]) -> tuple[Item, ...]:
    return tuple(
        Item(letter, segments_of(item, draft, filled))
        for letter, item in zip(ascii_lowercase, sub_clause.items, strict=False)
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


# What a time that is counted back is counted from, in words.
AHEAD_OF = {
    "start": "before the Agreement starts",
    "end": "before the Agreement ends",
}


def timing_words(obligation: Obligation, filled: Mapping[str, Filled]) -> str:
    """Return when a duty falls due, in words; as the clause says where it gives no time."""
    at = _at(obligation, filled)
    s = "" if at == "1" else "s"
    of = AHEAD_OF.get(obligation.of, "ahead")
    return {
        "every_months": f"Every {at} months" if s else "Every month",
        "before_and_every_months": "Before Go-live, then every "
        + (f"{at} months" if s else "month"),
        "within_working_days": f"Within {at} Working Day{s}",
        "within_days": f"Within {at} day{s}",
        "within_months": f"Within {at} month{s}",
        "within_hours": f"Within {at} hour{s}",
        "working_days_before": f"At least {at} Working Day{s} {of}",
        "days_before": f"At least {at} day{s} {of}",
        "months_before": f"At least {at} month{s} {of}",
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
