"""The bids of a tender a page at a time: their order and how far they are from what is kept of
each, so that only those of the page are opened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from sqlalchemy import Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Organisation
from accounts.queries import Viewer
from foundation.database import db
from scoring.models import BidStanding, RequirementDecision, RiskDecision, RiskRow
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation
from scoring.queries.paging import Page, page_after
from scoring.queries.standing_rows import EXCLUDED, TOO_LOW, found_from, may_wait, undecided_among
from scoring.rules.ranking import Candidate, Ranked, rank
from scoring.rules.register import LEFT_THE_REGISTER
from scoring.rules.totals import HUNDREDTH, quality_score
from supplier_portal.models import Bid
from supplier_portal.queries.opened import OpenedBid, barrier_before, opened_bids
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import questionnaire_of


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a bid, as far as a list of all needs it."""

    id: int
    token: str
    name: str
    quality: Decimal | None
    why_unranked: str
    unmarked: int
    # The agreed marks, as JSON.
    marks: str
    # What its answers lead to, as JSON; "" where no requirement can wait for an officer.
    requirements: str
    # Whether an officer decided on a requirement of it.
    was_decided: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many things wait, and the token of the first bid that has one; "" where none does."""

    count: int
    first: str


@dataclass(frozen=True, slots=True)
class RiskCount:
    """How many risks of a bid are to be dealt with, and how many nobody has decided."""

    stand: int = 0
    undecided: int = 0


NO_RISK = RiskCount()


@dataclass(frozen=True)
class ListedBids:
    """A page of the bids somebody may read, and how far all of those are."""

    tender: Tender
    kept: Sequence[Kept]
    page: Page[Ranked]
    bids: Mapping[str, OpenedBid]

    @cached_property
    def ids(self) -> list[int]:
        return [one.id for one in self.kept]

    @cached_property
    def to_mark(self) -> int:
        """Return how many questions of a bid get a mark."""
        return sum(one.is_marked for one in questionnaire_of(self.tender).questions)

    @property
    def all_marks(self) -> int:
        return len(self.kept) * self.to_mark

    @property
    def scores_nothing(self) -> bool:
        return quality_score(questionnaire_of(self.tender), {}).scores_nothing

    @cached_property
    def unmarked(self) -> int:
        return sum(one.unmarked for one in self.kept)

    @property
    def marked(self) -> int:
        return self.all_marks - self.unmarked

    @cached_property
    def undecided(self) -> Mapping[int, int]:
        """Return by id of bid how many requirements wait for an officer."""
        read = {one.id: json.loads(one.requirements) for one in self.kept if one.requirements}
        found = undecided_among(self.tender, read)
        return {bid_id: len(listed) for bid_id, listed in found.items()}

    @cached_property
    def to_decide(self) -> Waiting:
        return self._waiting(self.undecided)

    @cached_property
    def decided(self) -> bool:
        """Return whether an officer decided on any requirement."""
        return any(one.was_decided for one in self.kept)

    @cached_property
    def risks(self) -> Mapping[int, RiskCount]:
        """Return the risks of each bid by its id, without what they say. One statement."""
        later = aliased(RiskDecision)
        is_last = ~exists().where(
            later.risk_row_id == RiskDecision.risk_row_id, later.number > RiskDecision.number
        )
        undecided = RiskDecision.id.is_(None)
        stands = or_(undecided, RiskDecision.state.not_in(LEFT_THE_REGISTER))
        rows = db.session.execute(
            select(
                RiskRow.bid_id,
                func.sum(case((stands, 1), else_=0)),
                func.sum(case((undecided, 1), else_=0)),
            )
            .join(Bid, Bid.id == RiskRow.bid_id)
            .outerjoin(RiskDecision, and_(RiskDecision.risk_row_id == RiskRow.id, is_last))
            .where(Bid.tender_id == self.tender.id, RiskRow.authority_id.is_(None))
            .group_by(RiskRow.bid_id)
        )
        return {bid_id: RiskCount(int(stand), int(left)) for bid_id, stand, left in rows}

    @cached_property
    def open_risks(self) -> Waiting:
        """Return the risks nobody has decided."""
        left = {bid_id: one.undecided for bid_id, one in self.risks.items() if one.undecided}
        return self._waiting(left)

    @property
    def has_risks(self) -> bool:
        return not self.risks.keys().isdisjoint(self.ids)

    def risks_of(self, bid: OpenedBid) -> RiskCount:
        return self.risks.get(bid.bid.id, NO_RISK)

    def agreed_of(self, bid: OpenedBid) -> int:
        """Return how many agreed marks a bid of this page has."""
        return next(len(json.loads(one.marks)) for one in self.kept if one.id == bid.bid.id)

    def _waiting(self, counts: Mapping[int, int]) -> Waiting:
        first = next((one.token for one in self.kept if one.id in counts), "")
        return Waiting(sum(counts.get(one.id, 0) for one in self.kept), first)


def listed_bids(viewer: Viewer, tender: Tender, *, after: str, by_rank: bool) -> ListedBids:
    """Return the page of bids that follows the one with the token ``after``; else the first.

    ``by_rank``: in order of quality, for who may see it; else by name. A bid the viewer is kept
    away from is neither listed nor counted. Raises NoResultFound and MustDeclareFirst.
    """
    barrier = barrier_before(viewer, tender)
    kept, unknown = _kept(tender)
    kept = [one for one in kept if not barrier.keeps_from(one.id)]
    if unknown:
        # Opened before anything was kept of bids: worked out from what they say.
        kept += [_as_kept(one) for one in bids_in_evaluation(viewer, tender, only=unknown)]
    kept.sort(key=lambda one: (one.name.casefold(), one.id))
    places = rank(Candidate(one.token, one.name, one.quality, one.why_unranked) for one in kept)
    if not by_rank:
        known = {place.candidate.key: place for place in places}
        places = tuple(known[one.token] for one in kept)
    page = page_after(places, lambda place: place.candidate.key, after)
    ids = {one.token: one.id for one in kept}
    wanted = [ids[place.candidate.key] for place in page.shown]
    read = opened_bids(viewer, tender, only=wanted)
    return ListedBids(tender, kept, page, {one.bid.token: one for one in read})


def _kept(tender: Tender) -> tuple[list[Kept], list[int]]:
    """Return what is kept of the bids that were handed in, and the ids of those without."""
    rows = db.session.execute(
        select(
            Bid.id,
            Bid.token,
            Organisation.name,
            BidStanding.quality,
            BidStanding.why_unranked,
            BidStanding.unmarked,
            cast(BidStanding.marks, Text),
            cast(BidStanding.requirements, Text),
            exists().where(RequirementDecision.bid_id == Bid.id),
        )
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .outerjoin(BidStanding, BidStanding.bid_id == Bid.id)
        .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
    ).all()
    unknown = [row.id for row in rows if row.unmarked is None]
    return [_read(*row) for row in rows if row.unmarked is not None], unknown


def _read(
    bid_id: int, token: str, name: str, quality: str | None, why: str, unmarked: int,
    marks: str, requirements: str, was_decided: bool,
) -> Kept:  # fmt: skip
    # The exact score has a last decimal; the rank goes by what is shown.
    shown = None if quality is None else Decimal(quality).quantize(HUNDREDTH, ROUND_HALF_UP)
    left = 0 if why in (EXCLUDED, TOO_LOW) else unmarked
    asked = requirements if may_wait(why) else ""
    return Kept(bid_id, token, name, shown, why, left, marks, asked, was_decided)


def _as_kept(bid: EvaluatedBid) -> Kept:
    return Kept(
        bid.opened.bid.id,
        bid.token,
        bid.name,
        bid.stood.quality.total,
        bid.why_unranked,
        len(bid.unmarked),
        json.dumps(bid.numbers),
        json.dumps(found_from(bid.evaluation.requirements)) if bid.waiting else "",
        bool(bid.decisions),
    )
