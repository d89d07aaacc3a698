"""What needs two people, and how far it has got."""

from __future__ import annotations

from enum import StrEnum


class ApprovalKind(StrEnum):
    PUBLISH = "publish"
    # An amendment that changes the closing time.
    AMEND = "amend"
    OPEN_BIDS = "open-bids"
    CANCEL = "cancel"


class ApprovalState(StrEnum):
    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    # Taken back by whoever asked.
    WITHDRAWN = "withdrawn"
    # Nobody agreed in time.
    LAPSED = "lapsed"
    # What was asked for changed meanwhile.
    OVERTAKEN = "overtaken"
