"""Interests in the demonstration: everybody says there is none, but two."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.queries import Viewer
from records.demonstration.people import BRIGHTWATER, OMNIFLOW
from scoring import service
from scoring.queries.bidders import bidders_of
from scoring.queries.interests import barrier_of, standing_of
from scoring.rules.interests import Nature
from tenders.models import Tender

LUNCHES = (
    "Two lunches at its stand at the smart streets fair in May 2024 and 2025. I paid for neither, "
    "and entered both in the register of gifts."
)
WORKS_ON = (
    "Small, long ago and in the register. A second evaluator marks every question of this bid, and "
    "the chair reads both reasons before she signs."
)
SISTER = "My sister leads the team there that would run this service."
KEPT_AWAY = "A close relative would gain from the award, so a colleague reads this bid instead."


def declare_before(tender: Tender, people: Iterable[Viewer]) -> None:
    """Let everybody say, before anybody knows who bids, that there is nothing."""
    for one in people:
        if not standing_of(tender.id, one.person_id).declared:
            service.declare(tender, service.Declared(), by=one)


def declare_after(tender: Tender, people: Iterable[Viewer]) -> None:
    """Let everybody say so again with the bidders in view."""
    for one in people:
        if barrier_of(one, tender).must_declare:
            service.declare(tender, service.Declared(), by=one)


def name_bidders(tender: Tender, *, second: Viewer, manager: Viewer, chair: Viewer) -> None:
    """Let two name a bidder each; the chair keeps one away and lets the other work on."""
    for person, name, nature, words, barred, why in (
        (second, BRIGHTWATER, Nature.GIFTS, LUNCHES, False, WORKS_ON),
        (manager, OMNIFLOW, Nature.FAMILY, SISTER, True, KEPT_AWAY),
    ):
        stands = standing_of(tender.id, person.person_id)
        if stands.named or stands.decided:
            continue
        bid = next(one.bid for one in bidders_of(tender) if one.name == name)
        said = service.Declared(True, "", {bid.id: service.Connection(nature, words)})
        service.declare(tender, said, by=person)
        service.decide_interest(tender, person.person_id, bid, barred=barred, reason=why, by=chair)
