"""What is wrong is said beside what was typed, and nothing typed is lost: on a phone as well."""

from __future__ import annotations

from contextlib import closing

import pytest

from accounts.rules.roles import Role
from foundation.sqlite import driver
from supplier_portal import service
from tests import factories
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.filling import box, option
from tests.browser.supplier import button

LEAD, COLLEAGUE = "lead@larkfield.test", "colleague@larkfield.test"


@pytest.fixture
def impatient(monkeypatch):
    """Whoever waits for the database gives way in a moment, not in half a minute."""
    monkeypatch.setattr("foundation.sqlite.BUSY_MILLISECONDS", 100)


@pytest.fixture
def bid(records):
    """The address of a bid on which two colleagues work."""
    with records():
        tender, company = factories.make_open_tender(), factories.make_supplier()
        lead = factories.make_person(Role.BID_LEAD, company, name="Mara Voss", email=LEAD)
        factories.make_person(Role.CONTRIBUTOR, company, name="Jo Lind", email=COLLEAGUE)
        by = factories.viewer_of(lead)
        started = service.start_bid(tender, by=by, arrived_at=tender.published_at)
        return f"/bids/{started.token}"


@pytest.fixture
def lead(visitor, bid):
    person = visitor(window=PHONE)
    person.sign_in(LEAD)
    return person


def problems(person):
    return person.page.locator(".govuk-error-summary__list li").all_inner_texts()


def test_a_wrong_answer_is_shown_as_typed_and_the_summary_leads_to_it(lead, bid):
    lead.go(f"{bid}/questions/SLP-07")
    box(lead.page, "SLP-07.a").fill("word " * 400)
    box(lead.page, "SLP-07.g-day").fill("31")
    box(lead.page, "SLP-07.g-month").fill("2")
    box(lead.page, "SLP-07.g-year").fill("2026")
    lead.press("Save and continue")

    assert len(problems(lead)) == 2
    assert box(lead.page, "SLP-07.a").input_value().split() == ["word"] * 400
    assert box(lead.page, "SLP-07.g-month").input_value() == "2"
    lead.page.locator(".govuk-error-summary a").last.click()
    assert lead.page.evaluate("document.activeElement.name") == "SLP-07.g-day"


def test_an_empty_row_says_what_it_needs(lead, bid):
    lead.go(f"{bid}/questions/SLP-13")
    lead.press_this(button(lead, "row:SLP-13.b:0"))
    box(lead.page, "row.name").fill("Air quality readings")
    lead.press("Save")

    assert problems(lead) != []
    assert box(lead.page, "row.name").input_value() == "Air quality readings"


@pytest.mark.parametrize(
    ("name", "content"),
    [("tool.exe", b"MZ"), ("report.pdf", b"not a PDF"), ("", b"")],
    ids=["of a kind we refuse", "not what its name says", "none"],
)
def test_a_file_that_will_not_do_is_refused_with_its_title_kept(lead, bid, name, content):
    lead.go(f"{bid}/questions/SLP-01")
    lead.press_this(button(lead, "files:SLP-01.d"))
    if name:
        sent = {"name": name, "mimeType": "", "buffer": content}
        box(lead.page, "file").set_input_files(sent)
    box(lead.page, "title").fill("Support pack")
    lead.press("Add the file")

    assert len(problems(lead)) == 1
    assert box(lead.page, "title").input_value() == "Support pack"


def test_two_colleagues_who_answer_at_once_see_both_texts(lead, visitor, bid):
    colleague = visitor()
    colleague.sign_in(COLLEAGUE)
    for person, words in ((lead, "Mara's words"), (colleague, "Jo's words")):
        person.go(f"{bid}/questions/SLP-07")
        box(person.page, "SLP-07.a").fill(words)
    lead.press("Save and come back later")
    colleague.press("Save and come back later")

    assert "Mara Voss saved another answer" in colleague.text()
    assert "Mara's words" in colleague.text()
    assert box(colleague.page, "SLP-07.a").input_value() == "Jo's words"
    colleague.press("Save and come back later")
    lead.go(f"{bid}/questions/SLP-07")
    assert box(lead.page, "SLP-07.a").input_value() == "Jo's words"


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_whoever_gives_way_to_others_sends_it_once_more(impatient, visitor, bid, tmp_path, window):
    lead = visitor(window=window)
    lead.sign_in(LEAD)
    lead.go(f"{bid}/questions/SLP-07")
    box(lead.page, "SLP-07.a").fill("An hour of work")
    # What saves as somebody types would meet the others too, and be refused in the console.
    lead.page.get_by_text("Draft saved").first.wait_for()
    with closing(driver().connect(tmp_path / "supplier_assurance.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        lead.press("Save and come back later")
    assert lead.heading() == "Somebody else was changing this at the same moment"
    assert "Nothing of this form was saved" in lead.text()
    assert "An hour of work" in lead.text()

    lead.press("Send it once more")
    lead.go(f"{bid}/questions/SLP-07")
    assert box(lead.page, "SLP-07.a").input_value() == "An hour of work"


def test_what_was_typed_outlives_the_session(lead, bid):
    lead.go(f"{bid}/questions/SLP-07")
    box(lead.page, "SLP-07.a").fill("An hour of work")
    option(lead.page, "SLP-07.b", "yes").check()
    lead.page.context.clear_cookies(name="sign-in")
    lead.press("Save and come back later")
    assert lead.heading() == "Sign in"

    lead.page.get_by_label("Email address").fill(LEAD)
    lead.page.get_by_label("Password").fill(factories.PASSWORD)
    lead.press("Sign in")
    assert lead.heading() == "Continue where you left off"
    lead.press("Send it again")
    lead.go(f"{bid}/questions/SLP-07")
    assert box(lead.page, "SLP-07.a").input_value() == "An hour of work"


@pytest.mark.parametrize("path", ["/nowhere", "/tenders/", "/bids/AAAAAAAAAAAAAAAAAAAAAA"])
def test_a_page_that_is_not_theirs_says_so(lead, path):
    lead.go(path)
    assert lead.heading() in ("Page not found", "You cannot open this page")
