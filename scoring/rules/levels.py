"""The level that structured answers suggest for a question, with the reasons."""

from __future__ import annotations

from operator import attrgetter

from question_bank.rules.conditions.readings import answer_to
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import Kind, Part, PartClass, Question
from scoring.rules.results import TOP_OF_SCALE, Reason, SuggestedLevel

# What no rule can read: an evaluator must.
NEEDS_READING = frozenset({Kind.NARRATIVE, Kind.FILE})


def suggested_level(question: Question, findings: Findings, situation: Situation) -> SuggestedLevel:
    """Return the lowest ceiling of the question's outcomes; 5 where none applies.

    A question to which nothing was answered is 0. While an answered narrative or file is unread the
    level is an upper bound: whoever reads it may lower it, never the rule.
    """
    asked = [part for part in question.parts if part.id in situation.parts]
    empty = {part.id for part in asked if answer_to(situation, part.id) is None}
    if len(empty) == len(asked):
        reason = Reason(f"{question.id}:unanswered", 0, f"{question.id} is not answered")
        return SuggestedLevel(question.id, 0, False, (reason,))
    reasons = [
        Reason(found.rule, found.ceiling, found.words)
        for found in findings.of_question(question.id)
        if found.ceiling is not None and found.ceiling < TOP_OF_SCALE
    ]
    reasons += [_left_out(part) for part in asked if part.id in empty and _must_be_given(part)]
    reasons.sort(key=attrgetter("ceiling"))
    level = reasons[0].ceiling if reasons else TOP_OF_SCALE
    unread = tuple([part.id for part in asked if needs_reading(part) and part.id not in empty])
    return SuggestedLevel(question.id, level, bool(unread) and level > 0, tuple(reasons), unread)


def needs_reading(part: Part) -> bool:
    return part.kind in NEEDS_READING and part.assessed is not PartClass.INFORMATION


def _must_be_given(part: Part) -> bool:
    return (
        part.required
        and part.assessed is not PartClass.INFORMATION
        and not (part.kind is Kind.TABLE and part.rows_at_least == 0)
    )


def _left_out(part: Part) -> Reason:
    """A required scored part left empty cannot support more than level 1: most of it is unmet."""
    return Reason(f"{part.id}:unanswered", 1, f"{part.id} is not answered")
