"""A schedule that came back for another bid is refused, and says no more than one may know."""

# ruff: noqa: F811  (fixtures, as they are asked for)

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.models import NegotiatedSchedule
from contract_clauses.queries.issuing import issues_of_bid, last_approved
from foundation.database import db
from scoring import service as scoring
from supplier_portal.models import FileScan
from tests import contracting
from tests.beginnings import step
from tests.documents.contract_clauses.coming_back import with_part
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.contract_clauses.test_negotiated import (  # noqa: F401  (fixtures)
    bid,
    facts,
    issued,
    page,
    reviewer,
    send,
    tender,
    version_of,
)
from tests.pages.scoring.conftest import CLOSES_AT, OPENS_AT, submit

CUSTOM = "docProps/custom.xml"
NOT_TO_BE_SEEN = "another schedule than this one, and not from one that you may see"


def saying(data, made_from):
    """Return a schedule whose properties say that it was made from something else."""

    return with_part(data, CUSTOM, lambda xml: re.sub("schedule:[^<]*", lambda _: made_from, xml))


def said(answer):
    assert answer.status_code == 422
    return " ".join(html.unescape(answer.text).split())


def kept():
    """Return what the service holds of files that came back, and of files to look through."""
    return (
        db.session.scalar(select(func.count(NegotiatedSchedule.id))),
        db.session.scalar(select(func.count(FileScan.id))),
    )


@pytest.fixture
def other(make_bid):
    """Another bid of the same tender."""
    return make_bid("Brightwater")


@pytest.fixture
def foreign(officer):
    """A bid of another authority's tender."""
    theirs = make_person(Role.OFFICER, make_authority("Thornbridge Borough Council"))
    tender = make_tender(theirs, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, theirs, raw_library)
    made = submit(tender, "Omniflow")
    return tender, made, theirs


def open_theirs(foreign, at):
    tender, _, theirs = foreign
    at(OPENS_AT)
    step("open", tender, theirs, make=lambda: scoring.open_bids(tender, by=viewer_of(theirs)))


def test_a_schedule_names_its_bid_as_draft_and_as_issued(client_for, bid, issued, officer):
    draft = client_for(officer).get(f"/schedules/{bid.token}/schedule.docx").data

    for data in (draft, issued):
        found = []
        with_part(data, CUSTOM, lambda xml, found=found: found.append(xml) or xml)
        assert re.findall(r"schedule:[^:<]+:\w{64}:([^<]+)<", found[0]) == [bid.token]


def test_a_file_made_for_another_bid_is_refused_and_says_which_and_nothing_is_kept(
    client_for, other, bid, officer
):
    client = client_for(officer)
    draft = client.get(f"/schedules/{other.token}/schedule.docx").data
    before = kept()

    answer = send(client, bid, draft, remark="By e-mail")

    words = said(answer)
    assert "made from the schedule of Brightwater, in tender" in words
    assert "Nothing of it is kept" in words
    assert "By e-mail" in words
    assert kept() == before
    # On the page of its own bid it is taken in.
    assert version_of(send(client, other, draft))


def test_of_another_authoritys_bid_nothing_is_said(client_for, foreign, bid, issued, officer, at):
    open_theirs(foreign, at)
    _, theirs, _ = foreign
    client, sha256 = client_for(officer), "ab" * 32

    answers = [
        said(send(client, bid, saying(issued, f"schedule:draft:{sha256}:{token}")))
        for token in (theirs.token, "no-such-bid-anywhere01")
    ]

    for words in answers:
        assert NOT_TO_BE_SEEN in words
        for secret in ("Omniflow", "Thornbridge", theirs.token):
            assert secret not in words
    # What exists and what does not is told apart by nothing.
    mine, none = (re.sub(r'name="csrf_token"[^>]*', "", words) for words in answers)
    assert mine == none


def test_a_bid_that_is_still_sealed_is_not_told_from_none(client_for, bid, issued, officer, at):
    later = make_tender(officer, reference="SEALED-9", closes_at=CLOSES_AT.replace(year=2027))
    publish(later, officer, raw_library)
    sealed = submit(later, "Quay")

    words = said(
        send(client_for(officer), bid, saying(issued, f"schedule:draft:{'ab' * 32}:{sealed.token}"))
    )

    assert NOT_TO_BE_SEEN in words
    assert ("SEALED-9" in words, "Quay" in words) == (False, False)


def test_an_older_file_is_known_by_its_issue_and_else_taken_in_with_a_caution(
    client_for, other, bid, issued, officer, reviewer
):
    client, sha256 = client_for(officer), "ab" * 32
    # Before documents named their bid, an issue was named alone.
    token = last_approved(issues_of_bid(bid.id)).request.token
    ours = version_of(send(client, bid, saying(issued, f"schedule:{token}:{sha256}")))
    assert "Version 1 as issued" in client.get(page(bid, ours)).text

    theirs = said(send(client, other, saying(issued, f"schedule:{token}:{sha256}")))
    assert "made from the schedule of Larkfield, version 1, in tender" in theirs

    nothing = version_of(send(client, bid, saying(issued, "")))
    page_of_it = client.get(page(bid, nothing)).text
    assert "does not say which version it was made from" in page_of_it


@pytest.mark.parametrize(
    "made_from",
    [
        "schedule:",
        "schedule:::",
        "schedule:draft",
        "schedule:draft:x:' OR 1=1 --",
        "schedule:draft:x:../../x",
        "schedule:" + "x" * 5000,
        "schedule:draft:x:\U0001f512",
    ],
)
def test_whatever_the_property_says_the_page_answers(client_for, bid, issued, officer, made_from):
    answer = send(client_for(officer), bid, saying(issued, made_from))

    assert answer.status_code in (302, 422)
