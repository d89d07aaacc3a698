"""An officer answers a few questions on a phone, without JavaScript, and has a draft."""

import pytest

from accounts.rules.roles import Role
from tests.browser.conftest import PHONE
from tests.browser.filling import option
from tests.factories import make_person

pytestmark = pytest.mark.walk

ANSWERS = {
    "space": "public",
    "senses": "unsure",
    "personal": "no",
    "hosting": "supplier",
    "connects": "data",
    "algorithms": "affects",
    "vital": "service",
    "value": "below",
    "sites": "yes",
    "sensitive": "no",
    "london": "yes",
    "open": "yes",
}


def test_a_few_answers_become_a_draft(records, visitor):
    with records():
        email = make_person(Role.OFFICER).email
    officer = visitor(javascript=False, window=PHONE)
    officer.sign_in(email)
    officer.go("/tenders/new")
    officer.follow("answer a few questions about what you are buying and get a proposal")
    for question, answer in ANSWERS.items():
        option(officer.page, question, answer).check()
    officer.press("See the proposal")
    assert officer.heading() == "Proposed questionnaire"
    officer.page.get_by_label("Title", exact=True).fill("Counters in the high street")
    officer.page.get_by_label("Reference", exact=True).fill("C-1")
    officer.press("Use this")
    assert officer.heading() == "Counters in the high street"
    officer.go(officer.page.url + "/publish")
    assert officer.heading() == "Check and publish"
