"""Declaring interests, and deciding what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from accounts.models import Person
from accounts.queries import Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from scoring.models import InterestDecision, InterestDeclaration, InterestInBid
from scoring.queries.bidders import Bidder, bidders_of, fingerprint_of
from scoring.queries.interests import standing_of
from scoring.rules.interests import (
    LEAST_REASON,
    BiddersChanged,
    InterestUnclear,
    Nature,
)
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from supplier_portal.rules.barriers import MustDeclareFirst
from tenders.models import Tender
from tenders.service.base import current_tender, record


@dataclass(frozen=True, slots=True)
class Connection:
    """What connects somebody to one bidder."""

    nature: Nature
    words: str = ""


@dataclass(frozen=True)
class Declared:
    """What somebody declares. ``connections``: by id of bid, once the bidders are known."""

    has_interest: bool = False
    words: str = ""
    connections: Mapping[int, Connection] = field(default_factory=dict)


def shown_bidders(tender: Tender, person_id: int) -> list[Bidder]:
    """Return the bidders somebody declares with in view: those he is not kept away from."""
    stands = standing_of(tender.id, person_id)
    if stands.kept_from_all:
        return []
    return [one for one in bidders_of(tender) if one.bid_id not in stands.kept_from]


def must_have_declared(tender: Tender, by: Viewer) -> None:
    """Raise MustDeclareFirst for whoever opens bids, and so learns who bid, undeclared."""
    if not standing_of(tender.id, by.person_id).declared:
        raise MustDeclareFirst(tender.token, to="open the bids")


def declare(
    tender: Tender, declared: Declared, *, by: Viewer, seen: str | None = None
) -> InterestDeclaration:
    """Add a declaration; after the opening it is one with the bidders in view.

    ``seen``: the list of bidders it was made with. Raises InterestUnclear where it says that there
    is something and not what, or names a bid that was not in view, and BiddersChanged where the
    list is another one by now.
    """
    if declared.has_interest and not (declared.words.strip() or declared.connections):
        raise InterestUnclear("Enter what the interest is", field="words")
    with transaction():
        current = current_tender(tender)
        shown = shown_bidders(current, by.person_id)
        if seen is not None and seen != fingerprint_of(shown):
            raise BiddersChanged
        if declared.connections.keys() - {one.bid_id for one in shown}:
            raise InterestUnclear("Select bidders from the list")
        entry = InterestDeclaration(
            tender_id=current.id,
            person_id=by.person_id,
            number=_next(InterestDeclaration, current.id, by.person_id),
            bidders_known=current.opened_at is not None,
            has_interest=declared.has_interest or bool(declared.connections),
            words=declared.words.strip(),
            declared_at=clock.now(),
        )
        db.session.add(entry)
        db.session.flush()
        for bid_id, connection in declared.connections.items():
            db.session.add(
                InterestInBid(
                    declaration_id=entry.id,
                    bid_id=bid_id,
                    nature=str(connection.nature),
                    words=connection.words.strip(),
                )
            )
        db.session.flush()
        record(
            "interest.declared",
            current,
            by,
            number=entry.number,
            bidders_known=entry.bidders_known,
            has_interest=entry.has_interest,
            words=sha256_hex(entry.words),
            bidders=fingerprint_of(shown),
        )
        if entry.has_interest:
            _tell_who_decides(current, entry, by)
    return entry


def decide_interest(
    tender: Tender, person_id: int, bid: Bid | None, *, barred: bool, reason: str, by: Viewer
) -> InterestDecision:
    """Decide whether somebody is kept away from a bid, or from all (``bid`` None).

    Nobody decides about himself: raises InterestUnclear, also where the reason is too short; and
    KeptAway for who does not see every bid himself, once they are opened.
    """
    if person_id == by.person_id:
        raise InterestUnclear("You cannot decide on your own interest: somebody else has to")
    if len(reason.strip()) < LEAST_REASON:
        raise InterestUnclear(
            f"Enter why in {LEAST_REASON} characters or more: it stays in the record",
            field="reason",
        )
    with transaction():
        current = current_tender(tender)
        if current.opened_at is not None:
            must_see_all(by, current)
        entry = InterestDecision(
            tender_id=current.id,
            person_id=person_id,
            bid_id=None if bid is None else bid.id,
            number=_next(InterestDecision, current.id, person_id),
            barred=barred,
            reason=reason.strip(),
            decided_by_id=by.person_id,
            decided_at=clock.now(),
        )
        db.session.add(entry)
        db.session.flush()
        record(
            "interest.decided",
            current,
            by,
            person=person_id,
            number=entry.number,
            barred=barred,
            reason=sha256_hex(entry.reason),
        )
        _tell_whom_it_concerns(current, entry)
    return entry


def _tell_who_decides(tender: Tender, entry: InterestDeclaration, by: Viewer) -> None:
    """Write to those who can decide on it, not what the interest is: mail is read by many."""
    told = [
        member.email
        for member in everybody_in(tender.authority_id)
        if member.person_id != by.person_id
        and member.may(Permission.INTEREST_DECIDE, tender_id=tender.id)
    ]
    mail.post(
        "interest.declared",
        f"{tender.token}:{by.person_token}:{entry.number}",
        told,
        f"An interest to decide on, {tender.reference}",
        f"{by.name} has declared an interest that concerns {tender.reference}, {tender.title}. "
        "What it is stands on the page alone.\n\nRead it and decide what follows from it: "
        f"{mail.link('scoring.interests_declared', tender=tender.token)}\n",
    )


def _tell_whom_it_concerns(tender: Tender, entry: InterestDecision) -> None:
    email = db.session.scalars(
        select(Person.email).where(Person.id == entry.person_id, Person.active)
    )
    mail.post(
        "interest.decided",
        f"{tender.token}:{entry.person_id}:{entry.number}",
        email,
        f"What was decided on your interest, {tender.reference}",
        f"It was decided what follows from what you declared about {tender.reference}, "
        f"{tender.title}.\n\n{mail.link('scoring.interests', tender=tender.token)}\n",
    )


def _next(
    table: type[InterestDeclaration] | type[InterestDecision], tender_id: int, person_id: int
) -> int:
    last = db.session.scalar(
        select(func.max(table.number)).where(
            table.tender_id == tender_id, table.person_id == person_id
        )
    )
    return (last or 0) + 1
