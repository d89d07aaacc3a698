"""What is on the table when the panel agrees a mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from scoring.models import Mark
from scoring.queries.bids import EvaluatedBid
from scoring.queries.evaluators import (
    Evaluator,
    allocation_of,
    locks_of,
    marks_given,
    people_named,
)
from scoring.rules.descriptors import Point, points_of


@dataclass(frozen=True)
class Table:
    """The marks of one question of one bid, as the panel sees them: locked ones alone."""

    people: tuple[Evaluator, ...]
    # The locked marks of those who mark it, by person.
    marks: Mapping[int, Mark]
    # Marks of people who do not mark it any more: they stay in the record and are not agreed on.
    replaced: tuple[Mark, ...]
    points: Mapping[int, tuple[Point, ...]]

    @property
    def waiting(self) -> tuple[Evaluator, ...]:
        """Return who has not locked his mark yet."""
        return tuple(one for one in self.people if one.person_id not in self.marks)

    @property
    def is_ready(self) -> bool:
        return bool(self.people) and not self.waiting

    @cached_property
    def all_points(self) -> tuple[Point, ...]:
        return tuple(point for level in self.points.values() for point in level)

    @property
    def spread(self) -> int:
        given = [mark.mark for mark in self.marks.values()]
        return max(given) - min(given) if given else 0


def table_of(bid: EvaluatedBid, question_id: str) -> Table:
    """Return what is on the table for one question of a bid. Four statements."""
    own = bid.opened.bid
    asked = bid.questionnaire.question(question_id)
    people = allocation_of(bid.tender).people_for(question_id, own.id)
    given = marks_given([own.id], question_id=question_id).get((own.id, question_id), {})
    locks = locks_of(bid.tender.id)
    locked = {one: mark for one, mark in given.items() if mark.id <= locks.get(one, 0)}
    named = people_named(people)
    return Table(
        people=tuple(named[one] for one in people),
        marks={one: locked[one] for one in people if one in locked},
        replaced=tuple(mark for one, mark in given.items() if one not in people),
        points=points_of(asked.question.levels) if asked else {},
    )
