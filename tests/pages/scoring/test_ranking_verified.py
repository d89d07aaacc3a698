"""`flask evaluation verify` and `rebuild`: the record gives the same ranking, or says what not."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from foundation.database import db, transaction
from scoring.models import BidStanding
from scoring.queries.ranked import ranking_of
from scoring.service.standings import rebuild
from tests.evaluating import agree
from tests.factories import viewer_of
from tests.pages.scoring.test_ranking_page import agreed, award, pass_all, tender

__all__ = ["agreed", "award", "pass_all", "tender"]

PRICES = {"Ash": "70", "Birch": "100", "Cedar": "90"}


@pytest.fixture
def run(app):
    def command(*words):
        done = app.test_cli_runner().invoke(args=["evaluation", *words])
        return done.exit_code, done.output

    return command


@pytest.mark.both_databases
def test_what_the_pages_show_follows_from_the_record(agreed, tender, run):
    agreed(PRICES, Ash=4, Birch=5, Cedar=3)

    code, said = run("verify", tender.reference)

    assert (code, said.partition(": ")[2].partition(";")[0]) == (0, "3 bids, 3 with a rank")
    assert said.endswith("rows replayed, 0 differences\n")


def test_a_standing_that_does_not_follow_from_the_record_is_named(agreed, tender, run):
    bids = agreed(PRICES, Ash=4, Birch=5, Cedar=3)
    with transaction():
        db.session.get_one(BidStanding, bids["Cedar"].id).quality = "99.999"

    code, said = run("verify", tender.token)

    assert code == 1
    assert f"Does not hold: Bid {bids['Cedar'].token}: the record gives rank 3" in said
    assert run("rebuild", tender.token)[1].splitlines()[0] == (
        f"Differed: bid {bids['Cedar'].token}: quality"
    )
    assert run("verify", tender.token)[0] == 0


def test_a_mark_slipped_past_the_service_is_found(agreed, tender, run):
    """Somebody with a database shell who knows how to lift the triggers."""
    bids = agreed(PRICES, Ash=4, Birch=5, Cedar=3)
    with transaction():
        db.session.execute(text("DROP TRIGGER agreed_mark_refuses_update"))
        db.session.execute(
            text("UPDATE agreed_mark SET mark = 5 WHERE bid_id = :bid AND question_id = 'SLP-07'"),
            {"bid": bids["Ash"].id},
        )

    code, said = run("verify", tender.token)

    assert code == 1
    assert "That quality was agreed (1) has another hash than the marks it covers" in said
    assert f"Bid {bids['Ash'].token}: the record gives" in said


def test_replaying_the_rows_gives_the_same_ranking(agreed, tender, evaluated, officer):
    bids = agreed(PRICES, Ash=4, Birch=5, Cedar=3)
    agree(evaluated(bids["Ash"]), "SLP-07", 2, by=viewer_of(officer))
    agree(evaluated(bids["Ash"]), "SLP-07", 3, by=viewer_of(officer))
    before = ranking_of(tender).placed
    with transaction():
        for row in db.session.query(BidStanding):
            db.session.delete(row)
    missing = ranking_of(tender).missing

    rebuild(tender)

    assert missing == 3
    assert ranking_of(tender).placed == before


def test_a_tender_that_is_not_there_or_not_opened_is_said(app, tender, run):
    assert run("verify", "nothing") == (1, "Error: There is no tender called nothing\n")
    assert run("verify", tender.token)[1].startswith("Error: No tender called")
