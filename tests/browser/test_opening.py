"""Three officers take parts, two open the bids: one on a phone, one without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from tests import factories
from tests.browser import evaluating
from tests.browser.conftest import PHONE
from tests.browser.filling import option
from tests.factories import PASSWORD, publish

OFFICERS = {"Ines Calloway": "ines@marlwick.test", "Jo Marsh": "jo@marlwick.test"}
THIRD = ("Ada Finch", "ada@marlwick.test")
TITLE = "Counters on the riverside path"


def take_part(officer, email, page):
    """Take the part of one officer, check it at second try, and return it as printed."""
    officer.sign_in(email)
    officer.go(page)
    officer.follow("Take your part")
    officer.press("Show my part")
    assert "Enter the password of your account" in officer.text()
    officer.page.get_by_label("Your password").fill(PASSWORD)
    officer.press("Show my part")
    part = " ".join(officer.page.locator("#part").inner_text().split())
    officer.follow("I have it: check it now")
    officer.page.get_by_label("Your part").fill(part.replace(" ", "")[:-1])
    officer.press("Check my part")
    assert "8 groups of 4 letters and digits" in officer.text()
    officer.page.get_by_label("Your part").fill(part.lower().replace(" ", "-"))
    officer.press("Check my part")
    assert "That is your part for this tender" in officer.text()
    return part


@pytest.mark.walk
def test_two_of_three_officers_bring_their_parts(visitor, records, clock_set_forward):
    closes_at = clock.now() + timedelta(days=9)
    with records():
        borough = factories.make_authority("London Borough of Marlwick")
        people = [
            factories.make_person(Role.OFFICER, borough, name=name, email=email)
            for name, email in (*OFFICERS.items(), THIRD)
        ]
        first = people[0]
        tender = factories.make_tender(first, title=TITLE, closes_at=closes_at)
        page = f"/tenders/{tender.token}/opening"
    ines, jo, ada = visitor(), visitor(window=PHONE), visitor(javascript=False)

    ines.sign_in(OFFICERS["Ines Calloway"])
    ines.go(page)
    option(ines.page, "strictly", "yes").check()
    option(ines.page, "shows_count", "no").check()
    ines.press("Save")
    assert "Select three officers" in ines.text()
    names = (*OFFICERS, THIRD[0])
    for label, name in zip(("First", "Second", "Third"), names, strict=True):
        ines.page.get_by_label(f"{label} officer with a part").select_option(label=name)
    ines.press("Save")
    ines.sign_out()
    parts = {
        email: take_part(visiting, email, page)
        for visiting, email in zip((ines, jo, ada), (*OFFICERS.values(), THIRD[1]), strict=True)
    }
    with records():
        publish(tender, first)

    clock_set_forward(closes_at + timedelta(hours=1))
    for visiting, email, button in (
        (jo, OFFICERS["Jo Marsh"], "I am ready to open the bids"),
        (ada, THIRD[1], "Open the bids"),
    ):
        visiting.sign_in(email)
        evaluating.to_the_opening(visiting, TITLE)
        evaluating.declare_no_interest(visiting, at_second_try=visiting is jo)
        visiting.page.get_by_label("Your part of the key").fill(parts[email])
        evaluating.enter_password(visiting)
        visiting.press(button)
    assert "You are ready" in jo.text()
    evaluating.declare_no_interest(ada, at_second_try=True)
    assert ada.heading() == f"Bids for {TITLE}"
    jo.follow("See whether they are opened")
    evaluating.declare_no_interest(jo)
    assert jo.heading() == f"Bids for {TITLE}"
