"""The redrafts that count: of each clause the last, opened with the key of its bid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contract_clauses import seals
from contract_clauses.models import ClauseRedraft
from contract_clauses.rules.redrafting import Redraft
from contract_clauses.rules.redrafts_kept import read_kept
from foundation import clock
from foundation.database import db
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid


def redrafts_of(clause_ids: Sequence[str], bid: Bid) -> list[ClauseRedraft]:
    """Return every redraft there was of these clauses of a bid, the first first."""
    return list(
        db.session.scalars(
            select(ClauseRedraft)
            .options(joinedload(ClauseRedraft.done_by, innerjoin=True))
            .where(ClauseRedraft.bid_id == bid.id, ClauseRedraft.clause_id.in_(clause_ids))
            .order_by(ClauseRedraft.clause_id, ClauseRedraft.number)
        )
    )


def opened_redrafts(
    rows: Mapping[str, ClauseRedraft], bid: Bid, library_fingerprint: str
) -> dict[str, Redraft]:
    """Return the redrafts that print, by clause: those written against this very library.

    What was written against another library would stand in places it was not written for. One
    that leaves a clause as the library has it, in the depth of the schedule, is none.
    """
    counting = {
        clause: row
        for clause, row in rows.items()
        if row.library_fingerprint == library_fingerprint
        and (row.sealed_words is not None or row.depth is not None)
    }
    if not counting:
        return {}
    key = bid_seals.opened_key(bid)
    return {clause: opened(row, key, bid) for clause, row in counting.items()}


def opened(row: ClauseRedraft, key: bytes, bid: Bid) -> Redraft:
    """Return one redraft. Raises SealBroken, and NotARedraft for what is none."""
    words = Redraft()
    if row.sealed_words is not None:
        name = seals.redraft_name(bid.token, row.clause_id, row.number)
        words = read_kept(seals.opened(seals.REDRAFT, name, key, row.sealed_words))
    return Redraft(
        row.depth,
        words.changed,
        words.removed,
        words.added,
        row.reason,
        row.done_by.name,
        clock.show_moment(row.done_at),
    )
