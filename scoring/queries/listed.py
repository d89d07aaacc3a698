"""The bids of a tender a page at a time: their order and how far they are from what is kept of
each, so that only those of the page are opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from sqlalchemy import exists, func, select

from accounts.models import Organisation
from accounts.queries import Viewer
from foundation.database import db
from scoring.models import BidStanding, RequirementDecision, RiskDecision, RiskRow
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation
from scoring.queries.paging import Page, page_after
from scoring.queries.standing_rows import EXCLUDED, TOO_LOW, requirements_undecided
from scoring.rules.ranking import Candidate, Ranked, rank
from scoring.rules.register import LEFT_THE_REGISTER, RiskState
from scoring.rules.totals import HUNDREDTH
from supplier_portal.models import Bid
from supplier_portal.queries.opened import barrier_before
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
    # Whether an officer decided on a requirement of it, and whether it has risks at all.
    was_decided: bool
    has_risks: bool


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


@dataclass(frozen=True)
class ListedBids:
    """A page of the bids somebody may read, and how far all of those are."""

    tender: Tender
    kept: Sequence[Kept]
    page: Page[Ranked]
    bids: Mapping[str, EvaluatedBid]

    @cached_property
    def ids(self) -> list[int]:
        return [one.id for one in self.kept]

    @cached_property
    def all_marks(self) -> int:
        return len(self.kept) * sum(
            one.is_marked for one in questionnaire_of(self.tender).questions
        )

    @cached_property
    def unmarked(self) -> int:
        return sum(one.unmarked for one in self.kept)

    @property
    def marked(self) -> int:
        return self.all_marks - self.unmarked

    @cached_property
    def to_decide(self) -> Waiting:
        """Return the requirements that wait for an officer."""
        found = requirements_undecided(self.tender)
        return self._waiting({bid_id: len(listed) for bid_id, listed in found.items()})

    @cached_property
    def decided(self) -> bool:
        """Return whether an officer decided on any requirement."""
        return any(one.was_decided for one in self.kept)

    @cached_property
    def open_risks(self) -> Waiting:
        """Return the risks nobody has decided."""
        rows = db.session.execute(
            select(RiskRow.bid_id, func.count())
            .join(Bid, Bid.id == RiskRow.bid_id)
            .where(
                Bid.tender_id == self.tender.id,
                RiskRow.authority_id.is_(None),
                ~exists().where(RiskDecision.risk_row_id == RiskRow.id),
            )
            .group_by(RiskRow.bid_id)
        )
        return self._waiting(dict(rows.all()))

    @cached_property
    def risks(self) -> Mapping[str, RiskCount]:
        """Return the risks of the bids of this page by token, without what they say."""
        tokens = {bid.opened.bid.id: token for token, bid in self.bids.items()}
        rows = db.session.execute(
            select(RiskRow.bid_id, RiskRow.id, RiskDecision.state)
            .outerjoin(RiskDecision, RiskDecision.risk_row_id == RiskRow.id)
            .where(RiskRow.bid_id.in_([*tokens]), RiskRow.authority_id.is_(None))
            .order_by(RiskDecision.number)
        )
        last = {(tokens[bid_id], risk): state for bid_id, risk, state in rows}
        stand = Counter(token for (token, _), state in last.items() if is_standing(state))
        undecided = Counter(token for (token, _), state in last.items() if state is None)
        return {one: RiskCount(stand[one], undecided[one]) for one in tokens.values()}

    @cached_property
    def has_risks(self) -> bool:
        return any(one.has_risks for one in self.kept)

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
    page = page_after(places, [place.candidate.key for place in places], after)
    ids = {one.token: one.id for one in kept}
    wanted = [ids[place.candidate.key] for place in page.shown]
    read = bids_in_evaluation(viewer, tender, only=wanted)
    return ListedBids(tender, kept, page, {bid.token: bid for bid in read})


def is_standing(state: RiskState | None) -> bool:
    """Return whether a risk is to be dealt with; ``state``: None while nobody decided it."""
    return state is None or RiskState(state) not in LEFT_THE_REGISTER


def _kept(tender: Tender) -> tuple[list[Kept], list[int]]:
    """Return what is kept of the bids that were handed in, and the ids of those without."""
    rows = db.session.execute(
        select(
            Bid.id,
            Bid.token,
            Organisation.name,
            BidStanding.bid_id,
            BidStanding.quality,
            BidStanding.why_unranked,
            BidStanding.unmarked,
            exists().where(RequirementDecision.bid_id == Bid.id),
            exists().where(RiskRow.bid_id == Bid.id, RiskRow.authority_id.is_(None)),
        )
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .outerjoin(BidStanding, BidStanding.bid_id == Bid.id)
        .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
    ).all()
    unknown = [row[0] for row in rows if row[3] is None]
    return [_read(*row) for row in rows if row[3] is not None], unknown


def _read(
    bid_id: int, token: str, name: str, _of: int, quality: str | None, why: str, unmarked: int,
    was_decided: bool, has_risks: bool,
) -> Kept:  # fmt: skip
    # The exact score has a last decimal; the rank goes by what is shown.
    shown = None if quality is None else Decimal(quality).quantize(HUNDREDTH, ROUND_HALF_UP)
    left = 0 if why in (EXCLUDED, TOO_LOW) else unmarked
    return Kept(bid_id, token, name, shown, why, left, was_decided, has_risks)


def _as_kept(bid: EvaluatedBid) -> Kept:
    return Kept(
        bid.opened.bid.id,
        bid.token,
        bid.name,
        bid.stood.quality.total,
        bid.why_unranked,
        len(bid.unmarked),
        bool(bid.decisions),
        bool(bid.risks),
    )
