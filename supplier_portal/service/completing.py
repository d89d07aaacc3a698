"""Completing a bid brought in from another portal: whose it is, its files, and handing it in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit
from foundation.database import db, transaction
from foundation.uploads import shown_name
from question_bank.rules.questions import Kind
from supplier_portal.models import Bid, Evidence, Submission
from supplier_portal.queries import asked_answers
from supplier_portal.queries import bringing as queries
from supplier_portal.rules.bringing import (
    LONGEST_NAME,
    BroughtFile,
    CannotBring,
    same_company,
    told,
)
from supplier_portal.rules.stages import BidStage
from supplier_portal.service.bids import current, note_change
from supplier_portal.service.bringing import BRING, row_of, save_how
from supplier_portal.service.evidence import NewFile, add_evidence, keep_file
from supplier_portal.service.submission import hand_in
from tenders.queries import questionnaire_of


def tell_of_brought(
    bid: Bid,
    *,
    company: str,
    company_number: str,
    declared_by: str,
    received_at: datetime,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Note whose the bid is, who signed it and when the other portal received it.

    Raises CannotBring naming the field.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        closes_at, published_at = bid.tender.closes_at, bid.tender.published_at
        if closes_at is None or published_at is None:
            raise CannotBring("You cannot bring in bids because this tender is not published")
        _name_company(bid, company, company_number)
        how = told(
            queries.how_it_came(bid, row_of(bid)),
            declared_by=declared_by,
            received_at=received_at,
            published_at=published_at,
            closes_at=closes_at,
        )
        save_how(bid, how, by=by, arrived_at=arrived_at)
        audit.record(
            "bid.brought_details",
            actor=by.person_token,
            subject=("bid", bid.token),
            received_at=received_at.isoformat(),
        )


def _name_company(bid: Bid, company: str, company_number: str) -> None:
    name = " ".join(company.split())
    if not name:
        raise CannotBring("Enter the legal name of the company", field="company")
    if len(name) > LONGEST_NAME:
        raise CannotBring(f"Enter a name of {LONGEST_NAME} characters or fewer", field="company")
    for other in queries.brought_bids(bid.tender):
        if other.bid.id != bid.id and same_company(other.bid.supplier.legal_name, name):
            raise CannotBring(f"A bid of {name} is here already", field="company")
    bid.supplier.name = bid.supplier.legal_name = name
    bid.supplier.company_number = company_number.strip() or None


def add_brought_file(
    bid: Bid, part_id: str, new: NewFile, *, by: Viewer, arrived_at: datetime
) -> None:
    """Keep a file that came beside the workbook, for the part named or the bid as a whole.

    Raises UploadRefused and CannotBring.
    """
    part = questionnaire_of(bid.tender).parts.get(part_id)
    if part is not None and part.kind is Kind.FILE:
        add_evidence(bid, part, new, by=by, arrived_at=arrived_at)
        return

    def say_so(bid: Bid, kept: Evidence) -> None:
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        how = queries.how_it_came(bid, row_of(bid))
        title = new.title.strip() or shown_name(new.name)
        file = BroughtFile(kept.token, title, part.id if part else "")
        save_how(bid, replace(how, files=(*how.files, file)), by=by, arrived_at=arrived_at)
        note_change(bid, arrived_at=arrived_at)

    keep_file(bid, new, field="file", by=by, arrived_at=arrived_at, then=say_so)


def leave_out(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Take a bid that was brought in by mistake out again. Raises CannotBring once handed in."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        if db.session.scalar(select(Submission.id).where(Submission.bid_id == bid.id).limit(1)):
            raise CannotBring(
                "You cannot take this bid out because it is handed in: it stays in the record"
            )
        bid.stage = BidStage.WITHDRAWN
        audit.record("bid.left_out", actor=by.person_token, subject=("bid", bid.token))


def hand_in_brought(bid: Bid, *, by: Viewer, arrived_at: datetime) -> Submission:
    """Hand the bid in as it stands, at the time the other portal received it.

    What is missing stays missing: nobody here may add a word to it. Raises CannotBring.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        how = queries.how_it_came(bid, row_of(bid))
        if how.received_at is None:
            raise CannotBring("Enter what the other portal recorded before you hand this bid in")
        answers, _missing = asked_answers(bid)
        return hand_in(bid, answers, how.declared_by, by=by, arrived_at=how.received_at)
