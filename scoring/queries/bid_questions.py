"""Questions to bidders about their opened bids, with what they answered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from accounts.models import Person
from foundation import clock
from foundation.database import db
from scoring import seals
from scoring.models import BidQuestion
from scoring.rules.bid_questions import AskedState, Waited, state_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid


@dataclass(frozen=True)
class AskedOfBidder:
    """A question to a bidder as both sides read it. Names are for the buying side's pages."""

    token: str
    bid_id: int
    question_id: str
    text: str
    asked_at: datetime
    asked_by: str
    answer_until: datetime
    answer: str
    answered_at: datetime | None
    answered_by: str
    may_count: bool | None
    may_count_because: str
    decided_by: str
    # Put on another portal, where the bid came from; an officer enters what was replied.
    elsewhere: bool

    @property
    def waited(self) -> Waited:
        return Waited(self.answer_until, self.answered_at is not None, self.may_count)

    @property
    def state(self) -> AskedState:
        return state_of(self.waited, clock.arrived_at())


def asked_of_bidder(bid: Bid) -> list[AskedOfBidder]:
    """Return what the buying side asked about one opened bid, the first asked first."""
    return asked_of_bidders([bid])[bid.id]


def asked_of_bidders(bids: Iterable[Bid]) -> dict[int, list[AskedOfBidder]]:
    """Return the same for several, by id of bid, in one statement."""
    listed = list(bids)
    found: dict[int, list[AskedOfBidder]] = {bid.id: [] for bid in listed}
    by_id = {bid.id: bid for bid in listed}
    # Only bids that somebody asked about have their keys unwrapped, each once.
    key_of = cache(lambda bid_id: bid_seals.opened_key(by_id[bid_id]))
    for entry in _read(found, key_of):
        found[entry.bid_id].append(entry)
    return found


def asked_of_me(bid: Bid) -> list[AskedOfBidder]:
    """Return the questions to a supplier about its own bid, for that supplier's pages."""
    return _read([bid.id], lambda _bid_id: bid_seals.supplier_key(bid))


def one_asked_of_me(bid: Bid, token: str) -> AskedOfBidder:
    """Return one question to a supplier about its own bid. Raises NoResultFound."""
    return _one(asked_of_me(bid), token)


def one_asked_of_bidder(bid: Bid, token: str) -> AskedOfBidder:
    """Return one question about an opened bid. Raises NoResultFound."""
    return _one(asked_of_bidder(bid), token)


def open_about(bid_id: int, question_id: str) -> str:
    """Return why an answer cannot be judged yet because of what the bidder was asked, or "".

    A question that was not answered in time waits for nobody. Nothing that was said is opened.
    """
    found = _states(BidQuestion.bid_id == bid_id, BidQuestion.question_id.in_(("", question_id)))
    return _why_open([state for states in found.values() for state in states])


def open_in(tender_id: int) -> Callable[[int, str], str]:
    """Return what says the same of any question (bid, question) of a tender; one statement."""
    found = _states(Bid.tender_id == tender_id)
    return lambda bid_id, question_id: _why_open(
        [*found.get((bid_id, ""), ()), *found.get((bid_id, question_id), ())]
    )


def open_by_tender(
    tender_ids: Iterable[int], away: Collection[int]
) -> dict[int, set[tuple[int, str]]]:
    """Return of several tenders, by id, what is open of whom: (bid, question), "" for a whole bid;
    but of bids ``away``. Two statements, one where nothing is open."""
    states = _states(Bid.tender_id.in_([*tender_ids]), Bid.id.not_in(away))
    asked = {cell for cell, known in states.items() if _why_open(known)}
    if not asked:
        return {}
    found: dict[int, set[tuple[int, str]]] = {}
    of = dict(
        db.session.execute(
            select(Bid.id, Bid.tender_id).where(Bid.id.in_({bid_id for bid_id, _ in asked}))
        ).all()
    )
    for cell in asked:
        found.setdefault(of[cell[0]], set()).add(cell)
    return found


def _states(*which: ColumnElement[bool]) -> dict[tuple[int, str], list[AskedState]]:
    moment = clock.now()
    found: dict[tuple[int, str], list[AskedState]] = {}
    for bid_id, question_id, until, answered_at, may_count in db.session.execute(
        select(
            BidQuestion.bid_id,
            BidQuestion.question_id,
            BidQuestion.answer_until,
            BidQuestion.answered_at,
            BidQuestion.may_count,
        )
        .join(Bid, Bid.id == BidQuestion.bid_id)
        .where(*which)
    ):
        state = state_of(Waited(until, answered_at is not None, may_count), moment)
        found.setdefault((bid_id, question_id), []).append(state)
    return found


def _why_open(states: list[AskedState]) -> str:
    if AskedState.WAITING in states:
        return "a question to the bidder waits for its answer"
    if AskedState.TO_DECIDE in states:
        return "nobody has decided whether the bidder’s answer to a question may count"
    return ""


def _one(asked: list[AskedOfBidder], token: str) -> AskedOfBidder:
    for entry in asked:
        if entry.token == token:
            return entry
    raise NoResultFound


_ASKER, _ANSWERER, _DECIDER = aliased(Person), aliased(Person), aliased(Person)
# Asked at every page about an answer, so put together once.
_ASKED = (
    select(BidQuestion, _ASKER.name, _ANSWERER.name, _DECIDER.name, Bid.brought_by_id)
    .join(Bid, Bid.id == BidQuestion.bid_id)
    .join(_ASKER, _ASKER.id == BidQuestion.asked_by_id)
    .outerjoin(_ANSWERER, _ANSWERER.id == BidQuestion.answered_by_id)
    .outerjoin(_DECIDER, _DECIDER.id == BidQuestion.decided_by_id)
    .where(BidQuestion.bid_id.in_(bindparam("bids", expanding=True)))
    .order_by(BidQuestion.id)
)


def _read(bid_ids: Collection[int], key_of: Callable[[int], bytes]) -> list[AskedOfBidder]:
    return [
        _shown(row, key_of(row.bid_id), asked, answered, decided, brought_by is not None)
        for row, asked, answered, decided, brought_by in db.session.execute(
            _ASKED, {"bids": [*bid_ids]}
        )
    ]


def _shown(
    row: BidQuestion,
    key: bytes,
    asker: str,
    answerer: str | None,
    decider: str | None,
    elsewhere: bool,
) -> AskedOfBidder:
    sealed = row.sealed_answer
    return AskedOfBidder(
        token=row.token,
        bid_id=row.bid_id,
        question_id=row.question_id,
        text=seals.open_text(seals.ASKED, row.token, key, row.sealed_text),
        asked_at=row.asked_at,
        asked_by=asker,
        answer_until=row.answer_until,
        answer=seals.open_text(seals.ANSWERED, row.token, key, sealed) if sealed else "",
        answered_at=row.answered_at,
        answered_by=answerer or "",
        may_count=row.may_count,
        may_count_because=row.may_count_because,
        decided_by=decider or "",
        elsewhere=elsewhere,
    )
