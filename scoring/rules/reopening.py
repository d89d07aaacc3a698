"""What is looked at again when something a bid rests on runs out."""

from __future__ import annotations

from enum import StrEnum


class Thing(StrEnum):
    ANSWER = "answer"
    RISK = "risk"
    CLAUSE = "clause"
