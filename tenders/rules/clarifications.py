"""Questions about a tender from those who may bid, and what becomes of them."""

from __future__ import annotations

from enum import StrEnum


class ClarificationState(StrEnum):
    ASKED = "asked"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
