"""What waits for a second person, and who the two people of a thing were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from tenders.award import TOPIC as AWARD
from tenders.evaluation import TOPIC as EVALUATION
from tenders.models import Approval, Tender
from tenders.price_schedule import TOPIC as PRICES
from tenders.queries import visible_to
from tenders.rules.approvals import TWO_PEOPLE, ApprovalKind, ApprovalState

# Where each kind is decided on; some are pages of later stations, known by name only.
PAGES: Mapping[ApprovalKind, str] = {
    ApprovalKind.PUBLISH: "tenders.publish",
    ApprovalKind.AMEND: "tenders.amendment",
    ApprovalKind.OPEN_BIDS: "scoring.open_bids",
    ApprovalKind.CANCEL: "tenders.cancel",
    ApprovalKind.AWARD: "scoring.recommendation",
}

# What changes what is published, as the record of a tender calls it, by two people's requests that
# are about exactly what was shown.
COMPARED = (ApprovalKind.PUBLISH, ApprovalKind.AMEND)
CHANGES = tuple(
    f"tender.{done}"
    for done in (
        "edited",
        "facts_set",
        "plan_changed",
        "bidding_set",
        "opening_set",
        "registration_set",
        "outcome_saved",
        "outcome_shown",
        "risk_added",
        "risk_changed",
        "risk_removed",
        "lot_moved_in",
        "lot_moved_out",
        "kept_undivided",
        "authority_agreed",
        "authority_left",
        "authority_let_go",
        "notice_recorded",
        "notice_struck",
    )
)
# The sheets that are published; the other sheets of a plan are not.
PUBLISHED_SHEETS = tuple(f'"topic":"{topic}"' for topic in (AWARD, EVALUATION, PRICES))


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

    What has lapsed is left out.
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


def saved_since_asked() -> ColumnElement[bool]:
    """Return whether something that two people agree on was saved after the request, for a
    statement that reads Approval and Tender.

    Read from the record of the tender, so that a list of requests needs no statement for each of
    them. What was saved may have been the same again: the page of the request compares.
    """
    return exists().where(
        Approval.kind.in_(COMPARED),
        AuditEntry.subject_kind == "tender",
        AuditEntry.subject == Tender.token,
        or_(
            AuditEntry.action.in_(CHANGES),
            *(AuditEntry.details.contains(topic) for topic in PUBLISHED_SHEETS),
        ),
        AuditEntry.happened_at > Approval.asked_at,
    )


def waiting_on(tender: Tender) -> list[tuple[Approval, str, bool]]:
    """Return what waits for a second person on a tender, with the name of whoever asked, and
    whether something was saved since."""
    rows = db.session.execute(
        select(Approval, Person.name, saved_since_asked())
        .join(Person, Person.id == Approval.asked_by_id)
        .join(Tender, Tender.id == Approval.tender_id)
        .where(
            Approval.tender_id == tender.id,
            Approval.state == ApprovalState.WAITING,
            _in_time(clock.now()),
        )
        .order_by(Approval.id)
    )
    return [(approval, name, saved) for approval, name, saved in rows]


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


def outcomes_asked_for(tender_ids: Sequence[int]) -> dict[int, ApprovalState]:
    """Return the tenders whose recommended outcome waits for a second person or has his word."""
    if not tender_ids:
        return {}
    rows = db.session.execute(
        select(Approval.tender_id, Approval.state)
        .where(Approval.tender_id.in_(tender_ids), Approval.kind == ApprovalKind.AWARD)
        .order_by(Approval.id)
    )
    last = {tender_id: ApprovalState(state) for tender_id, state in rows}
    standing = (ApprovalState.WAITING, ApprovalState.GIVEN)
    return {known: state for known, state in last.items() if state in standing}
