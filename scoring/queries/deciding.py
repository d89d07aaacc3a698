"""How far the decision on a tender is: what is missing, what is recommended, what was agreed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Person
from accounts.queries import Viewer
from foundation.canonical import sha256_hex
from foundation.database import db
from scoring.models import Recommendation
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation
from scoring.queries.deciding_missing import TenderWay, is_elsewhere, tender_in_the_way
from scoring.queries.low_hints import not_looked_into
from scoring.queries.low_prices import steps_of
from scoring.queries.ranked import TenderRanking, must_be_shown_ranking, ranking_of
from scoring.queries.results import InTheWay, in_the_way
from scoring.rules.ranking import Placed, label_of_total
from scoring.rules.recommending import SUCCESSFUL, Place, about, hash_of
from scoring.rules.totals import half_up
from tenders.approving import TwoPeople
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalKind, ApprovalState

# What the ranking says of each bid where the tender scores nothing: then any may be successful.
NOTHING_SCORED = "nothing is scored"


@dataclass(frozen=True)
class Deciding:
    """A tender with all its bids, as whoever decides on it finds it now."""

    tender: Tender
    bids: Sequence[EvaluatedBid]
    ranked: TenderRanking
    # The newest first.
    recommendations: Sequence[Recommendation]
    asked: TwoPeople | None

    @property
    def recommendation(self) -> Recommendation | None:
        return self.recommendations[0] if self.recommendations else None

    @cached_property
    def low_prices(self) -> list[list[Any]]:
        return _low_prices(self.tender, {bid.opened.bid.id for bid in self.bids})

    @cached_property
    def hints_left(self) -> list[str]:
        """Return the tokens of bids whose price is hinted at as low, and that nobody looked at."""
        cases = {step[0] for step in self.low_prices}
        looked = {bid.token for bid in self.bids if bid.opened.bid.id in cases}
        return not_looked_into(self.ranked, looked)

    @cached_property
    def missing(self) -> list[InTheWay]:
        return in_the_way(self.bids)

    @cached_property
    def missing_of_tender(self) -> list[TenderWay]:
        return tender_in_the_way(self.ranked, self.low_prices, len(self.hints_left))

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.missing_of_tender

    @cached_property
    def sha256(self) -> str:
        """Return the hash of everything a recommendation made now would rest on."""
        return hash_of(rests_on(self.ranked, self.bids, self.low_prices))

    @property
    def is_current(self) -> bool:
        """Whether what is recommended rests on the record as it is."""
        return self.recommendation is not None and self.recommendation.sha256 == self.sha256

    @property
    def is_approved(self) -> bool:
        """Whether a second person agreed to the newest recommendation, whatever came since."""
        return (
            self.recommendation is not None
            and self.asked is not None
            and self.asked.approval.state is ApprovalState.GIVEN
            and self.asked.approval.about == about_of(self.recommendation)
        )

    @property
    def is_waiting(self) -> bool:
        return self.asked is not None and self.asked.approval.state is ApprovalState.WAITING

    @property
    def stands(self) -> bool:
        """Whether results may be prepared: approved, and nothing it rests on has changed."""
        return self.is_approved and self.is_current

    @property
    def awards_nothing(self) -> bool:
        return self.recommendation is not None and not self.recommendation.outcomes

    @property
    def follows_ranking(self) -> bool:
        """Whether the ranking decides: not where price, or another lot, is decided elsewhere."""
        is_lot = self.tender.procurement_id is not None
        return not is_elsewhere(self.ranked) and not is_lot and bool(self.ranked.ranked)

    @cached_property
    def places(self) -> list[Place]:
        """Return the bids in order, each with why it cannot be successful."""
        failed = {bid.token: sorted(_failed(bid)) for bid in self.bids}
        return [_place(one, failed.get(one.key, [])) for one in self.ranked.placed]

    def successful(self, token: str) -> bool:
        """Return whether a bid is recommended as successful."""
        found = self.recommendation
        return found is not None and found.outcomes.get(token) == SUCCESSFUL


def deciding(viewer: Viewer, tender: Tender) -> Deciding:
    """Return where the decision on an opened tender stands.

    Raises NoResultFound, MustDeclareFirst, KeptAway and OwnMarksFirst.
    """
    must_be_shown_ranking(viewer, tender)
    bids, ranked = bids_in_evaluation(viewer, tender), ranking_of(tender)
    made, asked = _recommended(tender)
    return Deciding(tender, bids, ranked, made, asked)


def _recommended(tender: Tender) -> tuple[list[Recommendation], TwoPeople | None]:
    """Return every recommendation, the newest first, with the last request to agree to one."""
    first, second = aliased(Person), aliased(Person)
    last = select(func.max(Approval.id)).where(
        Approval.tender_id == tender.id, Approval.kind == ApprovalKind.AWARD
    )
    rows = db.session.execute(
        select(Recommendation, Approval, first.name, second.name)
        .select_from(Recommendation)
        .outerjoin(Approval, Approval.id == last.scalar_subquery())
        .outerjoin(first, first.id == Approval.asked_by_id)
        .outerjoin(second, second.id == Approval.decided_by_id)
        .options(joinedload(Recommendation.made_by, innerjoin=True))
        .where(Recommendation.tender_id == tender.id)
        .order_by(Recommendation.number.desc())
    ).all()
    if not rows or rows[0][1] is None:
        return [row[0] for row in rows], None
    _made, approval, asked, decided = rows[0]
    return [row[0] for row in rows], TwoPeople(approval, asked, decided or "")


def about_of(recommendation: Recommendation) -> str:
    return about(recommendation.token, recommendation.sha256)


def rests_on(
    ranked: TenderRanking, bids: Sequence[EvaluatedBid], low_prices: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    """Return everything a recommendation rests on: marks, explanations, decisions, prices."""
    tender = ranked.tender
    return {
        "questionnaire": tender.questionnaire_sha256 or "",
        "bids": {bid.token: _of_bid(bid) for bid in bids},
        "ranking": [_of_place(one) for one in ranked.placed],
        "quality_agreed": ranked.said.times,
        "lots_drawn": ranked.said.lots,
        "low_prices": [list(step) for step in low_prices],
    }


def _of_bid(bid: EvaluatedBid) -> dict[str, Any]:
    return {
        "submission": bid.opened.content_hash,
        "disregarded": bid.is_disregarded,
        "marks": {
            question_id: [
                mark.number,
                mark.mark,
                sha256_hex("\n".join((mark.reason, mark.feedback, mark.why_not_higher))),
            ]
            for question_id, mark in bid.marks.items()
        },
        "decisions": {
            question_id: [entry.number, entry.passed, sha256_hex(entry.reason)]
            for question_id, entry in bid.decisions.items()
        },
    }


def _of_place(one: Placed) -> list[str | None]:
    price = None if one.bid.price is None else f"{one.bid.price:f}"
    total = None if one.total is None else str(one.total)
    return [one.key, one.rank, total, price, one.why_not]


def _low_prices(tender: Tender, bid_ids: Collection[int]) -> list[list[Any]]:
    return [list(step) for step in steps_of(tender) if step[0] in bid_ids]


def _failed(bid: EvaluatedBid) -> list[str]:
    return [question_id for question_id, passed in bid.decided.items() if not passed]


def _place(one: Placed, failed: Sequence[str]) -> Place:
    out = ""
    if failed:
        out = f"failed {' and '.join(failed)}"
    elif not one.rank and one.why_not != NOTHING_SCORED:
        out = f"is not ranked: {one.why_not}"
    return Place(one.key, one.bid.name, one.rank, out)


def figure_in_words(ranked: TenderRanking, key: str) -> str:
    """Return "a total of 63.2 of 100", or "" for a bid that has no figure."""
    found = ranked.find(key)
    if found is None or found.total is None:
        return ""
    if ranked.method.is_per_point:
        return f"a price of £{half_up(found.total)} for each point of quality"
    what = "a total" if ranked.method.uses_price else "a score for quality"
    return f"{what} of {half_up(found.total)} of 100"


def total_label(ranked: TenderRanking) -> str:
    return label_of_total(ranked.method)
