"""Late bids of an opened tender, as the council sees them: who, when, why, and nothing they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from foundation.outages import Outage
from scoring.models import LateDecision
from scoring.queries.bids import opened_tender
from supplier_portal.models import Bid, LateSubmission, OutageMet
from supplier_portal.queries.late import handed_in_late, why_said_to_council
from supplier_portal.queries.opened import barrier_before
from supplier_portal.rules.barriers import OPEN, Barrier
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender
from tenders.outages import in_words
from tenders.rules.lateness import how_late


@dataclass(frozen=True)
class LateBid:
    """The last late submission of one bid, with what is known of why, and what was decided."""

    late: LateSubmission
    bid: Bid
    why: str
    decision: LateDecision | None = None
    # Outages shortly before closing that met this bid while it was being worked on.
    met: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.bid.supplier.name

    @property
    def has_in_time(self) -> bool:
        """Return whether something of the company was handed in in time, and opened."""
        return self.bid.stage is BidStage.OPENED

    @property
    def how_late(self) -> str:
        return how_late(self.bid.tender.closes_at or self.late.arrived_at, self.late.arrived_at)


def late_bids(tender: Tender, barrier: Barrier = OPEN) -> list[LateBid]:
    """Return the late bids of an opened tender, the first to come first, but those that somebody is
    kept away from. Raises NoResultFound."""
    found = [one for one in handed_in_late(tender) if not barrier.keeps_from(one[1].id)]
    decisions = _decisions(late.id for late, _ in found)
    met = _outages_that_met(tender, [bid.id for _, bid in found])
    return [
        LateBid(
            late,
            bid,
            why_said_to_council(bid, late),
            decisions.get(late.id),
            tuple(met.get(bid.id, ())),
        )
        for late, bid in found
    ]


def late_bid(viewer: Viewer, token: str) -> LateBid:
    """Return one late bid that the viewer may decide on. Raises NoResultFound, MustDeclareFirst."""
    tender_token = db.session.scalars(
        select(Tender.token)
        .join(Bid, Bid.tender_id == Tender.id)
        .join(LateSubmission, LateSubmission.bid_id == Bid.id)
        .where(LateSubmission.token == token)
    ).one()
    tender = opened_tender(viewer, tender_token, to=Permission.COMPLIANCE_DECIDE)
    for entry in late_bids(tender, barrier_before(viewer, tender)):
        if entry.late.token == token:
            return entry
    raise NoResultFound


def late_waiting(tender: Tender, barrier: Barrier = OPEN) -> int:
    """Return how many late bids of an opened tender nobody has decided on; 0 before the opening."""
    if tender.opened_at is None:
        return 0
    return sum(not barrier.keeps_from(bid_id) for bid_id in undecided(tender))


def undecided(tender: Tender) -> list[int]:
    """Return the bids (by id) of which the last late submission waits for a decision."""
    return list(db.session.scalars(undecided_in(tender.id)))


def undecided_in(tender_id: int | BindParameter[int]) -> Select[int]:
    return (
        select(LateSubmission.bid_id)
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .outerjoin(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(Bid.tender_id == tender_id)
        .group_by(LateSubmission.bid_id)
        .having(func.count(LateDecision.id) == 0)
    )


def waits_for_decision(bid: Bid) -> bool:
    """Return whether a bid was handed in late and nobody has decided on it."""
    return bool(db.session.scalar(select(is_undecided(Bid.id)).where(Bid.id == bid.id)))


def is_undecided(bid_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a bid was handed in late and waits for a decision."""
    late = exists().where(LateSubmission.bid_id == bid_id).correlate(Bid)
    decided = (
        exists()
        .where(
            LateSubmission.bid_id == bid_id,
            LateDecision.late_submission_id == LateSubmission.id,
        )
        .correlate(Bid)
    )
    return and_(late, ~decided)


def my_late_decisions(bid: Bid) -> list[tuple[LateSubmission, LateDecision | None]]:
    """Return what a company handed in late with what was decided on it, the last first."""
    rows = db.session.execute(
        select(LateSubmission, LateDecision)
        .outerjoin(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(LateSubmission.bid_id == bid.id)
        .order_by(LateSubmission.number.desc())
    )
    return [(late, decision) for late, decision in rows]


def _decisions(ids: Iterable[int]) -> dict[int, LateDecision]:
    found = db.session.scalars(
        select(LateDecision)
        .options(joinedload(LateDecision.decided_by, innerjoin=True))
        .where(LateDecision.late_submission_id.in_([*ids]))
    )
    return {decision.late_submission_id: decision for decision in found}


def _outages_that_met(tender: Tender, bid_ids: list[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(OutageMet.bid_id, Outage)
        .join(Outage, Outage.id == OutageMet.outage_id)
        .where(OutageMet.bid_id.in_(bid_ids))
        .order_by(Outage.began_at)
    )
    found: dict[int, list[str]] = {}
    for bid_id, outage in rows:
        found.setdefault(bid_id, []).append(in_words(outage, tender.closes_at or outage.ended_at))
    return found
