"""What answers lead to, in outline: which clauses, why, with which values, and which promises.

A schedule without its printed text: small enough to be handed in with a bid, quick enough to be
made again for every option of a question, and comparable with another made of other answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.annexes import CommitmentLine, commitment_lines
from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.library import Depth, Library, SubClause
from contract_clauses.rules.redrafting import Redraft, written
from contract_clauses.rules.selection import (
    Choice,
    Ground,
    OfficerChoice,
    choose_clauses,
    included,
)
from contract_clauses.rules.terms import Terms
from contract_clauses.rules.terms_used import terms_of
from contract_clauses.rules.variables import Filled, OfficerValue, fill_variables
from contract_clauses.rules.wording import tokens_in
from foundation.canonical import canonical_json, sha256_hex
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.verdict import Situation

LABEL = "Illustrative: a draft for legal review, made by rules from the answers as submitted"


@dataclass(frozen=True, slots=True)
class OutlinedValue:
    """A value of a clause. ``given`` is what the bid gave where the minimum stands in its place."""

    name: str
    label: str
    words: str
    source: str
    source_id: str = ""
    given: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class OutlinedClause:
    """A clause that follows. ``sub_clauses`` are the places in the library of those that apply."""

    id: str
    version: int
    title: str
    ground: str
    because: str
    sources: tuple[str, ...]
    sub_clauses: tuple[int, ...]
    values: tuple[OutlinedValue, ...]

    @property
    def is_undecided(self) -> bool:
        """Return whether it is kept in only because something is not known yet."""
        return self.ground == Ground.NOT_KNOWN

    def value(self, name: str) -> OutlinedValue | None:
        return next((value for value in self.values if value.name == name), None)


@dataclass(frozen=True, slots=True)
class OutlinedPromise:
    promise: str
    part: str
    due: str
    before: str
    evidence: str


@dataclass(frozen=True, slots=True)
class LeftOutTopic:
    id: str
    title: str
    because: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    library_version: str
    library_fingerprint: str
    clauses: tuple[OutlinedClause, ...]
    left_out: tuple[LeftOutTopic, ...]
    promises: tuple[OutlinedPromise, ...]

    def clause(self, clause_id: str) -> OutlinedClause | None:
        return next((clause for clause in self.clauses if clause.id == clause_id), None)


def outline_of(
    library: Library,
    situation: Situation,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None = None,
    officer_choices: Mapping[str, OfficerChoice] | None = None,
    redrafts: Mapping[str, Redraft] | None = None,
) -> Outline:
    """Return what the answers, facts, flags and risks of ``situation`` lead to.

    The same selection, values and depths as ``build_schedule`` makes, without its texts: of a
    clause that somebody redrafted, the sub-clauses are named that still are the library's.
    """
    choices = choose_clauses(library, situation, officer_choices)
    depth, terms = depth_of(situation.facts), terms_of(library)
    return Outline(
        library.version,
        library.fingerprint,
        tuple(
            _clause(
                choice,
                depth,
                terms,
                situation,
                officer_values,
                (redrafts or {}).get(choice.topic.id),
            )
            for choice in included(choices)
        ),
        tuple(
            LeftOutTopic(c.topic.id, c.topic.title, c.words, c.sources)
            for c in choices
            if not c.included
        ),
        tuple(_promise(line) for line in commitment_lines(library, situation)),
    )


def _clause(
    choice: Choice,
    depth: Depth,
    terms: Terms,
    situation: Situation,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None,
    redraft: Redraft | None = None,
) -> OutlinedClause:
    topic = choice.topic
    applies = [
        one
        for one in written(topic, depth, redraft)
        if not one.is_removed
        and ((when := one.sub_clause.when) is None or evaluate(when, situation).truth)
    ]
    texts = [text for one in applies for text in one.sub_clause.texts()]
    used = terms.used_in(texts)
    texts = [meaning for term, meaning in topic.defines.items() if term in used] + texts
    filled = fill_variables(topic, situation, officer_values, _named_in(texts))
    return OutlinedClause(
        topic.id,
        topic.version,
        topic.title,
        str(choice.ground),
        choice.words,
        choice.sources,
        tuple(int(one.key) - 1 for one in applies if one.was is None and not one.is_added),
        tuple(_value(value) for value in filled.values()),
    )


def _named_in(texts: Iterable[str]) -> Iterable[str]:
    """Return the names that stand in braces, each once, in the order in which they first do."""
    return dict.fromkeys(token.name for text in texts for token in tokens_in(text))


def _value(filled: Filled) -> OutlinedValue:
    deviation = filled.deviation
    short = deviation is not None and not deviation.stands
    return OutlinedValue(
        filled.name,
        filled.label,
        filled.words,
        str(filled.source),
        filled.source_id,
        deviation.given if deviation and short else "",
        deviation.says if deviation and short else "",
    )


def _promise(line: CommitmentLine) -> OutlinedPromise:
    return OutlinedPromise(line.promise, line.part, line.due, line.before, line.evidence)


def sub_clause_in_words(
    library: Library, clause: OutlinedClause, place: int, *, longest: int = 400
) -> str:
    """Return one sub-clause with its values in place; other places are named by their titles."""
    topic = library.topics.get(clause.id)
    if topic is None or not 0 <= place < len(topic.text):
        return ""
    words = _written(topic.text[place], clause, library)
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def _written(sub_clause: SubClause, clause: OutlinedClause, library: Library) -> str:
    lines = [_filled_in(sub_clause.text, clause, library)]
    lines += [_filled_in(item, clause, library) for item in sub_clause.items]
    return " ".join(lines)


def _filled_in(text: str, clause: OutlinedClause, library: Library) -> str:
    for token in tokens_in(text):
        family = "" if token.family == "variable" else f"{token.family}:"
        text = text.replace(
            f"{{{family}{token.name}}}", _named(token.family, token.name, clause, library)
        )
    return text


def _named(family: str, name: str, clause: OutlinedClause, library: Library) -> str:
    if family == "annex":
        annex = library.annexes.get(name)
        return f"the annex “{annex.title}”" if annex else name
    if family == "clause":
        topic = library.topics.get(name)
        return f"the clause “{topic.title}”" if topic else name
    if family == "party":
        return f"the {name.title()}"
    value = clause.value(name)
    return value.words if value else f"[{name}]"


def fingerprint_of_set(outline: Outline) -> str:
    """Return the SHA-256 of what somebody accepts: the clauses, their sub-clauses, and where the
    council's minimum stands instead of a figure of the bid. The bid's own figures are left out:
    whoever changes them knows."""
    return sha256_hex(canonical_json(set_of(outline)))


def set_of(outline: Outline) -> list[list[Any]]:
    """Return the set of terms as plain values: what is kept with an acceptance."""
    return [
        [
            clause.id,
            clause.version,
            list(clause.sub_clauses),
            [value.name for value in clause.values if value.given],
        ]
        for clause in outline.clauses
    ]
