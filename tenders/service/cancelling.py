"""Cancelling a tender: one person for a draft, two once suppliers have seen it; told to everybody.

Bids that were not opened before stay sealed for good: the stage leads nowhere from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock, jobs, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from tenders.followers import followers_of
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind, NotWaiting
from tenders.rules.cancelling import checked_reason, needs_second_person
from tenders.rules.lifecycle import Stage, Step, StepNotAllowed, stage_after, stage_at
from tenders.service import approvals
from tenders.service.base import current_tender, record

# The job that tells everybody, and the mail to those who can be the second person.
TELL_CANCELLED = "tender.cancelled"
ASKED = "tender.cancel_asked"
EVERYBODYS_PAGE = "supplier_portal.tender_home"
PAGE = "tenders.cancel"


def cancel_draft(tender: Tender, reason: str, *, by: Viewer) -> None:
    """Cancel a draft, which nobody outside has seen. Raises ReasonUnfit and StepNotAllowed."""
    with transaction():
        current = _cancellable(tender)
        if needs_second_person(is_published=current.published_at is not None):
            raise StepNotAllowed(current.stage, Step.CANCEL)
        _cancel(current, checked_reason(reason, is_published=False), by)


def ask_to_cancel(tender: Tender, reason: str, *, by: Viewer) -> Approval:
    """Ask a second person to agree to cancelling a published tender for ``reason``.

    Raises ReasonUnfit, StepNotAllowed and NotApproved.
    """
    with approvals.denials_recorded(tender, ApprovalKind.CANCEL, by), transaction():
        current = _cancellable(tender)
        if current.published_at is None:
            raise StepNotAllowed(current.stage, Step.CANCEL)
        words = checked_reason(reason, is_published=True)
        asked = approvals.ask(
            current, ApprovalKind.CANCEL, about_cancelling(current, words), by=by, note=words
        )
        second = approvals.who_can_agree(current, ApprovalKind.CANCEL, except_person=by.person_id)
        mail.post(
            ASKED,
            asked.token,
            [member.email for member in second],
            f"{current.reference}: a second person is needed to cancel it",
            f"A colleague asks to cancel “{current.title}”. Somebody else has to agree to it or "
            f"refuse.\n\nRead why: {mail.link(PAGE, tender=current.token)}\n",
        )
    return asked


def cancel_tender(tender: Tender, *, based_on: str, by: Viewer, arrived_at: datetime) -> None:
    """Agree, as the second person, to the request called ``based_on``, and cancel the tender.

    Raises NotApproved and StepNotAllowed.
    """
    asked = asked_to_cancel(tender, based_on)
    with approvals.denials_recorded(tender, ApprovalKind.CANCEL, by, asked), transaction():
        current = _cancellable(tender)
        about = about_cancelling(current, asked.note)
        approvals.agree(asked, about, by=by, arrived_at=arrived_at)
        _cancel(current, asked.note, by)
        jobs.enqueue(TELL_CANCELLED, current.token)


def asked_to_cancel(tender: Tender, token: str) -> Approval:
    """Return the request a form was made for. Raises NotWaiting if there is none of that name."""
    found = db.session.scalars(
        select(Approval).where(
            Approval.tender_id == tender.id,
            Approval.kind == ApprovalKind.CANCEL,
            Approval.token == token,
        )
    ).one_or_none()
    if found is None:
        raise NotWaiting("You cannot decide on this because nobody asks for it")
    return found


def about_cancelling(tender: Tender, reason: str) -> str:
    """Return the hash of what two people agree on: which tender, why, and whether its bids were
    opened by then, because that changes what cancelling means."""
    opened = tender.opened_at is not None
    return sha256_hex(canonical_json({"tender": tender.token, "reason": reason, "opened": opened}))


def tell_of_cancelling(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "tender.cancelled": write to everybody who follows the tender, once."""
    with transaction():
        tender = db.session.scalars(select(Tender).where(Tender.token == subject)).one()
        if tender.stage is not Stage.CANCELLED:
            return
        mail.post(
            TELL_CANCELLED,
            tender.token,
            followers_of(tender),
            f"{tender.reference} is cancelled",
            f"The council has cancelled “{tender.title}”.\n\nWhy: {tender.cancelled_because}\n\n"
            f"{_what_becomes_of_bids(tender)}\n\n"
            f"The tender: {mail.link(EVERYBODYS_PAGE, tender=tender.token)}\n",
        )


def _what_becomes_of_bids(tender: Tender) -> str:
    if tender.opened_at is not None:
        return "Bids had been opened. The council keeps them with its record and takes none of them"
    return (
        "Bids were not opened and never will be: nobody at the council can read one. What your "
        "company entered stays readable for your company."
    )


def _cancellable(tender: Tender) -> Tender:
    """Return the tender as it is now. Raises StepNotAllowed once it is awarded or cancelled."""
    current = current_tender(tender)
    stage_after(stage_at(current.stage, current.closes_at, clock.now()), Step.CANCEL)
    return current


def _cancel(tender: Tender, reason: str, by: Viewer) -> None:
    tender.stage = Stage.CANCELLED
    tender.cancelled_because = reason
    tender.cancelled_at = clock.now()
    tender.amending_since = None
    for kind in ApprovalKind:
        if kind is not ApprovalKind.CANCEL:
            approvals.overtake(tender, kind, by=by)
    record("tender.cancelled", tender, by, reason=sha256_hex(reason))
