"""Inviting suppliers: who is invited, who may bid, and the messages a job writes in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from accounts.queries import Viewer
from foundation import clock, jobs, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from tenders.invited import addresses_invited
from tenders.models import SupplierInvited, Tender
from tenders.rules.inviting import Read, read_rows
from tenders.rules.lifecycle import Stage, stage_at
from tenders.service.base import current_draft, current_tender, record

# The job that writes to those invited, and the kind of its messages.
INVITE = "tender.invited"
MOST_INVITED = 50_000
# A batch holds the right to write for a fraction of a second.
BATCH = 50

TENDER_PAGE = "supplier_portal.tender_home"
REGISTER_PAGE = "accounts.register"


class CannotInvite(DomainError):
    """Nobody is invited to this tender now."""


class ChangedSinceLook(DomainError):
    """What would be invited is not what the officer looked at."""


def invite_suppliers(tender: Tender, typed: str, *, looked_at: str, by: Viewer) -> tuple[int, Read]:
    """Invite every row that can be; return how many, and what was read.

    ``looked_at``: the fingerprint of the addresses the officer was shown (``fingerprint``). The
    number of statements does not depend on that of the rows. Raises CannotInvite, TooManyRows and
    ChangedSinceLook.
    """
    with transaction():
        current = current_tender(tender)
        must_take_invitations(current)
        known = addresses_invited(current)
        read = read_rows(typed, invited=known)
        if fingerprint(read) != looked_at:
            raise ChangedSinceLook(
                "Look at the rows again before you invite: they changed after they were checked",
                field="rows",
            )
        if not read.wanted:
            raise CannotInvite("Enter at least one company that is not invited yet", field="rows")
        if len(known) + len(read.wanted) > MOST_INVITED:
            raise CannotInvite(
                f"You cannot invite more than {MOST_INVITED:,} companies to a tender", field="rows"
            )
        moment = clock.now()
        db.session.execute(
            insert(SupplierInvited),
            [
                {
                    "tender_id": current.id,
                    "email": row.email,
                    "company": row.company,
                    "invited_at": moment,
                    "invited_by_id": by.person_id,
                }
                for row in read.wanted
            ],
        )
        record(
            "tender.suppliers_invited",
            current,
            by,
            count=len(read.wanted),
            addresses=fingerprint(read),
        )
        if current.stage is Stage.OPEN:
            write_to_invited(current)
    return len(read.wanted), read


def withdraw_supplier(tender: Tender, email: str, *, by: Viewer) -> str:
    """Take back an invitation that is not sent; return the address.

    Raises NoResultFound, and CannotInvite where the message is written.
    """
    with transaction():
        current = current_tender(tender)
        row = db.session.scalars(
            select(SupplierInvited)
            .where(SupplierInvited.tender_id == current.id, SupplierInvited.email == email)
            .execution_options(populate_existing=True)
        ).one()
        if row.written_at is not None:
            raise CannotInvite(
                f"You cannot withdraw the invitation of {row.email} because it was sent"
            )
        db.session.delete(row)
        db.session.flush()
        record("tender.invitation_withdrawn", current, by, address=sha256_hex(row.email))
    return row.email


def set_registration(tender: Tender, is_open: bool, *, by: Viewer) -> None:
    """Decide whether any company may bid for a draft or only those invited. Raises TenderPublished.

    Companies that were invited may bid either way.
    """
    with transaction():
        draft = current_draft(tender)
        if draft.registration_open == is_open:
            return
        draft.registration_open = is_open
        db.session.flush()
        record("tender.registration_set", draft, by, open=is_open)


def must_take_invitations(tender: Tender) -> None:
    """Raise CannotInvite unless companies may be invited to the tender now."""
    stage = stage_at(tender.stage, tender.closes_at, clock.now())
    if stage not in (Stage.DRAFT, Stage.OPEN):
        raise CannotInvite(f"You cannot invite companies because the tender is {stage}")
    if tender.runs_elsewhere:
        raise CannotInvite(
            "You cannot invite companies here because bids are taken on another portal: invite "
            "them there"
        )


def fingerprint(read: Read) -> str:
    """Return what tells one set of rows to invite from another."""
    return sha256_hex("\n".join(f"{row.email}\t{row.company}" for row in read.wanted))


def write_to_invited(tender: Tender) -> None:
    """Have a job write to everybody invited who was not written to; call it in a transaction."""
    if not tender.runs_elsewhere and db.session.scalar(_waiting(func.count(), tender.id)):
        jobs.enqueue(INVITE, tender.token)


def tell_invited(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "tender.invited": write to everybody who waits, batch by batch.

    Each address gets one message for a tender, whenever and however often this runs. Once bids
    are closed there is nothing to invite to.
    """
    while _tell_some(subject):
        pass


def _tell_some(token: str) -> bool:
    with transaction():
        tender = db.session.scalars(
            select(Tender).where(Tender.token == token).execution_options(populate_existing=True)
        ).one()
        if stage_at(tender.stage, tender.closes_at, clock.now()) is not Stage.OPEN:
            return False
        batch = db.session.execute(
            _waiting(SupplierInvited.id, tender.id, SupplierInvited.email)
            .order_by(SupplierInvited.id)
            .limit(BATCH)
        ).all()
        if batch:
            mail.post(INVITE, tender.token, [email for _id, email in batch], *_letter(tender))
            db.session.execute(
                update(SupplierInvited)
                .where(SupplierInvited.id.in_([invited_id for invited_id, _email in batch]))
                .values(written_at=clock.now())
            )
        return len(batch) == BATCH


def _waiting(column: Any, tender_id: int, *more: Any) -> Any:
    return select(column, *more).where(
        SupplierInvited.tender_id == tender_id, SupplierInvited.written_at.is_(None)
    )


def _letter(tender: Tender) -> tuple[str, str]:
    """Return subject and text, the same for everybody."""
    closing = clock.show_moment(tender.closes_at) if tender.closes_at else ""
    return (
        f"You are invited to bid: {tender.title}",
        f"{tender.authority.name} invites your company to bid for “{tender.title}” "
        f"({tender.reference}).\n\n"
        f"Bids close on {closing}.\n\n"
        "If your company has an account here, sign in and read what is asked: "
        f"{mail.link(TENDER_PAGE, tender=tender.token)}\n\n"
        "If it has none, register with this e-mail address, which the council invited: "
        f"{mail.link(REGISTER_PAGE, **{'for': tender.token})}\n\n"
        "If you do not want to bid, do nothing.\n",
    )
