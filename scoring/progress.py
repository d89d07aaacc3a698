"""How far the evaluation of bids has got, and where it goes on: what the lists of steps say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scoring.queries import EvaluatedBid, unmarked_in


@dataclass(frozen=True)
class Progress:
    """Of one bid or of several, in the order in which they are listed."""

    bids: Sequence[EvaluatedBid]

    @cached_property
    def unmarked(self) -> list[tuple[str, str]]:
        """Return (token of bid, question) for everything that has no mark."""
        return unmarked_in(self.bids)

    @cached_property
    def all_marks(self) -> int:
        return sum(len(bid.to_mark) for bid in self.bids)

    @property
    def marked(self) -> int:
        return self.all_marks - len(self.unmarked)

    @cached_property
    def to_decide(self) -> list[str]:
        """Return the token of the bid for each requirement that waits for a decision."""
        return [bid.token for bid in self.bids for _ in bid.waiting]

    @cached_property
    def open_risks(self) -> list[str]:
        """Return the token of the bid for each risk nobody has decided."""
        return [bid.token for bid in self.bids for risk in bid.risks if risk.decision is None]

    @cached_property
    def risks(self) -> int:
        return sum(len(bid.risks) for bid in self.bids)
