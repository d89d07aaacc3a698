"""Two people for what one must not do alone: one asks, another agrees or refuses.

Whoever does the thing itself calls ``agree`` in the transaction that does it, so that either both
happen or neither. A denied attempt is recorded after that transaction has gone back: the outermost
block is wrapped in ``denials_recorded``, as ``agree`` and the others wrap their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select

from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from foundation import audit, clock
from foundation.database import db, in_transaction, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders.models import Approval, Tender
from tenders.rules.approvals import (
    TWO_PEOPLE,
    ApprovalKind,
    ApprovalState,
    AskedAlready,
    NotApproved,
    NotWaiting,
    Request,
    Somebody,
    has_lapsed,
    must_be_agreeable,
    must_be_askable,
    must_be_decidable,
)
from tenders.service.base import current_tender, record


class RefusalUnexplained(DomainError):
    """Somebody refused without saying why."""


def ask(
    tender: Tender,
    kind: ApprovalKind,
    about: str,
    *,
    by: Viewer,
    note: str = "",
    lapses_at: datetime | None = None,
    held: str | None = None,
) -> Approval:
    """Ask for a second person to agree to what has the hash ``about``.

    An earlier request that has lapsed or is about something else makes room. ``held`` is kept until
    somebody decides. Raises AskedAlready and NotEntitled.
    """
    with denials_recorded(tender, kind, by), transaction():
        current = current_tender(tender)
        must_be_askable(kind, somebody(current, kind, by.person_id))
        _make_room(current, kind, about, by)
        approval = Approval(
            token=new_token(),
            tender_id=current.id,
            kind=kind,
            about=about,
            state=ApprovalState.WAITING,
            asked_at=clock.now(),
            asked_by_id=by.person_id,
            note=note,
            lapses_at=lapses_at,
            held=held,
        )
        db.session.add(approval)
        db.session.flush()
        _record("asked", approval, current, by)
    return approval


def agree(
    approval: Approval, about: str, *, by: Viewer, arrived_at: datetime, reason: str = ""
) -> Approval:
    """Agree, as the second person, to what has the hash ``about`` now.

    What was held is gone afterwards: read it before, in the same transaction. Raises a NotApproved
    unless ``by`` is another, entitled person, in time, and ``about`` is what was asked for.
    """
    tender = _tender_of(approval)
    with denials_recorded(tender, approval.kind, by, approval), transaction():
        current, asked = current_tender(tender), current_approval(approval)
        must_be_agreeable(
            as_request(asked),
            somebody(current, asked.kind, asked.asked_by_id),
            somebody(current, asked.kind, by.person_id),
            about,
            arrived_at,
        )
        _decide(asked, ApprovalState.GIVEN, by, reason)
        _record("given", asked, current, by)
    return asked


def refuse(approval: Approval, *, by: Viewer, arrived_at: datetime, reason: str) -> Approval:
    """Refuse, as the second person, and say why. Raises NotApproved and RefusalUnexplained."""
    tender = _tender_of(approval)
    with denials_recorded(tender, approval.kind, by, approval), transaction():
        current, asked = current_tender(tender), current_approval(approval)
        must_be_decidable(
            as_request(asked), somebody(current, asked.kind, by.person_id), arrived_at
        )
        if not reason.strip():
            raise RefusalUnexplained("Enter why you refuse", field="reason")
        _decide(asked, ApprovalState.REFUSED, by, reason)
        _record("refused", asked, current, by)
    return asked


def take_back(approval: Approval, *, by: Viewer) -> Approval:
    """Take back what one asked for oneself. Raises NotApproved for others, and once decided."""
    tender = _tender_of(approval)
    with denials_recorded(tender, approval.kind, by, approval), transaction():
        current, asked = current_tender(tender), current_approval(approval)
        if asked.asked_by_id != by.person_id:
            raise NotApproved("You cannot take this back because somebody else asked for it")
        if asked.state is not ApprovalState.WAITING:
            raise NotWaiting("You cannot take this back because it was decided already")
        _decide(asked, ApprovalState.WITHDRAWN, None, "")
        _record("withdrawn", asked, current, by)
    return asked


def overtake(tender: Tender, kind: ApprovalKind, *, by: Viewer) -> None:
    """Make the request that waits, if one does, come to nothing: what it was about is gone."""
    with transaction():
        asked = _newest_waiting(tender, kind)
        if asked is not None:
            _decide(asked, ApprovalState.OVERTAKEN, None, "")
            _record("overtaken", asked, tender, by)


def waiting(
    tender: Tender, kind: ApprovalKind, *, moment: datetime | None = None
) -> Approval | None:
    """Return the request of this kind that a second person can still decide on.

    Whether what it is about is what there is now, the caller has to compare.
    """
    found = _newest_waiting(tender, kind)
    if found is None or has_lapsed(as_request(found), moment or clock.now()):
        return None
    return found


def who_can_agree(tender: Tender, kind: ApprovalKind, *, except_person: int) -> list[Member]:
    """Return those of the tender's authority who could be the second person today."""
    needed = TWO_PEOPLE[kind].agrees
    return [
        member
        for member in everybody_in(tender.authority_id)
        if member.person_id != except_person and member.may(needed, tender_id=tender.id)
    ]


