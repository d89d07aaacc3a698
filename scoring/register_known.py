"""The risks of a register as they stand, for a file that may change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.models import RiskAction, RiskRow
from scoring.queries import EvaluatedBid, bids_in_evaluation
from scoring.queries.actions import NOTHING_DEALT, dealt_with
from scoring.queries.kept_risks import KeptRisk, Phase
from scoring.queries.own_registers import OwnRisk, own_register
from scoring.queries.ranked import EVALUATED_AT
from scoring.queries.register import RiskInRegister, decided
from scoring.queries.register_rows import rows_of
from scoring.queries.scales import scale_of
from scoring.rules.register import RegisterRow
from scoring.rules.register_import import Value, values_of
from scoring.rules.register_report import Kept
from supplier_portal.models import Bid
from tenders.models import Tender


@dataclass(frozen=True)
class KnownRisk:
    """A risk as it stands now, with its decisions so that what stood earlier can be told."""

    bid: EvaluatedBid
    entry: RiskInRegister | OwnRisk
    row: RegisterRow
    earlier: tuple[Mapping[str, Value], ...]
    kept: KeptRisk

    @property
    def number(self) -> int:
        return len(self.earlier) - 1


def kept_in(tender: Tender) -> Kept:
    """Return where the risks of a tender are dealt with now."""
    return Kept.EVALUATION if tender.stage in EVALUATED_AT else Kept.CONTRACT


def known_risks(viewer: Viewer, tender: Tender, tokens: Sequence[str]) -> dict[str, KnownRisk]:
    """Return the risks that the viewer keeps, by token: in the evaluation those of each bid that
    one of the tokens, of risks or of actions, is about."""
    if kept_in(tender) is Kept.CONTRACT:
        register = own_register(viewer, tender.token, to=Permission.REGISTER_KEEP)
        return {risk.token: _of_contract(risk) for risk in register.risks}
    ids = _bids_of(tender, tokens)
    bids = bids_in_evaluation(viewer, tender, only=ids) if ids else []
    rows = rows_of(viewer.organisation_id, bids)
    scale = scale_of(tender)
    dealt = dealt_with(viewer.organisation_id, [one.row.id for bid in bids for one in bid.risks])
    found = {}
    for bid in bids:
        for risk, row in rows[bid.token]:
            first = risk.proposed(bid.name, bid.evaluation, bid.questionnaire, scale)
            earlier = [values_of(first)]
            earlier += [values_of(decided(first, one)) for one in risk.decisions]
            own = dealt.get(risk.row.id, NOTHING_DEALT)
            kept = KeptRisk(bid, risk, None, Phase.EVALUATION, scale, own)
            found[row.token] = KnownRisk(bid, risk, row, tuple(earlier), kept)
    return found


def _of_contract(risk: OwnRisk) -> KnownRisk:
    kept = KeptRisk(risk.bid, risk.common, risk, Phase.CONTRACT, risk.scale, risk.dealt)
    return KnownRisk(risk.bid, risk, risk.row, tuple(values_of(one) for one in risk.versions), kept)


def _bids_of(tender: Tender, tokens: Sequence[str]) -> list[int]:
    found: set[int] = set()
    for start in range(0, len(tokens), 5000):
        some = tokens[start : start + 5000]
        found |= set(
            db.session.scalars(
                select(RiskRow.bid_id)
                .join(Bid, Bid.id == RiskRow.bid_id)
                .where(
                    Bid.tender_id == tender.id,
                    or_(RiskRow.token.in_(some), RiskRow.id.in_(_risks_of_actions(some))),
                )
            )
        )
    return sorted(found)


def _risks_of_actions(tokens: Sequence[str]) -> Select[int]:
    return select(RiskAction.risk_row_id).where(RiskAction.action.in_(tokens))
