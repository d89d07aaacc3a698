"""Opening takes two officers: one is ready, another confirms within a quarter of an hour.

What opening does to bids is a later station's: it calls ``confirm_opening`` in the transaction
that opens them, so that both happen or neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation import audit, clock, jobs, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.keys import SealBroken
from tenders import seals
from tenders.custodians import custodians_of, parts_of
from tenders.models import Approval, Tender
from tenders.rules.approvals import (
    ApprovalKind,
    ApprovalState,
    NotApproved,
    NotEntitled,
    NotWaiting,
    has_lapsed,
)
from tenders.rules.opening import TOGETHER_WITHIN, part_typed
from tenders.service import approvals
from tenders.service.base import current_tender, written
from tenders.service.stages import must_be_openable

KIND = ApprovalKind.OPEN_BIDS
# The job that forgets what the first officer brought, if no second came.
LAPSE = "tender.opening_lapses"
PAGE = "scoring.opening"


class WrongPart(NotApproved):
    """What was typed is a part, and not that of this officer for this tender."""

    why = "wrong-part"


def ready_to_open(tender: Tender, *, by: Viewer, arrived_at: datetime, part: str = "") -> Approval:
    """Be the first of two; the caller has proven again who ``by`` is.

    Raises BiddingNotClosed, StillStoring, StepNotAllowed, NotApproved, PartMistyped, WrongPart.
    """
    with approvals.denials_recorded(tender, KIND, by), transaction():
        current = current_tender(tender)
        must_be_openable(current, clock.now())
        held = None
        if current.opens_strictly:
            held = seals.hold_part(current, *brought(current, by, part))
        lapses_at = arrived_at + TOGETHER_WITHIN
        asked = approvals.ask(
            current, KIND, what_opens(current), by=by, lapses_at=lapses_at, held=held
        )
        jobs.enqueue(LAPSE, asked.token, run_at=lapses_at)
        _tell_the_others(current, asked, by)
    return asked


def confirm_opening(
    tender: Tender, token: str, *, by: Viewer, arrived_at: datetime, part: str = ""
) -> Approval:
    """Be the second, for the request called ``token``; call it in the transaction that opens.

    Of a strict opening the key is put together here. Raises as ready_to_open does, NoResultFound.
    """
    with approvals.denials_recorded(tender, KIND, by), transaction():
        current = current_tender(tender)
        asked = approvals.current_approval(_request(current, token))
        held = asked.held
        approvals.agree(asked, what_opens(current), by=by, arrived_at=arrived_at)
        if current.opens_strictly:
            if held is None:
                raise NotWaiting("You cannot open the bids because the first part is gone")
            current.opening_key = _put_together(current, held, brought(current, by, part))
        _tell_of_opening(current, asked, by)
    return asked


def no_longer_ready(tender: Tender, token: str, *, by: Viewer) -> None:
    """Step back as the first officer; what was brought is forgotten."""
    approvals.take_back(_request(tender, token), by=by)


def ready_now(tender: Tender, moment: datetime) -> Approval | None:
    """Return the request of the officer who is ready, while a second can still confirm it."""
    return approvals.waiting(tender, KIND, moment=moment)


def lapse(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "tender.opening_lapses": forget the part of a first officer left alone."""
    with transaction():
        found = db.session.scalars(select(Approval).where(Approval.token == subject)).one_or_none()
        if found is None:
            return
        tender = current_tender(db.session.get_one(Tender, found.tender_id))
        asked = approvals.current_approval(found)
        if asked.state is not ApprovalState.WAITING:
            return
        if not has_lapsed(approvals.as_request(asked), clock.now()):
            return
        asked.state, asked.decided_at, asked.held = ApprovalState.LAPSED, clock.now(), None
        audit.record(
            "tender.approval_lapsed",
            actor=audit.SYSTEM,
            subject=("tender", tender.token),
            kind=asked.kind,
            approval=asked.token,
            about=asked.about,
        )


def who_can_open(tender: Tender, *, except_person: int) -> list[Member]:
    """Return who else could be one of the two today; in a strict opening those with a part."""
    found = approvals.who_can_agree(tender, KIND, except_person=except_person)
    if not tender.opens_strictly:
        return found
    holding = {one.person_id for one in custodians_of(tender)}
    return [member for member in found if member.person_id in holding]


def what_opens(tender: Tender) -> str:
    """Return the hash of what two officers open: this tender, as published, at its closing time."""
    about = {
        "tender": tender.token,
        "closes_at": written(tender.closes_at),
        "questionnaire": tender.questionnaire_sha256,
        "opening_key": tender.opening_public_key,
    }
    return sha256_hex(canonical_json(about))


def _request(tender: Tender, token: str) -> Approval:
    return db.session.scalars(
        select(Approval).where(
            Approval.tender_id == tender.id, Approval.kind == KIND, Approval.token == token
        )
    ).one()


def brought(tender: Tender, by: Viewer, typed: str) -> tuple[int, bytes]:
    """Return number and secret of the part ``by`` typed. Raises NotEntitled, PartMistyped and
    WrongPart."""
    mine = next((part for part in parts_of(tender) if part.person_id == by.person_id), None)
    if mine is None:
        raise NotEntitled(
            "You cannot open these bids because you are not one of the three officers who hold a "
            "part of the key"
        )
    words = part_typed(typed)
    if seals.public_of_part(tender, mine.number, words) != mine.public_key:
        raise WrongPart(
            "Enter the part you took for this tender: this is another one", field="opening_part"
        )
    return mine.number, seals.secret_of_part(tender, mine.number, words)


def _put_together(tender: Tender, held: str, brought: tuple[int, bytes]) -> str:
    number, secret = brought
    first, its_secret = seals.held_part(tender, held)
    sealed = {part.number: part.pair_sealed or "" for part in parts_of(tender)}
    try:
        return seals.bring_together(tender, {first: its_secret, number: secret}, sealed)
    except SealBroken as error:
        raise WrongPart("You cannot open the bids because the two parts do not fit") from error


def _tell_the_others(tender: Tender, asked: Approval, by: Viewer) -> None:
    minutes = int(TOGETHER_WITHIN / timedelta(minutes=1))
    until = clock.show_moment(asked.lapses_at) if asked.lapses_at else ""
    mail.post(
        "tender.ready_to_open",
        asked.token,
        [member.email for member in who_can_open(tender, except_person=by.person_id)],
        f"{by.name} is ready to open the bids of {tender.reference}",
        f"{by.name} is ready to open the bids of {tender.reference}, {tender.title}. A second "
        f"officer has {minutes} minutes to confirm, until {until}.\n\n"
        f"{mail.link(PAGE, tender=tender.token)}\n",
    )


def _tell_of_opening(tender: Tender, asked: Approval, by: Viewer) -> None:
    people = {member.person_id: member for member in everybody_in(tender.authority_id)}
    first = people[asked.asked_by_id]
    told = [first.email, by.email] + [
        member.email
        for member in people.values()
        if member.may(Permission.AUDIT_READ, tender_id=tender.id)
    ]
    mail.post(
        "tender.bids_opened",
        tender.token,
        told,
        f"The bids of {tender.reference} are opened",
        f"{first.name} and {by.name} opened the bids of {tender.reference}, {tender.title}, on "
        f"{clock.show_moment(clock.now())}.\n\n{mail.link('tenders.show', tender=tender.token)}\n",
    )
