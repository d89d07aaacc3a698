"""What keeps one person on the buying side from bids that others there may read."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.errors import DomainError


class MustDeclareFirst(DomainError):
    """Somebody comes to the bids of a tender before declaring whether he has an interest."""

    def __init__(self, tender: str, *, to: str = "see the bids") -> None:
        super().__init__(
            f"You cannot {to} because you have not declared whether you have an interest in any "
            "of the bidders"
        )
        self.tender = tender


class KeptAway(DomainError):
    """Somebody comes to what is made of all bids and is kept away from one of them."""

    def __init__(self, tender: str) -> None:
        super().__init__(
            "You cannot see this because it is made of all bids, and you are kept away from one "
            "or more of them"
        )
        self.tender = tender


@dataclass(frozen=True, slots=True)
class Barrier:
    """``bids``: ids of those he is kept away from; ``from_all``: every bid of the tender."""

    must_declare: bool = False
    from_all: bool = False
    bids: frozenset[int] = frozenset()

    @property
    def is_open(self) -> bool:
        return not (self.must_declare or self.from_all or self.bids)

    def keeps_from(self, bid_id: int) -> bool:
        return self.from_all or bid_id in self.bids


OPEN = Barrier()
