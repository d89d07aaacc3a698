"""The ranking of a tender, read from the standings alone: as few statements for many bids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from sqlalchemy import select

from accounts.queries import Viewer
from foundation.database import db
from foundation.errors import DomainError
from scoring.models import BidStanding, LotsDrawn, PriceOpening
from scoring.queries.evaluators import may_see_marks
from scoring.queries.paging import Page, page_after
from scoring.queries.ranked_rows import Order, order_of, rows_of
from scoring.queries.standings import Said, said_of
from scoring.rules.mark_moves import moves_of, within_reach
from scoring.rules.prices import NO_PRICE, Method, lowest_price
from scoring.rules.ranking import Placed, tied_for_first
from scoring.rules.sensitivity import QUALITY, LookedAt, Safety, Weight, lead_over, swings_of
from scoring.rules.ties import Tied, TieLog, break_tie, with_tie_broken
from scoring.rules.totals import scores
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from tenders.award import award_of
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.award import TieBreak
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import Questionnaire

# Of how many bids single marks are moved: the winner and those next to it.
LOOKED_AT = 21
EVALUATED_AT = frozenset({Stage.OPENED, Stage.EVALUATING})


class OwnMarksFirst(DomainError):
    """Somebody who still marks alone comes to totals or to the order of bids."""


def must_be_shown_ranking(viewer: Viewer, tender: Tender) -> None:
    """Raise MustDeclareFirst, KeptAway, or OwnMarksFirst where the viewer may not see an order."""
    must_see_all(viewer, tender)
    if not may_see_marks(viewer, tender):
        raise OwnMarksFirst(
            "You cannot see the ranking yet because your own marks are not all locked: nobody who "
            "marks alone sees the totals or the order of bids"
        )


def must_not_mark_alone(viewer: Viewer, tender: Tender, what: str) -> None:
    """Raise OwnMarksFirst where bids are being evaluated and the viewer has not locked his marks.

    For ``what`` tells agreed marks or those of others, such as “see risks”.
    """
    if tender.stage in EVALUATED_AT and not may_see_marks(viewer, tender):
        raise OwnMarksFirst(
            f"You cannot {what} yet because your own marks in {tender.reference} are not all "
            "locked: nobody who marks alone sees the marks of others or what follows from them"
        )


@dataclass(frozen=True)
class TenderRanking:
    """The bids of a tender in order; keys are their tokens.

    ``said``: whether the quality of all is agreed, and how often; ``missing``: bids without a
    standing, as when they were opened before there were any.
    """

    tender: Tender
    questionnaire: Questionnaire
    method: Method
    placed: tuple[Placed, ...]
    tie: TieLog | None
    said: Said
    missing: int
    # Bids admitted late whose prices were not opened with the others.
    unopened: int
    # What was worked out of the same rows before, in this process.
    order: Order

    @property
    def agreed(self) -> bool:
        return self.said.is_agreed

    @property
    def sections(self) -> Mapping[str, Mapping[str, str]]:
        return self.order.sections

    @cached_property
    def names(self) -> dict[str, str]:
        return {one.key: one.bid.name for one in self.placed}

    @cached_property
    def ranked(self) -> tuple[Placed, ...]:
        return tuple(one for one in self.placed if one.rank)

    @property
    def contest(self) -> tuple[Placed, ...]:
        """Return the ranked bids and, where the price of a point decides, those with too little
        quality to be ranked: a weight or a mark could lift them."""
        if not self.method.is_per_point:
            return self.ranked
        below = (
            one
            for one in self.placed
            if not one.rank and one.bid.quality and one.bid.price and not one.bid.why_unranked
        )
        return (*self.ranked, *below)

    @property
    def is_final(self) -> bool:
        """Whether everything that counts is agreed and known: the ranking is the result then."""
        whole = not (self.missing or self.unopened)
        return self.agreed and self.method.is_complete and whole

    @property
    def winner(self) -> Placed | None:
        """Return the bid that has the first place alone, once the ranking is the result."""
        first = self.placed[0] if self.placed else None
        return first if self.is_final and first is not None and first.rank == "1" else None

    @cached_property
    def lowest(self) -> Decimal | None:
        """Return the price others are measured by under F1."""
        return lowest_price(one.bid.price for one in self.placed if not one.bid.disregarded)

    def find(self, key: str) -> Placed | None:
        return next((one for one in self.placed if one.key == key), None)

    def page(self, after: str) -> Page[Placed]:
        """Return the bids that follow the one with this key, the first without."""
        return page_after(self.placed, lambda one: one.key, after)


def method_of(tender: Tender, *, prices_open: bool) -> Method:
    """Return how the bids are ranked, as it was published."""
    weight = questionnaire_of(tender).terms.get("quality_weight", tender.quality_weight)
    return Method(award_of(tender), int(weight), prices_open)


def ranking_of(tender: Tender) -> TenderRanking:
    """Return the ranking as the standings have it now; a price counts once quality is agreed."""
    said = said_of(tender)
    agreed, (rows, missing) = said.is_agreed, rows_of(tender)
    open_ = agreed and any(row.price is not None for row in rows)
    method = method_of(tender, prices_open=open_)
    order = order_of(method, rows, agreed=agreed)
    placed = order.placed
    tie = _tie(tender, method, placed) if agreed and method.is_complete else None
    return TenderRanking(
        tender=tender,
        questionnaire=questionnaire_of(tender),
        method=method,
        placed=with_tie_broken(placed, tie) if tie else placed,
        tie=tie,
        said=said,
        missing=missing,
        unopened=_unopened(tender, placed) if method.uses_price else 0,
        order=order,
    )


def _unopened(tender: Tender, placed: Sequence[Placed]) -> int:
    """Return how many bids that could be ranked have a price nobody has opened yet."""
    without = [one.key for one in placed if one.why_not == NO_PRICE]
    if not without:
        return 0
    known = db.session.scalar(
        select(PriceOpening.bids)
        .where(PriceOpening.tender_id == tender.id)
        .order_by(PriceOpening.number.desc())
        .limit(1)
    )
    return 0 if known is None else sum(key not in known for key in without)


def _tie(tender: Tender, method: Method, placed: Sequence[Placed]) -> TieLog | None:
    tied = tied_for_first(placed)
    if not tied:
        return None
    marks: dict[str, int] = {}
    if TieBreak.QUESTION in method.award.ties:
        question = method.award.tie_question
        known = _marks([one.key for one in tied])
        marks = {key: given[question] for key, given in known.items() if question in given}
    draws = _draws(tender) if TieBreak.LOTS in method.award.ties else []
    return break_tie(method, tied, Tied(marks, draws))


def _marks(tokens: list[str]) -> dict[str, dict[str, int]]:
    rows = db.session.execute(
        select(Bid.token, BidStanding.marks)
        .join(Bid, Bid.id == BidStanding.bid_id)
        .where(Bid.token.in_(tokens))
    )
    return dict(rows.all())


def marks_standing(bid: str) -> tuple[str, int, dict[str, int]]:
    """Return the token of a bid's tender, the id of the bid, and its agreed marks. Raises
    NoResultFound. For who then asks whether the viewer may see them."""
    token, bid_id, marks = db.session.execute(
        select(Tender.token, Bid.id, BidStanding.marks)
        .join(BidStanding, BidStanding.tender_id == Tender.id)
        .join(Bid, Bid.id == BidStanding.bid_id)
        .where(Bid.token == bid)
    ).one()
    return token, bid_id, marks


def _draws(tender: Tender) -> list[list[str]]:
    return list(
        db.session.scalars(
            select(LotsDrawn.bids)
            .where(LotsDrawn.tender_id == tender.id)
            .order_by(LotsDrawn.number)
        )
    )


def weights_of(found: TenderRanking) -> list[Weight]:
    """Return the weights that may move: quality against price, and each section against others."""
    method = found.method
    weights = []
    if method.uses_price and not method.is_per_point:
        weights.append(Weight(QUALITY, "Quality against price", Fraction(method.quality_weight)))
    counting = [one for one in found.questionnaire.sections if scores(one)]
    if len(counting) > 1:
        weights += [Weight(one.id, one.title, Fraction(one.weight)) for one in counting]
    return weights


def safety(found: TenderRanking) -> Safety | None:
    """Return how safe the first place is; None unless one bid has it and the ranking is final."""
    if found.winner is None:
        return None
    ranked = found.contest
    shares = {
        asked.id: Fraction(asked.weight) * Fraction(asked.section_weight) / 100
        for asked in found.questionnaire.questions
        if asked.is_scored
    }
    near = found.order.once(
        "near",
        found.winner.key,
        lambda: within_reach(found.method, ranked, max(shares.values(), default=Fraction(0))),
    )
    looked_at = near[:LOOKED_AT]
    moves = moves_of(found.method, looked_at, _marks([one.key for one in looked_at]), shares)
    second = found.ranked[1] if len(found.ranked) > 1 else None
    return Safety(
        winner=found.winner.key,
        runner_up=second.key if second else "",
        lead=lead_over(found.method, found.winner, second) if second else Fraction(0),
        swings=found.order.once(
            "swings",
            found.winner.key,
            lambda: swings_of(found.method, weights_of(found), ranked, found.sections),
        ),
        marks=LookedAt(moves, tuple(one.key for one in looked_at), len(near) - len(looked_at)),
    )
