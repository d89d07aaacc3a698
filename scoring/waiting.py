"""What waits for a company at its bids once they are opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for

from accounts.queries import Viewer
from foundation import clock
from scoring.queries.exclusions import notices_waiting
from scoring.queries.low_prices import letters_waiting
from scoring.queries.waiting import (
    bids_with_results,
    late_without_decision,
    questions_waiting,
)
from scoring.service.evaluating import EVALUATED_AT
from supplier_portal.models import Bid
from supplier_portal.waiting import Waiting


def after_opening(
    _viewer: Viewer, bids: Sequence[Bid], moment: datetime
) -> dict[int, list[Waiting]]:
    """Return the questions to answer and the results to read, by id of bid."""
    found: dict[int, list[Waiting]] = {bid.id: [] for bid in bids}
    tokens = {bid.id: bid.token for bid in bids}
    evaluated = [bid.id for bid in bids if bid.tender.stage in EVALUATED_AT]
    for bid_id, asked, until in questions_waiting(evaluated, moment):
        words = f"A question from the council waits until {clock.show_moment(until)}"
        link = url_for("scoring.asked_of_me", bid=tokens[bid_id], asked=asked)
        found[bid_id].append(Waiting(words, link))
    for bid_id, number in late_without_decision(tokens).items():
        words = "Handed in late: the council has not decided whether to admit it"
        link = url_for("supplier_portal.late_receipt", bid=tokens[bid_id], number=number)
        found[bid_id].append(Waiting(words, link))
    for bid_id, party, last in notices_waiting(evaluated, clock.london(moment).date()):
        words = f"A notice from the council: reply until the end of {clock.show_date(last)}"
        link = url_for("scoring.my_exclusion_notice", bid=tokens[bid_id], party=party)
        found[bid_id].append(Waiting(words, link))
    for bid_id, due_at in letters_waiting(evaluated).items():
        words = f"A letter about your price: reply before {clock.show_moment(due_at)}"
        found[bid_id].append(Waiting(words, url_for("scoring.my_low_price", bid=tokens[bid_id])))
    for bid_id in bids_with_results(tokens):
        link = url_for("scoring.my_result", bid=tokens[bid_id])
        found[bid_id].append(Waiting("The result is there", link))
    return found
