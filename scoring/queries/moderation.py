"""What is on the table when the panel agrees a mark, and what is agreed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from foundation.database import db
from scoring.models import AgreedMark, Mark
from scoring.queries.bid_questions import open_in
from scoring.queries.bids import EvaluatedBid
from scoring.queries.evaluators import (
    Evaluator,
    allocation_of,
    locks_of,
    marks_given,
    people_named,
    readable_bid_ids,
)
from scoring.queries.excluded import disregarded
from scoring.rules.descriptors import Point, points_of
from scoring.rules.disagreement import Disagreement, disagreement
from scoring.rules.locking import Covered
from supplier_portal.models import Bid
from supplier_portal.queries.opened import barrier_before
from supplier_portal.rules.stages import READABLE
from tenders.evaluation import evaluation_of
from tenders.models import Tender
from tenders.queries import questionnaire_of


@dataclass(frozen=True)
class Table:
    """The marks of one question of one bid, as the panel sees them: locked ones alone."""

    question_id: str
    people: tuple[Evaluator, ...]
    # How many have to mark it, as published.
    needed: int
    # The locked marks of those who mark it, by person.
    marks: Mapping[int, Mark]
    # Locked marks of people who do not mark it any more: they stay in the record.
    replaced: tuple[Mark, ...]
    points: Mapping[int, tuple[Point, ...]]

    @property
    def waiting(self) -> tuple[Evaluator, ...]:
        """Return who has not locked his mark yet."""
        return tuple(one for one in self.people if one.person_id not in self.marks)

    @property
    def why_not(self) -> str:
        """Return why no mark can be agreed yet, to follow “because”; "" where one can."""
        if not self.people:
            return f"nobody was given {self.question_id} to mark"
        if len(self.people) < self.needed:
            return (
                f"{self.question_id} needs {self.needed} evaluators, as the tender publishes, and "
                f"has {len(self.people)}"
            )
        if self.waiting:
            return (
                f"{len(self.waiting)} of {len(self.people)} evaluators have not locked their marks "
                f"for {self.question_id}"
            )
        return ""

    @cached_property
    def all_points(self) -> tuple[Point, ...]:
        return tuple(point for level in self.points.values() for point in level)

    @cached_property
    def disagreement(self) -> Disagreement:
        given = list(self.marks.values())
        return disagreement(
            [mark.mark for mark in given],
            [mark.points for mark in given],
            sum(len(mark.warned) for mark in given),
        )


class ReadableBid(NamedTuple):
    """What a list of thousands of bids needs of each."""

    id: int
    token: str


# By the tables and put together once: none of them becomes a record.
_BID = cast("sa.Table", Bid.__table__)
_SUPPLIER = cast("sa.Table", Organisation.__table__)
_READABLE = (
    select(_BID.c.id, _BID.c.token, _SUPPLIER.c.name)
    .join(_SUPPLIER, _SUPPLIER.c.id == _BID.c.supplier_id)
    .where(_BID.c.tender_id == bindparam("tender"), _BID.c.stage.in_(sorted(READABLE)))
    .order_by(func.lower(_SUPPLIER.c.name), _BID.c.id)
)


def readable_bids(viewer: Viewer, tender: Tender) -> dict[ReadableBid, str]:
    """Return the opened bids the viewer is not kept away from, with their bidders, by name.

    Nothing of what they say is read. Raises MustDeclareFirst.
    """
    barrier = barrier_before(viewer, tender)
    return {
        ReadableBid(bid_id, token): name
        for bid_id, token, name in db.session.execute(_READABLE, {"tender": tender.id})
        if not barrier.keeps_from(bid_id)
    }


def table_of(bid: EvaluatedBid, question_id: str) -> Table:
    """Return what is on the table for one question of a bid. Four statements."""
    own, asked = bid.opened.bid, bid.questionnaire.question(question_id)
    people = allocation_of(bid.tender).people_for(question_id, own.id)
    given = marks_given([own.id], question_id=question_id).get((own.id, question_id), {})
    locks = locks_of(bid.tender.id)
    locked = {one: mark for one, mark in given.items() if mark.id <= locks.get(one, 0)}
    named = people_named(people)
    share = asked.share_of_quality if asked and asked.is_scored else Decimal(0)
    return Table(
        question_id=question_id,
        people=tuple(named[one] for one in people),
        needed=evaluation_of(bid.tender).needed_for(share) if asked else 1,
        marks={one: locked[one] for one in people if one in locked},
        replaced=tuple(mark for one, mark in locked.items() if one not in people),
        points=points_of(asked.question.levels) if asked else {},
    )


def agreed_numbers(bid_id: int) -> dict[str, int]:
    """Return the agreed marks of a bid that count, by question: numbers alone."""
    rows = db.session.execute(
        select(AgreedMark.question_id, AgreedMark.mark)
        .where(AgreedMark.bid_id == bid_id)
        .order_by(AgreedMark.number)
    )
    return dict(rows.all())


def last_agreed(bid_id: int, question_id: str) -> AgreedMark | None:
    """Return the agreed mark of a question that counts."""
    return db.session.scalars(
        select(AgreedMark)
        .where(AgreedMark.bid_id == bid_id, AgreedMark.question_id == question_id)
        .order_by(AgreedMark.number.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class AgreedRow:
    """An agreed mark that counts, without its words."""

    id: int
    covered: Covered


def agreed_rows(tender_id: int) -> list[AgreedRow]:
    """Return the agreed marks of every bid that was handed in, in one statement."""
    last = (
        select(func.max(AgreedMark.id).label("last"))
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(Bid.tender_id == tender_id, Bid.stage.in_(READABLE))
        .group_by(AgreedMark.bid_id, AgreedMark.question_id)
        .subquery()
    )
    rows = db.session.execute(
        select(AgreedMark.id, Bid.token, AgreedMark.question_id, AgreedMark.number, AgreedMark.mark)
        .join(last, last.c.last == AgreedMark.id)
        .join(Bid, Bid.id == AgreedMark.bid_id)
    )
    return [AgreedRow(row[0], Covered(*row[1:])) for row in rows]


def still_to_agree(tender: Tender) -> dict[int, int]:
    """Return by id of bid how many of its questions have no agreed mark, in three statements.

    A bid that is disregarded needs none.
    """
    asked = [one.id for one in questionnaire_of(tender).questions if one.is_marked]
    out = disregarded(tender)
    wanted = [bid_id for bid_id in readable_bid_ids(tender.id) if bid_id not in out]
    rows = db.session.execute(
        select(AgreedMark.bid_id, func.count(AgreedMark.question_id.distinct()))
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(Bid.tender_id == tender.id, AgreedMark.question_id.in_(asked))
        .group_by(AgreedMark.bid_id)
    )
    agreed = dict(rows.all())
    left = {bid_id: len(asked) - agreed.get(bid_id, 0) for bid_id in wanted}
    return {bid_id: count for bid_id, count in left.items() if count}


def agreed_before(bid_id: int, question_id: str) -> list[AgreedMark]:
    """Return every mark the panel agreed for a question, the first first."""
    return list(
        db.session.scalars(
            select(AgreedMark)
            .options(joinedload(AgreedMark.signed_by, innerjoin=True))
            .where(AgreedMark.bid_id == bid_id, AgreedMark.question_id == question_id)
            .order_by(AgreedMark.number)
        )
    )


def reasons_elsewhere(bid: Bid, question_id: str) -> list[str]:
    """Return the reasons agreed for a question in the other bids of the tender."""
    last = (
        select(func.max(AgreedMark.id))
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(
            AgreedMark.question_id == question_id,
            Bid.tender_id == bid.tender_id,
            Bid.id != bid.id,
        )
        .group_by(AgreedMark.bid_id)
    )
    return list(db.session.scalars(select(AgreedMark.reason).where(AgreedMark.id.in_(last))))


def of_one(bid: EvaluatedBid) -> dict[str, Mark]:
    """Return by question the locked marks of a bid that a single evaluator gave, as is enough, that
    are not agreed yet, and about which no question to the bidder is open."""
    own, stands, rules = bid.opened.bid, allocation_of(bid.tender), evaluation_of(bid.tender)
    given, locks = marks_given([own.id]), locks_of(bid.tender.id)
    is_open = open_in(bid.tender.id)
    found = {}
    for asked in bid.questionnaire.questions:
        people = stands.people_for(asked.id, own.id)
        share = asked.share_of_quality if asked.is_scored else Decimal(0)
        if asked.id not in bid.unmarked or len(people) != 1 or rules.needed_for(share) > 1:
            continue
        if is_open(own.id, asked.id):
            continue
        mark = given.get((own.id, asked.id), {}).get(people[0])
        if mark is not None and mark.id <= locks.get(people[0], 0):
            found[asked.id] = mark
    return found
