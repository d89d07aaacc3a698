"""Where bids stand follows every change at once, and can be made again from the rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from foundation.database import db, transaction
from scoring import service
from scoring.models import AgreedMark, BidStanding
from scoring.queries.late import late_bids
from scoring.queries.ranked import ranking_of
from scoring.queries.standings import QualityNotAgreed, quality_is_agreed
from scoring.service.standings import rebuild, set_prices
from tests.evaluating import agree, agree_quality
from tests.factories import viewer_of


def places(tender):
    return [(one.bid.name, one.rank, one.why_not) for one in ranking_of(tender).placed]


def test_a_bid_stands_from_the_opening_on_unmarked(make_bid, opened, tender):
    bid = make_bid("Larkfield")
    opened()

    found = db.session.get_one(BidStanding, bid.id)

    assert (found.marks, found.quality, found.requirements) == ({}, None, {"SLP-13": "not met"})
    assert found.why_unranked == "proposed to fail: SLP-13"
    assert found.unmarked > 0


def test_a_mark_that_is_agreed_stands_at_once(make_bid, opened, tender, evaluated, officer):
    bid = make_bid("Larkfield")
    opened()
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer))

    assert db.session.get_one(BidStanding, bid.id).marks == {"SLP-07": 4}


def newest_agreed(bid):
    return db.session.scalars(
        select(AgreedMark.id).where(AgreedMark.bid_id == bid.id).order_by(AgreedMark.id.desc())
    ).first()


@pytest.mark.both_databases
def test_the_newest_agreed_mark_stands_with_the_bid_and_is_found_again_by_migrating(
    make_bid, opened, tender, evaluated, officer
):
    bid, other = make_bid("Larkfield"), make_bid("Meadow")
    opened()
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer))
    agree(evaluated(bid), "SLP-03", 3, by=viewer_of(officer))
    agree(evaluated(bid), "SLP-07", 5, by=viewer_of(officer))
    db.session.commit()
    ids, expected = (bid.id, other.id), (newest_agreed(bid), 0)

    def stands():
        return tuple(db.session.get_one(BidStanding, one).last_agreed_id for one in ids)

    assert stands() == expected
    db.session.remove()
    downgrade(revision="0026")
    upgrade()

    assert stands() == expected


def test_what_stands_is_what_the_page_of_the_bid_says(make_bid, opened, evaluated, mark_all):
    bid = make_bid("Larkfield", best=False)
    opened()
    mark_all(bid, 4)

    found, read = db.session.get_one(BidStanding, bid.id), evaluated(bid)
    assert found.why_unranked == read.why_unranked
    assert found.why_unranked.startswith("proposed to fail: ")
    assert Decimal(found.quality) == read.evaluation.quality.total == 80


def decide_all(bid, evaluated, officer, *, passed=True):
    for entry in evaluated(bid).waiting:
        given = service.GivenDecision(
            passed=passed, reason="The answer was read together twice", based_on=0
        )
        service.decide_requirement(evaluated(bid), entry, given, by=viewer_of(officer))


def test_a_decision_on_a_requirement_stands_at_once(
    make_bid, opened, tender, evaluated, mark_all, officer
):
    bid = make_bid("Larkfield", best=False)
    opened()
    mark_all(bid, 4)
    decide_all(bid, evaluated, officer)
    passed = places(tender)
    entry = evaluated(bid).evaluation.fails[0]
    reason = "It fails when it is read again, with the evidence"
    given = service.GivenDecision(passed=False, reason=reason, based_on=1)
    service.decide_requirement(evaluated(bid), entry, given, by=viewer_of(officer))

    assert passed == [("Larkfield", "1", "")]
    assert places(tender) == [("Larkfield", "", f"failed {entry.question_id}")]
    assert db.session.get_one(BidStanding, bid.id).disregarded


def test_quality_is_agreed_until_a_mark_is_taken_up_again(
    make_bid, opened, tender, evaluated, mark_all, officer
):
    bid = make_bid("Larkfield")
    opened()
    before = quality_is_agreed(tender)
    mark_all(bid)
    agree_quality(tender, by=viewer_of(officer))
    agreed = quality_is_agreed(tender)
    agree(evaluated(bid), "SLP-07", 4, by=viewer_of(officer))

    assert (before, agreed, quality_is_agreed(tender)) == (False, True, False)
    agree_quality(tender, by=viewer_of(officer))
    assert quality_is_agreed(tender)


def test_quality_is_not_agreed_any_more_once_a_late_bid_is_admitted(
    make_bid, make_late, opened, tender, mark_all, officer
):
    bid = make_bid("Larkfield")
    make_late("Quay")
    opened()
    mark_all(bid)
    agree_quality(tender, by=viewer_of(officer))
    before = quality_is_agreed(tender)
    [late] = late_bids(tender)
    service.late.decide_late(
        late, admitted=True, reason="The outage of the service was proven", by=viewer_of(officer)
    )

    assert (before, quality_is_agreed(tender)) == (True, False)
    assert [name for name, *_ in places(tender)] == ["Larkfield", "Quay"]


def test_prices_are_refused_until_quality_is_agreed(make_bid, opened, tender, officer):
    bid = make_bid("Larkfield")
    opened()

    with pytest.raises(QualityNotAgreed, match="not agreed yet"):
        set_prices(tender, {bid.id: Decimal(1)}, by=viewer_of(officer))


@pytest.mark.both_databases
def test_rebuilding_changes_nothing_and_says_what_was_not_as_it_follows(
    make_bid, opened, tender, mark_all, evaluated, officer
):
    first, second = make_bid("Larkfield"), make_bid("Quay", best=False)
    opened()
    mark_all(first, 4)
    mark_all(second, 3)
    decide_all(first, evaluated, officer)
    decide_all(second, evaluated, officer)
    before = places(tender)
    same = rebuild(tender)
    with transaction():
        db.session.get_one(BidStanding, first.id).quality = "1"
        db.session.delete(db.session.get_one(BidStanding, second.id))

    found = rebuild(tender)

    assert (same.bids, same.differences) == (2, {})
    assert found.differences == {first.token: ["quality"], second.token: ["there was none"]}
    assert places(tender) == before


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["mark", "agreed_mark", "quality_agreed", "mark_lock"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_nothing_marked_or_agreed_is_ever_changed(
    make_bid, opened, tender, mark_all, officer, table, change
):
    bid = make_bid("Larkfield")
    opened()
    mark_all(bid)
    agree_quality(tender, by=viewer_of(officer))

    with pytest.raises(Exception, match=f"{table} is never changed"):
        db.session.execute(text(change.format(table)))
    db.session.rollback()
    assert db.session.scalars(select(AgreedMark.id)).first()


CHANGES = ("update", "delete")
ADDED_TO_ONLY = (
    "mark", "mark_lock", "agreed_mark", "quality_agreed", "requirement_decision",
    "exclusion_event", "allocation_event", "interest_declaration", "interest_decision",
    "price_offer", "low_price_event", "lots_drawn", "late_decision", "recommendation",
    "standstill_event",
)  # fmt: skip


@pytest.mark.both_databases
def test_every_table_a_ranking_rests_on_refuses_changes(app):
    if db.engine.dialect.name == "sqlite":
        wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        names = [f"{table}_refuses_{one}" for table in ADDED_TO_ONLY for one in CHANGES]
    else:
        wanted = "SELECT tgname FROM pg_trigger"
        names = [f"{table}_refuses_change" for table in ADDED_TO_ONLY]

    assert sorted(set(names) - set(db.session.scalars(text(wanted)))) == []
