"""The yearly assessments of a contract: what was asked, what was answered, how a round stands.

What a supplier saves stays with the supplier until it is handed in: the council reads what the
last step of a round handed in, never a draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Person
from contract_clauses import seals
from contract_clauses.models import Reassessment, ReassessmentAnswer, ReassessmentEvent
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassess_open import open_risks, reopened_parts
from contract_clauses.reassess_guide import shipped_guide
from contract_clauses.rules.reassessing import (
    Again,
    Given,
    RoundState,
    Step,
    asked_again,
    merged,
    next_round_on,
    state_of,
    with_led_to,
)
from foundation import clock
from foundation.database import db
from question_bank.rules.outcomes import situation_of
from question_bank.rules.questions import Part
from supplier_portal.queries.opened import OpenedBid, just_opened
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.questionnaire import Questionnaire

ANSWER, EVENT = "reassessment-answer", "reassessment-event"
FILE = "reassessment-file"


@dataclass(frozen=True)
class Happened:
    """A step of a round, with what was written."""

    step: Step
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Saved:
    """What stands saved for a part, and who saved it."""

    given: Given
    by: str
    at: datetime


@dataclass(frozen=True)
class Round:
    """One yearly assessment of a contract as its side reads it."""

    row: Reassessment
    opened_by: str
    seen: ContractSeen
    rounds: Rounds
    steps: tuple[Happened, ...]
    # What the last step that handed in holds; nothing before the first.
    handed_in: Mapping[str, Given]

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def state(self) -> RoundState:
        return state_of([one.step for one in self.steps])

    @property
    def is_with_supplier(self) -> bool:
        return self.state in (RoundState.OPEN, RoundState.SENT_BACK)

    @property
    def is_overdue(self) -> bool:
        return self.is_with_supplier and self.row.due_on < self.seen.today

    @property
    def handed_in_on(self) -> date | None:
        days = [clock.london(one.at).date() for one in self.steps if one.step is Step.HANDED_IN]
        return days[-1] if days else None

    @property
    def settled_on(self) -> date | None:
        days = [clock.london(one.at).date() for one in self.steps if one.step is Step.SETTLED]
        return days[-1] if days else None

    @cached_property
    def before(self) -> dict[str, Any]:
        """Return the answers as they stood: those of the bid with those of settled rounds."""
        return self.rounds.standing(self.number)

    @cached_property
    def saved(self) -> Mapping[str, Saved]:
        """Return what the supplier has saved, by part; for its own pages alone."""
        if not self.seen.is_supplier:
            raise NoResultFound
        rows = db.session.execute(
            select(ReassessmentAnswer, Person.name)
            .join(Person, Person.id == ReassessmentAnswer.answered_by_id)
            .where(ReassessmentAnswer.reassessment_id == self.row.id)
            .order_by(ReassessmentAnswer.version)
        )
        return {row.part_id: Saved(_given(self, row), name, row.answered_at) for row, name in rows}

    @property
    def given(self) -> dict[str, Given]:
        """Return what counts: what is saved for the supplier, what was handed in for the council.

        While the council has it, both read what was handed in.
        """
        if self.seen.is_supplier and self.is_with_supplier:
            return {part_id: one.given for part_id, one in self.saved.items()}
        return dict(self.handed_in)

    @cached_property
    def now(self) -> dict[str, Any]:
        return merged(self.before, self.given)

    @cached_property
    def asked(self) -> tuple[Again, ...]:
        """Return what is asked, with what new answers lead to."""
        first = tuple(Again(one["part"], tuple(one["because"])) for one in self.row.asked)
        shown = self.rounds.shown
        return with_led_to(first, shown(self.before), shown(self.now))

    @property
    def parts(self) -> Mapping[str, Part]:
        return self.rounds.questionnaire.parts

    def part(self, part_id: str) -> Part:
        """Return a part that is asked. Raises NoResultFound."""
        if all(one.part != part_id for one in self.asked):
            raise NoResultFound
        return self.parts[part_id]


@dataclass(frozen=True)
class Rounds:
    """All the yearly assessments of a contract."""

    seen: ContractSeen

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return questionnaire_of(self.seen.tender)

    @cached_property
    def opened(self) -> OpenedBid:
        # Either side may read it: the bid is opened, and the supplier reads its own alone.
        return just_opened(self.seen.bid)

    @cached_property
    def listed(self) -> tuple[Round, ...]:
        """Return them, the first first, in two statements."""
        contract = self.seen.contract.id
        rows = db.session.execute(
            select(Reassessment, Person.name)
            .join(Person, Person.id == Reassessment.opened_by_id)
            .where(Reassessment.contract_id == contract)
            .order_by(Reassessment.number)
        ).all()
        events: dict[int, list[ReassessmentEvent]] = {}
        for event in db.session.scalars(
            select(ReassessmentEvent)
            .options(joinedload(ReassessmentEvent.done_by, innerjoin=True))
            .join(Reassessment, Reassessment.id == ReassessmentEvent.reassessment_id)
            .where(Reassessment.contract_id == contract)
            .order_by(ReassessmentEvent.reassessment_id, ReassessmentEvent.number)
        ):
            events.setdefault(event.reassessment_id, []).append(event)
        return tuple(self._round(row, name, events.get(row.id, [])) for row, name in rows)

    @property
    def running(self) -> Round | None:
        return next((one for one in self.listed if one.state is not RoundState.SETTLED), None)

    @property
    def next_on(self) -> date:
        """Return the day the next one falls due."""
        one = self.seen.contract
        settled = [done for done in (other.settled_on for other in self.listed) if done]
        return next_round_on(one.starts_on, one.live_on, settled, shipped_guide().months)

    def round(self, token: str) -> Round:
        """Return one. Raises NoResultFound."""
        found = [one for one in self.listed if one.token == token]
        if not found:
            raise NoResultFound
        return found[0]

    def standing(self, number: int | None = None) -> dict[str, Any]:
        """Return the answers as they stand with every settled round; ``number``: before it."""
        answers = dict(self.opened.answers)
        for one in self.listed:
            if one.state is RoundState.SETTLED and (number is None or one.number < number):
                answers = merged(answers, one.handed_in)
        return answers

    def shown(self, answers: Mapping[str, Any]) -> Mapping[str, Part]:
        """Return the parts asked of this bid as its answers stand, in their order."""
        found = self.questionnaire
        return situation_of(
            found.bare_questions, answers, facts_of(self.seen.tender), found.fact_specs
        ).parts

    def to_ask(self) -> tuple[Again, ...]:
        """Return what a round opened now would ask. Three statements more."""
        answers = self.standing()
        return asked_again(
            shipped_guide(),
            self.shown(answers).values(),
            answers,
            open_risks(self.seen),
            reopened_parts(self.seen),
        )

    def _round(self, row: Reassessment, by: str, events: Iterable[ReassessmentEvent]) -> Round:
        steps, handed_in = [], {}
        for event in events:
            held = seals.opened(EVENT, event_name(row, event.number), self.seen.key, event.sealed)
            at = event.done_at
            steps.append(Happened(event.step, held["words"], event.done_by.name, at))
            if event.step is Step.HANDED_IN:
                handed_in = {part: Given(**one) for part, one in held["answers"].items()}
        return Round(row, by, self.seen, self, tuple(steps), handed_in)


def event_name(row: Reassessment, number: int) -> str:
    """Return what a step of a round is sealed for."""
    return f"{row.token}:{number}"


def answer_name(row: Reassessment, part_id: str, version: int) -> str:
    """Return what a version of an answer is sealed for."""
    return f"{row.token}:{part_id}:{version}"


def _given(one: Round, row: ReassessmentAnswer) -> Given:
    name = answer_name(one.row, row.part_id, row.version)
    held = seals.opened(ANSWER, name, one.seen.key, row.sealed)
    return Given(row.version, row.unchanged, held["value"], held["words"])
