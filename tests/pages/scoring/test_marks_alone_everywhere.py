"""Whoever still marks alone cannot tell, from any page or file, what the panel agreed.

One evaluation is looked at in two worlds: in one the panel agreed the best mark for every answer of
a bid, in the other a low one with reasons of its own. Somebody who holds every role and has not
locked his marks opens every address there is, and gets the same answers in both.
"""

from __future__ import annotations

import re

import pytest

from accounts.models import Membership, Person
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from contract_clauses.loader import raw_library
from foundation import clock, jobs
from foundation.database import db, transaction
from records import making
from records.rules.kinds import RecordKind
from scoring import queries, service
from scoring.models import RiskRow
from scoring.queries.late import late_bids
from scoring.service.late import decide_late
from scoring.service.price_opening import open_prices
from supplier_portal import service as portal
from supplier_portal.models import Bid
from tenders import service as tenders
from tenders.models import Tender
from tests import pricing, two_worlds
from tests.evaluating import agree_all, agree_quality, give
from tests.every_page import addresses, not_the_same, opened_by, tokens, values_of
from tests.factories import make_person, make_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, LATE_TEXT

GOOD = "The panel found nothing that was missing"
CANARY = "The panel heard of the copper heron"
LINK = re.compile(r'href="([^"#?]+)')
ROLES = [
    role
    for role in Role
    if KIND_OF[role] is OrganisationKind.AUTHORITY and role is not Role.ADMINISTRATOR
]


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    by = viewer_of(officer)
    pricing.design(tender, by=by)
    tenders.publish_tender(tender, by=by, libraries={"clauses": raw_library})
    return tender


@pytest.fixture
def everything(authority, tender):
    """Somebody who holds every role that may read something of bids."""
    person = make_person(Role.OFFICER, authority, name="Ada Hill")
    with transaction():
        for role in ROLES:
            if role is not Role.OFFICER:
                db.session.add(
                    Membership(person_id=person.id, organisation_id=authority.id, role=role)
                )
    return person


@pytest.fixture
def bids(make_bid, make_late, tender, opened, officer):
    made = [make_bid("Ash", best=False), make_bid("Birch", best=False)]
    for number, bid in enumerate(made):
        lead = make_person(Role.BID_LEAD, bid.supplier)
        by = viewer_of(lead)
        pricing.offer(bid, str(1000 + number), "5000", "0", "600", by=by)
        portal.submit_bid(
            bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )
    # A third comes late and is refused: nobody ever reads it.
    make_late("Quay")
    opened()
    (late,) = late_bids(tender)
    decide_late(late, admitted=False, reason="Nothing failed but its line", by=viewer_of(officer))
    return made


@pytest.fixture
def seen(app, monkeypatch, tmp_path, tender, bids, officer, everything):
    """Return what is seen where the panel agreed a mark: ``seen(5, "words")``."""
    snapshots = two_worlds.Snapshots(app, tmp_path)
    ids = tender.id, [bid.id for bid in bids], officer.id, everything.id
    snapshots.take("before")
    # Risks that go in the world looked at first, where the panel agreed the best mark, and others.
    looked_at = []

    def look(mark, words, *, quality=False, locks=False):
        snapshots.put_back("before")
        with monkeypatch.context() as alike:
            two_worlds.drawn_alike(alike, "agreeing")
            tender_id, bid_ids, officer_id, everything_id = ids
            tender, chair = db.session.get_one(Tender, tender_id), person(officer_id)
            alone, listed = person(everything_id), [db.session.get_one(Bid, one) for one in bid_ids]
            # Records of both worlds: risks that marks raise come in one of them alone.
            risks = tokens(RiskRow.token)
            panel_agrees(chair, listed, mark, words)
            if not looked_at:
                left = set(tokens(RiskRow.token))
                gone = [one for one in risks if one not in left]
                looked_at.extend(gone[:2] + [one for one in risks if one in left][:2])
            two_worlds.drawn_alike(alike, "afterwards")
            goes_on(app, tender, chair, quality=quality)
            service.allocate(tender, ["SLP-07"], [alone.id], by=viewer_of(chair))
            if locks:
                lock_his_own(alone, tender, listed)
            values = {**values_of(tender, listed, [chair, alone]), "risk": looked_at}
            pages = list(addresses(app, values, ROLES))
        return list(opened_by(app, alone, pages))

    return look


def panel_agrees(chair, bids, mark, words):
    """Agree ``mark`` for the first bid and the same for the other in both worlds."""
    by = viewer_of(chair)
    said = {"reason": words, "feedback": words, "internal_comment": words}
    first, second = (queries.bid_in_evaluation(by, bid.token, to="mark:read") for bid in bids)
    agree_all(first, mark, by=by, words=lambda _question: said)
    agree_all(second, 3, by=by)


def goes_on(app, tender, chair, *, quality):
    """What comes of agreed marks: prices opened, files asked for by somebody who sees them."""
    by = viewer_of(chair)
    if quality:
        agree_quality(tender, by=by)
        open_prices(tender, by=by)
    making.ask_for_record(tender, RecordKind.AUDIT, by=by)
    making.ask_for_export(by=by)
    jobs.run_due_jobs(app.extensions["job_handlers"])


def person(known):
    return db.session.get_one(Person, known)


def lock_his_own(alone, tender, listed):
    by = viewer_of(alone)
    for bid in listed:
        give(queries.bid_in_evaluation(by, bid.token, to="mark:read"), "SLP-07", 2, by=by)
    service.lock_marks(tender, by=by)


def led_astray(opened):
    """Return (page, link) for every link to a page or file that must wait or is not found."""
    waits = {address for address, status, *_ in opened if status in (404, 409)}
    return [
        (address, link)
        for address, status, body, _ in opened
        if status == 200
        for link in LINK.findall(body.decode(errors="replace"))
        if link in waits
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize("quality", [pytest.param(False, marks=pytest.mark.slow), True])
def test_every_page_and_file_is_the_same_whatever_the_panel_agreed(seen, quality):
    best = seen(5, GOOD, quality=quality)
    worst = seen(1, CANARY, quality=quality)

    assert not_the_same(best, worst) == []
    assert led_astray(worst) == []
    assert [address for address, _, body, _ in worst if CANARY.encode() in body] == []
    assert [address for address, _, body, _ in worst if LATE_TEXT.encode() in body] == []
    assert len([1 for address, status, *_ in worst if status == 200 and "/late" in address]) > 1
    assert len([1 for _, status, *_ in worst if status == 200]) > 60


@pytest.mark.sqlite
def test_the_comparison_finds_what_is_to_be_found_once_his_own_marks_are_locked(seen):
    worst = seen(1, CANARY, locks=True)

    holding = {address for address, _, body, _ in worst if CANARY.encode() in body}
    assert len(holding) > 3


def test_who_manages_contracts_takes_no_file_of_marks_away(client_for, authority, tender, bids):
    web = client_for(make_person(Role.CONTRACT_MANAGER, authority))
    of_tender = f"/evaluation/tenders/{tender.token}"

    files = ("scores.xlsx", "evaluation.xlsx", "controls.xlsx", "risk-register.xlsx")
    answers = [web.get(f"{of_tender}/{name}").status_code for name in files]
    schedule = web.get(f"/schedules/{bids[0].token}").status_code

    assert (answers, schedule) == ([403, 403, 403, 200], 200)
