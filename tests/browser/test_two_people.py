"""Two officers publish a tender and move its closing time; a supplier reads what is fixed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from tests.browser import officer as officers
from tests.browser.conftest import DESKTOP
from tests.browser.filling import box, option
from tests.factories import make_authority, make_person, make_tender

pytestmark = pytest.mark.walk

FIRST, SECOND, LEAD = "first@hollowmere.test", "second@hollowmere.test", "lead@larkfield.test"
SMALL_PHONE = {"width": 360, "height": 740}


@pytest.fixture
def tender(records):
    with records():
        borough = make_authority("Hollowmere Council")
        first = make_person(Role.OFFICER, borough, name="Ines Roy", email=FIRST)
        make_person(Role.REVIEWER, borough, name="Ada Birch", email=SECOND)
        make_person(Role.BID_LEAD, email=LEAD)
        facts = {"above_threshold": "yes", "procedure": "open", "value": "400000"}
        closes_at = (clock.now() + timedelta(days=40)).replace(second=0, microsecond=0)
        draft = make_tender(first, pack_id="slp-essential", facts=facts, closes_at=closes_at)
        return draft.token


def decide_price(officer):
    officer.follow("Price, ties and rounding")
    option(officer.page, "formula", "F6").check()
    officer.press("Save")
    assert "Enter the ceiling" in officer.text()
    officer.page.get_by_label("Ceiling", exact=True).fill("450,000")
    officer.page.get_by_label("Floor", exact=True).fill("200000")
    officer.page.get_by_label("First, a tie for the first place is broken by").select_option(
        "quality"
    )
    officer.press("Save")
    assert "Price, ties and rounding are saved" in officer.text()
    officer.follow("Price schedule")
    officer.page.get_by_label("Years of the contract, without extensions").fill("3")
    officer.page.get_by_label("What is priced of line 1", exact=True).fill("Sensor, fitted")
    officer.page.get_by_label("Unit of line 1", exact=True).fill("sensor")
    officer.page.get_by_label("Quantity of line 1", exact=True).fill("40")
    officer.page.get_by_role("button", name="Save", exact=True).last.click()
    assert "The price schedule is saved" in officer.text()


def ask_for_another_week(officer, tender):
    officer.follow("Amendments")
    officer.press("Prepare an amendment")
    officer.follow("Closing time, time for questions, and the reason")
    later = clock.london(clock.now() + timedelta(days=47))
    for part, number in (("day", later.day), ("month", later.month), ("year", later.year)):
        box(officer.page, f"closes_at-{part}").fill(str(number))
    officer.page.get_by_label("Reason for the amendment").fill("The site visit was late")
    officer.press("Save")
    officer.follow("Record the notice UK4 Tender notice, published again")
    today = clock.london(clock.now())
    officer.page.get_by_label("Notice", exact=True).select_option("UK4")
    officer.page.get_by_label("Number of the notice").fill(f"023456-{today.year}")
    for part, number in (("day", today.day), ("month", today.month), ("year", today.year)):
        box(officer.page, f"published_on-{part}").fill(str(number))
    option(officer.page, "for_amendment", "yes").check()
    officer.press("Record the notice")
    officer.go(f"/tenders/{tender}/amendment")
    officer.press("Ask a second person to agree")
    assert "Waits for a second person" in officer.text()


@pytest.mark.parametrize("window", [DESKTOP, SMALL_PHONE], ids=["desktop", "small phone"])
def test_two_people_publish_and_extend(tender, visitor, window):
    officer = visitor(window=window)
    officer.sign_in(FIRST)
    officer.go(f"/tenders/{tender}")
    decide_price(officer)
    officers.publish(officer, email=FIRST, second=SECOND)
    officer.follow("What is fixed, and who agreed to it")
    assert "Ada Birch" in officer.text()
    officer.go(f"/tenders/{tender}")
    ask_for_another_week(officer, tender)
    officer.sign_out()

    officer.sign_in(SECOND)
    officer.go(f"/tenders/{tender}")
    officer.follow("Look at it, and agree or refuse")
    option(officer.page, "decision", "refuse").check()
    officer.press("Save your decision")
    assert "Enter why you refuse" in officer.text()
    option(officer.page, "decision", "agree").check()
    officer.press("Save your decision")
    assert "Amendment 1 is published." in officer.text()
    officer.go(f"/tenders/{tender}/notices")
    officer.sign_out()

    officer.sign_in(LEAD)
    officer.go(f"/opportunities/{tender}")
    officer.follow("What is fixed")
    assert "is late" in officer.text()
    officer.follow("The draft terms, with the rules that bring them in and the minimum positions")
    assert officer.heading() == "Draft terms"
