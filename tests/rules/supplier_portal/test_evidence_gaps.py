"""Evidence that an answer speaks of and nobody has added."""

from __future__ import annotations

import pytest

from question_bank.rules.outcomes import findings, situation_of
from supplier_portal.rules.evidence_gaps import evidence_gaps
from tests.documents.scoring.bids import full


def gaps(answers):
    questionnaire = full()
    situation = situation_of(questionnaire.bare_questions, answers, {}, questionnaire.fact_specs)
    found = findings(questionnaire.bare_questions, (), situation)
    return [
        (gap.place.id, [part.id for part in gap.claims])
        for gap in evidence_gaps(questionnaire.bare_questions, situation.parts, answers, found)
    ]


def test_a_bid_without_answers_claims_nothing():
    assert gaps({}) == []


def test_an_answer_that_expects_evidence_and_has_none_is_named_with_its_place():
    assert gaps({"SLP-07.g": "2026-03-27"}) == [("SLP-07.g2", ["SLP-07.g"])]


def test_a_file_closes_the_gap():
    answers = {"SLP-07.g": "2026-03-27", "SLP-07.g2": [{"name": "report.pdf"}]}

    assert gaps(answers) == []


def test_a_place_beside_another_answer_is_not_about_this_one():
    assert gaps({"SLP-07.a": "We keep copies apart."}) == []


def test_a_place_that_stands_alone_is_about_every_answer_of_its_question():
    assert gaps({"SLP-14.a": {"answer": "yes"}, "SLP-14.b": {"answer": "yes"}})[0][1] == [
        "SLP-14.a",
        "SLP-14.b",
    ]


@pytest.mark.parametrize("answer", [{"answer": "no", "exception": "We do not"}, None])
def test_who_admits_that_there_is_nothing_leaves_no_gap(answer):
    assert gaps({"SLP-14.a": answer}) == []
