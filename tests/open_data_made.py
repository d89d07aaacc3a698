"""A tender with results, notices and a public page: what tests of open data share."""

from __future__ import annotations

from foundation import clock
from foundation.database import db, transaction
from records.service import public as open_service
from scoring.queries.exclusions import exclusions_of
from scoring.rules.exclusions import Found
from scoring.service import exclusions
from tenders.models import Notice
from tenders.planning import latest
from tenders.service.planning import save_sheet
from tests.beginnings import a_step
from tests.deciding import release
from tests.evaluating import agree_all, pass_all
from tests.factories import viewer_of

TEXT = {"what": "Forty sensors that count people", "shows": ["statistics", "assessments"]}
FACTS = {
    "award_date": "2027-02-01",
    "contract_start": "2027-04-01",
    "contract_end": "2030-03-31",
    "extension_end": "2031-03-31",
    "value": "412000.50",
    "above_threshold": "yes",
    "procedure": "open",
}


@a_step
def publish_page(tender, officer, **text):
    by = viewer_of(officer)
    version = latest(tender, "public").version
    save_sheet(tender, "public", {**TEXT, **text}, version=version, by=by)
    open_service.publish_page(tender, version=version + 1, by=by)


@a_step
def record_notice(tender, officer, kind, **details):
    """As an officer who published a notice records it."""
    given = {"number": "012345-2026", "published_on": clock.london(clock.now()).date(), **details}
    with transaction():
        notice = Notice(
            tender_id=tender.id,
            kind=kind,
            recorded_at=clock.now(),
            recorded_by_id=officer.id,
            **given,
        )
        db.session.add(notice)
        db.session.flush()
    return notice


@a_step
def check_everybody(tender, officer):
    """Find no ground to exclude anybody whom the bids name."""
    by = viewer_of(officer)
    for entry in exclusions_of(by, tender):
        for party in entry.parties:
            check = exclusions.Check(
                done_on=clock.london(clock.now()).date(),
                looked_at=["debarment-list"],
                reference="",
                found=Found.NOTHING,
                ground="",
                text="",
            )
            exclusions.record_check(entry.opened.bid, party.token, check, based_on=0, by=by)


def decide(tender, make_bid, opened, officer, evaluated):
    """Larkfield wins over Rook."""
    bids = {name: make_bid(name) for name in ("Larkfield", "Rook")}
    opened()
    check_everybody(tender, officer)
    for bid in bids.values():
        by = viewer_of(officer)
        agree_all(bid, 4, by=by, words=lambda _: {"feedback": "Answered in full"})
        pass_all(bid, by=by)
    release(
        tender,
        officer,
        {bids["Larkfield"].token: True, bids["Rook"].token: False},
        why={bids["Rook"].token: "The other bid earned more"},
    )
    return bids
