"""Deciding the risks of a bid, and adding those that no rule proposes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import RiskDecision, RiskRow
from scoring.queries.actions import dealt_with
from scoring.queries.bids import EvaluatedBid
from scoring.queries.register import RiskInRegister, registers_of
from scoring.rules.actions import ActionState
from scoring.rules.ratings import Rating, rating
from scoring.rules.register import RiskState, Treatment
from scoring.rules.risk_steps import step_to
from scoring.service.evaluating import bid_to_change, note


class ReasonMissing(DomainError):
    """A risk was decided without saying why."""


class RiskOvertaken(DomainError):
    """Somebody else decided the risk while the form was open."""


class RiskTaken(DomainError):
    """The risk stands in the register already."""


class HalfRating(DomainError):
    """A likelihood without an impact, or the other way round."""


class GraverThanBefore(DomainError):
    """More would be left of a risk than there was, and nobody said that it is meant."""


class CannotMerge(DomainError):
    """The other risk is none of this bid that a risk could become part of."""


class StillToDo(DomainError):
    """A risk is called treated while actions are open."""


@dataclass(frozen=True, kw_only=True)
class OwnTerms:
    """How a risk is dealt with: what each of several authorities sets for itself.

    ``higher_meant``: somebody says that more is left of the risk than there was, and why.
    """

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
    higher_meant: bool = False


@dataclass(frozen=True, kw_only=True)
class RiskTerms(OwnTerms):
    """A risk as an officer leaves it in the evaluation."""

    state: RiskState
    cause: str
    event: str
    consequence: str
    likelihood: int
    impact: int
    merged_into: str = ""


def decide_risk(
    bid: EvaluatedBid, risk: RiskInRegister, terms: RiskTerms, *, based_on: int, by: Viewer
) -> RiskDecision:
    """Accept a risk, as proposed or edited, drop it, merge it into another one of the bid, or say
    that it is treated or closed.

    Raises ReasonMissing, HalfRating, GraverThanBefore, NotInEvaluation, RiskOvertaken,
    RiskStepNotAllowed, CannotMerge and StillToDo.
    """
    must_be_whole(terms, Rating(terms.likelihood, terms.impact))
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="decide this risk")
        register = {one.row.id: one for one in registers_of([current.id]).get(current.id, ())}
        if risk.row.id not in register:
            raise NoResultFound
        now = register[risk.row.id]
        if now.number != based_on:
            raise RiskOvertaken(
                "Somebody decided this risk while you were writing. Save again to let your "
                "decision count instead",
                field="decision",
            )
        step_to(now.state, terms.state)
        if terms.state is RiskState.MERGED:
            _must_take_in(list(register.values()), now, terms.merged_into)
        must_be_done(terms.state, now.state, by.organisation_id, now.row.id)
        decision = new_decision(now.row, based_on + 1, terms, by)
        note(
            f"risk.{terms.state}",
            current,
            by,
            risk=risk.risk_id,
            number=decision.number,
            likelihood=terms.likelihood,
            impact=terms.impact,
            text=fingerprint(terms),
            **({"into": terms.merged_into} if terms.merged_into else {}),
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


def must_be_whole(terms: OwnTerms, inherent: Rating) -> None:
    """Raise ReasonMissing, HalfRating or GraverThanBefore."""
    if not terms.why:
        raise ReasonMissing("Enter the reason for your decision", field="why")
    for name in ("residual", "target"):
        likelihood = getattr(terms, f"{name}_likelihood")
        impact = getattr(terms, f"{name}_impact")
        if (likelihood is None) != (impact is None):
            missing = "impact" if impact is None else "likelihood"
            raise HalfRating(f"Select the {name} {missing} too", field=f"{name}_{missing}")
    left = rating(terms.residual_likelihood, terms.residual_impact)
    if left is not None and left.score > inherent.score and not terms.higher_meant:
        raise GraverThanBefore(
            f"What is left, {left.score}, is graver than the {inherent.score} before contract "
            "terms. Lower it, or tick that it is meant and say why in the reason",
            field="higher_meant",
        )


def must_be_done(wanted: RiskState, now: RiskState, authority_id: int, row_id: int) -> None:
    """Raise StillToDo where a risk would count as treated or closed with actions open."""
    if wanted is now or wanted not in {RiskState.TREATED, RiskState.CLOSED}:
        return
    dealt = dealt_with(authority_id, [row_id]).get(row_id)
    left = [one for one in dealt.listed if one.state is ActionState.OPEN] if dealt else []
    if left:
        actions = "1 action is" if len(left) == 1 else f"{len(left)} actions are"
        raise StillToDo(
            f"You cannot call this risk {wanted} because {actions} open: mark each as done, or "
            "drop it",
            field="decision",
        )


def stored(terms: OwnTerms) -> dict[str, Any]:
    """Return what the table of decisions holds of them."""
    return {name: value for name, value in asdict(terms).items() if name != "higher_meant"}


def fingerprint(terms: OwnTerms) -> str:
    """Return the hash of what was decided, for the audit trail, which holds no words."""
    written = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in stored(terms).items()
    }
    return sha256_hex(canonical_json(written))


def new_decision(row: RiskRow, number: int, terms: RiskTerms, by: Viewer) -> RiskDecision:
    """Add a decision; the caller has checked it, within its transaction."""
    decision = RiskDecision(
        risk_row_id=row.id,
        number=number,
        decided_by_id=by.person_id,
        decided_at=clock.now(),
        **stored(terms),
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _must_take_in(register: list[RiskInRegister], part: RiskInRegister, whole: str) -> None:
    """Raise CannotMerge unless a risk may become part of another. Only an accepted one takes others
    in: the rules may still withdraw a proposed one."""
    other = next((one for one in register if one.risk_id == whole), None)
    if other is None or other.risk_id == part.risk_id:
        raise CannotMerge("Select another risk of this bid", field="merged_into")
    if other.state is not RiskState.ACCEPTED:
        raise CannotMerge(
            f"You cannot merge into {whole} because it is {other.state}: accept it first",
            field="merged_into",
        )
