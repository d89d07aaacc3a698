"""Watching what opened bids rest on, until there is a contract: what is noticed, and what follows.

A duty looks at how things stand on the last day it has to make up for, so that nothing is lost when
the service was down on the day itself, and it comes to the same result when it is done again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from contract_clauses.queries.watching import (
    Rests,
    bids_evaluated,
    successful_without_contract,
    tenders_evaluated,
)
from contract_clauses.rules.watching import AHEAD, Lasts, certificates_in
from contract_clauses.service.watching_rounds import RanOut, Reopened, Round
from contract_clauses.tasks import BIDS_RELY, CERTIFICATE_OF_BID, WHILE_EVALUATED
from foundation import clock
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Rule
from supplier_portal.models import Bid
from supplier_portal.queries.opened import OpenedBid
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.service.tasks import Wanted, keep_tasks

LOOKED_AT = "The bids are no longer evaluated, or what ran out was looked at."
RECORDED = "The contract is recorded, and what it rests on is watched there."
SOON = timedelta(days=max(WHILE_EVALUATED))


def watch_bids(_first: date, last: date) -> None:
    """Notice which certificates run out in opened bids before their contract is recorded."""
    found = Round()
    found.look_at(tenders_evaluated(), lambda tender: _look_at_tender(tender, last, found))
    found.look_at(successful_without_contract(), lambda bid: _look_at_bid(bid, last, found))
    if found.failed is None:
        keep_tasks([BIDS_RELY], _of(found, BIDS_RELY), LOOKED_AT)
        keep_tasks([CERTIFICATE_OF_BID], _of(found, CERTIFICATE_OF_BID), RECORDED)
    else:
        # What could not be looked at may still be wanted, so nothing ends today.
        keep_tasks([], found.wanted, "")
    found.end()


def _of(found: Round, kind: str) -> list[Wanted]:
    return [one for one in found.wanted if one.kind == kind]


def _look_at_tender(tender: Tender, day: date, found: Round) -> None:
    """Of all bids of a tender there is one task for each day on which something runs out."""
    days: set[date] = set()
    for opened in bids_evaluated(tender):
        lasting = _lasting(opened)
        _reopen(opened, [one for one in lasting if one.until < day])
        days |= {one.until for one in lasting if one.until - day <= SOON}
    settled = _settled(tender)
    found.wanted += [
        Wanted(tender.authority_id, tender.id, BIDS_RELY, tender.token, until)
        for until in days - settled
    ]


def _look_at_bid(opened: OpenedBid, day: date, found: Round) -> None:
    tender = opened.bid.tender
    certificates = _lasting(opened)
    _reopen(opened, [one for one in certificates if one.until < day])
    for lasting in certificates:
        if lasting.until - day <= AHEAD:
            details = {"bid": opened.bid.id, "named": lasting.name}
            subject = f"{opened.bid.token}:{lasting.name}"
            found.wanted.append(
                Wanted(
                    tender.authority_id,
                    tender.id,
                    CERTIFICATE_OF_BID,
                    subject,
                    lasting.until,
                    details,
                )
            )


def _lasting(opened: OpenedBid) -> list[Lasts]:
    """Return the certificates a bid names; what had run out when it came was judged with it."""
    handed_in = clock.london(opened.arrived_at).date()
    parts = questionnaire_of(opened.bid.tender).parts
    return [one for one in certificates_in(parts, opened.answers) if one.until >= handed_in]


def _reopen(opened: OpenedBid, over: Iterable[Lasts]) -> None:
    bid, rests = opened.bid, Rests(opened.bid.id, questionnaire_of(opened.bid.tender))
    again = Reopened(bid.id, bid.tender.authority_id)
    for lasting in over:
        ran_out = RanOut(Rule.CERTIFICATE, lasting.cause, lasting.until)
        again.add(ran_out, [lasting.part], rests.on(lasting.part))
    again.open()


def _settled(tender: Tender) -> set[date]:
    """Return the days for which everything that was reopened in a tender is settled."""
    rows = db.session.execute(
        select(Reopening.due_on, ReopeningSettled.id)
        .join(Bid, Bid.id == Reopening.bid_id)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .where(Bid.tender_id == tender.id, Reopening.rule == Rule.CERTIFICATE)
    ).all()
    still = {day for day, settled in rows if settled is None}
    return {day for day, _settled_by in rows} - still
