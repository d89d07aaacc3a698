"""The line that says where a bid stands. It never lies."""

from __future__ import annotations

from dataclasses import dataclass

from supplier_portal.rules.stages import BidStage


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The last submission: when it arrived, in words, and whether answers changed since."""

    number: int
    arrived: str
    unsent_changes: bool


def state_line(stage: BidStage, handed_in: HandedIn | None, *, closed: bool) -> str:
    """Return "Not submitted", "Submitted …, version 2" or "Submitted …, with unsent changes"."""
    if stage is BidStage.WITHDRAWN:
        return "Withdrawn: this bid was not handed in" if closed else "Withdrawn. Not submitted"
    if stage is BidStage.DRAFT or handed_in is None:
        return "Not submitted, and the tender is closed" if closed else "Not submitted"
    line = f"Submitted {handed_in.arrived}, version {handed_in.number}"
    return f"{line}, with unsent changes" if handed_in.unsent_changes else line
