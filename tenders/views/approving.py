"""What pages about two people share: what waits, for whom, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from accounts.access import signed_in_user
from foundation import clock
from foundation.database import db
from tenders import approving
from tenders.approving import TwoPeople
from tenders.models import Approval, Tender
from tenders.rules.approvals import TWO_PEOPLE, ApprovalKind, ApprovalState, has_lapsed
from tenders.service import approvals
from tenders.views.base import pages


@dataclass(frozen=True)
class Standing:
    """Where a thing that needs two people is, for the person who looks at the page."""

    about: str
    waiting: TwoPeople | None
    # What waits is not what there is now.
    is_overtaken: bool
    is_mine: bool
    may_ask: bool
    may_agree: bool
    # The names of those who could be the second person.
    others: list[str]


def standing_of(
    tender: Tender, kind: ApprovalKind, about: str, history: list[TwoPeople]
) -> Standing:
    """Return where ``kind`` stands; ``about`` is the hash of what would be done now."""
    viewer, needed = signed_in_user(), TWO_PEOPLE[kind]
    last = history[0] if history else None
    waiting = last if last and _waits(last.approval) else None
    asker = waiting.approval.asked_by_id if waiting else viewer.person_id
    may_ask = viewer.may(needed.asks, tender_id=tender.id)
    return Standing(
        about,
        waiting,
        waiting is not None and waiting.approval.about != about,
        waiting is not None and asker == viewer.person_id,
        may_ask,
        viewer.may(needed.agrees, tender_id=tender.id),
        [m.name for m in approvals.who_can_agree(tender, kind, except_person=asker)],
    )


@dataclass(frozen=True)
class Line:
    """Something that waits on a tender, as its page tells those concerned."""

    asked_by: str
    words: str
    address: str
    is_mine: bool
    may_agree: bool
    # Something was saved since: what was asked for may not be what there is now.
    is_old: bool


def requests_waiting(tender: Tender) -> list[Line]:
    """Return what waits on the tender for those who asked for it or may agree to it."""
    viewer = signed_in_user()
    found = []
    for approval, name, is_old in approving.waiting_on(tender):
        needed = TWO_PEOPLE[approval.kind]
        is_mine = approval.asked_by_id == viewer.person_id
        may_agree = not is_mine and viewer.may(needed.agrees, tender_id=tender.id)
        if is_mine or may_agree:
            address = approving.address_of(approval.kind, tender)
            found.append(Line(name, needed.words, address, is_mine, may_agree, is_old))
    return found


pages.add_app_template_global(requests_waiting, "requests_waiting")


def approval_of(tender: Tender, token: str) -> Approval:
    """Return a request about this tender. Raises NoResultFound (a 404)."""
    return db.session.scalars(
        select(Approval).where(Approval.tender_id == tender.id, Approval.token == token)
    ).one()


def _waits(approval: Approval) -> bool:
    return approval.state is ApprovalState.WAITING and not has_lapsed(
        approvals.as_request(approval), clock.arrived_at()
    )
