"""How many contract schedules an archive will hold, and which a check holds back, and why."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.queries import Viewer
from contract_clauses.queries.decided import decided_on
from contract_clauses.queries.issuing import issues_of
from contract_clauses.queries.schedules import holds_of
from records.schedule_batch import bids_to_make, next_bids
from scoring.queries import bids_in_evaluation
from scoring.service.evaluating import EVALUATED_AT
from tenders.models import Tender

# Each bid has to be read for it: for a framework of thousands the archive itself counts.
MOST_COUNTED = 100


@dataclass(frozen=True)
class HeldBid:
    """A bid whose schedule a check holds back; ``because``: each check in words."""

    token: str
    name: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class ToWrite:
    """``bids``: those that stay; ``held``: of them, None where there are too many to look at."""

    bids: int
    held: tuple[HeldBid, ...] | None = ()

    @property
    def schedules(self) -> int:
        return self.bids - len(self.held or ())


def to_write(tender: Tender, viewer: Viewer) -> ToWrite:
    """Return what would be written now. As many statements for few bids as for many."""
    number = bids_to_make(tender)
    if number > MOST_COUNTED:
        return ToWrite(number, None)
    ids = next_bids(tender, 0, MOST_COUNTED)
    if not ids:
        return ToWrite(0)
    counts = tender.stage not in EVALUATED_AT
    issued = {
        bid_id for bid_id, of in issues_of(ids).items() if counts and any(i.is_approved for i in of)
    }
    decided = decided_on(ids)
    held = []
    for one in bids_in_evaluation(viewer, tender, only=[i for i in ids if i not in issued]):
        stand = [hold for hold in holds_of(one, decided[one.opened.bid.id].clauses) if hold.stands]
        if stand:
            says = tuple(dict.fromkeys(says for hold in stand for says, _ in hold.findings))
            held.append(HeldBid(one.token, one.name, says))
    return ToWrite(number, tuple(held))
