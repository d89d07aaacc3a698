"""An officer rewrites a clause, with and without JavaScript; a reviewer approves on a phone."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import PHONE
from tests.browser.filling import box, option
from tests.browser.scheduling import OFFICER, REVIEWER, bid_to_schedule

pytestmark = pytest.mark.walk

REASON = "The duty officer has to close the street at once."


@pytest.fixture
def bid(records, clock_set_forward):
    """Return the token of an opened bid."""
    with records():
        return bid_to_schedule(clock_set_forward)


@pytest.mark.parametrize("javascript", [False, True])
def test_a_clause_is_rewritten_asked_about_and_approved(bid, visitor, javascript):
    officer = visitor(javascript=javascript)
    officer.sign_in(OFFICER)
    page = f"/schedules/{bid}/clauses/C13"
    officer.go(page)
    officer.follow("Change the words or the depth")
    officer.press("Add a sub-clause after 1")
    assert "Sub-clause you add (2)" in officer.text()
    box(officer.page, "words-own1").fill("The Supplier must telephone {nobody}.")
    officer.press("Show how it will print")
    assert "{nobody} is not something this clause can refer to" in officer.text()
    box(officer.page, "words-own1").fill("The Supplier must telephone the Council at once.")
    officer.press("Show how it will print")
    assert "As it will print" in officer.text()
    officer.press("Save the words")
    assert "Enter the reason for your change" in officer.text()
    box(officer.page, "reason").fill(REASON)
    officer.press("Save the words")
    assert officer.path() == page
    assert REASON in officer.text()
    officer.follow("Ask a colleague to look at it")
    officer.page.select_option("select[name=person]", label="Ruth Okafor")
    officer.press("Save who looks at it")

    reviewer = visitor(javascript=javascript, window=PHONE)
    reviewer.sign_in(REVIEWER)
    reviewer.go("/tenders/")
    reviewer.page.get_by_role("link", name="A clause of a contract schedule").first.click()
    reviewer.check()
    assert reviewer.path() == page
    box(reviewer.page, "comment").fill("Day and night?")
    reviewer.press("Save the comment")
    reviewer.press(re.compile("^Settle"))
    assert "Settled by Ruth Okafor" in reviewer.text()
    option(reviewer.page, "decision", "approve").check()
    reviewer.press("Save what you decide")
    assert "Approved by Ruth Okafor" in reviewer.text()
    reviewer.follow("Back to the schedule of Larkfield")
    assert "No clause waits for a reviewer" in reviewer.text()
    reviewer.press(re.compile("Approve the .* as in the library"))
    assert "approved as in the library" in reviewer.text()
