"""The order of bids by quality. Equal totals share a rank; a failed or unmarked bid has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bid to rank. ``unranked_because`` says why it cannot be ranked, or is empty."""

    key: str
    name: str
    quality: Decimal | None
    unranked_because: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """``rank`` is "1", "2=" when shared, or "" for a bid that is not ranked."""

    candidate: Candidate
    rank: str
    why_not: str = ""


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Return the bids best first, the unranked last by name. The order given does not matter.

    Totals are compared as published: rounded to 2 places.
    """
    bids = list(candidates)
    ranked = [bid for bid in bids if bid.quality is not None and not bid.unranked_because]
    ranked.sort(key=lambda bid: (-(bid.quality or Decimal(0)), bid.name.casefold(), bid.key))
    totals = [bid.quality for bid in ranked]
    placed = [Ranked(bid, _place(bid.quality, totals)) for bid in ranked]
    others = sorted(
        (bid for bid in bids if bid not in ranked), key=lambda bid: (bid.name.casefold(), bid.key)
    )
    unplaced = [Ranked(bid, "", bid.unranked_because or "not fully marked") for bid in others]
    return (*placed, *unplaced)


def _place(total: Decimal | None, totals: list[Decimal | None]) -> str:
    shared = "=" if totals.count(total) > 1 else ""
    return f"{totals.index(total) + 1}{shared}"
