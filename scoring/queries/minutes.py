"""What the panel agreed, meeting by meeting: who was there, what was on the table, what it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from foundation.database import db
from scoring.models import AgreedMark, Mark
from scoring.queries.bids import EvaluatedBid
from scoring.rules.descriptors import Point, points_of


@dataclass(frozen=True)
class Minute:
    """One agreed mark with the marks it was made of."""

    agreed: AgreedMark
    marks: tuple[Mark, ...]
    # Names of those who were there.
    present: tuple[str, ...]
    points: Mapping[int, tuple[Point, ...]]

    @property
    def judged(self) -> list[Point]:
        """Return the published points of which anybody said whether they are met."""
        said = {*self.agreed.points, *(key for mark in self.marks for key in mark.points)}
        return [one for points in self.points.values() for one in points if one.key in said]


def minutes_of(bid: EvaluatedBid, question_id: str = "") -> list[Minute]:
    """Return everything agreed about a bid, question by question, the first first. Three
    statements."""
    own, asked = bid.opened.bid.id, {one.id: one for one in bid.questionnaire.questions}
    wanted = (
        select(AgreedMark)
        .options(joinedload(AgreedMark.signed_by, innerjoin=True))
        .where(AgreedMark.bid_id == own)
    )
    if question_id:
        wanted = wanted.where(AgreedMark.question_id == question_id)
    agreed = [one for one in db.session.scalars(wanted) if one.question_id in asked]
    order = list(asked)
    agreed.sort(key=lambda one: (order.index(one.question_id), one.number))
    marks = _marks(own)
    names = _names({token for one in agreed for token in one.present})
    return [
        Minute(
            one,
            tuple(marks[mark] for mark in one.considered if mark in marks),
            tuple(names[token] for token in one.present if token in names),
            points_of(asked[one.question_id].question.levels),
        )
        for one in agreed
    ]


def _marks(bid_id: int) -> dict[int, Mark]:
    return {
        mark.id: mark
        for mark in db.session.scalars(
            select(Mark)
            .options(joinedload(Mark.evaluator, innerjoin=True))
            .where(Mark.bid_id == bid_id)
        )
    }


def _names(tokens: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(Person.token, Person.name).where(Person.token.in_(tokens)))
    return dict(rows.all())
