"""What needs somebody of the buying side after award: issues, contracts, evidence shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import (
    ClauseEvent,
    Contract,
    IssuedSchedule,
    Obligation,
    ObligationDue,
)
from contract_clauses.rules.editing import ClauseStep
from contract_clauses.rules.obligations import DueState
from foundation.database import db
from scoring.models import BidResult
from scoring.queries.interests import barrier_in, standings_in
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.today import Task


def contracts(viewer: Viewer, tenders: Sequence[Tender], _moment: datetime) -> list[Task]:
    """Return what waits: a schedule to approve, a contract to record, evidence that was shown."""
    mine = {tender.id: tender for tender in tenders if tender.opened_at is not None}
    if not mine:
        return []
    stands = standings_in(mine)
    kept_from = {
        tender.id: barrier_in(stands, viewer, tender).keeps_from for tender in mine.values()
    }
    return [
        task
        for tender_id, bid_id, task in (
            *_issues(viewer, mine),
            *_asked(viewer, mine),
            *_to_record(viewer, mine),
            *_shown(viewer, mine),
        )
        if not kept_from[tender_id](bid_id)
    ]


def _issues(viewer: Viewer, mine: Mapping[int, Tender]) -> Iterable[tuple[int, int, Task]]:
    may = [one for one in mine if viewer.may(Permission.SCHEDULE_ISSUE, tender_id=one)]
    if not may:
        return
    answer = aliased(IssuedSchedule)
    rows = db.session.execute(
        select(Bid.tender_id, Bid.id, Bid.token, IssuedSchedule.done_by_id)
        .join(IssuedSchedule, IssuedSchedule.bid_id == Bid.id)
        .outerjoin(answer, answer.answers_id == IssuedSchedule.id)
        .where(Bid.tender_id.in_(may), IssuedSchedule.answers_id.is_(None), answer.id.is_(None))
    )
    for tender_id, bid_id, token, asked_by in rows:
        if asked_by != viewer.person_id:
            link = url_for("contract_clauses.issue", bid=token)
            words = "A contract schedule waits for somebody to approve it"
            yield tender_id, bid_id, Task(words, link, mine[tender_id])


def _asked(viewer: Viewer, mine: Mapping[int, Tender]) -> Iterable[tuple[int, int, Task]]:
    """Yield the clauses that colleagues asked the viewer to look at, and nobody else since."""
    may = [one for one in mine if viewer.may(Permission.SCHEDULE_EDIT, tender_id=one)]
    if not may:
        return
    later = aliased(ClauseEvent)
    last = select(func.max(later.number)).where(
        later.bid_id == ClauseEvent.bid_id,
        later.clause_id == ClauseEvent.clause_id,
        later.step == ClauseStep.ASSIGNED,
    )
    rows = db.session.execute(
        select(Bid.tender_id, Bid.id, Bid.token, ClauseEvent.clause_id)
        .join(ClauseEvent, ClauseEvent.bid_id == Bid.id)
        .where(
            Bid.tender_id.in_(may),
            ClauseEvent.step == ClauseStep.ASSIGNED,
            ClauseEvent.assigned_to_id == viewer.person_id,
            ClauseEvent.number == last.scalar_subquery(),
        )
        .order_by(Bid.id, ClauseEvent.clause_id)
    )
    for tender_id, bid_id, token, clause in rows:
        if mine[tender_id].content_destroyed_at is None:
            link = url_for("contract_clauses.clause", bid=token, clause=clause)
            words = "A clause of a contract schedule is yours to look at"
            yield tender_id, bid_id, Task(words, link, mine[tender_id])


def _to_record(viewer: Viewer, mine: Mapping[int, Tender]) -> Iterable[tuple[int, int, Task]]:
    """Yield awarded bids whose schedule is not issued, or whose contract is not recorded."""
    may = [
        tender.id
        for tender in mine.values()
        if tender.stage is Stage.AWARDED
        and tender.content_destroyed_at is None
        and viewer.may(Permission.CONTRACT_KEEP, tender_id=tender.id)
    ]
    if not may:
        return
    issued = select(func.count()).where(
        IssuedSchedule.bid_id == Bid.id, IssuedSchedule.approved.is_(True)
    )
    rows = db.session.execute(
        select(Bid.tender_id, Bid.id, Bid.token, issued.scalar_subquery())
        .join(BidResult, and_(BidResult.bid_id == Bid.id, BidResult.successful))
        .outerjoin(
            Contract,
            and_(Contract.bid_id == Bid.id, Contract.authority_id == viewer.organisation_id),
        )
        .where(Bid.tender_id.in_(may), Contract.id.is_(None))
    )
    for tender_id, bid_id, token, versions in rows:
        tender = mine[tender_id]
        if versions:
            link = url_for("contract_clauses.record_contract", bid=token)
            yield tender_id, bid_id, Task("Record the contract", link, tender)
        elif viewer.may(Permission.SCHEDULE_EDIT, tender_id=tender_id):
            link = url_for("contract_clauses.issue", bid=token)
            yield tender_id, bid_id, Task("Have the contract schedule issued", link, tender)


def _shown(viewer: Viewer, mine: Mapping[int, Tender]) -> Iterable[tuple[int, int, Task]]:
    """Yield, for each contract, that evidence waits to be confirmed. What falls due is a task of
    the service's own, given once a day (contract_clauses.tasks)."""
    may = [one for one in mine if viewer.may(Permission.CONTRACT_KEEP, tender_id=one)]
    if not may:
        return
    rows = db.session.execute(
        select(Contract, func.count())
        .join(Obligation, Obligation.contract_id == Contract.id)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Contract.authority_id == viewer.organisation_id,
            Contract.tender_id.in_(may),
            Obligation.ended_on.is_(None),
            ObligationDue.state == DueState.SHOWN,
        )
        .group_by(Contract.id)
        .order_by(Contract.id)
    )
    for contract, number in rows:
        link = url_for("contract_clauses.obligations", contract=contract.token, state="shown")
        words = f"Evidence waits to be confirmed in contract {contract.reference}: {number}"
        yield contract.tender_id, contract.bid_id, Task(words, link, mine[contract.tender_id])
