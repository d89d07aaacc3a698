"""Who marks what in several tenders, and how far their panels are: for the start page.

As many statements for two hundred tenders as for one. Marks are counted, never read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import case, func, select

from foundation.database import db
from scoring.models import (
    AgreedMark,
    AllocationEvent,
    BidStanding,
    LateDecision,
    MarkLock,
    PriceOpening,
    QualityAgreed,
)
from scoring.queries.bid_questions import open_by_tender
from scoring.rules.allocation import Allocation, AllocationKind, Given, allocation_from
from supplier_portal.models import Bid, LateSubmission, PriceOffer
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender


@dataclass(frozen=True)
class Panel:
    """The people who mark in one tender. ``given``: when each was last given something to mark;
    ``locked``: when each last locked his marks; ``admitted``: when a late bid last came in."""

    events: list[Given] = field(default_factory=list)
    given: dict[int, datetime] = field(default_factory=dict)
    locked: Mapping[int, datetime] = field(default_factory=dict)
    admitted: datetime | None = None

    @cached_property
    def allocation(self) -> Allocation:
        return allocation_from(self.events)

    @cached_property
    def done(self) -> frozenset[int]:
        """Return who has marked and locked everything."""
        return frozenset(one for one in self.allocation.people if not self.has_to_mark(one))

    def has_to_mark(self, person_id: int) -> bool:
        """Whether somebody marks and has not locked: what was given to him, or admitted, after the
        last lock is marked and locked again."""
        if person_id not in self.allocation.people:
            return False
        since = max(self.given[person_id], self.admitted or self.given[person_id])
        until = self.locked.get(person_id)
        return until is None or until < since

    def declined(self, away: Collection[int]) -> int:
        """Return of how many questions somebody said that he cannot mark them."""
        return sum(bid_id not in away for _, _, bid_id in self.allocation.declined)

    def ready(self, far: HowFar, needed: Mapping[str, int], away: Collection[int]) -> int:
        """Return how many answers everybody has locked, as many as are ``needed`` by question, that
        nobody agreed, and about which no question to the bidder is open."""
        stands, found = self.allocation, 0
        if not far.is_to_agree:
            return 0

        def locked(question: str, people: Collection[int]) -> bool:
            return len(people) >= max(1, needed.get(question, 1)) and self.done.issuperset(people)

        here: dict[str, list[int]] = {}
        for question, bid_id in stands.here:
            if bid_id not in away:
                here.setdefault(question, []).append(bid_id)
        for question in stands.everywhere.keys() | here.keys():
            apart = here.get(question, [])
            usual = stands.everywhere.get(question, ())
            cells = far.bids - len(apart) if locked(question, usual) else 0
            cells += sum(locked(question, stands.people_for(question, one)) for one in apart)
            waits = far.waiting_for_bidder(question)
            cells -= sum(locked(question, stands.people_for(question, one)) for one in waits)
            found += max(0, cells - far.agreed.get(question, 0))
        return found


def panels_of(tender_ids: Iterable[int]) -> dict[int, Panel]:
    """Return the panels of tenders, by id; empty ones too. Three statements."""
    wanted = [*tender_ids]
    found: dict[int, Panel] = {}
    locked: dict[int, dict[int, datetime]] = {known: {} for known in wanted}
    for tender_id, person, at in db.session.execute(
        select(MarkLock.tender_id, MarkLock.person_id, func.max(MarkLock.locked_at))
        .where(MarkLock.tender_id.in_(wanted))
        .group_by(MarkLock.tender_id, MarkLock.person_id)
    ):
        locked[tender_id][person] = at
    admitted = _admitted(wanted)
    for known in wanted:
        found[known] = Panel(locked=locked[known], admitted=admitted.get(known))
    for tender_id, question, person, bid, kind, at in db.session.execute(
        select(
            AllocationEvent.tender_id,
            AllocationEvent.question_id,
            AllocationEvent.person_id,
            AllocationEvent.bid_id,
            AllocationEvent.kind,
            AllocationEvent.at,
        )
        .where(AllocationEvent.tender_id.in_(wanted))
        .order_by(AllocationEvent.id)
    ):
        found[tender_id].events.append(Given(question, person, bid, AllocationKind(kind)))
        if kind == AllocationKind.GIVEN:
            found[tender_id].given[person] = at
    return found


def _admitted(tender_ids: list[int]) -> dict[int, datetime]:
    """Return by tender when a late bid was last admitted."""
    rows = db.session.execute(
        select(Bid.tender_id, func.max(LateDecision.decided_at))
        .join(LateSubmission, LateSubmission.bid_id == Bid.id)
        .join(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(Bid.tender_id.in_(tender_ids), LateDecision.admitted)
        .group_by(Bid.tender_id)
    )
    return dict(rows.all())


@dataclass
class HowFar:
    """How far the evaluation of one tender is, but of bids somebody is kept away from.

    ``unmarked``: how many answers have no agreed mark; ``agreed``: how many have, by question,
    where some have none.
    """

    bids: int = 0
    unmarked: int = 0
    # Bids without a standing, as when they were opened before there were any.
    missing: int = 0
    agreed: dict[str, int] = field(default_factory=dict)
    last_agreed: int = 0
    # The last agreed mark that quality was said to be agreed with; None: nobody said so.
    covered: int | None = None
    is_priced: bool = False
    prices_opened: bool = False

    # (bid, question) about which a question to the bidder is open, "" for all of a bid; and what is
    # agreed of those bids.
    asked: set[tuple[int, str]] = field(default_factory=set)
    agreed_there: set[tuple[int, str]] = field(default_factory=set)
    # Requirements an officer has to decide, and checks that are not finished where prices wait for
    # them: known once every answer has its mark.
    undecided: int = 0
    unchecked: int = 0

    def waiting_for_bidder(self, question: str) -> set[int]:
        """Return the bids of which the answer to ``question`` cannot be agreed yet."""
        open_in = {bid_id for bid_id, about in self.asked if about in ("", question)}
        return {one for one in open_in if (one, question) not in self.agreed_there}

    @property
    def is_to_agree(self) -> bool:
        """Whether a mark is still to be agreed, or nobody knows of some bids."""
        return bool(self.unmarked or self.missing)

    @property
    def all_agreed(self) -> bool:
        return bool(self.bids) and not self.is_to_agree

    @property
    def quality_agreed(self) -> bool:
        return self.all_agreed and self.covered is not None and self.last_agreed <= self.covered

    @property
    def to_agree_quality(self) -> bool:
        return self.all_agreed and not self.quality_agreed and not self.undecided

    @property
    def waits_for_decisions(self) -> bool:
        """Whether requirements keep quality from being agreed, or prices from being opened."""
        before = self.all_agreed and not self.quality_agreed
        return bool(self.undecided) and (before or self.prices_to_open)

    @property
    def prices_to_open(self) -> bool:
        return self.quality_agreed and self.is_priced and not self.prices_opened

    @property
    def to_recommend(self) -> bool:
        return self.quality_agreed and not self.prices_to_open


def how_far(tender_ids: Iterable[int], away: Collection[int]) -> dict[int, HowFar]:
    """Return how far tenders are, by id. Four statements, one more where bidders were asked."""
    wanted = [*tender_ids]
    found = {known: HowFar() for known in wanted}
    theirs = (Bid.tender_id.in_(wanted), Bid.id.not_in(away), Bid.stage.in_(READABLE))
    for tender_id, bids, standing, unmarked, last in db.session.execute(
        select(
            Bid.tender_id,
            func.count(Bid.id),
            func.count(BidStanding.bid_id),
            func.coalesce(func.sum(BidStanding.unmarked), 0),
            func.coalesce(func.max(BidStanding.last_agreed_id), 0),
        )
        .outerjoin(BidStanding, BidStanding.bid_id == Bid.id)
        .where(*theirs)
        .group_by(Bid.tender_id)
    ):
        one = found[tender_id]
        one.bids, one.unmarked, one.missing = bids, int(unmarked), bids - standing
        one.last_agreed = last
    # Where every answer has its mark nobody counts them: there may be tens of thousands.
    to_agree = [known for known, one in found.items() if one.is_to_agree]
    for tender_id, question, agreed in db.session.execute(
        select(
            Bid.tender_id,
            AgreedMark.question_id,
            func.sum(case((AgreedMark.number == 1, 1), else_=0)),
        )
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(*theirs, Bid.tender_id.in_(to_agree))
        .group_by(Bid.tender_id, AgreedMark.question_id)
    ):
        found[tender_id].agreed[question] = int(agreed)
    _prices(found)
    _asked(found, away)
    return found


def _asked(found: dict[int, HowFar], away: Collection[int]) -> None:
    asked = open_by_tender(found, away)
    for tender_id, cells in asked.items():
        found[tender_id].asked = cells
    bids = {bid_id: known for known, cells in asked.items() for bid_id, _ in cells}
    if bids:
        for bid_id, question in db.session.execute(
            select(AgreedMark.bid_id, AgreedMark.question_id).where(
                AgreedMark.bid_id.in_([*bids]), AgreedMark.number == 1
            )
        ):
            found[bids[bid_id]].agreed_there.add((bid_id, question))


def _prices(found: dict[int, HowFar]) -> None:
    covered = select(func.max(QualityAgreed.last_mark_id)).where(
        QualityAgreed.tender_id == Tender.id
    )
    opened = select(PriceOpening.id).where(PriceOpening.tender_id == Tender.id).exists()
    priced = (
        select(PriceOffer.id)
        .join(Bid, Bid.id == PriceOffer.bid_id)
        .where(Bid.tender_id == Tender.id, Bid.stage.in_(READABLE))
        .exists()
    )
    for tender_id, last, is_priced, are_open in db.session.execute(
        select(Tender.id, covered.scalar_subquery(), priced, opened).where(Tender.id.in_([*found]))
    ):
        one = found[tender_id]
        one.covered, one.is_priced, one.prices_opened = last, is_priced, are_open
