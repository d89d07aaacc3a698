"""The audit chains of a tender and its opened bids, the people in them, and the mails."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select

from accounts.models import Membership, Person
from foundation.audit import AuditEntry
from foundation.canonical import canonical_json
from foundation.database import db
from foundation.mail import CARRY_A_SECRET, FORGOTTEN, Message
from records.pack.bid_items import BidName
from records.pack.items import Item, Section, Sections, Whole, fields, section
from scoring.models import BidQuestion, BidResult, RiskRow
from supplier_portal.models import Bid, LateSubmission
from tenders.models import Amendment, Approval, Clarification, Notice, Tender

VERIFY = Path(__file__).parents[2] / "tools" / "verify_audit.py"
TOKEN_LENGTH = 22
# What a company did with its bid that the council may read; the rest of its chain is the company's
# own way of working, of which only the hashes are given.
SHARED = ("bid.submitted", "bid.withdrawn", "bid.handed_in_late", "bid.question_answered")


# What the council writes to bidders. The other mails of a bid pass between the people of a company,
# and the one that says why a question was declined would tell who asked it.
TO_BIDDERS = frozenset(
    {
        "bid.exclusion_notice",
        "bid.question_asked",
        "bid.result_released",
        "clarification.published",
        "late.decided",
        "tender.amended",
        "tender.bids_opened",
        "tender.cancelled",
        "tender.invited",
    }
)


def chain_items(tender: Tender, bids: Sequence[BidName]) -> Iterator[Item]:
    ours = people_of(tender)
    yield Whole(
        "audit/tender.jsonl",
        "The audit chain of the tender, an entry a line",
        partial(_chain, ("tender", tender.token), None),
    )
    for branch, token in bids:
        yield Whole(
            f"audit/{branch}.jsonl",
            "The audit chain of a bid; what the company did within itself as hashes alone",
            partial(_chain, ("bid", token), ours),
        )
    yield Whole("audit/verify_audit.py", "Recomputes every chain", lambda: [VERIFY.read_bytes()])
    yield Sections("people", "Who the names in the chains are", partial(_people, tender, bids))
    yield Sections("mails", "E-mails written by the service", partial(_mails, tender, bids))


def people_of(tender: Tender) -> dict[str, str]:
    """Return the e-mail address of everybody of the tender's authority, by token."""
    rows = db.session.execute(
        select(Person.token, Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == tender.authority_id)
    )
    return {str(token): str(email) for token, email in rows}


def _chain(subject: tuple[str, str], ours: dict[str, str] | None) -> Iterator[bytes]:
    """Return the entries of a chain; with ``ours`` only theirs and what is shared in full."""
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == subject[0], AuditEntry.subject == subject[1])
        .order_by(AuditEntry.number)
        .execution_options(yield_per=500)
    )
    for entry in entries:
        told = ours is None or entry.actor in ours or entry.action in SHARED
        yield (canonical_json(_entry(entry) if told else _hashes(entry)) + "\n").encode()


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        **_hashes(entry),
        "subject_kind": entry.subject_kind,
        "subject": entry.subject,
        "happened_at": f"{entry.happened_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        "actor": entry.actor,
        "action": entry.action,
        "details": json.loads(entry.details),
    }


def _hashes(entry: AuditEntry) -> dict[str, Any]:
    return {"number": entry.number, "previous_hash": entry.previous_hash, "hash": entry.hash}


def _people(tender: Tender, bids: Sequence[BidName]) -> list[Section]:
    """Return name and address of the people of the authority, and of those bidders who stand in
    the chains by name: the others are their company's business."""
    acted = select(AuditEntry.actor).where(
        AuditEntry.subject_kind == "bid",
        AuditEntry.subject.in_([token for _branch, token in bids]),
        AuditEntry.action.in_(SHARED),
    )
    ours = select(Membership.person_id).where(Membership.organisation_id == tender.authority_id)
    rows = db.session.execute(
        select(Person.token, Person.name, Person.email)
        .where(or_(Person.id.in_(ours), Person.token.in_(acted)))
        .order_by(Person.name, Person.id)
    )
    return [section(token, name, fields(token=token, email=email)) for token, name, email in rows]


def _mails(tender: Tender, bids: Sequence[BidName]) -> list[Section]:
    """Return what was written about the tender to the authority's people and, after the opening,
    by the authority to those who handed in a bid. To whom else something went is left out."""
    ours, bidders = set(people_of(tender).values()), _bidders(bids)
    rows = db.session.scalars(
        select(Message)
        .where(func.substr(Message.about, 1, TOKEN_LENGTH).in_(_tokens(tender, bids)))
        .order_by(Message.written_at, Message.kind, Message.about, Message.recipient)
        .execution_options(yield_per=500)
    )
    return [
        section(
            one.token,
            one.subject,
            fields(
                kind=one.kind,
                to=one.recipient,
                written_at=one.written_at,
                sent_at=one.sent_at,
                text=FORGOTTEN if one.kind in CARRY_A_SECRET else one.text,
            ),
        )
        for one in rows
        if one.recipient in ours or (one.recipient in bidders and one.kind in TO_BIDDERS)
    ]


def _bidders(bids: Sequence[BidName]) -> set[str]:
    found = db.session.scalars(
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .join(Bid, Bid.supplier_id == Membership.organisation_id)
        .where(Bid.token.in_([token for _branch, token in bids]))
    )
    return set(found)


def _tokens(tender: Tender, bids: Sequence[BidName]) -> list[str]:
    """Return the names under which mails about this tender are kept."""
    tokens = [tender.token]
    for table in (Amendment, Approval, Clarification, Notice):
        tokens += db.session.scalars(select(table.token).where(table.tender_id == tender.id))
    handed_in = [token for _branch, token in bids]
    of_bids: tuple[Any, ...] = (BidQuestion, BidResult, RiskRow, LateSubmission)
    for table in of_bids if handed_in else ():
        named = select(table.token).join(Bid, Bid.id == table.bid_id)
        if table is RiskRow:
            # What another authority added to the register of its contract is not told here.
            whose = (None, tender.authority_id)
            named = named.where(or_(*(table.authority_id == one for one in whose)))
        tokens += db.session.scalars(named.where(Bid.token.in_(handed_in)))
    return [*tokens, *handed_in]