def current_approval(approval: Approval) -> Approval:
    """Return the request as it is now, kept from changing until the transaction ends."""
    return db.session.scalars(
        select(Approval)
        .where(Approval.id == approval.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def as_request(approval: Approval) -> Request:
    return Request(
        approval.kind, approval.about, approval.state, approval.asked_by_id, approval.lapses_at
    )


def somebody(tender: Tender, kind: ApprovalKind, person_id: int) -> Somebody:
    """Return what a person may do for the authority of ``tender`` as of now.

    Asked of the database: a role may have been taken away since the page was opened.
    """
    needed = TWO_PEOPLE[kind]
    for member in everybody_in(tender.authority_id):
        if member.person_id == person_id:
            return Somebody(
                person_id,
                member.may(needed.asks, tender_id=tender.id),
                member.may(needed.agrees, tender_id=tender.id),
            )
    return Somebody(person_id, may_ask=False, may_agree=False)


@contextmanager
def denials_recorded(
    tender: Tender, kind: ApprovalKind, by: Viewer, approval: Approval | None = None
) -> Iterator[None]:
    """Record a NotApproved that leaves the block, once nothing of the change is left.

    Inside a transaction it does nothing: whoever opened that one wraps it.
    """
    outermost = not in_transaction()
    try:
        yield
    except NotApproved as denied:
        if outermost:
            asked = {} if approval is None else {"approval": approval.token}
            audit.record_denied(
                "tender.approval_denied",
                actor=by.person_token,
                subject=("tender", tender.token),
                kind=kind,
                because=denied.why,
                **asked,
            )
        raise


def _make_room(tender: Tender, kind: ApprovalKind, about: str, by: Viewer) -> None:
    earlier = _newest_waiting(tender, kind)
    if earlier is None:
        return
    if has_lapsed(as_request(earlier), clock.now()):
        state, word = ApprovalState.LAPSED, "lapsed"
    elif earlier.about != about:
        state, word = ApprovalState.OVERTAKEN, "overtaken"
    else:
        raise AskedAlready(
            "You cannot ask because this waits for a second person already: whoever did not ask "
            "can agree to it"
        )
    _decide(earlier, state, None, "")
    _record(word, earlier, tender, by)
    # The next one waits only once this one does not.
    db.session.flush()


def _decide(approval: Approval, state: ApprovalState, by: Viewer | None, reason: str) -> None:
    approval.state = state
    approval.decided_at = clock.now()
    approval.decided_by_id = by.person_id if by else None
    approval.reason = reason
    approval.held = None


def _record(word: str, approval: Approval, tender: Tender, by: Viewer) -> None:
    record(
        f"tender.approval_{word}",
        tender,
        by,
        kind=approval.kind,
        approval=approval.token,
        about=approval.about,
    )


def _tender_of(approval: Approval) -> Tender:
    return db.session.get_one(Tender, approval.tender_id)


def _newest_waiting(tender: Tender, kind: ApprovalKind) -> Approval | None:
    """Return the one that waits; whether its time is over the clock says, not this."""
    return db.session.scalars(
        select(Approval).where(
            Approval.tender_id == tender.id,
            Approval.kind == kind,
            Approval.state == ApprovalState.WAITING,
        )
    ).one_or_none()
