"""Two boroughs share how suppliers stand, and one asks to read what a supplier answered."""

from __future__ import annotations

from accounts.queries import Viewer
from records.queries.consents import own_request
from records.queries.sharing import choices_of, shared_contract, statuses_for
from records.service.sharing import ask, choose

WHY = "Agreed by the boroughs that buy sensors together."
NEED = "We are about to buy the same counters and would like to begin from what you told Marlwick."


def share(administrators: list[Viewer], *, partner: Viewer) -> None:
    """Let the boroughs share, unless they do; the partner waits for the word of a supplier."""
    for administrator in administrators:
        if not choices_of(administrator.organisation_id):
            choose(True, WHY, based_on=0, by=administrator)
    for status in statuses_for(partner)[:1]:
        if own_request(partner, shared_contract(partner, status.contract)) is None:
            ask(status.contract, NEED, by=partner)
