"""An officer starts with the outcome, page by page, and a supplier reads what was shown."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from tenders import service
from tenders.outcome_guide import shipped_guide
from tenders.queries import tender_for
from tests.browser.conftest import PHONE
from tests.factories import make_person, make_tender, viewer_of

OFFICER, LEAD = "officer@hollowmere.test", "lead@larkfield.test"


@pytest.fixture
def officer(records):
    with records():
        make_person(Role.BID_LEAD, email=LEAD)
        return make_person(Role.OFFICER, email=OFFICER)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_form_is_walked_from_the_first_page_to_the_supplier(
    officer, records, visitor, javascript
):
    with records():
        tender = make_tender(officer).token
    writer = visitor(window=PHONE, javascript=javascript)
    writer.sign_in(OFFICER)
    writer.go(f"/tenders/{tender}")
    writer.follow("Start with the outcome")
    writer.follow("Read all of it on one page, print it, or show it to suppliers")
    assert "The step “Outcome” is empty." in writer.text()
    writer.go(f"/tenders/{tender}/outcome/outcome")
    writer.page.locator("[name=change]").fill("Sensors tell where the air is bad")
    writer.page.locator("[name=by_when-day]").fill("31")
    writer.press("Save and continue")
    assert "Enter a date that includes a month and a year" in writer.text()
    writer.page.locator("[name=by_when-month]").fill("3")
    writer.page.locator("[name=by_when-year]").fill("2028")
    writer.press("Save and continue")
    for page in shipped_guide().pages[1:]:
        assert writer.heading() == page.heading
        writer.press("Save and continue")

    assert writer.heading() == "The outcome of this tender"
    assert "The outcome names technology or data: ‘Sensors’." in writer.text()
    assert "31 March 2028" in writer.text()
    writer.page.locator("[name=shown][value=yes]").check()
    writer.press("Save")
    assert "Suppliers will be shown this statement" in writer.text()

    with records():
        by = viewer_of(officer)
        service.publish_tender(tender_for(by, tender), by=by, libraries={})
    reader = visitor(window=PHONE, javascript=javascript)
    reader.sign_in(LEAD)
    reader.go(f"/opportunities/{tender}")
    reader.follow("What the council wants to achieve")
    assert "Sensors tell where the air is bad" in reader.text()
    assert "names technology" not in reader.text()


def test_two_officers_on_one_page_keep_both_texts(officer, records, visitor):
    with records():
        tender = make_tender(officer).token
    one, other = visitor(), visitor(window=PHONE)
    for person in (one, other):
        person.sign_in(OFFICER)
        person.go(f"/tenders/{tender}/outcome/action")
    one.page.locator("[name=actor]").fill("Wardens of the parks")
    one.press("Save and continue")
    other.page.locator("[name=actor]").fill("Teachers")

    other.press("Save and continue")

    assert "A colleague saved this page after you opened it" in other.text()
    assert "Your colleague saved: Wardens of the parks" in other.text()
    assert other.page.locator("[name=actor]").input_value() == "Teachers"
