"""Bids are opened once, after the closing time, and nothing sealed opens before."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import keys
from foundation.audit import AuditEntry
from foundation.database import db
from tenders import queries, seals, service
from tenders.rules.lifecycle import Stage, StepNotAllowed
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
# A minute after closing every bid that arrived in time has been stored.
OPENS_FROM = CLOSES_AT + timedelta(minutes=1)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER)


@pytest.fixture
def by(officer):
    return viewer_of(officer)


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT)


def test_bids_cannot_be_opened_a_microsecond_too_early(tender, by, at):
    at(CLOSES_AT - MICROSECOND)

    with pytest.raises(service.BiddingNotClosed) as refused:
        service.open_bids(tender, by=by)

    assert str(refused.value) == (
        "You cannot open the bids because bidding closes on 2 December 2026, 12:00 noon (UK time)"
    )
    assert (tender.stage, tender.opened_at) == (Stage.OPEN, None)


def test_bids_on_their_way_at_closing_are_stored_before_anything_is_opened(tender, by, at):
    at(OPENS_FROM - MICROSECOND)

    with pytest.raises(service.BiddingNotClosed, match="in the first minute after closing"):
        service.open_bids(tender, by=by)

    assert tender.opened_at is None


@pytest.mark.both_databases
def test_bids_are_opened_from_a_minute_after_the_closing_time_on(tender, by, officer, at):
    at(OPENS_FROM)

    service.open_bids(tender, by=by)

    db.session.expire_all()
    assert tender.stage is Stage.OPENED
    assert (tender.opened_at, tender.opened_by_id) == (OPENS_FROM, officer.id)
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.actor) == ("tender.bids_opened", officer.token)


def test_bids_are_opened_once(tender, by, at):
    at(OPENS_FROM)
    service.open_bids(tender, by=by)

    with pytest.raises(StepNotAllowed, match="because it is at the opened stage"):
        service.open_bids(tender, by=by)


def test_a_draft_has_no_bids_to_open(officer, by, at):
    draft = make_tender(officer, closes_at=CLOSES_AT)
    at(OPENS_FROM)

    with pytest.raises(StepNotAllowed, match="because it is at the draft stage"):
        service.open_bids(draft, by=by)


def test_marking_starts_once_however_often_it_is_said(tender, by, at):
    at(OPENS_FROM)
    service.open_bids(tender, by=by)

    service.start_marking(tender, by=by)
    service.start_marking(tender, by=by)

    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == tender.token)
    ).all()
    assert tender.stage is Stage.EVALUATING
    assert actions.count("tender.marking_started") == 1


def test_what_is_sealed_for_the_opening_opens_after_it_and_not_before(tender, by, at):
    sealed = seals.seal_for_opening(tender, b"key of a bid", context="bid:1")
    with pytest.raises(seals.StillSealed):
        seals.unseal_after_opening(tender, sealed, context="bid:1")
    at(OPENS_FROM)
    service.open_bids(tender, by=by)

    assert seals.unseal_after_opening(tender, sealed, context="bid:1") == b"key of a bid"
    with pytest.raises(keys.SealBroken):
        seals.unseal_after_opening(tender, sealed, context="bid:2")


def test_the_key_of_one_tender_opens_nothing_of_another(officer, tender, by, at):
    other = make_open_tender(officer, closes_at=CLOSES_AT)
    sealed = seals.seal_for_opening(tender, b"key of a bid", context="bid:1")
    at(OPENS_FROM)
    service.open_bids(other, by=by)

    with pytest.raises(keys.SealBroken):
        seals.unseal_after_opening(other, sealed, context="bid:1")
    with pytest.raises(keys.SealBroken):
        keys.unwrap(other.sealing_key, purpose=f"tender:{tender.token}")


def test_suppliers_find_published_tenders_and_no_drafts(officer, tender):
    make_tender(officer)
    supplier = viewer_of(make_person(Role.BID_LEAD))

    assert queries.tenders_of(supplier) == [tender]
    assert queries.tender_for(supplier, tender.token) is tender


def test_open_tenders_are_those_not_yet_closed_the_soonest_to_close_first(officer, tender):
    sooner = make_open_tender(officer, closes_at=CLOSES_AT - timedelta(hours=1))
    make_open_tender(
        make_person(Role.OFFICER, make_authority("Elsewhere")),
        closes_at=NOON + 2 * (CLOSES_AT - NOON),
    )
    make_tender(officer, closes_at=CLOSES_AT)

    found = queries.open_tenders(CLOSES_AT - MICROSECOND)

    assert found[0] is tender
    assert len(found) == 2
    assert queries.open_tenders(NOON)[:2] == [sooner, tender]


def test_a_supplier_cannot_tell_a_draft_tender_exists(officer):
    draft = make_tender(officer)
    supplier = viewer_of(make_person(Role.BID_LEAD))

    with pytest.raises(queries.NoResultFound):
        queries.tender_for(supplier, draft.token)
