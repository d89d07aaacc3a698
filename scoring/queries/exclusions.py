"""Parties whose exclusion is looked at, with every step that was recorded about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock
from foundation.database import db
from scoring import seals
from scoring.models import ExclusionEvent, ExclusionParty
from scoring.queries.remembered import once_a_page
from scoring.rules.exclusion_parties import Named, key_of, parties_named
from scoring.rules.exclusions import Event, Kind, PartyRole, Standing, State, standing
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries import OpenedBid, opened_bids
from supplier_portal.rules.barriers import OPEN, Barrier
from supplier_portal.rules.stages import READABLE
from tenders import planning
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.queries import questionnaire_of

# What the published terms of a tender say when marking waits for the checks.
TERM = "exclusion_checks"
# The sheet on which an officer records why marking begins before they are done.
TOPIC = "exclusion-checks"


@dataclass(frozen=True)
class Step:
    """One step with its words, and who recorded it."""

    number: int
    kind: Kind
    outcome: str
    done_on: date
    due_on: date | None
    words: Mapping[str, Any]
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True)
class Party:
    """A party of one bid as pages show it."""

    token: str
    bid_id: int
    name: str
    role: PartyRole
    found_in: str
    steps: tuple[Step, ...]
    standing: Standing

    @property
    def version(self) -> int:
        """The number of the last step: what a form is based on."""
        return len(self.steps)

    @property
    def events(self) -> list[Event]:
        return [Event(step.kind, step.outcome, step.done_on, step.due_on) for step in self.steps]

    def of_kind(self, kind: str) -> list[Step]:
        return [step for step in self.steps if step.kind == kind]


def today() -> date:
    return clock.london(clock.now()).date()


def opened_on(bid: Bid) -> date:
    """Return the day on which the bids were opened. Raises NoResultFound before."""
    if bid.tender.opened_at is None:
        raise NoResultFound
    return clock.london(bid.tender.opened_at).date()


def parties_of(bids: Iterable[Bid]) -> dict[int, list[Party]]:
    """Return the parties of opened bids by id of bid, each in the order they were added.

    Two statements, however many there are.
    """
    by_id = {bid.id: bid for bid in bids}
    key = cache(lambda bid_id: bid_seals.opened_key(by_id[bid_id]))
    return _read(ExclusionParty.bid_id.in_([*by_id]), list(by_id), key)


def party_of(bid: Bid, token: str, day: date | None = None) -> Party:
    """Return one party of an opened bid as it stands on ``day``, today. Raises NoResultFound."""
    return _as_on(_one(parties_of([bid])[bid.id], token), day)


def my_notices(bid: Bid) -> list[Party]:
    """Return the parties of a supplier's own bid that the council wrote about, for its pages."""
    found = _read(
        ExclusionParty.bid_id == bid.id, [bid.id], cache(lambda _id: bid_seals.supplier_key(bid))
    )
    return [party for party in found[bid.id] if party.of_kind(Kind.NOTICE)]


def my_notice(bid: Bid, token: str, day: date | None = None) -> Party:
    """Return one of them. Raises NoResultFound, also for a party nothing was written about."""
    return _as_on(_one(my_notices(bid), token), day)


def _as_on(party: Party, day: date | None) -> Party:
    return party if day is None else replace(party, standing=standing(party.events, day))


def not_listed(opened: OpenedBid, listed: Iterable[Party]) -> list[Named]:
    """Return whom the bid names and nobody has put on the list yet."""
    tender = opened.bid.tender
    own = (opened.supplier.name, tender.authority.name, tender.authority.legal_name)
    named = parties_named(opened.supplier.legal_name, opened.answers, opened.content, own)
    known = {key_of(party.name) for party in listed}
    return [entry for entry in named if key_of(entry.name) not in known]


@dataclass(frozen=True)
class BidParties:
    """A bid with its parties, and whom it names beside them."""

    opened: OpenedBid
    parties: tuple[Party, ...]
    not_listed: tuple[Named, ...]


def exclusions_of(viewer: Viewer, tender: Tender) -> list[BidParties]:
    """Return every opened bid with its parties. Raises NoResultFound before the opening."""
    opened = opened_bids(viewer, tender)
    parties = parties_of([entry.bid for entry in opened])
    return [
        BidParties(
            entry,
            tuple(parties[entry.bid.id]),
            tuple(not_listed(entry, parties[entry.bid.id])),
        )
        for entry in opened
    ]


def checks_required(tender: Tender) -> bool:
    """Return whether marking waits for the checks, as the tender published it."""
    return tender.published_at is not None and bool(questionnaire_of(tender).terms.get(TERM))


