"""An officer tailors a questionnaire: own questions, sections, weights, preview, publication."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from tests.browser import officer as officers
from tests.browser.filling import option
from tests.factories import make_authority, make_person

pytestmark = pytest.mark.walk

OFFICER, DEPUTY = "officer@hollowmere.test", "deputy@hollowmere.test"


@pytest.fixture
def officer(records, visitor):
    with records():
        council = make_authority("Hollowmere Council")
        for email in (OFFICER, DEPUTY):
            make_person(Role.OFFICER, council, email=email)
    person = visitor()
    person.sign_in(OFFICER)
    return person


def fill(person, **texts):
    for name, text in texts.items():
        person.page.locator(f"[name='{name}']").fill(text)


def write_own_question(officer):
    """Copy a question of the bank, put it in other words, and mark it ready."""
    officer.go("/bank/own/")
    officer.go("/bank/own/prefix")
    fill(officer, prefix="HOL")
    officer.press("Save")
    officer.go("/bank/own/new?copy=SLP-02")
    fill(officer, title="Who owns the readings")
    officer.press("Continue")
    assert officer.heading() == "Who owns the readings"
    officer.press("Mark as ready to be asked")


def test_an_officer_tailors_what_is_asked(officer):
    write_own_question(officer)
    officer.go("/tenders/new")
    option(officer.page, "pack_id", "slp-essential").check()
    fill(officer, title="Noise sensors", reference="N-1")
    fill(officer, **{"closes_at-day": "1", "closes_at-month": "3", "closes_at-year": "2099"})
    fill(officer, **{"closes_at-time": "12:00"})
    officer.press("Create the tender")
    tender = officer.path()

    officer.follow("Build the questionnaire")
    officer.follow("Add a section")
    fill(officer, title="Our own questions")
    officer.press("Add the section")
    officer.page.locator("input[value='HOL-01']").check()
    officer.press("Add the selected questions")
    officer.go(f"{tender}/build/weights")
    officer.go(f"{tender}/preview")
    assert "Who owns the readings" in officer.text()
    officer.go(f"{tender}/preview/HOL-01")
    assert officer.heading() == "Who owns the readings"

    officer.go(f"{tender}/coverage")
    officer.go(tender)
    officers.publish(officer, email=OFFICER, second=DEPUTY)
    officer.go(f"{tender}/questions")
    assert "HOL-01" in officer.text()
