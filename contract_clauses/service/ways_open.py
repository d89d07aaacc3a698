"""What people still talk about before a schedule is issued: open comments, and the clauses of the
last document that came back on which nobody decided."""

from __future__ import annotations

from contract_clauses.queries.clause_work import ClauseWork
from contract_clauses.queries.negotiated import kept_of, versions_of
from contract_clauses.queries.schedules import ScheduledBid
from contract_clauses.rules.clause_states import ClauseState
from contract_clauses.rules.issuing import Way
from contract_clauses.rules.negotiated_pieces import open_in
from contract_clauses.service.negotiated import comparison


def comment_ways(found: ScheduledBid, work: ClauseWork) -> tuple[Way, ...]:
    """Return the printed clauses with open comments, other than those of which the comments are
    said already because they alone keep the clause from being approved."""
    ways = []
    for clause in found.schedule.clauses:
        stands = work.of(clause.id)
        if stands is None or not stands.open_comments:
            continue
        is_said = stands.state in (ClauseState.PROPOSED, ClauseState.APPROVED)
        if is_said and stands.must_be_approved:
            continue
        number = len(stands.open_comments)
        what = "1 comment is open" if number == 1 else f"{number} comments are open"
        ways.append(Way(f"Clause {clause.number}, {clause.title}: {what}", "clause", clause.id))
    return tuple(ways)


def negotiated_ways(found: ScheduledBid) -> tuple[Way, ...]:
    """Return the clauses of the last document that came back which wait for a decision."""
    versions = versions_of(found)
    if not versions:
        return ()
    last = versions[0]
    return tuple(
        Way(
            f"Nobody has decided on a clause that came back from negotiation: {change.title}",
            "negotiated",
            last.token,
        )
        for change in open_in(comparison(found, kept_of(found, last.row)), last.decisions)
    )
