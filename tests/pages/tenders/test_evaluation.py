"""Deciding how many evaluators a question needs, and by which rule bidders are asked."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from tenders.evaluation import evaluation_of
from tenders.queries import questionnaire_of
from tenders.rules.evaluation import EvaluationRules
from tenders.service.evaluation import set_evaluation
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority(), name="Ines Roy")


def sent(**changed):
    return {
        "version": "0",
        "evaluators": "3",
        "from_percent": "7.5",
        "clarifications": "We ask about obvious errors alone.",
        **changed,
    }


def test_what_is_decided_is_published_with_the_questions(two_evaluators, client_for, officer):
    tender = make_tender(officer)

    answer = client_for(officer).post(f"/tenders/{tender.token}/evaluation", data=sent())

    assert answer.status_code == 302
    found = evaluation_of(tender)
    assert (found.evaluators, str(found.from_percent)) == (3, "7.5")
    assert found.clarifications == "We ask about obvious errors alone."


def test_where_nobody_decides_two_evaluators_are_published(two_evaluators, officer):
    tender = make_open_tender(officer)

    terms = questionnaire_of(tender).terms

    assert terms["evaluation"]["evaluators"] == 2
    assert terms["evaluation"]["from_percent"] == "5"
    assert terms["questions_to_bidders"] == EvaluationRules().clarifications


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"evaluators": ""}, "Enter how many people mark it", id="nothing"),
        pytest.param({"evaluators": "0"}, "There is a problem", id="nobody"),
        pytest.param({"from_percent": "101"}, "There is a problem", id="over 100"),
        pytest.param({"clarifications": " "}, "Enter the rule", id="no rule"),
        pytest.param({"version": "9" * 40}, "There is a problem", id="odd version"),
    ],
)
def test_what_will_not_do_is_shown_back(two_evaluators, changed, says, client_for, officer):
    tender = make_tender(officer)

    page = client_for(officer).post(f"/tenders/{tender.token}/evaluation", data=sent(**changed))

    assert page.status_code == 422
    assert says in page.text
    assert evaluation_of(tender) == EvaluationRules()


def test_a_published_tender_keeps_what_was_published(two_evaluators, client_for, officer):
    tender = make_open_tender(officer)

    page = client_for(officer).post(f"/tenders/{tender.token}/evaluation", data=sent())

    assert page.status_code == 409
    assert evaluation_of(tender).evaluators == 2


def test_two_officers_who_decide_at_once_overwrite_nothing(two_evaluators, client_for, officer):
    tender = make_tender(officer)
    rules = EvaluationRules(evaluators=4)
    set_evaluation(tender, rules, version=0, by=viewer_of(officer))

    page = client_for(officer).post(f"/tenders/{tender.token}/evaluation", data=sent())

    assert page.status_code == 422
    assert evaluation_of(tender) == rules
