"""What an authority has tested of a bid's answers under its contract: later stations say so.

``app.extensions[TESTED]`` holds functions from the number of the authority and the ids of bids to
the parts whose answers were shown to hold, by id of bid. Nobody imports those stations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import current_app

from scoring.queries.remembered import once_a_page

TESTED = "tested_by_the_authority"

Source = Callable[[int, list[int]], Mapping[int, frozenset[str]]]


def tested_by(authority_id: int, bid_ids: list[int]) -> Mapping[int, frozenset[str]]:
    """Return the parts the authority has tested itself, by id of bid; nothing of another's."""
    sources: list[Source] = current_app.extensions.get(TESTED, [])

    def read() -> dict[int, frozenset[str]]:
        found: dict[int, frozenset[str]] = {}
        for source in sources if bid_ids else ():
            for bid_id, parts in source(authority_id, bid_ids).items():
                found[bid_id] = found.get(bid_id, frozenset()) | parts
        return found

    return once_a_page(("tested", authority_id, tuple(bid_ids)), read)
