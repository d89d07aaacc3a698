"""Keeping the register of one authority: how it deals with a risk of a contract it shares."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import BidResult, OwnRiskDecision
from scoring.queries.own_registers import OwnRisk, has_own_registers
from scoring.service.risks import OwnTerms, RiskOvertaken, fingerprint, must_be_whole
from tenders.models import Tender
from tenders.service.base import current_tender


class NotInOwnRegister(DomainError):
    """There is no contract any more, or not with this company, so nothing is kept about it."""


def keep_risk(risk: OwnRisk, terms: OwnTerms, *, based_on: int, by: Viewer) -> OwnRiskDecision:
    """Set how the authority of ``by`` deals with a risk; nothing of another's is read or changed.

    Raises ReasonMissing, HalfRating, NotInOwnRegister and RiskOvertaken. It is recorded with the
    authority, for the record of the tender is read by the one that leads it.
    """
    must_be_whole(terms)
    with transaction():
        tender = current_tender(risk.bid.tender)
        _must_be_contracted(tender, risk.bid.opened.bid.id)
        last = db.session.scalar(
            select(func.count(OwnRiskDecision.id)).where(
                OwnRiskDecision.risk_row_id == risk.common.row.id,
                OwnRiskDecision.authority_id == by.organisation_id,
            )
        )
        if last != based_on:
            raise RiskOvertaken(
                "A colleague changed this risk while you were writing. Save again to let what you "
                "entered count instead",
                field="treatment",
            )
        decision = OwnRiskDecision(
            risk_row_id=risk.common.row.id,
            authority_id=by.organisation_id,
            number=based_on + 1,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
            **asdict(terms),
        )
        db.session.add(decision)
        db.session.flush()
        audit.record(
            "own_register.changed",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            tender=tender.token,
            bid=risk.bid.token,
            risk=risk.risk_id,
            number=decision.number,
            text=fingerprint(terms),
        )
    return decision


def _must_be_contracted(tender: Tender, bid_id: int) -> None:
    if not has_own_registers(tender):
        raise NotInOwnRegister(
            f"You cannot change this register because the tender is at the {tender.stage} stage"
        )
    won = select(BidResult.id).where(BidResult.bid_id == bid_id, BidResult.successful)
    if db.session.scalar(won) is None:
        raise NotInOwnRegister("You cannot change this register because the bid did not win")
