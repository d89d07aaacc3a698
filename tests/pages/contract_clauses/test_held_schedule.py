"""A promise without a date holds the Word schedule back until an officer decides, with a reason."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses import queries, service
from foundation.audit import AuditEntry
from foundation.database import db
from tests.documents.scoring.bids import answer, full
from tests.factories import make_authority, make_person, viewer_of

FORM = {"based_on": "0", "wish": "include", "reason": "The bidder gave the date in writing"}


def encrypted(**cells):
    """An answer on encryption inside data centres that is only partly met."""
    record = answer(full().parts["SLP-08.h"], True, "We do this with care.")
    record.pop("exception_ends", None)
    return record | cells


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", **{"SLP-08.h": encrypted(status="partly")})
    opened()
    return bid


@pytest.fixture
def dated(make_bid, opened):
    record = encrypted(status="partly", exception_ends="2027-03-31")
    bid = make_bid("Larkfield", **{"SLP-08.h": record})
    opened()
    return bid


def address(bid, rest=""):
    return f"/schedules/{bid.token}{rest}"


def words(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def test_the_download_is_refused_with_the_way_out(client_for, officer, bid):
    client = client_for(officer)

    refused = client.get(address(bid, "/schedule.docx"))
    page = client.get(address(bid))

    assert refused.status_code == 409
    assert (
        "You cannot download the schedule because something promised has no date: A gap in "
        "encryption has no date by which it is closed. Ask the bidder for the dates, or decide"
    ) in words(refused)
    assert "schedule.docx" not in page.text
    assert address(bid, "/checks/X14") in page.text
    assert "/clarifications-to-ask" in page.text


def test_with_the_date_nothing_holds_it_back(client_for, officer, dated):
    client = client_for(officer)

    assert client.get(address(dated, "/schedule.docx")).status_code == 200
    assert client.get(address(dated, "/checks/X14")).status_code == 404
    assert "held back" not in client.get(address(dated)).text


def test_an_officer_releases_it_with_a_reason_that_is_shown_and_recorded(client_for, officer, bid):
    client = client_for(officer)

    saved = client.post(address(bid, "/checks/X14"), data=FORM)

    assert saved.location == address(bid)
    assert client.get(address(bid, "/schedule.docx")).status_code == 200
    assert "Ines Roy decided on" in words(client.get(address(bid)))
    assert FORM["reason"] in client.get(address(bid)).text
    actions = select(AuditEntry.action).where(AuditEntry.subject == bid.token)
    assert "schedule.released" in set(db.session.scalars(actions))


def test_it_can_be_held_back_again(client_for, officer, bid):
    client = client_for(officer)
    client.post(address(bid, "/checks/X14"), data=FORM)

    client.post(
        address(bid, "/checks/X14"),
        data={"based_on": "1", "wish": "rule", "reason": "The date fell through"},
    )

    assert client.get(address(bid, "/schedule.docx")).status_code == 409


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": " "}, "Enter the reason for your decision"),
        ({"wish": ""}, "Select whether the schedule may go out all the same"),
    ],
)
def test_a_decision_without_a_reason_or_a_choice_is_not_saved(
    changed, message, client_for, officer, bid
):
    client = client_for(officer)

    page = client.post(address(bid, "/checks/X14"), data=FORM | changed)

    assert message in words(page)
    assert client.get(address(bid, "/schedule.docx")).status_code == 409


def test_two_officers_cannot_overwrite_each_other(client_for, officer, bid):
    client = client_for(officer)
    client.post(address(bid, "/checks/X14"), data=FORM)

    page = client.post(address(bid, "/checks/X14"), data=FORM | {"reason": "Mine"})

    assert "Somebody changed this while you were writing" in words(page)
    assert "Mine" in page.text


def test_who_may_only_read_the_schedule_cannot_release_it(client_for, authority, bid):
    client = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    assert client.post(address(bid, "/checks/X14"), data=FORM).status_code == 403
    assert client.get(address(bid, "/schedule.docx")).status_code == 409
    assert address(bid, "/checks/X14") not in client.get(address(bid)).text


def test_another_authority_finds_nothing_to_release(client_for, bid):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Larkhaven Council")))

    assert stranger.post(address(bid, "/checks/X14"), data=FORM).status_code == 404


@pytest.mark.parametrize("check", ["X13", "X14:encryption", "C14", "x14"])
def test_only_a_check_that_holds_the_schedule_can_be_decided(check, client_for, officer, bid):
    assert client_for(officer).get(address(bid, f"/checks/{check}")).status_code == 404


def test_releasing_decides_no_clause_and_moves_no_mark(app, officer, bid):
    with app.test_request_context():
        before = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")
        service.release_schedule(
            before, "X14", released=True, reason="Given", based_on=0, by=viewer_of(officer)
        )
        after = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")

    assert after.schedule.clauses == before.schedule.clauses
    assert after.evaluated.evaluation.quality == before.evaluated.evaluation.quality
    assert (before.is_held, after.is_held) == (True, False)
