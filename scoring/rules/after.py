"""Where a bid stands once bidding is closed, in words for its supplier."""

from __future__ import annotations

from tenders.rules.lifecycle import Stage

NOT_HANDED_IN = "Your bid was not submitted, so nobody at the council can read it"

IN_WORDS = {
    Stage.OPEN: "The tender is open. Nothing of your bid can be read at the council",
    Stage.CLOSED: "Bidding is closed. The bids are not opened yet, and nobody at the council can "
    "read yours",
    Stage.OPENED: "The bids are opened, and the council is about to mark them",
    Stage.EVALUATING: "The council is evaluating the bids",
    Stage.DECIDED: "The council has decided",
    Stage.STANDSTILL: "The council has decided, and the standstill is running",
    Stage.AWARDED: "The contract is awarded",
    Stage.CANCELLED: "The council has cancelled this tender",
}


def status_in_words(stage: Stage, *, handed_in: bool) -> str:
    """Return the line that says where the bid stands. ``stage`` is that of the tender now."""
    if not handed_in and stage not in (Stage.OPEN, Stage.CANCELLED):
        return NOT_HANDED_IN
    return IN_WORDS[stage]
