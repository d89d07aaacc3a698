"""The register that each authority keeps for itself once a joint tender has its results.

It begins as what was decided in the evaluation, by reference: a decision of the evaluation is
common and stands behind each register. What an authority set for itself since is read with its
number, so that nothing here can return what another one set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from scoring.models import BidResult, OwnRiskDecision, RiskDecision
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation, opened_tender
from scoring.queries.register import RiskInRegister
from scoring.rules.register import Rating, RegisterRow, RiskState
from tenders.joint import bought_with
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

# From the release of the results on; a tender that was cancelled since has no contract.
CONTRACTED_AT = frozenset({Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED})


@dataclass(frozen=True)
class OwnRisk:
    """A risk of a successful bid, as the evaluation left it and as one authority deals with it."""

    bid: EvaluatedBid
    common: RiskInRegister
    # What the authority set for itself, the first first; empty while the common decision counts.
    decisions: tuple[OwnRiskDecision, ...]

    @property
    def token(self) -> str:
        return self.common.row.token

    @property
    def risk_id(self) -> str:
        return self.common.risk_id

    @property
    def last(self) -> OwnRiskDecision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def number(self) -> int:
        return len(self.decisions)

    @cached_property
    def row(self) -> RegisterRow:
        """Return the risk as pages and workbooks of this authority show it."""
        row = self.common.shown(self.bid.name, self.bid.evaluation, self.bid.questionnaire)
        row = replace(row, changes="\n".join(self._changes()))
        return row if self.last is None else _dealt_with(row, self.last)

    def _changes(self) -> list[str]:
        common = self.common.decision
        return [
            *(
                [f"{_when(common)}: {common.state} in the evaluation: {common.why}"]
                if common
                else []
            ),
            *(f"{_when(one)}: {one.why}" for one in self.decisions),
        ]


@dataclass(frozen=True)
class OwnRegister:
    """The risks of the contract, or contracts, with those who won, for one authority."""

    tender: Tender
    authority: str
    winners: tuple[EvaluatedBid, ...]
    risks: tuple[OwnRisk, ...]

    @property
    def rows(self) -> list[RegisterRow]:
        return [risk.row for risk in self.risks]

    def risk(self, token: str) -> OwnRisk:
        """Return one risk of the register. Raises NoResultFound."""
        found = [risk for risk in self.risks if risk.token == token]
        if not found:
            raise NoResultFound
        return found[0]


def has_own_registers(tender: Tender) -> bool:
    """Return whether each authority keeps a register of its own: a joint tender with results."""
    return tender.stage in CONTRACTED_AT and bool(bought_with(tender))


def own_register(viewer: Viewer, token: str, *, to: Permission) -> OwnRegister:
    """Return the register of the viewer's own authority.

    Raises NoResultFound, also where one authority buys alone and before the results are released.
    """
    tender = opened_tender(viewer, token, to=to)
    if not has_own_registers(tender):
        raise NoResultFound
    return register_of(viewer, tender, bids_in_evaluation(viewer, tender))


def register_of(viewer: Viewer, tender: Tender, bids: list[EvaluatedBid]) -> OwnRegister:
    """Return the register made of bids that were read already, for the viewer's own authority."""
    successful = _successful([bid.opened.bid.id for bid in bids])
    winners = tuple(bid for bid in bids if bid.opened.bid.id in successful)
    ids = [risk.row.id for bid in winners for risk in bid.risks]
    decisions = _decisions(viewer.organisation_id, ids)
    risks = tuple(
        OwnRisk(bid, risk, decisions.get(risk.row.id, ())) for bid in winners for risk in bid.risks
    )
    return OwnRegister(tender, viewer.organisation_name, winners, risks)


def _successful(bid_ids: list[int]) -> frozenset[int]:
    found = db.session.scalars(
        select(BidResult.bid_id).where(BidResult.bid_id.in_(bid_ids), BidResult.successful)
    )
    return frozenset(found)


def _decisions(authority_id: int, row_ids: list[int]) -> Mapping[int, tuple[OwnRiskDecision, ...]]:
    found: dict[int, tuple[OwnRiskDecision, ...]] = {}
    for one in db.session.scalars(
        select(OwnRiskDecision)
        .options(joinedload(OwnRiskDecision.decided_by, innerjoin=True))
        .where(
            OwnRiskDecision.authority_id == authority_id,
            OwnRiskDecision.risk_row_id.in_(row_ids),
        )
        .order_by(OwnRiskDecision.number)
    ):
        found[one.risk_row_id] = (*found.get(one.risk_row_id, ()), one)
    return found


def _when(decision: RiskDecision | OwnRiskDecision) -> str:
    on = clock.show_date(clock.london(decision.decided_at).date())
    return f"{on}, {decision.decided_by.name}"


def _rating(likelihood: int | None, impact: int | None) -> Rating | None:
    return None if likelihood is None or impact is None else Rating(likelihood, impact)


def _dealt_with(row: RegisterRow, own: OwnRiskDecision) -> RegisterRow:
    """Return the row with what the authority set. Whoever deals with a risk accepts it, whatever
    the evaluation made of it; its words and what it was before contract terms stay common."""
    return replace(
        row,
        state=RiskState.ACCEPTED,
        treatment=own.treatment,
        actions=own.actions,
        owner=own.owner,
        due=own.due,
        residual=_rating(own.residual_likelihood, own.residual_impact),
        target=_rating(own.target_likelihood, own.target_impact),
        review_on=own.review_on,
        decided_by=own.decided_by.name,
        decided_on=clock.london(own.decided_at).date(),
        why=own.why,
    )
