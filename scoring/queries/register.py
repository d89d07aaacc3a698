"""The risk register of bids: each risk as proposed, with the decision that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import and_, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from foundation import clock
from foundation.database import db
from question_bank.rules.questions import Risk
from scoring.models import RiskDecision, RiskRow
from scoring.rules.register import Rating, RegisterRow, RiskState, row_of
from scoring.rules.results import BidEvaluation, Cause, ProposedRisk
from supplier_portal.models import Bid
from tenders.rules.questionnaire import Questionnaire

OFFICER = "officer"


@dataclass(frozen=True)
class RiskInRegister:
    """A stored row and its last decision, if there is one."""

    row: RiskRow
    decision: RiskDecision | None

    @property
    def risk_id(self) -> str:
        return self.row.risk_id

    @property
    def state(self) -> RiskState:
        return RiskState.PROPOSED if self.decision is None else self.decision.state

    @property
    def stands(self) -> bool:
        return self.state is not RiskState.DROPPED

    @property
    def number(self) -> int:
        """Return the number of the last decision, 0 before the first."""
        return 0 if self.decision is None else self.decision.number

    def causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        """Return the causes with their words worked out afresh, since no table holds them."""
        if self.row.raised_by is not None:
            says = f"Raised by {self.row.raised_by.name}: {self.row.raised_because}"
            return (Cause(OFFICER, "", says, says, ""),)
        live = _live(evaluation, self.risk_id)
        known = {cause.rule for cause in live}
        gone = "This no longer holds since marks changed"
        past = tuple(
            Cause(entry["rule"], entry["severity"], gone, gone, "", tuple(entry["sources"]))
            for entry in self.row.causes
            if entry["rule"] not in known
        )
        return (*live, *past)

    def new_causes(self, evaluation: BidEvaluation) -> tuple[Cause, ...]:
        """Return what came up after the risk was decided: the decision did not know of it."""
        if self.decision is None or self.row.raised_by is not None:
            return ()
        known = {entry["rule"] for entry in self.row.causes}
        return tuple(c for c in _live(evaluation, self.risk_id) if c.rule not in known)

    def shown(
        self, bid: str, evaluation: BidEvaluation, questionnaire: Questionnaire
    ) -> RegisterRow:
        """Return the row as pages and workbooks show it."""
        risk: Risk = questionnaire.bank.risks[self.risk_id]
        proposed = ProposedRisk(risk, self.row.likelihood, self.row.impact, self.causes(evaluation))
        raised_on = clock.london(self.row.raised_at).date()
        row = row_of(proposed, bid=bid, bank_version=self.row.bank_version, raised_on=raised_on)
        return row if self.decision is None else _decided(row, self.decision)


def registers_of(bid_ids: list[int]) -> Mapping[int, tuple[RiskInRegister, ...]]:
    """Return the register of each bid, by id of bid, in order of risk."""
    later = aliased(RiskDecision)
    last = (
        select(func.max(later.number))
        .where(later.risk_row_id == RiskRow.id)
        .correlate(RiskRow)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(RiskRow, RiskDecision)
        .outerjoin(
            RiskDecision,
            and_(RiskDecision.risk_row_id == RiskRow.id, RiskDecision.number == last),
        )
        .options(joinedload(RiskRow.raised_by), joinedload(RiskDecision.decided_by))
        .where(RiskRow.bid_id.in_(bid_ids))
        .order_by(RiskRow.risk_id)
    )
    found: dict[int, tuple[RiskInRegister, ...]] = {}
    for row, decision in rows:
        entry = RiskInRegister(row, decision)
        found[row.bid_id] = (*found.get(row.bid_id, ()), entry)
    return found


def risk_in_register(token: str) -> tuple[str, int]:
    """Return (token of the bid, id of the row) of a risk. Says nothing about who may see it."""
    found = db.session.execute(
        select(Bid.token, RiskRow.id)
        .join(RiskRow, RiskRow.bid_id == Bid.id)
        .where(RiskRow.token == token)
    ).first()
    if found is None:
        raise NoResultFound
    return found[0], found[1]


def _live(evaluation: BidEvaluation, risk_id: str) -> tuple[Cause, ...]:
    return next((p.causes for p in evaluation.risks if p.risk.id == risk_id), ())


def _rating(likelihood: int | None, impact: int | None) -> Rating | None:
    return None if likelihood is None or impact is None else Rating(likelihood, impact)


def _decided(row: RegisterRow, decision: RiskDecision) -> RegisterRow:
    return replace(
        row,
        cause=decision.cause,
        event=decision.event,
        consequence=decision.consequence,
        inherent=Rating(decision.likelihood, decision.impact),
        treatment=decision.treatment,
        actions=decision.actions,
        state=decision.state,
        owner=decision.owner,
        due=decision.due,
        residual=_rating(decision.residual_likelihood, decision.residual_impact),
        target=_rating(decision.target_likelihood, decision.target_impact),
        review_on=decision.review_on,
        decided_by=decision.decided_by.name,
        decided_on=clock.london(decision.decided_at).date(),
        why=decision.why,
    )
