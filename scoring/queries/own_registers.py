"""The register of a contract: the risks of who won, as each authority keeps it for itself.

There is one from the release of the results on. It begins as what was decided in the evaluation, by
reference: a decision of the evaluation is common to authorities that buy together and stands behind
each register. What an authority set for itself since is read with its number, so that nothing here
can return what another one set.
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
from scoring.models import BidResult, OwnRiskDecision
from scoring.queries.actions import NOTHING_DEALT, Dealt, dealt_with
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation, opened_tender
from scoring.queries.register import RiskInRegister
from scoring.queries.register_rows import as_decided, with_dealt
from scoring.queries.scales import scale_of
from scoring.rules.matrix import STANDARD, Scale
from scoring.rules.ratings import rating
from scoring.rules.register import RegisterRow, RiskState
from scoring.rules.register_changes import Change
from scoring.rules.register_history import what_changed
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
    scale: Scale = STANDARD
    # Its actions, controls and acceptances.
    dealt: Dealt = NOTHING_DEALT

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
        row, changes = as_decided(self.bid, self.common, self.scale)
        for decision in self.decisions:
            after = _dealt_with(row, decision)
            changes.append(_change(decision, row, after))
            row = after
        return with_dealt(row, changes, self.dealt)


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
    """Return whether there is a register of the contract: the tender has its results."""
    return tender.stage in CONTRACTED_AT


def own_register(viewer: Viewer, token: str, *, to: Permission) -> OwnRegister:
    """Return the register of the viewer's own authority.

    Raises NoResultFound, also before the results are released.
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
    dealt, scale = dealt_with(viewer.organisation_id, ids), scale_of(tender)
    risks = tuple(
        OwnRisk(
            bid,
            risk,
            decisions.get(risk.row.id, ()),
            scale,
            dealt.get(risk.row.id, NOTHING_DEALT),
        )
        for bid in winners
        for risk in bid.risks
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


def _change(decision: OwnRiskDecision, before: RegisterRow, after: RegisterRow) -> Change:
    day = clock.london(decision.decided_at).date()
    what = f"Changed in the register, {decision.number}"
    found = what_changed(before, after)
    return Change(decision.decided_at, day, decision.decided_by.name, what, decision.why, found)


def _dealt_with(row: RegisterRow, own: OwnRiskDecision) -> RegisterRow:
    """Return the row with what the authority set. Whoever deals with a risk accepts it, whatever
    the evaluation made of it; its words and what it was before contract terms stay common."""
    return replace(
        row,
        state=own.state or RiskState.ACCEPTED,
        merged_into="",
        treatment=own.treatment,
        actions=own.actions,
        owner=own.owner,
        due=own.due,
        residual=rating(own.residual_likelihood, own.residual_impact, row.scale),
        target=rating(own.target_likelihood, own.target_impact, row.scale),
        review_on=own.review_on,
        decided_by=own.decided_by.name,
        decided_on=clock.london(own.decided_at).date(),
        why=own.why,
    )
