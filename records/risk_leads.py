"""What a risk, or a word of a contract, leads to in later stations: named here, and app.py plugs it
in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import contract_clauses.notice_links
import contract_clauses.obligation_links
import contract_clauses.risk_links
import records.views.notice_drafts
import scoring.risk_links

# In the order of the chain: functions from the viewer, the bid and the row of the register to links
# (scoring.risk_links says of what they are made).
LINKS: tuple[scoring.risk_links.Links, ...] = (
    contract_clauses.risk_links.clauses_of_a_risk,
    contract_clauses.obligation_links.obligations_of_a_risk,
)

WHAT_A_RISK_LEADS_TO: Mapping[str, Any] = {
    scoring.risk_links.LINKS: list(LINKS),
    scoring.risk_links.CLAUSES: contract_clauses.risk_links.clauses_of_a_bid,
    scoring.risk_links.BEHIND: contract_clauses.risk_links.clauses_behind_a_risk,
    contract_clauses.notice_links.DRAFTS: records.views.notice_drafts.address_of_draft,
}
