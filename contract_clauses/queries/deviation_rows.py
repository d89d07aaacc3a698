"""What was decided where bids fall short of minimum positions: rows, and what they let print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contract_clauses.models import DeviationDecision
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.rules.variables import Accepted
from foundation import clock
from foundation.database import db

# By clause and variable, the first first.
DeviationRows = Mapping[tuple[str, str], tuple[DeviationDecision, ...]]


def deviation_rows(
    bid_ids: Sequence[int],
) -> dict[int, dict[tuple[str, str], tuple[DeviationDecision, ...]]]:
    """Return every decision on a deviation of these bids, the first first. One statement."""
    found: dict[int, dict[tuple[str, str], tuple[DeviationDecision, ...]]] = {
        bid_id: {} for bid_id in bid_ids
    }
    for row in db.session.scalars(
        select(DeviationDecision)
        .options(joinedload(DeviationDecision.done_by, innerjoin=True))
        .where(DeviationDecision.bid_id.in_(bid_ids))
        .order_by(DeviationDecision.number)
    ):
        of_bid, key = found[row.bid_id], (row.clause_id, row.name)
        of_bid[key] = (*of_bid.get(key, ()), row)
    return found


def accepted_in(rows: DeviationRows) -> dict[tuple[str, str], Accepted]:
    """Return what a bid falls short with and was accepted all the same."""
    return {
        key: Accepted(
            None,
            last.reason,
            last.done_by.name,
            clock.show_moment(last.done_at),
            last.about_sha256,
        )
        for key, (*_, last) in rows.items()
        if last.outcome is DeviationOutcome.ACCEPTED
    }
