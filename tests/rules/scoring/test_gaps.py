"""What a bid shows nothing for leaves risks open: only there, once, and said in words."""

from __future__ import annotations

import pytest

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.kinds import rules_for
from question_bank.rules.questions import Kind
from scoring.rules.evaluation import evaluate_bid
from tenders.rules.questionnaire import choose
from tests.answers_made import made_answer
from tests.content.question_bank import good_bid as good

BANK, PACKS = shipped_bank(), shipped_packs()
FULL = choose(BANK, PACKS["slp-full"])


def complete(questionnaire, changes=None):
    """Everything the good bid says, its texts too, as stored."""
    texts = {
        part.id: made_answer(part)
        for part in questionnaire.parts.values()
        if part.kind in (Kind.NARRATIVE, Kind.SHORT_TEXT, Kind.FILE) and part.required
    }
    said = {**texts, **good.ANSWERS, **(changes or {})}
    return {
        part_id: rules_for(part.kind).read(part, said[part_id]).value
        for part_id, part in questionnaire.parts.items()
        if said.get(part_id) is not None
    }


def gaps_in(answers, marks=None, facts=good.FACTS):
    found = evaluate_bid(FULL, answers, facts, marks or {})
    return {
        (risk.risk.id, cause.question_id): cause
        for risk in found.risks
        for cause in risk.causes
        if cause.rule.endswith(":gap")
    }


def of_question(question_id, found):
    return sorted(risk for risk, question in found if question == question_id)


def without(question_id):
    parts = FULL.question(question_id).question.parts
    return complete(FULL, dict.fromkeys(part.id for part in parts))


@pytest.mark.parametrize("pack", sorted(PACKS))
def test_a_clean_bid_raises_no_risk_in_any_pack(pack):
    questionnaire = choose(BANK, PACKS[pack])

    found = evaluate_bid(questionnaire, complete(questionnaire), good.FACTS, {})

    assert found.risks == ()


def test_a_question_left_out_opens_its_main_risk_and_those_of_its_controls():
    found = gaps_in(without("SLP-07"))

    assert of_question("SLP-07", found) == ["R09", "R10"]
    cause = found["R10", "SLP-07"]
    assert (cause.rule, cause.severity, cause.sources, cause.bank_version) == (
        "SLP-07:gap",
        "amber",
        ("SLP-07",),
        BANK.version,
    )
    assert cause.says == (
        "SLP-07 Disaster recovery: nothing evidences A.8.13 Backup (ISO/IEC 27001, Annex A, 2022)"
    )
    assert cause.words == "SLP-07 is not answered"


def test_a_control_that_another_question_supports_is_no_gap():
    # A.5.22 is tested by SLP-12 too, and A.8.24 by SLP-08.
    alone, both = gaps_in(without("SLP-06")), gaps_in({})

    assert "R15" not in of_question("SLP-06", alone)
    assert "R15" in of_question("SLP-06", both)
    assert of_question("SLP-07", both) == ["R09", "R10", "R22"]


def test_a_gap_is_silent_where_a_flag_of_the_question_proposes_the_risk():
    answers = complete(FULL, {"SLP-07.f": "none", "SLP-07.a": None})

    found = evaluate_bid(FULL, answers, good.FACTS, {})
    (backups,) = (risk for risk in found.risks if risk.risk.id == "R10")

    assert [cause.rule for cause in backups.causes] == ["SLP-07.f:none"]
    assert of_question("SLP-07", gaps_in(answers)) == ["R09"]


def test_an_agreed_mark_decides_whether_anything_is_evidenced():
    answers = complete(FULL)

    assert gaps_in(answers, {"SLP-07": 2}) == {}
    assert of_question("SLP-07", gaps_in(answers, {"SLP-07": 1})) == ["R09", "R10"]
    assert gaps_in(answers, {"SLP-07": 1})["R10", "SLP-07"].words == "SLP-07 is marked 1"
    assert of_question("SLP-07", gaps_in(without("SLP-07"), {"SLP-07": 3})) == []


def test_a_gap_makes_nothing_likelier():
    found = evaluate_bid(FULL, {}, {}, {})

    raised = [
        risk.risk.id
        for risk in found.risks
        if any(cause.rule.endswith(":gap") for cause in risk.causes)
        and sum(not cause.rule.endswith(":gap") for cause in risk.causes) < 2
        and risk.likelihood != risk.risk.likelihood
    ]
    assert raised == []


def test_what_is_asked_for_information_leaves_no_gap():
    london = choose(BANK, PACKS["pan-london"])

    assert evaluate_bid(london, {}, {}, {}).risks == ()


def test_every_risk_beside_a_control_is_one_of_the_library():
    named = {
        risk
        for framework in BANK.frameworks.values()
        for control in framework.controls
        for risk in control.risks
    }

    assert named <= set(BANK.risks)
    assert len(named) > 10
