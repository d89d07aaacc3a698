"""Keeping the register of a contract: how one authority deals with its risks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import BidResult, OwnRiskDecision
from scoring.queries.own_registers import OwnRisk, has_own_registers
from scoring.rules.register import RiskState
from scoring.rules.risk_steps import step_to
from scoring.service.risks import (
    OwnTerms,
    RiskOvertaken,
    fingerprint,
    must_be_done,
    must_be_whole,
    stored,
)
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.service.base import current_tender


class NotInOwnRegister(DomainError):
    """There is no contract any more, or not with this company, so nothing is kept about it."""


def keep_risk(
    risk: OwnRisk,
    terms: OwnTerms,
    *,
    state: RiskState = RiskState.ACCEPTED,
    based_on: int,
    by: Viewer,
) -> OwnRiskDecision:
    """Set how the authority of ``by`` deals with a risk; nothing of another's is read or changed.

    Raises ReasonMissing, HalfRating, GraverThanBefore, NotInOwnRegister, RiskOvertaken,
    RiskStepNotAllowed and StillToDo. It is recorded with the authority, for the record of the
    tender is read by the one that leads it.
    """
    must_be_whole(terms, risk.row.inherent)
    with transaction():
        tender = current_tender(risk.bid.tender)
        must_be_contracted(tender, risk.bid.opened.bid.id)
        last = _last(risk, by)
        now = last.state or RiskState.ACCEPTED if last else risk.common.state
        if (last.number if last else 0) != based_on:
            raise RiskOvertaken(
                "A colleague changed this risk while you were writing. Save again to let what you "
                "entered count instead",
                field="treatment",
            )
        step_to(now, state, contract=True)
        must_be_done(state, now, by.organisation_id, risk.common.row.id)
        decision = OwnRiskDecision(
            risk_row_id=risk.common.row.id,
            authority_id=by.organisation_id,
            number=based_on + 1,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
            state=None if state is RiskState.ACCEPTED else state,
            **stored(terms),
        )
        db.session.add(decision)
        db.session.flush()
        note_own(
            "own_register.changed",
            risk.bid.opened.bid,
            by,
            risk=risk.risk_id,
            number=decision.number,
            state=state,
            text=fingerprint(terms),
        )
    return decision


def note_own(action: str, bid: Bid, by: Viewer, **details: Any) -> None:
    """Record with the authority itself what it does about a risk of its contract."""
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        tender=bid.tender.token,
        bid=bid.token,
        **details,
    )


def _last(risk: OwnRisk, by: Viewer) -> OwnRiskDecision | None:
    found = (
        select(OwnRiskDecision)
        .where(
            OwnRiskDecision.risk_row_id == risk.common.row.id,
            OwnRiskDecision.authority_id == by.organisation_id,
        )
        .order_by(OwnRiskDecision.number.desc())
        .limit(1)
    )
    return db.session.scalars(found).first()


def must_be_contracted(tender: Tender, bid_id: int) -> None:
    """Raise NotInOwnRegister unless the tender has its results and the bid won."""
    if not has_own_registers(tender):
        raise NotInOwnRegister(
            f"You cannot change this register because the tender is at the {tender.stage} stage"
        )
    won = select(BidResult.id).where(BidResult.bid_id == bid_id, BidResult.successful)
    if db.session.scalar(won) is None:
        raise NotInOwnRegister("You cannot change this register because the bid did not win")
