"""What a risk leads to in later stations: clauses, obligations. They say so; nobody imports them.

``app.extensions[LINKS]`` holds functions from the viewer, the bid and the row of the register to
links, in the order of the chain; ``app.extensions[CLAUSES]`` one from the bid to (id, title) of
each clause that could make a control binding; ``app.extensions[BEHIND]`` one from the bid and the
row to the ids of those that have to do with the risk by the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from accounts.queries import Viewer
from scoring.queries.bids import EvaluatedBid
from scoring.rules.register import RegisterRow

LINKS = "links_of_a_risk"
CLAUSES = "clauses_of_a_bid"
BEHIND = "clauses_behind_a_risk"


@dataclass(frozen=True)
class RiskLink:
    """One thing a risk leads to. ``address``: empty for who may not open its page."""

    kind: str
    name: str
    words: str
    address: str = ""
    state: str = ""


Links = Callable[[Viewer, EvaluatedBid, RegisterRow], list[RiskLink]]
Clauses = Callable[[EvaluatedBid], list[tuple[str, str]]]
Behind = Callable[[EvaluatedBid, RegisterRow], set[str]]


def links_of_a_risk(viewer: Viewer, bid: EvaluatedBid, row: RegisterRow) -> list[RiskLink]:
    """Return what a risk leads to, station by station."""
    sources: list[Links] = current_app.extensions.get(LINKS, [])
    return [link for source in sources for link in source(viewer, bid, row)]


def clauses_to_name(bid: EvaluatedBid) -> list[tuple[str, str]]:
    """Return (id, title) of the clauses that could make a control binding."""
    source: Clauses | None = current_app.extensions.get(CLAUSES)
    return source(bid) if source else []


def clauses_behind(bid: EvaluatedBid, row: RegisterRow) -> set[str]:
    """Return the clauses that a risk asks for, or that are expected of it; none of some risks."""
    source: Behind | None = current_app.extensions.get(BEHIND)
    return source(bid, row) if source else set()
