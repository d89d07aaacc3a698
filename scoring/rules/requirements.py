"""How a bid stands on what is passed or failed: requirements, knock-outs and least marks."""

from __future__ import annotations

from collections.abc import Iterable

from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.fired import Fired
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import Outcome, PartClass, Question, Severity
from scoring.rules.results import Marks, Requirement, RequirementResult
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

PASS_OR_FAIL = frozenset({PartClass.REQUIREMENT, PartClass.PARTICIPATION})
NO_RULE = "No rule decides this: read the answer"


def requirements(
    questionnaire: Questionnaire, found: Findings, situation: Situation
) -> list[RequirementResult]:
    """Return one result for each question that has a pass/fail requirement or a knock-out.

    A question for information has none, whatever it was made for. One the tender itself made pass
    or fail, and for which the bank has no rule, is not checked: an officer reads it.
    """
    results = (_result(asked, found, situation) for asked in questionnaire.questions)
    return [result for result in results if result is not None]


def _result(
    asked: AskedQuestion, found: Findings, situation: Situation
) -> RequirementResult | None:
    if asked.assessed_as is PartClass.INFORMATION:
        return None
    knocked = [fired for fired in found.of_question(asked.id) if _knocks_out(fired)]
    if knocked:
        reasons = dict.fromkeys(f"{k.flag.says} ({k.words})" for k in knocked if k.flag)
        rules = tuple(k.rule for k in knocked)
        return RequirementResult(asked.id, Requirement.NOT_MET, tuple(reasons), rules)
    if asked.question.pass_when is not None:
        return _undisputed(asked.question, situation)
    if asked.assessed in PASS_OR_FAIL:
        outcomes = (outcome for part in asked.question.parts for outcome in part.outcomes)
        if any(_may_knock_out(outcome) for outcome in outcomes):
            return RequirementResult(asked.id, Requirement.MET)
        return RequirementResult(asked.id, Requirement.NOT_CHECKED, (NO_RULE,))
    return None


def _knocks_out(fired: Fired) -> bool:
    return fired.flag is not None and fired.flag.severity is Severity.KNOCK_OUT


def _may_knock_out(outcome: Outcome) -> bool:
    return outcome.flag is not None and outcome.flag.severity is Severity.KNOCK_OUT


def _undisputed(question: Question, situation: Situation) -> RequirementResult:
    """No knock-out fired: the requirement holds, or a tender fact it needs is missing."""
    if question.pass_when is None:
        return RequirementResult(question.id, Requirement.MET)
    verdict = evaluate(question.pass_when, situation)
    result = Requirement.MET if verdict.truth is Truth.TRUE else Requirement.NOT_CHECKED
    return RequirementResult(question.id, result, (verdict.words,) if verdict.words else ())


def with_least_marks(
    questionnaire: Questionnaire, results: Iterable[RequirementResult], marks: Marks
) -> tuple[RequirementResult, ...]:
    """Add what the published least marks say: one result a question, in questionnaire order.

    A mark below the least mark proposes failure beside whatever else does; a question that is not
    marked yet says nothing.
    """
    known = {result.question_id: result for result in results}
    for asked in questionnaire.questions:
        mark = marks.get(asked.id)
        if mark is not None and asked.threshold is not None and asked.is_scored:
            known[asked.id] = _with_mark(known.get(asked.id), asked, mark)
    order = [asked.id for asked in questionnaire.questions]
    return tuple(sorted(known.values(), key=lambda result: order.index(result.question_id)))


def is_below_least_mark(asked: AskedQuestion, mark: int) -> bool:
    return asked.is_scored and asked.threshold is not None and mark < asked.threshold


def _with_mark(
    known: RequirementResult | None, asked: AskedQuestion, mark: int
) -> RequirementResult:
    if not is_below_least_mark(asked, mark):
        return known or RequirementResult(asked.id, Requirement.MET)
    says = (
        f"{asked.id} is marked {mark}: the tender publishes {asked.threshold} as the least mark "
        "and says that a bid below it may be rejected"
    )
    stands = known if known and known.result is not Requirement.MET else None
    return RequirementResult(
        asked.id,
        Requirement.NOT_MET,
        (*(stands.reasons if stands else ()), says),
        (*(stands.rules if stands else ()), f"{asked.id}:least-mark"),
    )
