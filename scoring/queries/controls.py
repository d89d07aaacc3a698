"""What opened bids evidence of the frameworks, and where their answers disagree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.queries import Viewer
from question_bank.rules.checks import CheckResult, CheckState, check_results
from question_bank.rules.compared import Side, clarification_question, sides
from question_bank.rules.fired import Fired
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import CheckCase
from scoring.queries.bids import EvaluatedBid
from scoring.rules.controls import FrameworkStanding, standings
from scoring.rules.evaluation import evaluate_bid
from scoring.rules.results import BidEvaluation
from supplier_portal.models import Bid
from supplier_portal.queries import answers_of, my_bid
from tenders.coverage import coverage_of_tender
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.coverage import QuestionnaireCoverage
from tenders.rules.questionnaire import Questionnaire

NOT_MADE = (CheckState.NOT_APPLICABLE, CheckState.IN_PART, CheckState.NOT_CHECKED)


@dataclass(frozen=True)
class BidControls:
    """One bid with how each tested control stands in it."""

    bid: EvaluatedBid
    frameworks: tuple[FrameworkStanding, ...]

    def of(self, framework_id: str) -> FrameworkStanding | None:
        return next((f for f in self.frameworks if f.framework.id == framework_id), None)


@dataclass(frozen=True)
class ToAsk:
    """A disagreement between answers, both sides of it, and a question to the bidder about it."""

    case: CheckCase
    compared: tuple[Side, ...]
    text: str


def controls_in_bids(
    bids: Iterable[EvaluatedBid], coverage: QuestionnaireCoverage
) -> list[BidControls]:
    return [
        BidControls(
            bid, controls_in(coverage, bid.questionnaire, bid.evaluation, closing_day(bid.facts))
        )
        for bid in bids
    ]


def controls_in(
    coverage: QuestionnaireCoverage,
    questionnaire: Questionnaire,
    evaluation: BidEvaluation,
    on: date | None,
) -> tuple[FrameworkStanding, ...]:
    return standings(coverage.frameworks, questionnaire.bare_questions, evaluation, on)


def my_controls(viewer: Viewer, token: str) -> tuple[Bid, tuple[FrameworkStanding, ...]]:
    """Return the viewer's own bid, and what its answers evidence as they stand, without a mark."""
    bid = my_bid(viewer, token)
    questionnaire, facts = questionnaire_of(bid.tender), facts_of(bid.tender)
    evaluation = evaluate_bid(questionnaire, answers_of(bid), facts, {})
    coverage = coverage_of_tender(bid.tender)
    return bid, controls_in(coverage, questionnaire, evaluation, closing_day(facts))


def closing_day(facts: Mapping[str, Any]) -> date | None:
    """Return the day bids closed: certificates count if they were in date on it."""
    return as_date(facts.get("closes_at"))


def to_ask(bid: EvaluatedBid) -> list[ToAsk]:
    """Return what to ask the bidder: one entry for each check that found answers disagreeing."""
    cases = {case.rule: case for case in bid.questionnaire.bank.checks}
    fired = (found for found in bid.evaluation.findings.fired if found.rule in cases)
    return [_to_ask(bid, found, cases[found.rule]) for found in fired]


def _to_ask(bid: EvaluatedBid, found: Fired, case: CheckCase) -> ToAsk:
    questions = bid.questionnaire.bare_questions
    compared = sides(found, questions, bid.evaluation.situation, case)
    return ToAsk(case, compared, clarification_question(found, compared))


def checks_not_made(bids: Sequence[EvaluatedBid]) -> list[CheckResult]:
    """Return the checks that could not compare everything, in one bid or all bids given."""
    found: dict[tuple[str, str], CheckResult] = {}
    for bid in bids:
        for result in _results(bid):
            if result.state in NOT_MADE:
                found.setdefault((result.case.rule, result.says), result)
    return list(found.values())


def _results(bid: EvaluatedBid) -> tuple[CheckResult, ...]:
    return check_results(
        bid.questionnaire.bank.checks, bid.questionnaire.bare_questions, bid.evaluation.situation
    )
