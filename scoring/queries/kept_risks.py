"""One risk as its viewer's authority may deal with it now.

In the evaluation, in the register of its contract, or no longer, because the bid did not win.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from accounts.rules.roles import Permission, Role
from scoring.queries.actions import NOTHING_DEALT, Dealt, dealt_with
from scoring.queries.bids import EvaluatedBid, bid_in_evaluation
from scoring.queries.evaluators import may_see_marks
from scoring.queries.own_registers import OwnRisk, has_own_registers, register_of
from scoring.queries.ranked import EVALUATED_AT
from scoring.queries.register import RiskInRegister, risk_in_register
from scoring.queries.register_rows import row_of_evaluation
from scoring.queries.scales import scale_of
from scoring.rules.accepting import in_words, role_to_accept
from scoring.rules.matrix import Scale
from scoring.rules.register import RegisterRow
from tenders.models import Tender


class Phase(StrEnum):
    """Where a risk is dealt with."""

    EVALUATION = "evaluation"
    CONTRACT = "contract"
    # Of a bid that did not win, or of a tender that was cancelled: to be read, never changed.
    HISTORY = "history"


# What somebody needs to change a risk there; nobody changes history.
NEEDED = {
    Phase.EVALUATION: Permission.RISK_DECIDE,
    Phase.CONTRACT: Permission.REGISTER_KEEP,
}


@dataclass(frozen=True)
class KeptRisk:
    """A risk with what the viewer's authority sets about it.

    ``own``: its entry in the register of the contract; None before there is one.
    """

    bid: EvaluatedBid
    risk: RiskInRegister
    own: OwnRisk | None
    phase: Phase
    scale: Scale
    dealt: Dealt

    @property
    def token(self) -> str:
        return self.risk.row.token

    @property
    def risk_id(self) -> str:
        return self.risk.risk_id

    @property
    def tender(self) -> Tender:
        return self.bid.tender

    @cached_property
    def row(self) -> RegisterRow:
        """Return the risk as it stands where it is dealt with."""
        return self.evaluated if self.own is None else self.own.row

    @cached_property
    def evaluated(self) -> RegisterRow:
        """Return the risk as the evaluation left it; what was done since is in the contract's."""
        dealt = self.dealt if self.own is None else NOTHING_DEALT
        return row_of_evaluation(self.bid, self.risk, self.scale, dealt)

    @property
    def number(self) -> int:
        """Return the number of the decision the risk stands on where it is dealt with."""
        return self.own.number if self.own is not None else self.risk.number

    def may_change(self, viewer: Viewer) -> bool:
        needed = NEEDED.get(self.phase)
        return needed is not None and viewer.may(needed, tender_id=self.tender.id)

    def may_accept(self, viewer: Viewer) -> bool:
        """Return whether the viewer may say that the risk is borne; as whom is the scale's word."""
        return self.phase in NEEDED and viewer.may(Permission.RISK_ACCEPT, tender_id=self.tender.id)


def kept_risk(viewer: Viewer, token: str) -> KeptRisk:
    """Return one risk to whoever may see what follows from agreed marks. Raises NoResultFound.

    So it does for somebody who still marks alone: a proposed risk goes when the panel agrees on a
    good mark, and being told to wait for one and not for another would say which.
    """
    bid_token, row_id = risk_in_register(token)
    bid = bid_in_evaluation(viewer, bid_token, to=Permission.RISK_READ)
    if bid.tender.stage in EVALUATED_AT and not may_see_marks(viewer, bid.tender):
        raise NoResultFound
    phase, own = _phase(viewer, bid, row_id)
    # What an authority added since the results stands in its own register alone.
    known = [*bid.risks, own.common] if own is not None else bid.risks
    risk = next((one for one in known if one.row.id == row_id), None)
    if risk is None:
        raise NoResultFound
    dealt = own.dealt if own else _dealt(viewer, risk)
    return KeptRisk(bid, risk, own, phase, scale_of(bid.tender), dealt)


def roles_in(viewer: Viewer, tender: Tender) -> frozenset[Role]:
    """Return the roles that count for somebody on a tender: a guest's are those held for it."""
    here = viewer.roles_for(tender.id)
    return here if tender.id in viewer.guest_tenders else viewer.roles | here


def who_has_to_accept(viewer: Viewer, tender: Tender, row: RegisterRow) -> str:
    """Return who may accept what is left of a risk, in words, where the viewer's role may not.

    Empty for whoever may, and where nobody has to.
    """
    if row.residual is None or row.residual.score <= row.appetite:
        return ""
    held = roles_in(viewer, tender)
    may = viewer.may(Permission.RISK_ACCEPT, tender_id=tender.id)
    if may and role_to_accept(row.scale, row.residual.score, held) is not None:
        return ""
    return in_words(row.scale.who_may_accept(row.residual.score))


def _dealt(viewer: Viewer, risk: RiskInRegister) -> Dealt:
    found = dealt_with(viewer.organisation_id, [risk.row.id])
    return found.get(risk.row.id, NOTHING_DEALT)


def _phase(viewer: Viewer, bid: EvaluatedBid, row_id: int) -> tuple[Phase, OwnRisk | None]:
    if bid.tender.stage in EVALUATED_AT:
        return Phase.EVALUATION, None
    if not has_own_registers(bid.tender):
        return Phase.HISTORY, None
    register = register_of(viewer, bid.tender, [bid])
    own = next((one for one in register.risks if one.common.row.id == row_id), None)
    return (Phase.HISTORY, None) if own is None else (Phase.CONTRACT, own)
