"""What waits for a second person, and who the two people of a thing were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock
from foundation.database import db
from tenders.models import Approval, Tender
from tenders.queries import visible_to
from tenders.rules.approvals import TWO_PEOPLE, ApprovalKind, ApprovalState

# Where each kind is decided on; some are pages of later stations, known by name only.
PAGES: Mapping[ApprovalKind, str] = {
    ApprovalKind.PUBLISH: "tenders.publish",
    ApprovalKind.AMEND: "tenders.amendment",
    ApprovalKind.OPEN_BIDS: "scoring.open_bids",
    ApprovalKind.CANCEL: "tenders.cancel",
}


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the viewer, and where to decide on it."""

    approval: Approval
    tender: Tender
    asked_by: str
    words: str

    @property
    def address(self) -> str:
        return address_of(self.approval.kind, self.tender)


@dataclass(frozen=True)
class TwoPeople:
    """A request with the names of the two, as pages show it; the second is empty until then."""

    approval: Approval
    asked_by: str
    decided_by: str


def approvals_waiting_for(viewer: Viewer, moment: datetime | None = None) -> list[Waiting]:
    """Return what the viewer can agree to or refuse, the oldest first.

    What has lapsed is left out; whether a draft changed since, its page says.
    """
    rows = db.session.execute(
        select(Approval, Tender, Person.name)
        .join(Tender, Tender.id == Approval.tender_id)
        .join(Person, Person.id == Approval.asked_by_id)
        .options(joinedload(Tender.authority, innerjoin=True))
        .where(
            Approval.state == ApprovalState.WAITING,
            Approval.asked_by_id != viewer.person_id,
            Tender.authority_id == viewer.organisation_id,
            visible_to(viewer),
            _in_time(moment or clock.now()),
        )
        .order_by(Approval.id)
    )
    found = []
    for approval, tender, asked_by in rows:
        needed = TWO_PEOPLE[approval.kind]
        if viewer.may(needed.agrees, tender_id=tender.id):
            found.append(Waiting(approval, tender, asked_by, needed.words))
    return found


def address_of(kind: ApprovalKind, tender: Tender) -> str:
    """Return where a kind is decided on: its own page, or the tender's while it has none."""
    page = PAGES[kind] if PAGES[kind] in current_app.view_functions else "tenders.show"
    return url_for(page, tender=tender.token)


def waiting_on(tender: Tender) -> list[tuple[Approval, str]]:
    """Return what waits for a second person on a tender, with the name of whoever asked."""
    rows = db.session.execute(
        select(Approval, Person.name)
        .join(Person, Person.id == Approval.asked_by_id)
        .where(
            Approval.tender_id == tender.id,
            Approval.state == ApprovalState.WAITING,
            _in_time(clock.now()),
        )
        .order_by(Approval.id)
    )
    return [(approval, name) for approval, name in rows]


def newest(tender: Tender, kind: ApprovalKind) -> TwoPeople | None:
    """Return the last request of a kind, whatever became of it."""
    return next(iter(history(tender, kind)), None)


def history(tender: Tender, kind: ApprovalKind) -> list[TwoPeople]:
    """Return the requests of a kind with the names of the two, the newest first."""
    first, second = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Approval, first.name, second.name)
        .join(first, first.id == Approval.asked_by_id)
        .outerjoin(second, second.id == Approval.decided_by_id)
        .where(Approval.tender_id == tender.id, Approval.kind == kind)
        .order_by(Approval.id.desc())
        .limit(20)
    )
    return [TwoPeople(approval, asked, decided or "") for approval, asked, decided in rows]


def _in_time(moment: datetime) -> ColumnElement[bool]:
    return or_(Approval.lapses_at.is_(None), Approval.lapses_at > moment)
