"""The register of a contract: the risks of who won, as each authority keeps it for itself.

There is one from the release of the results on. It begins as what was decided in the evaluation, by
reference: a decision of the evaluation is common to authorities that buy together and stands behind
each register. What an authority set for itself since, and the risks it added, are read with its
number, so that nothing here can return what another one set.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import and_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from scoring.models import BidResult, OwnRiskDecision, RiskDecision, RiskRow
from scoring.queries.actions import NOTHING_DEALT, Dealt, dealt_with
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation, opened_tender
from scoring.queries.register import RiskInRegister
from scoring.queries.register_rows import as_decided, with_dealt
from scoring.queries.scales import scale_of
from scoring.rules.knowledge import knowledge_of
from scoring.rules.matrix import STANDARD, Scale
from scoring.rules.ratings import rating
from scoring.rules.register import RegisterRow, RiskState
from scoring.rules.register_changes import Change
from scoring.rules.register_history import what_changed
from scoring.tested import tested_by
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
    # The parts of its bid that the authority has tested itself under the contract.
    tested: frozenset[str] = frozenset()

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

    @property
    def _begun(self) -> RegisterRow:
        """Return the risk as the evaluation left it, its grounds as well as they are known now."""
        row = as_decided(self.bid, self.common, self.scale)[0]
        if not self.tested:
            return row
        situation = self.bid.evaluation.situation
        known = knowledge_of(row.causes, situation, self.bid.questionnaire, self.tested)
        return replace(row, knowledge=known)

    @cached_property
    def versions(self) -> tuple[RegisterRow, ...]:
        """Return the risk as the evaluation left it, and as each decision of the authority did."""
        found = [self._begun]
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

    def winner(self, token: str) -> EvaluatedBid:
        """Return one of those who won. Raises NoResultFound."""
        found = [bid for bid in self.winners if bid.token == token]
        if not found:
            raise NoResultFound
        return found[0]

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
    won = _won(viewer.organisation_id, [bid.opened.bid.id for bid in bids])
    winners = tuple(bid for bid in bids if bid.opened.bid.id in won.bids)
    listed = [(bid, risk) for bid in winners for risk in (*bid.risks, *won.added_to(bid))]
    ids = [risk.row.id for _, risk in listed]
    dealt, scale = dealt_with(viewer.organisation_id, ids), scale_of(tender)
    # Nobody has a contract before the award, so nothing was tested under one.
    awarded = [bid.opened.bid.id for bid in winners if tender.stage is Stage.AWARDED]
    tested = tested_by(viewer.organisation_id, awarded)
    risks = tuple(
        OwnRisk(
            bid,
            risk,
            won.decisions.get(risk.row.id, ()),
            scale,
            dealt.get(risk.row.id, NOTHING_DEALT),
            tested.get(bid.opened.bid.id, frozenset()),
        )
        for bid, risk in listed
    )
    return OwnRegister(tender, viewer.organisation_name, winners, risks)


@dataclass
class _Won:
    """Which bids won; what the authority set about their risks, by id of row; the risks it added to
    its register, by id of bid and of row."""

    bids: set[int] = field(default_factory=set)
    decisions: dict[int, tuple[OwnRiskDecision, ...]] = field(default_factory=dict)
    added: dict[int, dict[int, RiskInRegister]] = field(default_factory=dict)

    def added_to(self, bid: EvaluatedBid) -> list[RiskInRegister]:
        found = self.added.get(bid.opened.bid.id, {})
        return [found[row_id] for row_id in sorted(found)]


def _won(authority_id: int, bid_ids: list[int]) -> _Won:
    """Return what there is of one authority alone: one statement, beside much else on a page."""
    added, first = aliased(RiskRow), aliased(RiskDecision)
    mine = and_(added.id == RiskRow.id, added.authority_id == authority_id)
    own = and_(
        OwnRiskDecision.risk_row_id == RiskRow.id, OwnRiskDecision.authority_id == authority_id
    )
    rows = db.session.execute(
        select(BidResult.bid_id, OwnRiskDecision, added, first)
        .outerjoin(RiskRow, RiskRow.bid_id == BidResult.bid_id)
        .outerjoin(OwnRiskDecision, own)
        .outerjoin(added, mine)
        .outerjoin(first, first.risk_row_id == added.id)
        .options(
            joinedload(OwnRiskDecision.decided_by),
            joinedload(added.raised_by),
            joinedload(first.decided_by),
        )
        .where(BidResult.bid_id.in_(bid_ids), BidResult.successful)
        .order_by(OwnRiskDecision.number, RiskRow.id)
    )
    found = _Won()
    for bid_id, one, row, words in rows:
        found.bids.add(bid_id)
        if one is not None:
            known = found.decisions.get(one.risk_row_id, ())
            found.decisions[one.risk_row_id] = (*known, one)
        if row is not None:
            found.added.setdefault(bid_id, {})[row.id] = RiskInRegister(row, (words,))
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
