"""Interests: what may connect somebody to a bidder, and who is kept away from which bid.

Procurement Act 2023, sections 81 to 83: conflicts are identified, kept under review and mitigated,
those that only seem to be conflicts among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError


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
    """A declaration that says yes and not what, or the other way round."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person declared last, and what was decided: ``barred_everywhere`` for every bid."""

    declared: bool = False
    # With the list of bidders in view.
    bidders_known: bool = False
    # Bids he named, which nobody decided on since; and what was decided, by bid.
    named: frozenset[int] = frozenset()
    decided: Mapping[int, bool] = field(default_factory=dict)
    barred_everywhere: bool = False

    def barred_from(self, bid_ids: Iterable[int]) -> frozenset[int]:
        """Return the bids he is kept away from: named until decided, or decided so."""
        return frozenset(
            bid_id
            for bid_id in bid_ids
            if self.barred_everywhere
            or self.decided.get(bid_id, False)
            or (bid_id in self.named and bid_id not in self.decided)
        )
