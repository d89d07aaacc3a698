"""What pictures of bids are drawn from: for who may see the ranking; nothing is unsealed.

However many bids there are, the first few in order are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import and_, func, select

from foundation.database import db
from scoring.models import BidStanding, Mark
from scoring.queries.evaluators import locks_of
from scoring.queries.ranked import TenderRanking, ranking_of
from scoring.rules.drawn_bids import ScoredBid
from scoring.rules.drawn_spread import WIDE, ApartOn, SpreadOf
from scoring.rules.ranking import Placed
from scoring.rules.totals import half_up
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.rules.questionnaire import AskedQuestion

SHOWN = 30
# By question, then by the token of the bid: the locked marks of evaluators.
GivenByQuestion = Mapping[str, Mapping[str, tuple[int, ...]]]


@dataclass(frozen=True)
class Drawn:
    """The bids that are drawn, in the order of the ranking, with their marks."""

    ranking: TenderRanking
    shown: tuple[Placed, ...]
    agreed: Mapping[str, Mapping[str, int]]
    given: GivenByQuestion

    @property
    def left_out(self) -> int:
        return len(self.ranking.placed) - len(self.shown)

    @property
    def marked(self) -> list[AskedQuestion]:
        return [one for one in self.ranking.questionnaire.questions if one.is_marked]

    def scored(self) -> list[ScoredBid]:
        return [
            ScoredBid(
                one.bid.name,
                {
                    section: Fraction(score)
                    for section, score in self.ranking.sections[one.key].items()
                },
                None if one.bid.quality is None else half_up(one.bid.quality),
            )
            for one in self.shown
        ]

    def apart(self) -> list[ApartOn]:
        """Return how far evaluators were apart, by question; those nobody marked twice left out."""
        found = []
        for asked in self.marked:
            several = [
                max(marks) - min(marks)
                for marks in self.given.get(asked.id, {}).values()
                if len(marks) > 1
            ]
            if several:
                wide = sum(spread >= WIDE for spread in several)
                name = f"{asked.id} {asked.question.title}"
                found.append(ApartOn(name, max(several), wide, len(several)))
        return found

    def widest(self) -> str:
        """Return the question on which evaluators were furthest apart; "" where none is marked."""
        spreads = {
            question_id: sum(max(marks) - min(marks) for marks in bids.values())
            for question_id, bids in self.given.items()
        }
        return max(spreads, key=lambda one: spreads[one], default="")

    def spread_on(self, question_id: str) -> list[SpreadOf]:
        given = self.given.get(question_id, {})
        return [
            SpreadOf(
                one.bid.name,
                given.get(one.key, ()),
                self.agreed.get(one.key, {}).get(question_id),
            )
            for one in self.shown
        ]


def drawn_of(tender: Tender) -> Drawn:
    found = ranking_of(tender)
    shown = found.placed[:SHOWN]
    keys = [one.key for one in shown]
    rows = db.session.execute(
        select(Bid.token, BidStanding.marks)
        .join(Bid, Bid.id == BidStanding.bid_id)
        .where(Bid.token.in_(keys))
    )
    return Drawn(found, shown, dict(rows.all()), _given(tender, keys))


def _given(tender: Tender, keys: Sequence[str]) -> dict[str, dict[str, tuple[int, ...]]]:
    """Return the last mark of each evaluator that is locked, by question and bid, sorted."""
    locks = locks_of(tender.id)
    last = (
        select(
            Mark.bid_id,
            Mark.question_id,
            Mark.evaluator_id,
            func.max(Mark.number).label("number"),
        )
        .join(Bid, Bid.id == Mark.bid_id)
        .where(Bid.token.in_(keys))
        .group_by(Mark.bid_id, Mark.question_id, Mark.evaluator_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Bid.token, Mark.question_id, Mark.evaluator_id, Mark.id, Mark.mark)
        .join(
            last,
            and_(
                last.c.bid_id == Mark.bid_id,
                last.c.question_id == Mark.question_id,
                last.c.evaluator_id == Mark.evaluator_id,
                last.c.number == Mark.number,
            ),
        )
        .join(Bid, Bid.id == Mark.bid_id)
    )
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for token, question_id, person_id, mark_id, mark in rows:
        if mark_id <= locks.get(person_id, 0):
            bids = found.setdefault(question_id, {})
            bids[token] = tuple(sorted((*bids.get(token, ()), mark)))
    return found
