"""What a company's list of bids says beside each: what waits for the company there.

Each station says what it knows of: app.py names the functions that do, this one's among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from accounts.queries import Viewer
from supplier_portal.models import Bid
from supplier_portal.overview import is_closed
from supplier_portal.queries import last_submissions
from supplier_portal.queries.waiting import answers_to_confirm, last_signed_off
from supplier_portal.rules.progress import counted
from supplier_portal.rules.stages import BidStage

# The name under which app.py lists the functions.
SOURCES = "waiting_for_a_company"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, in words without a full stop, and where it is done."""

    words: str
    link: str


# From who looks, the bids and the time to what waits at each, by id of bid. One asks as many
# statements for a hundred bids as for one.
Source = Callable[[Viewer, Sequence[Bid], datetime], Mapping[int, Sequence[Waiting]]]


def waiting_at(viewer: Viewer, bids: Iterable[Bid], moment: datetime) -> dict[int, list[Waiting]]:
    """Return what waits for the company at each of its bids, by id of bid."""
    listed = list(bids)
    found: dict[int, list[Waiting]] = {bid.id: [] for bid in listed}
    sources: Sequence[Source] = current_app.extensions[SOURCES]
    for source in sources if listed else ():
        for bid_id, waiting in source(viewer, listed, moment).items():
            found[bid_id] += waiting
    return found


def before_closing(
    _viewer: Viewer, bids: Sequence[Bid], moment: datetime
) -> dict[int, list[Waiting]]:
    """Return what waits at bids that can still be changed."""
    still = [bid for bid in bids if not is_closed(bid, moment)]
    found: dict[int, list[Waiting]] = {bid.id: [] for bid in still}
    to_confirm = answers_to_confirm(still)
    for bid in still:
        if number := to_confirm.get(bid.id, 0):
            words = f"{counted(number, 'answer')} to confirm after an amendment"
            found[bid.id].append(
                Waiting(words, url_for("supplier_portal.bid_amendments", bid=bid.token))
            )
    for bid in _to_be_signed_off(still):
        link = url_for("supplier_portal.sign_off", bid=bid.token)
        found[bid.id].append(Waiting("To be signed off", link))
    return found


def cancelled(_viewer: Viewer, bids: Sequence[Bid], _moment: datetime) -> dict[int, list[Waiting]]:
    """Return, for bids whose tender was cancelled, that it was."""
    return {
        bid.id: [
            Waiting(
                "The council has cancelled this tender",
                url_for("supplier_portal.task_list", bid=bid.token),
            )
        ]
        for bid in bids
        if bid.tender.cancelled_at is not None
    }


def _to_be_signed_off(bids: Iterable[Bid]) -> list[Bid]:
    """Return the bids that need a certifier's word on answers that are not handed in yet."""
    asked = [bid for bid in bids if bid.needs_sign_off]
    if not asked:
        return []
    signed, submissions = last_signed_off(asked), last_submissions(asked)

    def is_in(bid: Bid) -> bool:
        last = submissions.get(bid.id)
        stands = bid.stage is BidStage.SUBMITTED and last is not None
        return stands and last is not None and last.revision == bid.revision

    return [bid for bid in asked if signed.get(bid.id) != bid.revision and not is_in(bid)]
