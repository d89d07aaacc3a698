"""A clause of a schedule of the demonstration that an officer rewrote and a reviewer read."""

from __future__ import annotations

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries import ScheduledBid, scheduled_bid
from contract_clauses.queries.clause_work import clause_work, who_can_look
from contract_clauses.rules.library import Obligation
from contract_clauses.rules.redrafting import Added, Redraft, Words
from contract_clauses.service.clause_work import (
    approve_clause,
    assign_clause,
    comment_on,
    settle_comment,
)
from contract_clauses.service.redrafting import redraft_clause
from scoring.queries.bids import bids_in_evaluation
from tenders.models import Tender

CLAUSE = "C13"
WORDS = Words(
    "The Supplier must telephone the Council's duty officer for highways as soon as a Security "
    "Incident affects what drivers see, before it gives notice under this clause."
)
DUTY = Obligation("supplier", "Telephone the duty officer for highways", "Log of the call")
WHY = "Highways have to be able to close a street at once; a notice within hours is too late"
QUESTION = "Does the duty officer answer at night too? Otherwise the duty cannot be kept."
ASKED = "Is it clear enough that the telephone call does not replace the notice?"


def write_one(tender: Tender, supplier: str, officer: Viewer, reviewer: Viewer) -> None:
    """Rewrite a clause of the schedule of a supplier, and have it read, unless it is done."""
    bid = next(one for one in bids_in_evaluation(officer, tender) if one.name == supplier)
    found = _read(bid.token, officer)
    if CLAUSE in found.redrafted or found.schedule.clause(CLAUSE) is None:
        return
    redraft = Redraft(added=(Added("own1", "1", WORDS, DUTY),))
    redraft_clause(found, CLAUSE, redraft, WHY, based_on=0, by=officer)
    asked = next(member for member in who_can_look(found) if member.person_id == reviewer.person_id)
    assign_clause(found, CLAUSE, asked.token, ASKED, by=officer)
    comment_on(found, CLAUSE, QUESTION, by=reviewer)


def approve_one(token: str, officer: Viewer, reviewer: Viewer) -> None:
    """Settle what was asked about the clause, and approve it, where it was rewritten."""
    found = _read(token, reviewer)
    work = clause_work(found)
    stands = work.of(CLAUSE)
    if stands is None or not stands.must_be_approved:
        return
    for comment in stands.open_comments:
        settle_comment(found, CLAUSE, comment.event.number, "", by=officer)
    sha256 = work.bases[CLAUSE].sha256
    approve_clause(found, CLAUSE, sha256, "The number is answered day and night.", by=reviewer)


def _read(token: str, viewer: Viewer) -> ScheduledBid:
    return scheduled_bid(viewer, token, to=Permission.SCHEDULE_EDIT)
