"""Questions of the demonstration: two about the open tender, one to a bidder after the opening."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db
from scoring import queries, service
from scoring.models import BidQuestion
from tenders import service as tenders
from tenders.models import Clarification, Tender

ASKED = "Do the old counters on the high street stay, and must readings be comparable with theirs?"
PUBLISHED = "Do the existing counters stay, and must readings be comparable with theirs?"
ANSWER = (
    "Both counters stay until the end of the contract. Readings must be comparable: the tender's "
    "question on calibration says how."
)
WAITING = "May a sensor be fixed to a shop front, with the owner's consent, or to lamp posts alone?"
TO_ANSWER = timedelta(days=5)


def ask_about(tender: Tender, *, officer: Viewer, first: Viewer, second: Viewer) -> None:
    """One question published to everybody, and one that waits; unless somebody asked already."""
    asked_before = select(Clarification.id).where(Clarification.tender_id == tender.id).limit(1)
    if db.session.scalar(asked_before) is not None:
        return
    now = clock.now()
    asked = tenders.ask_clarification(tender, "", ASKED, by=first, arrived_at=now)
    tenders.ask_clarification(tender, "", WAITING, by=second, arrived_at=now)
    tenders.prepare_answer(
        tender,
        asked.token,
        PUBLISHED,
        ANSWER,
        no_name=False,
        based_on=tenders.version_of_answer("", ""),
        by=officer,
    )
    tenders.publish_clarifications(tender, [asked.token], by=officer, arrived_at=now)


def ask_a_bidder(tender: Tender, *, officer: Viewer) -> None:
    """The draft of the first check that found answers disagreeing, sent to its bidder."""
    bids = queries.bids_in_evaluation(officer, tender)
    ids = [bid.opened.bid.id for bid in bids]
    asked_before = select(BidQuestion.id).where(BidQuestion.bid_id.in_(ids)).limit(1)
    if db.session.scalar(asked_before) is not None:
        return
    drafts = ((bid, draft.text) for bid in bids for draft in queries.to_ask(bid) if draft.text)
    bid, text = next(drafts, (None, ""))
    if bid is not None:
        now = clock.now()
        service.ask_bidder(bid, "", text, now + TO_ANSWER, by=officer, arrived_at=now)
