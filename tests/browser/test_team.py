"""Colleagues share a bid on small screens: invited, given questions, seen at work, taken out."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from foundation.mail import Message
from supplier_portal import service
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

pytestmark = pytest.mark.walk

SMALL = {"width": 360, "height": 740}
NEWCOMER = "nora@example.test"
SECRET_WORDS = "a long enough password"


def test_a_team_from_invitation_to_leaving(server, records, visitor):
    with records():
        person = make_person(Role.BID_LEAD, make_supplier("Larkfield Sensors"), name="Mara Voss")
        make_person(Role.CERTIFIER, make_supplier("Oakmere Data"), email="other@example.test")
        bid = service.start_bid(make_open_tender(), by=viewer_of(person), arrived_at=clock.now())
        bid_page, email = f"/bids/{bid.token}", person.email

    lead = visitor(window=SMALL)
    lead.sign_in(email)
    lead.go("/team")
    lead.follow("Invite colleagues")
    lead.page.get_by_label("Email addresses").fill(f"{NEWCOMER}\nnonsense")
    lead.page.get_by_label("Contributor").check()
    lead.press("Send invitations")
    assert "Line 2: enter an email address" in lead.text()
    lead.page.get_by_label("Email addresses").fill(NEWCOMER)
    lead.press("Send invitations")
    assert NEWCOMER in lead.text()

    with records():
        text = db.session.scalars(select(Message.text).where(Message.recipient == NEWCOMER)).one()
    newcomer = visitor(window=SMALL)
    newcomer.go(re.search(r"/invitations/\S+", text).group())
    newcomer.page.get_by_label("Your full name").fill("Nora Quill")
    newcomer.page.get_by_label("Choose a password").fill("short")
    newcomer.press("Create account and join")
    assert "Enter a password of 12 to 1,024 characters" in newcomer.text()
    newcomer.page.get_by_label("Choose a password").fill(SECRET_WORDS)
    newcomer.press("Create account and join")

    lead.go(f"{bid_page}/team")
    lead.page.get_by_text("Choose single questions").click()
    lead.page.get_by_label("SLP-07,").check()
    lead.page.get_by_label("Who answers them").select_option(label="Nora Quill")
    lead.press("Save who answers them")
    assert "Answers 1 question" in lead.text()
    lead.follow("Change what Nora Quill may do on this bid")
    lead.page.get_by_label("Certifier").check()
    lead.press("Save")
    assert "Contributor for every tender; Certifier on this bid only" in lead.text()

    newcomer.go(bid_page)
    newcomer.follow("Show only the 1 question given to you")
    newcomer.go(f"{bid_page}/questions/SLP-07")
    with newcomer.page.expect_response(re.compile("/here$")) as told:
        newcomer.page.locator("#answers textarea").first.focus()
    assert told.value.status == 204
    lead.go(f"{bid_page}/questions/SLP-07")
    assert "Nora Quill has this question open" in lead.text()
    lead.go(f"{bid_page}/questions/SLP-07/work")
    lead.go(f"{bid_page}/sign-off")
    lead.press("Ask for sign-off")
    assert "Nora Quill was asked by e-mail" in lead.text()

    lead.go("/team")
    lead.follow("Change what Nora Quill may do")
    lead.follow("Take Nora Quill out of the team")
    lead.press("Take out of the team")
    assert "Nora Quill no longer belongs to Larkfield Sensors" in lead.text()
    newcomer.go(bid_page)
    assert newcomer.heading() == "Sign in"
    lead.go(bid_page)
    assert "Nora Quill had it and can no longer answer" in lead.text()
    lead.go("/invitations/over")


def test_somebody_of_two_companies_joins_and_changes_over_without_javascript(
    server, records, visitor
):
    with records():
        person = make_person(
            Role.BID_LEAD, make_supplier("Oakmere Data"), name="Una Fell", email=NEWCOMER
        )
        company = make_supplier("Larkfield Sensors")
        make_person(Role.BID_LEAD, company, name="Mara Voss", email="mara@example.test")
        email = person.email

    lead = visitor(javascript=False, window=SMALL)
    lead.sign_in("mara@example.test")
    lead.go("/team/invite")
    lead.page.get_by_label("Email addresses").fill(NEWCOMER)
    lead.page.get_by_label("Reader").check()
    lead.press("Send invitations")
    with records():
        text = db.session.scalars(select(Message.text).where(Message.recipient == NEWCOMER)).one()

    both = visitor(javascript=False, window=SMALL)
    both.sign_in(email)
    both.go(re.search(r"/invitations/\S+", text).group())
    both.press("Join Larkfield Sensors")
    both.go("/team")
    assert both.heading() == "People of Larkfield Sensors"
    both.go("/organisations")
    both.press("Work for Oakmere Data")
    both.go("/team")
    assert both.heading() == "People of Oakmere Data"
