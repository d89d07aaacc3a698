"""What decided tenders taught: counted after the decision, for the own authority, without names."""

import csv
import io

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import jobs
from foundation.database import db
from scoring.models import QuestionLesson
from tenders import service as tenders
from tests.evaluating import agree
from tests.factories import make_authority, make_person, make_supplier, viewer_of

NAMES = ("Larkfield", "Breckland", "Quay")
PAGE = "/evaluation/learning"
BANK = "/bank/questions/SLP-07"


@pytest.fixture
def run_jobs(app):
    return lambda: jobs.run_due_jobs(app.extensions["job_handlers"])


@pytest.fixture
def marked(make_bid, opened, evaluated, officer):
    """Three bids: their marks for SLP-07 differ, those for SLP-08 do not."""
    bids = [make_bid(name) for name in NAMES]
    opened()
    by = viewer_of(officer)
    for bid, copies in zip(bids, (5, 3, 2), strict=True):
        agree(evaluated(bid), "SLP-07", copies, by=by)
        agree(evaluated(bid), "SLP-08", 4, by=by)
    return bids


@pytest.fixture
def decided(marked, tender, officer, run_jobs):
    """Decided as far as the stage goes: what leads there has tests of its own."""
    tenders.decide_tender(tender, by=viewer_of(officer))
    run_jobs()
    return tender


def test_nothing_is_counted_before_the_decision(client_for, officer, marked, run_jobs):
    run_jobs()

    assert db.session.scalars(select(QuestionLesson)).all() == []
    assert "No tender is decided yet" in client_for(officer).get(PAGE).text


def test_after_the_decision_every_marked_question_is_counted_once(
    client_for, officer, decided, run_jobs
):
    run_jobs()
    rows = {one.question_id: one for one in db.session.scalars(select(QuestionLesson))}
    one = rows["SLP-07"]
    text = client_for(officer).get(PAGE).text

    assert (one.bids, one.lowest, one.highest, one.clarifications) == (3, 2, 5, 0)
    assert (rows["SLP-08"].lowest, rows["SLP-08"].highest) == (4, 4)
    never = text.split("Never separated bidders")[1].split("</ol>")[0]
    assert ("SLP-08" in never, "SLP-07" in never) == (True, False)
    assert [name for name in NAMES if name in text] == []


def test_a_question_of_the_bank_shows_what_it_taught(client, client_for, officer, decided):
    own = client_for(officer).get(BANK).text
    stranger = client_for(make_person(Role.STEWARD, make_authority("Elsewhere"))).get(BANK).text
    bidder = client_for(make_person(Role.BID_LEAD, make_supplier("Rook"))).get(BANK).text

    assert "It separated bids in 1 of 1 tender." in own
    assert [name for name in NAMES if name in own] == []
    assert [
        "What your tenders taught" in text for text in (stranger, bidder, client.get(BANK).text)
    ] == [False, False, False]


def test_a_steward_sees_what_his_own_authority_learned_and_nobody_elses(
    client_for, authority, decided
):
    own = client_for(make_person(Role.STEWARD, authority)).get(PAGE).text
    other = client_for(make_person(Role.STEWARD, make_authority("Elsewhere"))).get(PAGE).text

    assert ("SLP-07" in own, "SLP-07" in other) == (True, False)


def test_suppliers_and_visitors_are_not_shown_it(client, client_for, decided):
    bidder = client_for(make_person(Role.BID_LEAD, make_supplier("Rook")))

    assert [bidder.get(page).status_code for page in (PAGE, f"{PAGE}.csv")] == [403, 403]
    assert client.get(PAGE).status_code == 302


def test_the_figures_can_be_taken_away(client_for, officer, decided):
    answer = client_for(officer).get(f"{PAGE}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    row = next(row for row in rows if row["Question"] == "SLP-07")

    assert (row["Tenders"], row["Bids"], row["Tenders in which it separated bids"]) == (
        "1",
        "3",
        "1",
    )


def test_the_page_takes_few_statements(client_for, officer, decided, statements_counted):
    web = client_for(officer)
    web.get(PAGE)
    with statements_counted() as counted:
        web.get(PAGE)

    assert len(counted) <= 8
