"""Evidence an answer speaks of and nobody has added: an empty place for it beside the answer.

A place for files beside an answer (``SLP-07.g2`` beside ``SLP-07.g``) is about that answer; one
that stands alone is about every answer of its question. An answer that admits that there is
nothing to show leaves no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.kinds import is_empty
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import Kind, Part, Question, Severity

ADMITS = frozenset({Severity.RED, Severity.KNOCK_OUT})


@dataclass(frozen=True, slots=True)
class EvidenceGap:
    """An empty place for files, and the answers that say there is something to put there."""

    question: Question
    place: Part
    claims: tuple[Part, ...]


def evidence_gaps(
    questions: Iterable[Question],
    asked: Mapping[str, Part],
    answers: Mapping[str, Any],
    findings: Findings,
) -> tuple[EvidenceGap, ...]:
    """Return the gaps in the order of the questions; ``asked`` are the parts this bid is asked.

    A place for files that is required is among the missing answers already, and left out here.
    """
    admitting = {
        found.rule.partition(":")[0]
        for found in findings.fired
        if found.flag is not None and found.flag.severity in ADMITS
    }
    return tuple(
        EvidenceGap(question, place, claims)
        for question in questions
        for place in question.parts
        if _is_empty_place(place, asked, answers)
        and (claims := tuple(_claims(question, place, asked, answers, admitting)))
    )


def _is_empty_place(place: Part, asked: Mapping[str, Part], answers: Mapping[str, Any]) -> bool:
    return (
        place.kind is Kind.FILE
        and not place.required
        and place.id in asked
        and is_empty(answers.get(place.id))
    )


def _claims(
    question: Question,
    place: Part,
    asked: Mapping[str, Part],
    answers: Mapping[str, Any],
    admitting: set[str],
) -> Iterator[Part]:
    others = [part for part in question.parts if part.evidence and part.kind is not Kind.FILE]
    beside = [part for part in others if _letter(part) == _letter(place)]
    for part in beside or others:
        if (
            part.id in asked
            and part.id not in admitting
            and _says_something(part, answers.get(part.id))
        ):
            yield part


def _letter(part: Part) -> str:
    return part.id.rpartition(".")[2].rstrip("0123456789")


def _says_something(part: Part, value: Any) -> bool:
    if part.kind is Kind.COMMITMENT and isinstance(value, Mapping):
        return value.get("answer") not in (None, "no")
    return not is_empty(value)
