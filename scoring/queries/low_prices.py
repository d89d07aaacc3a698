"""Cases about prices that seem abnormally low: each with its steps, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.models import Person
from foundation import clock
from foundation.database import db
from scoring import seals
from scoring.models import LowPriceEvent
from scoring.queries.remembered import once_a_page
from scoring.rules.low_prices import DECISIONS, Decision, Event, Standing, State, Step, standing
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.price_schedule import schedule_of

SEALED_AS = "low-price-event"


@dataclass(frozen=True)
class CaseStep:
    """One step with its words, and who recorded it."""

    number: int
    step: Step
    outcome: str
    text: str
    due_at: datetime | None
    recorded_at: datetime
    recorded_by: str

    @property
    def decision(self) -> str:
        return DECISIONS[Decision(self.outcome)] if self.step is Step.DECIDED else ""


@dataclass(frozen=True)
class Case:
    """What was looked into of one bid's price; without steps where nobody did."""

    steps: tuple[CaseStep, ...]
    standing: Standing

    @property
    def version(self) -> int:
        """The number of the last step: what a form is based on."""
        return len(self.steps)

    @property
    def for_bidder(self) -> tuple[CaseStep, ...]:
        """Return what the bidder reads: never why a case was raised, or was not at first."""
        ours = (Step.RAISED, Step.NOT_NEEDED)
        return tuple(step for step in self.steps if step.step not in ours)

    @property
    def letter(self) -> str:
        sent = [step.text for step in self.steps if step.step is Step.ASKED]
        return sent[-1] if sent else ""


def place_of(bid: Bid, number: int) -> str:
    """Return the one record the words of a step are sealed for."""
    return f"{bid.token}:{number}"


def case_of(bid: Bid) -> Case:
    """Return the case of an opened bid, for the buying side."""
    return _case(bid, bid_seals.opened_key(bid))


def my_case(bid: Bid) -> Case | None:
    """Return the case of a company's own bid once it was asked; None before."""
    if bid.tender.opened_at is None:
        return None
    found = _case(bid, bid_seals.supplier_key(bid))
    return found if found.standing.was_asked else None


def standings_of(bid_ids: Iterable[int]) -> dict[int, Standing]:
    """Return where the cases of several bids stand, in one statement."""
    rows = db.session.execute(
        select(
            LowPriceEvent.bid_id, LowPriceEvent.kind, LowPriceEvent.outcome, LowPriceEvent.due_at
        )
        .where(LowPriceEvent.bid_id.in_([*bid_ids]))
        .order_by(LowPriceEvent.number)
    )
    events: dict[int, list[Event]] = {}
    for bid_id, kind, outcome, due_at in rows:
        events.setdefault(bid_id, []).append(Event(Step(kind), outcome, due_at))
    moment = clock.now()
    return {bid_id: standing(known, moment) for bid_id, known in events.items()}


def disregarded_for_price(tender: Tender) -> frozenset[int]:
    """Return the ids of the bids whose tender is disregarded for its price."""
    if not schedule_of(tender):
        return frozenset()
    last: Mapping[int, str] = {
        bid_id: outcome for bid_id, _, kind, outcome in steps_of(tender) if kind == Step.DECIDED
    }
    return frozenset(bid for bid, outcome in last.items() if outcome == Decision.DISREGARDED)


def steps_of(tender: Tender) -> Sequence[tuple[int, int, str, str]]:
    """Return bid, number, kind and outcome of every step, bid by bid in order, without a word."""
    return once_a_page(("low price steps", tender.id), lambda: _steps_of(tender))


def _steps_of(tender: Tender) -> Sequence[tuple[int, int, str, str]]:
    rows = db.session.execute(
        select(
            LowPriceEvent.bid_id, LowPriceEvent.number, LowPriceEvent.kind, LowPriceEvent.outcome
        )
        .join(Bid, Bid.id == LowPriceEvent.bid_id)
        .where(Bid.tender_id == tender.id)
        .order_by(LowPriceEvent.bid_id, LowPriceEvent.number)
    )
    return [(row.bid_id, row.number, row.kind, row.outcome) for row in rows]


def letters_waiting(bid_ids: Iterable[int]) -> dict[int, datetime]:
    """Return until when a reply is awaited, by id of bid."""
    return {
        bid_id: stands.due_at
        for bid_id, stands in standings_of(bid_ids).items()
        if stands.state is State.ASKED and stands.due_at is not None
    }


def _case(bid: Bid, key: bytes) -> Case:
    rows = db.session.execute(
        select(LowPriceEvent, Person.name)
        .join(Person, Person.id == LowPriceEvent.recorded_by_id)
        .where(LowPriceEvent.bid_id == bid.id)
        .order_by(LowPriceEvent.number)
    )
    steps = tuple(_step(bid, row, name, key) for row, name in rows)
    events = [Event(one.step, one.outcome, one.due_at) for one in steps]
    return Case(steps, standing(events, clock.arrived_at()))


def _step(bid: Bid, row: LowPriceEvent, name: str, key: bytes) -> CaseStep:
    words: Mapping[str, Any] = json.loads(
        seals.open_text(SEALED_AS, place_of(bid, row.number), key, row.sealed_text)
    )
    return CaseStep(
        row.number,
        Step(row.kind),
        row.outcome,
        words["text"],
        row.due_at,
        row.recorded_at,
        name,
    )
