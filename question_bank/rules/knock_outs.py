"""What can fail a bid: the requirements of a question, and the outcomes that propose failure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.rules.questions import Question, Severity


@dataclass(frozen=True, slots=True)
class KnockOut:
    """A rule that proposes failure; ``parts`` are those whose answers decide it."""

    rule: str
    question: str
    says: str
    parts: frozenset[str]


def knock_outs(question: Question) -> tuple[KnockOut, ...]:
    """Return what can fail a bid here, of the parts given; empty for most questions."""
    return tuple(_found(question))


def _found(question: Question) -> Iterator[KnockOut]:
    if question.pass_when is not None:
        yield KnockOut(
            f"{question.id}:pass", question.id, question.pass_says, question.pass_when.parts()
        )
    for part in question.parts:
        for outcome in part.outcomes:
            if outcome.flag is not None and outcome.flag.severity is Severity.KNOCK_OUT:
                yield KnockOut(
                    outcome.rule,
                    question.id,
                    outcome.flag.says,
                    frozenset({part.id, *outcome.when.parts()}),
                )


def deciding_parts(question: Question) -> tuple[str, ...]:
    """Return the parts a bid can fail by, with those that decide whether they are asked."""
    wanted = {part for found in knock_outs(question) for part in found.parts}
    for part in reversed(question.parts):
        if part.id in wanted and part.shown_when is not None:
            wanted |= part.shown_when.parts()
    return tuple(part.id for part in question.parts if part.id in wanted)
