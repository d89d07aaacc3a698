"""One bid seen by all the rules at once: findings, levels, requirements, scores and risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import (
    Findings,
    check_after_marking,
    findings,
    situation_of,
)
from scoring.rules.gaps import gaps
from scoring.rules.levels import suggested_level
from scoring.rules.requirements import requirements, with_least_marks
from scoring.rules.results import (
    Answers,
    BidEvaluation,
    Marks,
    RequirementResult,
    SuggestedLevel,
)
from scoring.rules.risks import IS_MARKED, propose_risks
from scoring.rules.totals import quality_score
from tenders.rules.assessed import as_assessed
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Examined:
    """What the answers alone lead to. It stays the same whatever marks are given."""

    situation: Situation
    findings: Findings
    levels: Mapping[str, SuggestedLevel]
    requirements: tuple[RequirementResult, ...]


def evaluate_bid(
    questionnaire: Questionnaire, answers: Answers, facts: Answers, marks: Marks
) -> BidEvaluation:
    """Return everything the rules say about one bid.

    ``marks`` are those given so far, by question id. The returned situation has the flags, risks
    and marks filled in, ready for the conditions of clauses.
    """
    return with_marks(questionnaire, examine(questionnaire, answers, facts), marks)


def examine(questionnaire: Questionnaire, answers: Answers, facts: Answers) -> Examined:
    """Return what the answers lead to: the long part of the work, done once for a bid."""
    bare = questionnaire.bare_questions
    situation = situation_of(bare, answers, facts, questionnaire.fact_specs)
    found = as_assessed(questionnaire, findings(bare, questionnaire.bank.checks, situation))
    return Examined(
        situation=situation,
        findings=found,
        levels={question.id: suggested_level(question, found, situation) for question in bare},
        requirements=tuple(requirements(questionnaire, found, situation)),
    )


def with_marks(
    questionnaire: Questionnaire, examined: Examined, marks: Marks, *, low_is: str = IS_MARKED
) -> BidEvaluation:
    """Add what follows from the marks: checks after marking, scores, and the risks of low marks.

    ``low_is`` says what a low mark is called.
    """
    marked = examined.situation.later(
        marks=dict(marks),
        flags=examined.findings.severities,
        known=frozenset({"flags"}),
    )
    found = examined.findings
    later = check_after_marking(questionnaire.bank.checks, marked)
    if later:
        found = Findings((*found.fired, *later), found.not_checked)
    lacking = gaps(questionnaire, examined.situation, found, examined.levels, marks)
    risks = propose_risks(questionnaire, found.flags, marks, lacking, low_is)
    return BidEvaluation(
        findings=found,
        levels=examined.levels,
        requirements=with_least_marks(questionnaire, examined.requirements, marks),
        quality=quality_score(questionnaire, marks),
        risks=risks,
        situation=marked.later(
            marks=marked.marks,
            flags=found.severities,
            risks=frozenset(proposed.risk.id for proposed in risks),
            known=frozenset({"flags", "risks", "marks"}),
        ),
    )


def level_marks(
    questionnaire: Questionnaire, levels: Mapping[str, SuggestedLevel]
) -> dict[str, int]:
    """Return the suggested levels as marks, for totals that are labelled “highest possible”."""
    return {
        asked.id: levels[asked.id].level for asked in questionnaire.questions if asked.is_marked
    }
