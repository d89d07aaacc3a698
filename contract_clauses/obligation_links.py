"""What of a contract hangs on a risk: the obligations that its clauses lay on the two sides."""

from __future__ import annotations

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, contract_under
from scoring.queries.bids import EvaluatedBid
from scoring.queries.remembered import once_a_page
from scoring.risk_links import RiskLink
from scoring.rules.register import RegisterRow
from tenders.queries import works_on
from tenders.rules.lifecycle import Stage


def obligations_of_a_risk(viewer: Viewer, bid: EvaluatedBid, row: RegisterRow) -> list[RiskLink]:
    """Return the obligations of the viewer's own contract that a risk brought in."""
    seen = once_a_page(("led on to", bid.token), lambda: _seen(viewer, bid))
    if seen is None:
        return []
    return [
        RiskLink(
            "obligation",
            one.place,
            one.what,
            url_for(
                "contract_clauses.obligation", contract=seen.contract.token, obligation=one.token
            ),
            one.state_in_words,
        )
        for one in seen.obligations
        if row.risk_id in one.risks and not one.is_ended
    ]


def _seen(viewer: Viewer, bid: EvaluatedBid) -> ContractSeen | None:
    tender = bid.tender
    may_read = viewer.may(Permission.CONTRACT_READ, tender_id=tender.id)
    if tender.stage is not Stage.AWARDED or not may_read or not works_on(viewer, tender):
        return None
    return contract_under(viewer, bid.opened.bid)
