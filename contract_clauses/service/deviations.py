"""Deciding what becomes of a deviation from a minimum position, with a reason."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import DeviationDecision
from contract_clauses.queries.deviations import raised_deviations
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.rules.deviations import Raised, checked
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.service.drafting import Overtaken, bid_to_change, note
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError


def decide_deviation(
    found: ScheduledBid,
    shown: Raised,
    outcome: DeviationOutcome,
    reason: str,
    *,
    based_on: int,
    by: Viewer,
) -> DeviationDecision:
    """Decide on a deviation as it was shown.

    Raises NotAnOutcome, NotDrafted, Overtaken, and DomainError for one that is no longer there.
    """
    one = shown.deviation
    with transaction():
        bid = bid_to_change(found)
        now = scheduled_bid(by, found.token, to=Permission.SCHEDULE_EDIT)
        raised = _as_it_is(now, shown)
        why = checked(
            raised,
            outcome,
            reason,
            now.evaluated.evaluation.situation.facts,
            decides_compliance=by.may(Permission.COMPLIANCE_DECIDE, tender_id=bid.tender_id),
        )
        mine = (
            DeviationDecision.bid_id == bid.id,
            DeviationDecision.clause_id == one.clause,
            DeviationDecision.name == one.variable,
        )
        last = db.session.scalar(select(func.max(DeviationDecision.number)).where(*mine)) or 0
        if last != based_on:
            raise Overtaken(
                "Somebody decided on this while you were writing. Look at what they decided, then "
                "save again if yours should count instead"
            )
        row = DeviationDecision(
            bid_id=bid.id,
            clause_id=one.clause,
            name=one.variable,
            number=last + 1,
            outcome=outcome,
            about_sha256=one.about,
            reason=why,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        note(
            "deviation.decided",
            bid,
            by,
            clause=one.clause,
            variable=one.variable,
            outcome=str(outcome),
            reason=sha256_hex(why),
        )
    return row


def _as_it_is(found: ScheduledBid, shown: Raised) -> Raised:
    for one in raised_deviations(found):
        if one.target == shown.target and one.deviation.about == shown.deviation.about:
            return one
    raise DomainError(
        "You cannot decide on this because the bid no longer falls short in this way: look again"
    )
