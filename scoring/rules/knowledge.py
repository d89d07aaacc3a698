"""Strength of knowledge: how well founded a rating is, by what the answers behind it rest on.

An answer is *asserted* where nothing goes with it, *documented* where a file does, or a record of a
test, or, once the question is marked, a document or an address that the evaluator could look up;
*independently certified* where a certificate in date on the day bids closed does; *tested by the
authority* where a caller says so. What goes with a part goes with those of the same letter:
the report SLP-07.g2 shows the answers SLP-07.g and SLP-07.g3, and nothing else of SLP-07.

A risk is known no better than the weakest answer it rests on. Tender facts are the authority's own
and count for nothing here. A rating with little knowledge behind it is neither better nor worse: it
may change more once somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Question
from scoring.rules.evidence import Piece, Proof, attached, named, naming
from scoring.rules.results import Cause
from tenders.rules.questionnaire import Questionnaire


class Strength(IntEnum):
    """How far an answer can be relied on, the weakest first."""

    ASSERTED = 0
    DOCUMENTED = 1
    CERTIFIED = 2
    TESTED = 3


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


STRENGTH_IN_WORDS: Mapping[Strength, str] = {
    Strength.ASSERTED: "asserted",
    Strength.DOCUMENTED: "documented",
    Strength.CERTIFIED: "independently certified",
    Strength.TESTED: "tested by the authority",
}
CONFIDENCE: Mapping[Strength, Confidence] = {
    Strength.ASSERTED: Confidence.LOW,
    Strength.DOCUMENTED: Confidence.MEDIUM,
    Strength.CERTIFIED: Confidence.HIGH,
    Strength.TESTED: Confidence.HIGH,
}
_SHOWN_BY: Mapping[Proof, Strength] = {
    Proof.FILE: Strength.DOCUMENTED,
    Proof.TEST: Strength.DOCUMENTED,
    Proof.NAMED: Strength.DOCUMENTED,
    Proof.CERTIFICATE: Strength.CERTIFIED,
}

# What is asked about a whole question, beside the letters of its parts.
WHOLE = ""


class Ground(NamedTuple):
    """One answer a risk rests on: a part, or a whole question, and what shows that it is true.

    ``words``: what is so of it, such as ‘is asserted, with nothing that shows it’.
    """

    source: str
    strength: Strength
    words: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How well founded a risk is. ``weakest`` are the answers that decide it."""

    strength: Strength
    weakest: tuple[Ground, ...]

    @property
    def confidence(self) -> Confidence:
        return CONFIDENCE[self.strength]

    @property
    def words(self) -> str:
        """Return ‘Low: SLP-07.f is asserted, with nothing that shows it’; what is so of several
        answers is said once."""
        alike: dict[str, list[str]] = {}
        for ground in self.weakest:
            alike.setdefault(ground.words, []).append(ground.source)
        said = "; ".join(_of_all(sources, words) for words, sources in alike.items())
        return f"{self.confidence.capitalize()}: {said}"


def _of_all(sources: Sequence[str], words: str) -> str:
    """Return what is so of each of the answers; ``words`` begin with ‘is’, of one."""
    if len(sources) == 1:
        return f"{sources[0]} {words}"
    *first, last = sources
    of_many = words.replace("is ", "are ", 1).replace("shows it", "shows them")
    return f"{', '.join(first)} and {last} {of_many}"


def knowledge_of(
    causes: Iterable[Cause],
    situation: Situation,
    questionnaire: Questionnaire,
    tested: frozenset[str] = frozenset(),
) -> Knowledge | None:
    """Return how well founded a risk with these causes is; None where it rests on no answer.

    ``tested`` are the parts whose answers the authority has tested itself.
    """
    sources = dict.fromkeys(source for cause in causes for source in cause.sources)
    grounds = (_known_ground(source, situation, questionnaire, tested) for source in sources)
    found = [ground for ground in grounds if ground is not None]
    if not found:
        return None
    weakest = min(ground.strength for ground in found)
    return Knowledge(weakest, tuple(one for one in found if one.strength is weakest))


def _known_ground(
    source: str, situation: Situation, questionnaire: Questionnaire, tested: frozenset[str]
) -> Ground | None:
    """Several risks rest on the same answer: what shows it is put into words once."""
    asked = questionnaire.by_source.get(source)
    if asked is None:
        return None
    if source in tested:
        return _in_words(source, Strength.TESTED, "")
    key = ("ground", source, asked.id in situation.marks)
    found: Ground | None = situation.memo.get(key)
    if found is None:
        found = situation.memo[key] = _ground(source, situation, asked.question)
    return found


def _ground(source: str, situation: Situation, question: Question) -> Ground:
    is_whole = source == question.id
    if not is_whole and is_empty(situation.answers.get(source)):
        return Ground(source, Strength.ASSERTED, "is not answered")
    shown = _best(question, situation).get(WHOLE if is_whole else letter_of(source))
    return _in_words(source, *shown) if shown is not None else _asserted(source)


def _best(question: Question, situation: Situation) -> Mapping[str, tuple[Strength, str]]:
    """Return the best that goes with a question's answers, by their letter and for them all.

    It is looked for once, however many risks ask.
    """
    key = ("pieces", question.id, question.id in situation.marks)
    found: dict[str, tuple[Strength, str]] | None = situation.memo.get(key)
    if found is None:
        found = situation.memo[key] = {}
        for piece in attached(question, situation, as_date(situation.facts.get("closes_at"))):
            _improve(found, piece)
        if question.id in situation.marks:
            for part in naming(question, situation):
                # All that is named counts the same, and no more than what is attached.
                if letter_of(part.id) not in found:
                    first = next(named(part, situation), None)
                    if first is not None:
                        _improve(found, first)
    return found


def _improve(found: dict[str, tuple[Strength, str]], piece: Piece) -> None:
    strength = _SHOWN_BY[piece.proof]
    for matter in (WHOLE, letter_of(piece.part_id)):
        if matter not in found or found[matter][0] < strength:
            found[matter] = (strength, piece.words)


def _in_words(source: str, strength: Strength, shown: str) -> Ground:
    by = f" ({shown})" if shown else ""
    return Ground(source, strength, f"is {STRENGTH_IN_WORDS[strength]}{by}")


def _asserted(source: str) -> Ground:
    says = f"is {STRENGTH_IN_WORDS[Strength.ASSERTED]}, with nothing that shows it"
    return Ground(source, Strength.ASSERTED, says)


def letter_of(part_id: str) -> str:
    """Return ‘SLP-07.g’ for SLP-07.g, SLP-07.g2 and SLP-07.g3: the parts on one matter."""
    return part_id.rstrip("0123456789")
