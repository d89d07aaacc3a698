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
from supplier_portal import seals
from supplier_portal.models import Bid, BroughtBid
from supplier_portal.queries import bringing as queries
from supplier_portal.queries import last_submissions
from supplier_portal.queries.evidence import evidence_file
from supplier_portal.rules.bringing import (
    LONGEST_NAME,
    Brought,
    CannotBring,
    must_be_complete,
    must_take_brought,
    same_company,
)
from supplier_portal.rules.stages import BidStage
from supplier_portal.service.answers import read_all, stored_answers, write_answers
from supplier_portal.service.bids import current
from supplier_portal.service.evidence import NewFile, keep_file
from tenders.models import Tender
from tenders.queries import effective_stage

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
        save_how(bid, how, by=by, arrived_at=arrived_at)
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
        stood = queries.how_it_came(bid, row_of(bid))
        how = _with_workbook(bid, new, by, arrived_at)
        save_how(
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


def row_of(bid: Bid) -> BroughtBid:
    """Return the row that says how ``bid`` came in."""
    return db.session.scalars(select(BroughtBid).where(BroughtBid.bid_id == bid.id)).one()


def save_how(bid: Bid, how: Brought, *, by: Viewer, arrived_at: datetime) -> None:
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


def how_it_was_brought(bid: Bid, _answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is handed in of how the bid came; None for a bid made here."""
    if bid.brought_by_id is None:
        return None
    return queries.how_it_came(bid, row_of(bid)).as_json()
