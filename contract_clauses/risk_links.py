"""What a risk leads to in the contract: the clauses that hold it down, with where each stands."""

from __future__ import annotations

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.decided import Decided, decided_in
from contract_clauses.queries.schedules import (
    FROZEN_AS,
    ScheduledBid,
    as_scheduled,
    library_of,
)
from scoring.queries import EvaluatedBid
from scoring.queries.remembered import once_a_page
from scoring.risk_links import RiskLink
from scoring.rules.register import RegisterRow

CLAUSE = "Clause"


def clauses_of_a_risk(viewer: Viewer, bid: EvaluatedBid, row: RegisterRow) -> list[RiskLink]:
    """Return the clauses a risk asked for, those expected of it, and those its controls rest on."""
    named = {control.clause_id for control in row.controls if control.clause_id} | {*row.clauses}
    if FROZEN_AS not in bid.questionnaire.libraries:
        return [RiskLink(CLAUSE, clause, clause) for clause in sorted(named)]
    found = once_a_page(("led on", bid.token), lambda: _scheduled(bid))
    asked = _asked(found, row)
    may_read = viewer.may(Permission.SCHEDULE_READ, tender_id=bid.tender.id)
    return [_link(found, clause, may_read=may_read) for clause in sorted((named | asked) - {""})]


def clauses_behind_a_risk(bid: EvaluatedBid, row: RegisterRow) -> set[str]:
    """Return the clauses a risk asked for, and those expected of it."""
    if FROZEN_AS not in bid.questionnaire.libraries:
        return set()
    found = once_a_page(("led on", bid.token), lambda: _scheduled(bid))
    return ({*row.clauses} | _asked(found, row)) - {""}


def _asked(found: ScheduledBid, row: RegisterRow) -> set[str]:
    risks = {row.risk_id, *row.merged}
    return {clause.id for clause in found.schedule.clauses if risks & {*clause.sources}}


def clauses_of_a_bid(bid: EvaluatedBid) -> list[tuple[str, str]]:
    """Return id and title of each topic of the library frozen with the tender."""
    if FROZEN_AS not in bid.questionnaire.libraries:
        return []
    topics = library_of(bid.tender, bid.questionnaire).topics
    return [(name, topic.title) for name, topic in topics.items()]


def _scheduled(bid: EvaluatedBid) -> ScheduledBid:
    """Return the schedule of a bid; a workbook of several bids reads what was decided once."""
    tender = bid.tender.id

    decided = once_a_page(("decided on clauses", tender), lambda: decided_in(tender))
    return as_scheduled(bid, decided.get(bid.opened.bid.id, Decided()))


def _link(bid: ScheduledBid, clause: str, *, may_read: bool) -> RiskLink:
    printed, topic = bid.schedule.clause(clause), bid.library.topics.get(clause)
    words = f"{clause} {topic.title}" if topic else clause
    state = f"in the schedule, {printed.number}" if printed else "not in the schedule"
    address = ""
    if may_read and topic is not None:
        address = url_for("contract_clauses.clause", bid=bid.token, clause=clause)
    return RiskLink(CLAUSE, clause, words, address, state)
