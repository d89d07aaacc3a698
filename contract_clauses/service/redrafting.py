"""Writing a clause of one schedule in other words than the library's, or in another depth."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from contract_clauses import seals
from contract_clauses.models import ClauseRedraft
from contract_clauses.queries.schedules import ScheduledBid
from contract_clauses.rules.advice import mistakes_in
from contract_clauses.rules.redrafting import Redraft, Words
from contract_clauses.rules.redrafts_kept import as_kept
from contract_clauses.service.drafting import Overtaken, ReasonMissing, bid_to_change, note
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from supplier_portal import seals as bid_seals

LONGEST_REASON = 2000


def redraft_clause(
    found: ScheduledBid, clause_id: str, redraft: Redraft, reason: str, *, based_on: int, by: Viewer
) -> ClauseRedraft:
    """Let a clause print in these words and this depth from now on; an empty redraft gives the
    library's words back.

    ``based_on``: the number of the redraft it was written upon. Raises ReasonMissing, NotDrafted,
    Overtaken, and DomainError for a clause or references there are not.
    """
    why = reason.strip()
    if not why:
        raise ReasonMissing("Enter the reason for your change", field="reason")
    if len(why) > LONGEST_REASON:
        raise DomainError(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    _refuse_unknown(found, clause_id, redraft)
    with transaction():
        bid = bid_to_change(found)
        mine = (ClauseRedraft.bid_id == bid.id, ClauseRedraft.clause_id == clause_id)
        last = db.session.scalar(select(func.max(ClauseRedraft.number)).where(*mine)) or 0
        if last != based_on:
            raise Overtaken(
                "Somebody saved other words while you were writing. Yours are kept below: compare "
                "them with what was saved, then save again if yours should count instead"
            )
        kept = as_kept(redraft)
        words = canonical_json(kept)
        number = last + 1
        name = seals.redraft_name(bid.token, clause_id, number)
        row = ClauseRedraft(
            bid_id=bid.id,
            clause_id=clause_id,
            number=number,
            depth=redraft.depth,
            sealed_words=None
            if kept is None
            else seals.seal(seals.REDRAFT, name, bid_seals.opened_key(bid), kept),
            library_fingerprint=found.library.fingerprint,
            reason=why,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        note(
            "clause.redrafted",
            bid,
            by,
            clause=clause_id,
            number=number,
            words=sha256_hex(words),
            reason=sha256_hex(why),
        )
    return row


def _refuse_unknown(found: ScheduledBid, clause_id: str, redraft: Redraft) -> None:
    topic = found.library.topics.get(clause_id)
    if topic is None:
        raise DomainError(f"{clause_id} is not a clause of this tender")
    for words in (*redraft.changed.values(), *(added.words for added in redraft.added)):
        wrong = mistakes_in(words, topic, found.library)
        if wrong:
            raise DomainError(wrong[0])
        if not isinstance(words, Words) or not words.text:
            raise DomainError("Enter the words of each sub-clause, or take it out")
