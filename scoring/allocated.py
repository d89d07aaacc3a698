"""Who marks what, as pages show it: ticks, what lacks evaluators, what each person has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from accounts.queries import Viewer
from scoring.queries.evaluators import (
    Evaluator,
    allocation_of,
    locks_of,
    marked_by,
    people_named,
    readable_bid_ids,
    who_may_mark,
)
from scoring.queries.interests import barrier_of
from scoring.rules.allocation import GROUNDS, Allocation, Ground, Lack, lacking
from scoring.service.allocating import Cell
from tenders.evaluation import evaluation_of
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.evaluation import EvaluationRules
from tenders.rules.questionnaire import AskedQuestion, Section

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Load:
    """What one person has to mark. ``answers`` and ``marked`` are None before the opening."""

    person: Evaluator
    questions: int
    answers: int | None
    marked: int | None
    has_locked: bool


@dataclass(frozen=True)
class Declined:
    """A question somebody declined, which waits for the chair."""

    question_id: str
    person: Evaluator
    ground: str
    reason: str


@dataclass(frozen=True)
class Allocated:
    """Who marks what in a tender. ``people``: whom the table has columns for."""

    rules: EvaluationRules
    stands: Allocation
    people: list[Evaluator]
    sections: list[tuple[Section, list[AskedQuestion]]]

    @cached_property
    def ticked(self) -> frozenset[Cell]:
        return frozenset(
            (question, person)
            for question, people in self.stands.everywhere.items()
            for person in people
        )

    @cached_property
    def questions(self) -> list[AskedQuestion]:
        return [question for _, asked in self.sections for question in asked]

    @property
    def everything(self) -> frozenset[Cell]:
        return frozenset((q.id, one.person_id) for q in self.questions for one in self.people)

    @property
    def needed(self) -> dict[str, int]:
        """Return how many evaluators each question needs, as published."""
        return {
            asked.id: self.rules.needed_for(asked.share_of_quality if asked.is_scored else NOTHING)
            for asked in self.questions
        }

    @cached_property
    def lacks(self) -> Mapping[str, Lack]:
        return {lack.question_id: lack for lack in lacking(self.stands, self.needed)}

    @property
    def declined(self) -> list[Declined]:
        named = {one.person_id: one for one in self.people}
        return [
            Declined(question, named[person], GROUNDS[Ground(ground)], reason)
            for (question, person, _), (ground, reason) in self.stands.declined.items()
            if person in named
        ]


def allocated_in(tender: Tender) -> Allocated:
    """Return who marks what in a published tender, without a word about bids."""
    stands, people = allocation_of(tender), who_may_mark(tender)
    known = {one.person_id for one in people}
    # Whoever has left since keeps a column until somebody takes over what he had.
    gone = people_named(stands.people - known)
    return Allocated(
        evaluation_of(tender),
        stands,
        [*people, *gone.values()],
        [
            (section, marked)
            for section in questionnaire_of(tender).sections
            if (marked := [question for question in section.questions if question.is_marked])
        ],
    )


def loads(viewer: Viewer, tender: Tender, found: Allocated) -> list[Load]:
    """Return what each person has to mark; of bids only those the viewer may know of."""
    busy = [one for one in found.people if one.person_id in found.stands.people]
    barrier = barrier_of(viewer, tender) if tender.opened_at is not None else None
    if barrier is None or barrier.must_declare:
        return [Load(one, _questions(found, one.person_id), None, None, False) for one in busy]
    bids = [one for one in readable_bid_ids(tender.id) if not barrier.keeps_from(one)]
    marked, locks = marked_by(tender.id, bids), locks_of(tender.id)
    return [
        Load(
            one,
            _questions(found, one.person_id),
            answers := sum(1 for _ in found.stands.cells_of(one.person_id, bids)),
            min(answers, marked.get(one.person_id, 0)),
            one.person_id in locks,
        )
        for one in busy
    ]


def _questions(found: Allocated, person_id: int) -> int:
    here = {q for (q, _), people in found.stands.here.items() if people.get(person_id)}
    return len(here | {q for q, people in found.stands.everywhere.items() if person_id in people})
