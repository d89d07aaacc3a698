"""Obligations after award: where they come from, whom they bind, and how one that is due stands."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    CLAUSE = "clause"
    COMMITMENT = "commitment"
    BY_HAND = "by hand"


class Bound(StrEnum):
    """Who has to do it."""

    SUPPLIER = "supplier"
    COUNCIL = "council"
    BOTH = "both"


class DueState(StrEnum):
    OPEN = "open"
    SHOWN = "shown"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent back"
    WAIVED = "waived"
