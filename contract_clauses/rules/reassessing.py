"""The yearly assessment of a contract: what may have changed, and how a round stands."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    HANDED_IN = "handed in"
    SENT_BACK = "sent back"
    SETTLED = "settled"
