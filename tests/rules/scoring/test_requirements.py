"""The class of a question and its least mark decide what proposes failure; officers decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from question_bank.rules.questions import PartClass, Severity
from scoring.rules.evaluation import evaluate_bid, level_marks
from scoring.rules.requirements import NO_RULE
from scoring.rules.results import Requirement
from scoring.rules.standing import to_decide, why_unranked
from tests.rules.scoring import small


def asked_as(**changed):
    """The small questionnaire with some questions assessed otherwise: ``Q_7={"threshold": 3}``."""
    whole = small.questionnaire()
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(asked, **changed.get(asked.id.replace("-", "_"), {}))
                for asked in section.questions
            ),
        )
        for section in whole.sections
    )
    return replace(whole, sections=sections)


def evaluate(questionnaire, marks=None, **changed):
    return evaluate_bid(questionnaire, small.BEST | changed, {}, marks or {})


def standing(evaluation):
    return {entry.question_id: entry.result for entry in evaluation.requirements}


INFORMATION = {"assessed": PartClass.INFORMATION}


def test_a_question_for_information_proposes_no_failure_and_shows_its_flags_as_information():
    questionnaire = asked_as(Q_2=INFORMATION)

    evaluation = evaluate(questionnaire, **{"Q-2.a": "no"})

    assert evaluation.requirements == ()
    found = {fired.rule: fired.flag.severity for fired in evaluation.findings.flags}
    assert found == {"Q-2.a:no": Severity.RED, "Q-2:pass": Severity.INFO}


def test_a_question_for_information_gets_no_mark_and_no_share_of_quality():
    questionnaire = asked_as(Q_8=INFORMATION)

    evaluation = evaluate(questionnaire)

    assert questionnaire.question("Q-8").is_scored is False
    assert "Q-8" not in level_marks(questionnaire, dict(evaluation.levels))


def test_the_same_answer_proposes_failure_where_the_question_is_a_requirement():
    evaluation = evaluate(asked_as(), **{"Q-2.a": "no"})

    assert standing(evaluation) == {"Q-2": Requirement.NOT_MET}


@pytest.mark.parametrize("assessed", [PartClass.REQUIREMENT, PartClass.PARTICIPATION])
def test_what_the_tender_made_pass_or_fail_without_a_rule_waits_for_an_officer(assessed):
    evaluation = evaluate(asked_as(Q_8={"assessed": assessed}))

    (entry,) = [found for found in evaluation.requirements if found.question_id == "Q-8"]
    assert (entry.result, entry.reasons) == (Requirement.NOT_CHECKED, (NO_RULE,))
    assert [found.question_id for found in to_decide(evaluation, {})] == ["Q-8"]


@pytest.mark.parametrize(
    ("mark", "result"),
    [(2, Requirement.NOT_MET), (3, Requirement.MET), (5, Requirement.MET)],
)
def test_a_mark_below_the_least_mark_proposes_failure(mark, result):
    evaluation = evaluate(asked_as(Q_7={"threshold": 3}), {"Q-7": mark})

    assert standing(evaluation) == {"Q-2": Requirement.MET, "Q-7": result}


def test_the_proposal_names_the_published_least_mark_and_its_rule():
    evaluation = evaluate(asked_as(Q_7={"threshold": 3}), {"Q-7": 2})

    (entry,) = evaluation.fails
    assert entry.reasons == (
        "Q-7 is marked 2: the tender publishes 3 as the least mark and says that a bid below it "
        "may be rejected",
    )
    assert entry.rules == ("Q-7:least-mark",)


def test_a_question_not_marked_yet_is_not_below_its_least_mark():
    assert standing(evaluate(asked_as(Q_7={"threshold": 3}))) == {"Q-2": Requirement.MET}


def test_a_least_mark_stands_beside_what_else_proposes_failure():
    questionnaire = asked_as(Q_7={"threshold": 3})
    knocked = replace(
        small.COPIES,
        pass_when=small.OWNERSHIP.pass_when,
        pass_says="Copies need ownership",
    )
    section = questionnaire.sections[0]
    asked = tuple(
        replace(one, question=knocked) if one.id == "Q-7" else one for one in section.questions
    )
    questionnaire = replace(
        questionnaire, sections=(replace(section, questions=asked), *questionnaire.sections[1:])
    )

    evaluation = evaluate(questionnaire, {"Q-7": 1}, **{"Q-2.a": "no"})

    entry = next(found for found in evaluation.fails if found.question_id == "Q-7")
    assert entry.rules == ("Q-7:pass", "Q-7:least-mark")


def test_a_bid_below_a_least_mark_has_no_rank_until_an_officer_decides():
    marks = {"Q-7": 2, "Q-4": 5, "Q-8": 5}
    evaluation = evaluate(asked_as(Q_7={"threshold": 3}), marks)

    assert why_unranked(evaluation, {}) == "proposed to fail: Q-7"
    assert why_unranked(evaluation, {"Q-7": True}) == ""
    assert why_unranked(evaluation, {"Q-7": False}) == "failed Q-7"
