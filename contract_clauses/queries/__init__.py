"""Reading clauses: the schedule of an opened bid, and what a supplier's own answers lead to."""

from contract_clauses.queries.commitments import (
    MyCommitments,
    commitments_of,
    commitments_to_hand_in,
    my_commitments,
    shown_at_submission,
)
from contract_clauses.queries.schedules import (
    NoLibrary,
    ScheduledBid,
    library_of,
    parties_of,
    scheduled_bid,
)

__all__ = [
    "MyCommitments",
    "NoLibrary",
    "ScheduledBid",
    "commitments_of",
    "commitments_to_hand_in",
    "library_of",
    "my_commitments",
    "parties_of",
    "scheduled_bid",
    "shown_at_submission",
]
