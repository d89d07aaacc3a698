"""Bringing in bids that were made on another portal, by an officer, after the closing time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind
from accounts.service import create_organisation
from foundation import audit
from foundation.database import db, transaction
from foundation.tokens import new_token
from foundation.uploads import shown_name
from question_bank.rules.questions import Kind
from supplier_portal import seals
from supplier_portal.models import Bid, BroughtBid, Submission
from supplier_portal.queries import asked_answers, last_submissions
from supplier_portal.queries import bringing as queries
from supplier_portal.queries.evidence import evidence_file
from supplier_portal.rules.bringing import (
    LONGEST_NAME,
    Brought,
    BroughtFile,
    CannotBring,
    must_be_complete,
    must_take_brought,
    same_company,
    told,
)
from supplier_portal.rules.stages import BidStage
from supplier_portal.service.answers import read_all, stored_answers, write_answers
from supplier_portal.service.bids import current, note_change
from supplier_portal.service.evidence import NewFile, add_evidence, keep_file
from supplier_portal.service.submission import hand_in
from tenders.models import Tender
from tenders.queries import effective_stage, questionnaire_of

BRING = "bring in bids"


@dataclass(frozen=True)
class FromElsewhere:
    """A workbook as it was read: whose it is, its answers, and how it came."""

    legal_name: str
    company_number: str
    answers: Mapping[str, Any]
    how: Brought
    # The workbook itself, to be kept with the bid.
    file: NewFile


def bring_bid(tender: Tender, new: FromElsewhere, *, by: Viewer, arrived_at: datetime) -> Bid:
    """Make a bid of what a workbook says; it is handed in once an officer has completed it.

    The company gets a record of its own for this tender: it may have an account here, and what an
    officer uploads must not turn up in it. A workbook that names no company lends the bid its
    file's name, for the officer to put right. Raises CannotBring.
    """
    name = " ".join(new.legal_name.split()) or new.file.name.rpartition(".")[0] or new.file.name
    if len(name) > LONGEST_NAME:
        raise CannotBring(f"The company’s name is longer than {LONGEST_NAME} characters")
    with transaction():
        must_take(tender, arrived_at)
        for other in queries.brought_bids(tender):
            if same_company(other.bid.supplier.legal_name, name):
                raise CannotBring(
                    f"A bid of {name} is here already: open it to replace its workbook"
                )
        company = create_organisation(
            name,
            OrganisationKind.SUPPLIER,
            actor=by.person_token,
            company_number=new.company_number or None,
        )
        bid = _new_bid(tender, company, by=by, arrived_at=arrived_at)
        how = _with_workbook(bid, new, by, arrived_at)
        _save(bid, how, by=by, arrived_at=arrived_at)
        _take_answers(bid, new.answers, by=by, arrived_at=arrived_at)
        audit.record(
            "bid.brought",
            actor=by.person_token,
            subject=("bid", bid.token),
            tender=tender.token,
            workbook=how.sha256,
        )
    return bid


def replace_workbook(bid: Bid, new: FromElsewhere, *, by: Viewer, arrived_at: datetime) -> None:
    """Take the answers from another workbook of the same company; files already added stay."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        if new.legal_name and not same_company(bid.supplier.legal_name, new.legal_name):
            raise CannotBring(
                f"This workbook is of {new.legal_name}, and this is the bid of "
                f"{bid.supplier.legal_name}"
            )
        stood = queries.how_it_came(bid, _row(bid))
        how = _with_workbook(bid, new, by, arrived_at)
        _save(
            bid,
            replace(
                how,
                declared_by=stood.declared_by,
                received_at=stood.received_at,
                files=stood.files,
            ),
            by=by,
            arrived_at=arrived_at,
        )
        _take_answers(bid, new.answers, by=by, arrived_at=arrived_at)
        audit.record(
            "bid.workbook_replaced",
            actor=by.person_token,
            subject=("bid", bid.token),
            workbook=how.sha256,
        )


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
            queries.how_it_came(bid, _row(bid)),
            declared_by=declared_by,
            received_at=received_at,
            published_at=published_at,
            closes_at=closes_at,
        )
        _save(bid, how, by=by, arrived_at=arrived_at)
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
    kept = keep_file(bid, new, field="file", by=by, arrived_at=arrived_at)
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        how = queries.how_it_came(bid, _row(bid))
        title = new.title.strip() or shown_name(new.name)
        file = BroughtFile(kept.token, title, part.id if part else "")
        _save(bid, replace(how, files=(*how.files, file)), by=by, arrived_at=arrived_at)
        note_change(bid, arrived_at=arrived_at)


