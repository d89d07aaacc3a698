"""Deciding the risks of a bid, and raising one that no rule proposes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import RiskDecision, RiskRow
from scoring.queries.bids import EvaluatedBid
from scoring.queries.register import RiskInRegister
from scoring.rules.register import RiskState, Treatment
from scoring.service.evaluating import bid_to_change, note


class ReasonMissing(DomainError):
    """A risk was decided without saying why."""


class RiskOvertaken(DomainError):
    """Somebody else decided the risk while the form was open."""


class RiskTaken(DomainError):
    """The risk stands in the register already."""


class HalfRating(DomainError):
    """A likelihood without an impact, or the other way round."""


@dataclass(frozen=True, kw_only=True)
class OwnTerms:
    """How a risk is dealt with: what each of several authorities sets for itself."""

    treatment: Treatment
    actions: str
    owner: str
    due: date | None
    residual_likelihood: int | None
    residual_impact: int | None
    target_likelihood: int | None
    target_impact: int | None
    review_on: date | None
    why: str


@dataclass(frozen=True, kw_only=True)
class RiskTerms(OwnTerms):
    """A risk as an officer leaves it in the evaluation."""

    state: RiskState
    cause: str
    event: str
    consequence: str
    likelihood: int
    impact: int


def decide_risk(
    bid: EvaluatedBid, risk: RiskInRegister, terms: RiskTerms, *, based_on: int, by: Viewer
) -> RiskDecision:
    """Accept a risk, as proposed or edited, or drop it. Raises ReasonMissing, HalfRating,
    NotInEvaluation and RiskOvertaken."""
    must_be_whole(terms)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="decide this risk")
        last = db.session.scalars(
            select(RiskDecision)
            .where(RiskDecision.risk_row_id == risk.row.id)
            .order_by(RiskDecision.number.desc())
            .limit(1)
        ).first()
        if (last.number if last else 0) != based_on:
            raise RiskOvertaken(
                "Somebody decided this risk while you were writing. Save again to let your "
                "decision count instead",
                field="decision",
            )
        decision = RiskDecision(
            risk_row_id=risk.row.id,
            number=based_on + 1,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
            **asdict(terms),
        )
        db.session.add(decision)
        db.session.flush()
        note(
            f"risk.{terms.state}",
            current,
            by,
            risk=risk.risk_id,
            number=decision.number,
            likelihood=terms.likelihood,
            impact=terms.impact,
            text=fingerprint(terms),
        )
    return decision


def raise_risk(bid: EvaluatedBid, risk_id: str, why: str, *, by: Viewer) -> RiskRow:
    """Add a risk of the library that no rule proposed. Raises ReasonMissing, RiskTaken."""
    risk = bid.questionnaire.bank.risks.get(risk_id)
    if risk is None:
        raise DomainError("Select a risk from the list", field="risk")
    if not why.strip():
        raise ReasonMissing("Enter why this bid raises the risk", field="why")
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="add a risk")
        taken = db.session.scalar(
            select(RiskRow.id).where(RiskRow.bid_id == current.id, RiskRow.risk_id == risk_id)
        )
        if taken is not None:
            raise RiskTaken(
                f"You cannot add {risk_id} because it is in the register already", field="risk"
            )
        row = RiskRow(
            bid_id=current.id,
            risk_id=risk_id,
            causes=[],
            likelihood=risk.likelihood,
            impact=risk.impact,
            bank_version=bid.questionnaire.bank.version,
            raised_at=clock.now(),
            raised_by_id=by.person_id,
            raised_because=why.strip(),
        )
        db.session.add(row)
        db.session.flush()
        note("risk.raised", current, by, risk=risk_id, why=sha256_hex(why.strip()))
    return row


def must_be_whole(terms: OwnTerms) -> None:
    """Raise ReasonMissing or HalfRating."""
    if not terms.why:
        raise ReasonMissing("Enter the reason for your decision", field="why")
    for name in ("residual", "target"):
        likelihood = getattr(terms, f"{name}_likelihood")
        impact = getattr(terms, f"{name}_impact")
        if (likelihood is None) != (impact is None):
            missing = "impact" if impact is None else "likelihood"
            raise HalfRating(f"Select the {name} {missing} too", field=f"{name}_{missing}")


def fingerprint(terms: OwnTerms) -> str:
    """Return the hash of what was decided, for the audit trail, which holds no words."""
    written = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(terms).items()
    }
    return sha256_hex(canonical_json(written))
