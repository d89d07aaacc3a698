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

from sqlalchemy import and_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from scoring.models import BidResult, OwnRiskDecision, RiskRow
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
        _, changes = as_decided(self.bid, self.common, self.scale)
        versions = self.versions
        for decision, before, after in zip(self.decisions, versions, versions[1:], strict=False):
            changes.append(_change(decision, before, after))
        return with_dealt(versions[-1], changes, self.dealt)

    @cached_property
    def versions(self) -> tuple[RegisterRow, ...]:
        """Return the risk as the evaluation left it, and as each decision of the authority did."""
        found = [as_decided(self.bid, self.common, self.scale)[0]]
        for decision in self.decisions:
            found.append(_dealt_with(found[-1], decision))
        return tuple(found)


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
    successful, decisions = _won(viewer.organisation_id, [bid.opened.bid.id for bid in bids])
    winners = tuple(bid for bid in bids if bid.opened.bid.id in successful)
    ids = [risk.row.id for bid in winners for risk in bid.risks]
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


def _won(
    authority_id: int, bid_ids: list[int]
) -> tuple[frozenset[int], Mapping[int, tuple[OwnRiskDecision, ...]]]:
    """Return which bids won, and what the authority set about their risks, by id of row."""
    rows = db.session.execute(
        select(BidResult.bid_id, OwnRiskDecision)
        .outerjoin(RiskRow, RiskRow.bid_id == BidResult.bid_id)
        .outerjoin(
            OwnRiskDecision,
            and_(
                OwnRiskDecision.risk_row_id == RiskRow.id,
                OwnRiskDecision.authority_id == authority_id,
            ),
        )
        .options(joinedload(OwnRiskDecision.decided_by))
        .where(BidResult.bid_id.in_(bid_ids), BidResult.successful)
        .order_by(OwnRiskDecision.number)
    )
    won: set[int] = set()
    found: dict[int, tuple[OwnRiskDecision, ...]] = {}
    for bid_id, one in rows:
        won.add(bid_id)
        if one is not None:
            found[one.risk_row_id] = (*found.get(one.risk_row_id, ()), one)
    return frozenset(won), found


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
