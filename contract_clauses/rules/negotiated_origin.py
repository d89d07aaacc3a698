"""What a document says it was made from: which issue or draft, and of which bid."""

from __future__ import annotations

from dataclasses import dataclass

SCHEDULE, DRAFT = "schedule", "draft"


@dataclass(frozen=True, slots=True)
class Origin:
    """``issue``: what names it, "draft", or empty where the document says nothing of a schedule;
    ``bid``: empty in documents that were made before they named their bid."""

    issue: str = ""
    sha256: str = ""
    bid: str = ""

    @property
    def is_draft(self) -> bool:
        return self.issue == DRAFT


def origin_of(made_from: str) -> Origin:
    """Return what the property of a document says; it came from outside and may say anything."""
    kind, _, rest = made_from.strip().partition(":")
    if kind != SCHEDULE:
        return Origin()
    issue, _, rest = rest.partition(":")
    sha256, _, bid = rest.partition(":")
    return Origin(issue, sha256, bid)