def notices_waiting(bid_ids: Iterable[int], day: date) -> list[tuple[int, str, date]]:
    """Return (id of bid, token of party, last day) of notices that can still be replied to."""
    rows = db.session.execute(
        select(ExclusionParty.bid_id, ExclusionParty.token, *STEPS)
        .join(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
        .where(ExclusionParty.bid_id.in_([*bid_ids]))
        .order_by(ExclusionParty.id, ExclusionEvent.number)
    )
    events: dict[tuple[int, str], list[Event]] = {}
    for bid_id, token, kind, outcome, done_on, due_on in rows:
        event = Event(Kind(kind), outcome, done_on, due_on)
        events.setdefault((bid_id, token), []).append(event)
    found = [(place, standing(known, day)) for place, known in events.items()]
    return [
        (*place, now.reply_by) for place, now in found if now.state is State.TOLD and now.reply_by
    ]


@dataclass(frozen=True)
class Checks:
    """How far the checks of a tender are, without a name. A bid without a party counts as one."""

    parties: int
    unsettled: int
    to_notify: int

    @property
    def are_done(self) -> bool:
        return self.unsettled == 0


def checks_of(tender: Tender, barrier: Barrier = OPEN) -> Checks:
    """Return how far the checks are, but of bids somebody is kept away from; one statement."""
    found = [one for one in standings_in(tender) if not barrier.keeps_from(one[0])]
    return Checks(
        parties=len(found),
        unsettled=sum(not now.is_settled for _bid, now in found),
        to_notify=sum(now.must_notify for _bid, now in found),
    )


def early_marking(tender: Tender) -> Sheet:
    """Return why marking begins before the checks are done; version 0 where nobody said so."""
    return planning.latest(tender, TOPIC)


def standings_in(tender: Tender) -> list[tuple[int, Standing]]:
    """Return bid and standing of every party; a bid without one stands with nothing recorded."""
    return once_a_page(("exclusions", tender.id), lambda: _read_standings(tender))


def _read_standings(tender: Tender) -> list[tuple[int, Standing]]:
    rows = db.session.execute(
        select(Bid.id, ExclusionParty.id, *STEPS)
        .outerjoin(ExclusionParty, ExclusionParty.bid_id == Bid.id)
        .outerjoin(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
        .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
        .order_by(Bid.id, ExclusionParty.id, ExclusionEvent.number)
    )
    return stood(rows)


def stood(rows: Iterable[Any]) -> list[tuple[int, Standing]]:
    """Return bid and standing of each party; ``rows``: bid, party and the STEPS of one event."""
    events: dict[tuple[int, int | None], list[Event]] = {}
    for bid_id, party_id, kind, outcome, done_on, due_on in rows:
        known = events.setdefault((bid_id, party_id), [])
        if kind is not None:
            known.append(Event(Kind(kind), outcome, done_on, due_on))
    day = today()
    return [(bid_id, standing(known, day)) for (bid_id, _party), known in events.items()]


STEPS = (
    ExclusionEvent.kind,
    ExclusionEvent.outcome,
    ExclusionEvent.done_on,
    ExclusionEvent.due_on,
)


def _one(parties: Iterable[Party], token: str) -> Party:
    for party in parties:
        if party.token == token:
            return party
    raise NoResultFound


def _read(
    which: ColumnElement[bool], bid_ids: Iterable[int], key_of_bid: Callable[[int], bytes]
) -> dict[int, list[Party]]:
    rows = db.session.scalars(select(ExclusionParty).where(which).order_by(ExclusionParty.id)).all()
    steps: dict[int, list[Step]] = {row.id: [] for row in rows}
    bid_of = {row.id: row.bid_id for row in rows}
    events = db.session.execute(
        select(ExclusionEvent, Person.name)
        .join(Person, Person.id == ExclusionEvent.recorded_by_id)
        .where(ExclusionEvent.party_id.in_([*steps]))
        .order_by(ExclusionEvent.party_id, ExclusionEvent.number)
    )
    tokens = {row.id: row.token for row in rows}
    for event, name in events:
        key = key_of_bid(bid_of[event.party_id])
        steps[event.party_id].append(_step(event, tokens[event.party_id], key, name))
    found: dict[int, list[Party]] = {bid_id: [] for bid_id in bid_ids}
    for row in rows:
        found[row.bid_id].append(_party(row, key_of_bid(row.bid_id), tuple(steps[row.id])))
    return found


def _party(row: ExclusionParty, key: bytes, steps: tuple[Step, ...]) -> Party:
    party = Party(
        token=row.token,
        bid_id=row.bid_id,
        name=seals.open_text(seals.PARTY, row.token, key, row.sealed_name),
        role=PartyRole(row.role),
        found_in=row.found_in,
        steps=steps,
        standing=Standing(),
    )
    return _as_on(party, today())


def _step(event: ExclusionEvent, party: str, key: bytes, name: str) -> Step:
    place = place_of(party, event.number)
    return Step(
        number=event.number,
        kind=Kind(event.kind),
        outcome=event.outcome,
        done_on=event.done_on,
        due_on=event.due_on,
        words=json.loads(seals.open_text(seals.EXCLUSION, place, key, event.sealed_text)),
        recorded_at=event.recorded_at,
        recorded_by=name,
    )


def place_of(party: str, number: int) -> str:
    """Return the one place the words of a step are sealed for."""
    return f"{party}:{number}"