def must_all_be_handed_in(tender: Tender) -> None:
    """Raise CannotBring while a bid brought in for ``tender`` would be left behind."""
    if not tender.runs_elsewhere:
        return
    bids = [entry.bid for entry in queries.brought_bids(tender)]
    last = last_submissions(bids)
    must_be_complete(
        [
            bid.supplier.legal_name
            for bid in bids
            if bid.id not in last or last[bid.id].revision != bid.revision
        ]
    )


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


def must_take(tender: Tender, moment: datetime) -> None:
    """Raise CannotBring unless bids of ``tender`` can be brought in at ``moment``."""
    must_take_brought(
        runs_elsewhere=tender.runs_elsewhere, stage=effective_stage(tender, moment), doing=BRING
    )


def _new_bid(tender: Tender, company: Organisation, *, by: Viewer, arrived_at: datetime) -> Bid:
    token = new_token()
    bid = Bid(
        token=token,
        tender=tender,
        supplier=company,
        tender_id=tender.id,
        supplier_id=company.id,
        stage=BidStage.DRAFT,
        key_for_supplier=seals.new_bid_key(token),
        revision=0,
        changed_at=arrived_at,
        created_at=arrived_at,
        created_by_id=by.person_id,
        brought_by_id=by.person_id,
    )
    db.session.add(bid)
    db.session.flush()
    return bid


def _with_workbook(bid: Bid, new: FromElsewhere, by: Viewer, arrived_at: datetime) -> Brought:
    """Keep the workbook as it came with the bid, for the evaluators to look into.

    Its hash is taken while it is stored: the file is never whole in memory.
    """
    kept = keep_file(bid, new.file, field="files", by=by, arrived_at=arrived_at)
    about = evidence_file(kept, seals.supplier_key(bid))
    return replace(new.how, evidence=about.token, sha256=about.sha256)


def _row(bid: Bid) -> BroughtBid:
    return db.session.scalars(select(BroughtBid).where(BroughtBid.bid_id == bid.id)).one()


def _save(bid: Bid, how: Brought, *, by: Viewer, arrived_at: datetime) -> None:
    row = db.session.scalars(select(BroughtBid).where(BroughtBid.bid_id == bid.id)).one_or_none()
    if row is None:
        row = BroughtBid(bid_id=bid.id)
        db.session.add(row)
    row.sealed = seals.seal_brought(bid, seals.supplier_key(bid), how.as_json())
    row.saved_at = arrived_at
    row.saved_by_id = by.person_id
    db.session.flush()


def _take_answers(
    bid: Bid, answers: Mapping[str, Any], *, by: Viewer, arrived_at: datetime
) -> None:
    """Make the answers those of the workbook: what it leaves empty is taken back."""
    wanted = read_all(bid, {part_id: (0, value) for part_id, value in answers.items()})
    stored = stored_answers(bid, wanted)
    changed = {
        part_id: value for part_id, value in wanted.items() if value != stored[part_id].value
    }
    write_answers(bid, changed, stored, by=by, arrived_at=arrived_at)


def hand_in_brought(bid: Bid, *, by: Viewer, arrived_at: datetime) -> Submission:
    """Hand the bid in as it stands, at the time the other portal received it.

    What is missing stays missing: nobody here may add a word to it. Raises CannotBring.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=BRING)
        how = queries.how_it_came(bid, _row(bid))
        if how.received_at is None:
            raise CannotBring("Enter what the other portal recorded before you hand this bid in")
        answers, _missing = asked_answers(bid)
        return hand_in(bid, answers, how.declared_by, by=by, arrived_at=how.received_at)


def how_it_was_brought(bid: Bid, _answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is handed in of how the bid came; None for a bid made here."""
    if bid.brought_by_id is None:
        return None
    return queries.how_it_came(bid, _row(bid)).as_json()
