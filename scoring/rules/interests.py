"""Interests: what may connect somebody to a bidder, and who is kept away from which bid.

Procurement Act 2023, sections 81 to 83: conflicts are identified, kept under review and mitigated,
those that only seem to be conflicts among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError

LONGEST_WORDS = 4000
# So that a decision can be understood years later.
LEAST_REASON = 20


class Nature(StrEnum):
    EMPLOYMENT = "employment"
    MONEY = "money"
    FAMILY = "family"
    FRIENDSHIP = "friendship"
    ADVICE = "advice"
    GIFTS = "gifts"
    DISPUTE = "dispute"
    OTHER = "other"


NATURES: Mapping[Nature, str] = MappingProxyType(
    {
        Nature.EMPLOYMENT: "I work or worked for it, or applied to",
        Nature.MONEY: "I or somebody close to me has shares in it, or is owed money by it",
        Nature.FAMILY: "Somebody in my family works for it or owns part of it",
        Nature.FRIENDSHIP: "A close friend or a business partner works for it",
        Nature.ADVICE: "I advised it, or helped it to prepare a bid",
        Nature.GIFTS: "I had gifts, meals or travel from it",
        Nature.DISPUTE: "I am or was in a dispute with it",
        Nature.OTHER: "Something else that somebody could hold against the council",
    }
)


class InterestUnclear(DomainError):
    """A declaration that says yes and not what, or a decision that does not say why."""


class BiddersChanged(DomainError):
    """Somebody was added to the bidders while a declaration was being written."""

    def __init__(self) -> None:
        super().__init__(
            "The list of bidders has changed since you opened this page. Look at it again, and "
            "save again"
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One declaration. ``named``: what connects somebody to bids, by id of bid."""

    at: datetime
    bidders_known: bool
    has_interest: bool = False
    words: str = ""
    named: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about one bid, or about every bid (``bid_id`` None)."""

    at: datetime
    bid_id: int | None
    barred: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands: what was declared, and what was decided about it."""

    declared: bool = False
    # With the list of bidders in view, and when last.
    bidders_known: bool = False
    declared_at: datetime | None = None
    # Somebody was added to the bidders since.
    must_look_again: bool = False
    # Bids named, or named otherwise, since the last decision on them; what was decided, by bid.
    named: frozenset[int] = frozenset()
    decided: Mapping[int, bool] = field(default_factory=dict)
    # An interest that concerns the whole tender and waits for a decision; or what was decided.
    waits_everywhere: bool = False
    barred_everywhere: bool = False
    # Declared before the bidders were known, and nothing decided on it.
    early_interest: bool = False

    @property
    def has_looked(self) -> bool:
        """Return whether he declared with everybody in view who bids."""
        return self.bidders_known and not self.must_look_again

    @property
    def waits_for_decision(self) -> bool:
        return bool(self.named) or self.waits_everywhere or self.early_interest

    @property
    def kept_from_all(self) -> bool:
        return self.barred_everywhere or self.waits_everywhere

    @property
    def kept_from(self) -> frozenset[int]:
        """Return the bids he is kept away from: named until decided, or decided so."""
        return self.named | {bid_id for bid_id, barred in self.decided.items() if barred}


def standing(
    entries: Iterable[Entry], decisions: Iterable[Decided], changed_at: datetime | None = None
) -> Standing:
    """Return where somebody stands. ``changed_at``: when the bidders last became more.

    What was declared once with the bidders in view stays until somebody decides on it: a later
    declaration that does not name a bid again does not let its author back to it. What was decided
    on stays decided until something else is declared.
    """
    declared = sorted(entries, key=lambda entry: entry.at)
    decided = {one.bid_id: one for one in sorted(decisions, key=lambda one: one.at)}
    looked = [entry for entry in declared if entry.bidders_known]
    open_ones = {
        about
        for about, since in _declared_since(looked).items()
        if about not in decided or decided[about].at < since
    }
    everywhere = decided.get(None)
    early = [entry.at for entry in declared if entry.has_interest and not entry.bidders_known]
    return Standing(
        declared=bool(declared),
        bidders_known=bool(looked),
        declared_at=declared[-1].at if declared else None,
        must_look_again=bool(looked) and changed_at is not None and looked[-1].at < changed_at,
        named=frozenset(about for about in open_ones if about is not None),
        decided={
            about: one.barred
            for about, one in decided.items()
            if about is not None and about not in open_ones
        },
        waits_everywhere=None in open_ones,
        barred_everywhere=everywhere is not None and everywhere.barred,
        early_interest=not looked
        and bool(early)
        and (everywhere is None or everywhere.at < early[-1]),
    )


def _declared_since(entries: Iterable[Entry]) -> dict[int | None, datetime]:
    """Return by bid (None: about all) when what was said last about it was said first."""
    said: dict[int | None, tuple[tuple[str, str], datetime]] = {}
    for entry in entries:
        about: dict[int | None, tuple[str, str]] = {}
        about.update(entry.named.items())
        if entry.has_interest and entry.words:
            about[None] = ("", entry.words)
        for bid_id, words in about.items():
            if bid_id not in said or said[bid_id][0] != words:
                said[bid_id] = (words, entry.at)
    return {bid_id: since for bid_id, (_words, since) in said.items()}
