"""What officers withhold from a record, propose to withhold, and lift."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from records.exemptions import exemptions
from records.models import Withheld
from records.pack.bid_items import agreed_to_keep_back, bid_names
from records.pack.contents import BIDS, places
from records.pack.items import Item, Sections
from records.rules.withholding import (
    LONGEST_PATH,
    SHORTEST_REASON,
    Held,
    WithholdingUnclear,
    branches_of,
    checked_reason,
    held_at,
    is_within,
    no_such_place,
)
from tenders.models import Tender
from tenders.service.base import current_tender, record


@dataclass(frozen=True)
class Decision:
    """A decision as its page shows it. ``place``: what it is about, in words where known."""

    row: Withheld
    by: str
    lifted_by: str

    @property
    def exemption(self) -> str:
        known = exemptions().get(self.row.exemption)
        return known.title if known else self.row.exemption


@dataclass(frozen=True)
class Proposal:
    """A part worth a thought: by which exemption, and why. Nothing is withheld by itself."""

    item: str
    title: str
    exemption: str
    reason: str


@dataclass(frozen=True)
class Place:
    """A line of the list of places: withheld by ``held``, or given out."""

    path: str
    title: str
    held: Held | None
    depth: int = 0


# What every record holds that is worth a thought, by its place within the record or within a bid.
ALWAYS = (
    ("people", "Names and addresses of staff and of bidders’ people", "foia-40"),
    ("mails", "E-mails, with the addresses they went to", "foia-40"),
    ("plan/conflicts", "The conflict assessment", "foia-40"),
    ("tender/invited", "Addresses invited to bid", "foia-40"),
)
OF_A_BID = (
    ("internal-comments", "Comments of evaluators that stay inside", "foia-36"),
    ("exclusions", "Checks of named people and companies", "foia-40"),
    ("letters", "The letter to the bidder, with what the others are not told", "foia-40"),
)
REASONS = {
    "foia-40": "It names people, and giving it out would break a data protection principle.",
    "foia-36": "It would inhibit the free and frank exchange of views of those who mark bids.",
    "foia-43": "The bidder asked for it and an officer agreed: ",
}


def held_in(tender: Tender) -> list[Held]:
    """Return what is withheld now."""
    rows = db.session.scalars(
        select(Withheld)
        .where(Withheld.tender_id == tender.id, Withheld.lifted_at.is_(None))
        .order_by(Withheld.id)
    )
    return [Held(row.item, row.exemption, row.reason) for row in rows]


def decisions_on(tender: Tender) -> list[Decision]:
    """Return every decision, those that stand first."""
    by, lifter = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Withheld, by.name, lifter.name)
        .join(by, by.id == Withheld.decided_by_id)
        .outerjoin(lifter, lifter.id == Withheld.lifted_by_id)
        .where(Withheld.tender_id == tender.id)
        .order_by(Withheld.lifted_at.is_not(None), Withheld.item, Withheld.id)
    )
    return [Decision(row, name, other or "") for row, name, other in rows]


def withhold(tender: Tender, item: str, exemption: str, reason: str, *, by: Viewer) -> None:
    """Withhold what stands at ``item`` and below. Raises WithholdingUnclear, naming the field."""
    with transaction():
        current = current_tender(tender)
        place = item.strip().strip("/")
        if not 0 < len(place) <= LONGEST_PATH:
            raise WithholdingUnclear(
                f"Enter a place of {LONGEST_PATH} characters or fewer", field="item"
            )
        if exemption not in exemptions():
            raise WithholdingUnclear("Select by which exemption", field="exemption")
        words = checked_reason(reason, "it is withheld", least=SHORTEST_REASON)
        _must_exist(current, by, place)
        standing = held_at(place, held_in(current))
        if standing is not None:
            raise WithholdingUnclear(
                f"“{place}” is withheld already, by the decision on “{standing.item}”", field="item"
            )
        row = Withheld(
            tender_id=current.id,
            item=place,
            exemption=exemption,
            reason=words,
            decided_at=clock.now(),
            decided_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        record("record.withheld", current, by, decision=row.id, exemption=exemption)


def _must_exist(tender: Tender, viewer: Viewer, place: str) -> None:
    """Raise WithholdingUnclear for what is no document, section or branch of the record."""
    bids = [own for own, _ in bid_names(tender)]
    found = places(tender, viewer, "")
    if is_within(place, BIDS):
        found += places(tender, viewer, "/".join(place.split("/")[:2]))
    known = branches_of([*bids, *(one.path for one in found)])
    known |= {one.item for one in proposals(tender, viewer)}
    if place in known:
        return
    for item in found:
        if isinstance(item, Sections) and is_within(place, item.path):
            known |= {f"{item.path}/{one.id}" for one in item.made()}
    if place not in known:
        raise WithholdingUnclear(no_such_place(place, known), field="item")


def lift(tender: Tender, decision: int, reason: str, *, by: Viewer) -> None:
    """Give out after all what was withheld. Raises NoResultFound and WithholdingUnclear."""
    with transaction():
        current = current_tender(tender)
        row = db.session.scalars(
            select(Withheld)
            .where(Withheld.tender_id == current.id, Withheld.id == decision)
            .execution_options(populate_existing=True)
        ).one()
        if row.lifted_at is not None:
            raise NoResultFound
        row.lifted_because = checked_reason(reason, "it is given out after all")
        row.lifted_at, row.lifted_by_id = clock.now(), by.person_id
        record("record.lifted", current, by, decision=row.id)


def listed(tender: Tender, viewer: Viewer, branch: str) -> list[Place]:
    """Return the places within ``branch``: folders first, the sections of one document last.

    Of bids, only their folders, until one is asked for. Raises NoResultFound for no such branch.
    """
    held = held_in(tender)
    found = places(tender, viewer, branch)
    bids = bid_names(tender)
    lines = [
        Place(own, "A bid: everything in it", held_at(own, held)) for own, _ in bids if not branch
    ]
    for item in found:
        lines.append(Place(item.path, item.title, held_at(item.path, held)))
        if branch == item.path and isinstance(item, Sections):
            lines += _sections(item, held)
    if branch and not lines:
        raise NoResultFound
    return lines


def _sections(item: Sections, held: Iterable[Held]) -> list[Place]:
    standing = list(held)
    return [
        Place(f"{item.path}/{one.id}", one.heading, held_at(f"{item.path}/{one.id}", standing), 1)
        for one in item.made()
    ]


def proposals(tender: Tender, viewer: Viewer) -> list[Proposal]:
    """Return what is worth withholding and is not: personal data, comments that stay inside, and
    what a bidder marked and an officer agreed to."""
    held = held_in(tender)
    bids = bid_names(tender)
    found = [Proposal(item, title, by, REASONS[by]) for item, title, by in ALWAYS]
    for branch, _token in bids:
        found += [
            Proposal(f"{branch}/{name}", title, by, REASONS[by]) for name, title, by in OF_A_BID
        ]
    there = bool(bids) and tender.content_destroyed_at is None
    marked = agreed_to_keep_back(viewer, tender) if there else []
    found += [
        Proposal(item, title, "foia-43", REASONS["foia-43"] + why) for item, title, why in marked
    ]
    return [one for one in found if held_at(one.item, held) is None]


__all__ = [
    "Decision", "Item", "Place", "Proposal", "decisions_on", "held_in", "lift", "listed",
    "proposals", "withhold",
]  # fmt: skip
