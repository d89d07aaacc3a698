"""Looking into a price that seems abnormally low: nothing is changed, only steps are added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring import seals
from scoring.models import LowPriceEvent
from scoring.queries.low_prices import SEALED_AS, Case, case_of, my_case, place_of
from scoring.queries.price_opening import last_opening
from scoring.queries.standings import must_be_agreed
from scoring.rules.low_prices import (
    Decision,
    Step,
    WrongEntry,
    checked_decision,
    checked_text,
    must_be_next,
)
from scoring.service.evaluating import bid_to_change, note
from scoring.service.price_opening import NotOpenedYet
from scoring.service.standings import stand_anew
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all, people_of

BIDDERS_PAGE = "scoring.my_low_price"
COUNCILS_PAGE = "scoring.low_price"


class CaseChanged(DomainError):
    """A colleague recorded a step while the form was open."""


@dataclass(frozen=True, kw_only=True)
class NewStep:
    step: Step
    text: str
    outcome: str = ""
    due_at: datetime | None = None


def raise_case(bid: Bid, reason: str, *, based_on: int, by: Viewer) -> None:
    """Begin to look into a price, with the reason. Raises WrongEntry, NotNow and CaseChanged."""
    text = checked_text(reason, ask="Enter why the price seems abnormally low")
    with transaction():
        current, case = _to_change(bid, based_on, by)
        _add(current, case, NewStep(step=Step.RAISED, text=text), by=by)


def need_no_case(bid: Bid, reason: str, *, based_on: int, by: Viewer) -> None:
    """Record why what hints at a low price needs no case. Raises WrongEntry, NotNow, CaseChanged.

    A case may be begun later all the same.
    """
    text = checked_text(reason, ask="Enter why no case is needed")
    with transaction():
        current, case = _to_change(bid, based_on, by)
        _add(current, case, NewStep(step=Step.NOT_NEEDED, text=text), by=by)


def ask_bidder(bid: Bid, letter: str, due_at: datetime, *, based_on: int, by: Viewer) -> None:
    """Send the letter that asks the bidder to explain its price, and until when it may reply.

    A bid brought in from another portal has nobody here: the officer sends it there, and enters
    the reply. Raises WrongEntry, NotNow and CaseChanged.
    """
    text = checked_text(letter, ask="Enter what you write to the bidder")
    if due_at <= clock.now():
        raise WrongEntry("Enter a time in the future", field="due_at")
    with transaction():
        current, case = _to_change(bid, based_on, by)
        _add(current, case, NewStep(step=Step.ASKED, text=text, due_at=due_at), by=by)
        if current.brought_by_id is None:
            _tell_bidder(current, case.version + 1, due_at)


def reply(bid: Bid, text: str, *, by: Viewer, arrived_at: datetime) -> None:
    """Take the bidder's reply, in time until the moment it was given. Raises WrongEntry, NotNow."""
    words = checked_text(text, ask="Enter your reply", least=2)
    with transaction():
        current = bid_to_change(bid, doing="reply")
        case = my_case(current)
        if case is None:
            raise NoResultFound
        step = NewStep(step=Step.REPLIED, text=words)
        _add(current, case, step, by=by, key=bid_seals.supplier_key(current), at=arrived_at)
        _tell_officer(current, case)


def enter_reply(bid: Bid, text: str, *, based_on: int, by: Viewer) -> None:
    """Enter what a bidder replied on another portal. Raises NoResultFound for a bid made here."""
    words = checked_text(text, ask="Enter the reply", least=2)
    with transaction():
        current, case = _to_change(bid, based_on, by)
        if current.brought_by_id is None:
            raise NoResultFound
        _add(current, case, NewStep(step=Step.REPLIED, text=words), by=by)


def decide(bid: Bid, decision: str, reason: str, *, based_on: int, by: Viewer) -> Decision:
    """Decide whether the tender stays, with the reason; one disregarded is not ranked.

    Raises WrongEntry, NotNow and CaseChanged.
    """
    chosen = checked_decision(decision)
    text = checked_text(reason, ask="Enter the reason for your decision")
    with transaction():
        current, case = _to_change(bid, based_on, by)
        step = NewStep(step=Step.DECIDED, text=text, outcome=chosen)
        _add(current, case, step, by=by)
        stand_anew(current)
    return chosen


def _to_change(bid: Bid, based_on: int, by: Viewer) -> tuple[Bid, Case]:
    """Return the bid, held, and its case. Only who sees every bid can tell what is low."""
    must_see_all(by, bid.tender)
    current = bid_to_change(bid, doing="look into this price")
    must_be_agreed(current.tender)
    if last_opening(current.tender) is None:
        raise NotOpenedYet("You cannot look into a price because nobody has opened the prices yet")
    case = case_of(current)
    if case.version != based_on:
        raise CaseChanged(
            "A colleague recorded something about this price after you opened the page. Read it, "
            "and save again if yours still holds"
        )
    return current, case


def _add(
    bid: Bid,
    case: Case,
    new: NewStep,
    *,
    by: Viewer,
    key: bytes | None = None,
    at: datetime | None = None,
) -> None:
    must_be_next(new.step, case.standing, new.outcome)
    number = case.version + 1
    text = canonical_json({"text": new.text})
    sealed = seals.seal_text(
        SEALED_AS, place_of(bid, number), key or bid_seals.opened_key(bid), text
    )
    db.session.add(
        LowPriceEvent(
            bid_id=bid.id,
            number=number,
            kind=new.step,
            outcome=new.outcome,
            sealed_text=sealed,
            due_at=new.due_at,
            recorded_at=at or clock.now(),
            recorded_by_id=by.person_id,
        )
    )
    db.session.flush()
    note(
        f"low_price.{new.step}",
        bid,
        by,
        number=number,
        outcome=str(new.outcome),
        text=sha256_hex(text),
        **({"due_at": new.due_at.isoformat()} if new.due_at else {}),
    )


def _tell_bidder(bid: Bid, number: int, due_at: datetime) -> None:
    mail.post(
        "bid.low_price_asked",
        place_of(bid, number),
        people_of(bid, Permission.BID_SUBMIT, Permission.ANSWER_WRITE),
        f"A letter about your bid for {bid.tender.reference}",
        f"The council has written to you about your bid for “{bid.tender.title}”. Your reply must "
        f"arrive before {clock.show_moment(due_at)}.\n\n"
        f"Read it and reply: {mail.link(BIDDERS_PAGE, bid=bid.token)}\n",
    )


def _tell_officer(bid: Bid, case: Case) -> None:
    asker = (
        select(LowPriceEvent.recorded_by_id)
        .where(LowPriceEvent.bid_id == bid.id, LowPriceEvent.kind == Step.ASKED)
        .order_by(LowPriceEvent.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    mail.post(
        "bid.low_price_replied",
        place_of(bid, case.version + 1),
        db.session.scalars(select(Person.email).where(Person.id == asker, Person.active)),
        f"A bidder has replied, {bid.tender.reference}",
        f"A bidder for “{bid.tender.title}” has replied to your letter.\n\n"
        f"Read it and decide: {mail.link(COUNCILS_PAGE, bid=bid.token)}\n",
    )
