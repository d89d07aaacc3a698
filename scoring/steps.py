"""What the list of bids says of each step, beyond the marks agreed: who marks, alone, prices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation.database import db
from scoring.models import LowPriceEvent, Mark, PriceOpening
from scoring.queries.evaluators import allocation_of, may_see_marks
from scoring.queries.low_hints import hints_left
from scoring.queries.standings import quality_is_agreed
from scoring.rules.allocation import Allocation, lacking
from scoring.rules.low_prices import SETTLED
from tenders.evaluation import evaluation_of
from tenders.models import Tender
from tenders.price_schedule import schedule_of
from tenders.queries import questionnaire_of


@dataclass(frozen=True)
class Steps:
    """Where a tender stands, of the bids the viewer may read. Each is read when it is asked."""

    viewer: Viewer
    tender: Tender
    bid_ids: Collection[int]

    @cached_property
    def _stands(self) -> Allocation:
        return allocation_of(self.tender)

    @cached_property
    def lacks(self) -> int:
        """Return how many questions have fewer evaluators than the tender publishes."""
        rules = evaluation_of(self.tender)
        asked = [one for one in questionnaire_of(self.tender).questions if one.is_marked]
        needed = {
            one.id: rules.needed_for(one.share_of_quality if one.is_scored else Decimal(0))
            for one in asked
        }
        return len(lacking(self._stands, needed))

    @cached_property
    def own(self) -> int:
        """Return how many answers the viewer has to mark."""
        return self._stands.count_of(self.viewer.person_id, self.bid_ids)

    @cached_property
    def wanted(self) -> int:
        """Return how many marks are to be given: his own, or those of all where he marks none."""
        if self.own:
            return self.own
        return sum(self._stands.count_of(one, self.bid_ids) for one in self._stands.people)

    @cached_property
    def given(self) -> int:
        """Return how many of those are given, in one statement; in none once quality is agreed."""
        if self.quality_agreed:
            # No mark is agreed before each of them is locked.
            return self.wanted
        rows = select(Mark.evaluator_id, Mark.question_id, func.count()).where(
            Mark.number == 1, Mark.bid_id.in_(self.bid_ids)
        )
        if self.own:
            rows = rows.where(Mark.evaluator_id == self.viewer.person_id)
        marks = {
            (person, question): count
            for person, question, count in db.session.execute(
                rows.group_by(Mark.evaluator_id, Mark.question_id)
            )
        }
        them = {(person, q) for q, people in self._stands.everywhere.items() for person in people}
        for (question, _), changed in self._stands.here.items():
            them |= {(person, question) for person, stands in changed.items() if stands}
        return min(self.wanted, sum(count for one, count in marks.items() if one in them))

    @cached_property
    def own_locked(self) -> bool:
        return may_see_marks(self.viewer, self.tender)

    @property
    def is_priced(self) -> bool:
        """Return whether bidders price a schedule in this service."""
        return bool(schedule_of(self.tender))

    @cached_property
    def quality_agreed(self) -> bool:
        return quality_is_agreed(self.tender)

    @property
    def prices_open(self) -> bool:
        return self._prices[0]

    @property
    def low_prices(self) -> int:
        """Return how many cases about a low price are not decided."""
        return self._prices[1]

    @cached_property
    def hints_left(self) -> int:
        """Return of how many bids nobody looked into what makes the price seem low."""
        return hints_left(self.tender, self.bid_ids) if self.prices_open else 0

    @cached_property
    def _prices(self) -> tuple[bool, int]:
        """Return whether prices are open, and how many cases wait; one statement at the most."""
        if not (self.is_priced and self.quality_agreed):
            return False, 0
        last = (
            select(LowPriceEvent.bid_id, func.max(LowPriceEvent.number).label("number"))
            .where(LowPriceEvent.bid_id.in_(self.bid_ids))
            .group_by(LowPriceEvent.bid_id)
            .subquery()
        )
        waiting = (
            select(func.count())
            .select_from(LowPriceEvent)
            .join(
                last,
                (last.c.bid_id == LowPriceEvent.bid_id) & (last.c.number == LowPriceEvent.number),
            )
            .where(LowPriceEvent.kind.not_in(SETTLED))
        )
        opened = select(func.count(PriceOpening.id)).where(PriceOpening.tender_id == self.tender.id)
        times, cases = db.session.execute(
            select(opened.scalar_subquery(), waiting.scalar_subquery())
        ).one()
        return times > 0, cases if times else 0
