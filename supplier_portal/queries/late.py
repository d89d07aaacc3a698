"""Bids handed in after the closing time: for their company, and after the opening for the council.

The buying side learns that there are any only at the opening, and never what one says unless it is
admitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, undefer

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.queries.amendments import overtaken
from supplier_portal.queries.carried import unconfirmed
from supplier_portal.queries.handing_in import asked_answers
from supplier_portal.queries.own import saved_answers
from supplier_portal.rules.receipt import Receipt, files_in
from tenders.models import Tender


def late_answers(bid: Bid) -> tuple[dict[str, Any], int, int]:
    """Return the answers that can be handed in late, how many required ones are missing, and how
    many are left behind: those nobody confirmed, which nobody can confirm any more."""
    behind = {*unconfirmed(bid), *overtaken(bid, saved_answers(bid))}
    answers, missing = asked_answers(bid, without=behind)
    return answers, missing, len(behind)


def late_submissions_of(bid: Bid) -> list[LateSubmission]:
    """Return what the company handed in late, the last first."""
    return list(
        db.session.scalars(
            select(LateSubmission)
            .where(LateSubmission.bid_id == bid.id)
            .order_by(LateSubmission.number.desc())
        )
    )


def late_submission_of(bid: Bid, number: int) -> LateSubmission:
    """Return one late submission with what was handed in. Raises NoResultFound."""
    if not 0 < number < 2**31:
        raise NoResultFound
    return db.session.scalars(
        select(LateSubmission)
        .options(undefer(LateSubmission.sealed))
        .where(LateSubmission.bid_id == bid.id, LateSubmission.number == number)
    ).one()


def last_late_submissions(bids: Iterable[Bid]) -> dict[int, LateSubmission]:
    """Return the last late submission of each bid that has one, by id of bid."""
    found = db.session.scalars(
        select(LateSubmission)
        .where(LateSubmission.bid_id.in_([bid.id for bid in bids]))
        .order_by(LateSubmission.number)
    )
    return {late.bid_id: late for late in found}


def late_text(bid: Bid, late: LateSubmission) -> str:
    """Return the canonical text handed in late, for its supplier."""
    return seals.open_late(bid, seals.supplier_key(bid), late)


def why_late(bid: Bid, late: LateSubmission) -> str:
    """Return why it was late, for its supplier."""
    return seals.open_why_late(bid, seals.supplier_key(bid), late)


def late_receipt_of(bid: Bid, late: LateSubmission) -> Receipt:
    text = late_text(bid, late)
    return Receipt(
        tender=bid.tender.token,
        reference=bid.tender.reference,
        bid=bid.token,
        number=late.number,
        arrived_at=f"{late.arrived_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        questionnaire=json.loads(text)["questionnaire"] or "",
        content_hash=late.content_hash,
        salt=seals.open_late_salt(bid, seals.supplier_key(bid), late).hex(),
        commitment=late.commitment,
        audit_entry=late.audit_hash,
        files=files_in(text),
    )


def handed_in_late(tender: Tender) -> list[tuple[LateSubmission, Bid]]:
    """Return the last late submission of each bid for an opened tender, the first to come first.

    Nothing of what one says is loaded. Raises NoResultFound before the opening.
    """
    if tender.opened_at is None:
        raise NoResultFound
    last = (
        select(func.max(LateSubmission.number))
        .where(LateSubmission.bid_id == Bid.id)
        .correlate(Bid)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(LateSubmission, Bid)
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .options(joinedload(Bid.supplier, innerjoin=True), joinedload(Bid.tender, innerjoin=True))
        .where(Bid.tender_id == tender.id, LateSubmission.number == last)
        .order_by(LateSubmission.arrived_at, LateSubmission.id)
    )
    return [(late, bid) for late, bid in rows]


def why_said_to_council(bid: Bid, late: LateSubmission) -> str:
    """Return why a bid was late, for the council. Raises StillSealed before the opening."""
    return seals.open_why_late(bid, seals.late_key(bid, late), late)
