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
    by_the_clock: bool = False
    # The number of the first amendment of the questions that came after it; 0 for none.
    before_amendment: int = 0


def state_line(
    stage: BidStage, handed_in: HandedIn | None, *, closed: bool, at_closing: str = ""
) -> str:
    """Return "Not submitted", "Submitted …, version 2" or "Submitted …, with unsent changes".

    ``at_closing``: what happens at the closing time, where the company asked for something to;
    said while the tender is open and something is left to hand in.
    """
    said = _said(stage, handed_in, closed=closed)
    left = stage is not BidStage.SUBMITTED or handed_in is None or handed_in.unsent_changes
    return f"{said}. {at_closing}" if at_closing and left and not closed else said


def _said(stage: BidStage, handed_in: HandedIn | None, *, closed: bool) -> str:
    if stage is BidStage.WITHDRAWN:
        return "Withdrawn: this bid was not handed in" if closed else "Withdrawn. Not submitted"
    if stage is BidStage.DRAFT or handed_in is None:
        return "Not submitted, and the tender is closed" if closed else "Not submitted"
    how = (
        "Handed in as it stood at the closing time, saved"
        if handed_in.by_the_clock
        else "Submitted"
    )
    line = f"{how} {handed_in.arrived}, version {handed_in.number}"
    if handed_in.before_amendment:
        line += f", under the questions before amendment {handed_in.before_amendment}"
    return f"{line}, with unsent changes" if handed_in.unsent_changes else line
