"""Which clause topics a schedule needs, and why each is in or out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.rules.library import ClauseTopic, Library
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.readings import answer_to
from question_bank.rules.conditions.verdict import Reading, Situation, Truth, Verdict
from question_bank.rules.kinds import is_empty

ALWAYS_WORDS = "Included in every schedule."
QUESTION_ID = re.compile(r"[A-Z]+-\d+")
PART_ID = re.compile(r"[A-Z]+-\d+\.\w+")


class Ground(StrEnum):
    """Why a topic is in or out."""

    ALWAYS = "always"
    MET = "condition met"
    NOT_KNOWN = "not known"
    NOT_MET = "condition not met"
    OFFICER = "officer"


class Wish(StrEnum):
    """What an officer wants of a topic; RULE leaves it to the rule again."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class OfficerChoice:
    """An officer's decision to include or exclude a topic against the rule, with a reason."""

    included: bool
    reason: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One topic, in or out. ``words`` says why; ``sources`` names what was read."""

    topic: ClauseTopic
    included: bool
    ground: Ground
    words: str
    sources: tuple[str, ...]
    # What the rule alone proposes; differs from ``included`` only where an officer decided.
    proposed: bool


def choose_clauses(
    library: Library,
    situation: Situation,
    officer_choices: Mapping[str, OfficerChoice] | None = None,
) -> tuple[Choice, ...]:
    """Return every topic of the library in order, each included or not.

    Only a topic's own condition decides, or an officer with a reason. A topic whose condition
    cannot be decided because something is not known yet is kept in: a clause too many is struck
    out in review, a clause too few is found after the damage.
    """
    decided = officer_choices or {}
    return tuple(
        _with_officer(_proposed(topic, situation), decided.get(topic.id))
        for topic in library.topics.values()
    )


def _with_officer(choice: Choice, officer: OfficerChoice | None) -> Choice:
    if officer is None or officer.included == choice.included:
        return choice
    done = "Included" if officer.included else "Excluded"
    by = f" by {officer.by}" if officer.by else ""
    words = f"{done}{by}: {officer.reason} (The rule alone: {choice.words})"
    return Choice(
        choice.topic, officer.included, Ground.OFFICER, words, choice.sources, choice.proposed
    )


def _proposed(topic: ClauseTopic, situation: Situation) -> Choice:
    if topic.included_when.node == "always":
        return Choice(topic, True, Ground.ALWAYS, ALWAYS_WORDS, (), True)
    verdict = evaluate(topic.included_when, situation)
    if verdict.truth is Truth.TRUE:
        sources = tuple(s for s in verdict.sources if not _says_nothing(s, situation))
        words = sentence(_reasons(topic, situation) or verdict.words)
        return Choice(topic, True, Ground.MET, words, sources, True)
    unknown = _not_known(verdict, situation)
    if verdict.truth is Truth.UNKNOWN and unknown:
        named = "; ".join(dict.fromkeys(reading.words for reading in unknown))
        words = f"Not known: {named}. It is kept in; an officer may exclude it."
        sources = tuple(dict.fromkeys(reading.source for reading in unknown))
        return Choice(topic, True, Ground.NOT_KNOWN, words, sources, True)
    words = topic.otherwise or sentence(verdict.words)
    return Choice(topic, False, Ground.NOT_MET, words, verdict.sources, False)


def _reasons(topic: ClauseTopic, situation: Situation) -> str:
    """Return the library's words for each reason that holds, with where to look it up."""
    found = []
    for reason in topic.reasons:
        verdict = evaluate(reason.condition, situation)
        if verdict.truth is not Truth.TRUE:
            continue
        places = [s for s in verdict.sources if not _says_nothing(s, situation)]
        named = ", ".join(s for s in places if not s.startswith("tender."))
        found.append(f"{reason.says} ({named})" if named else reason.says)
    return "; ".join(found)


def _says_nothing(source: str, situation: Situation) -> bool:
    """Return whether ``source`` is a part of a question that was not asked or not answered."""
    return PART_ID.fullmatch(source) is not None and answer_to(situation, source) is None


def _not_known(verdict: Verdict, situation: Situation) -> tuple[Reading, ...]:
    """Return what has still to become known before the condition can be decided.

    A part that was not asked, an optional answer left out and an empty cell are not among them:
    there the bid declares nothing, and nothing more will come.
    """
    return tuple(reading for reading in verdict.because if _is_open(reading, situation))


def _is_open(reading: Reading, situation: Situation) -> bool:
    source = reading.source
    if source.startswith("tender."):
        return is_empty(situation.facts.get(source.removeprefix("tender.")))
    if source in ("flags", "risks"):
        return True
    if QUESTION_ID.fullmatch(source):
        return source not in situation.marks
    part = situation.parts.get(source)
    return part is not None and part.required and answer_to(situation, source) is None


def sentence(words: str) -> str:
    """Return ``words`` with a capital and a full stop."""
    words = words.strip()
    if not words:
        return ""
    ending = "" if words[-1] in ".!?" else "."
    return words[0].upper() + words[1:] + ending


def included(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(choice for choice in choices if choice.included)
