"""The pages of a contract, in the order in which they stand above each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen


@dataclass(frozen=True)
class Tab:
    """A page of a contract. ``of_tender``: its address names the tender, not the contract."""

    label: str
    endpoint: str
    permission: Permission = Permission.CONTRACT_READ
    of_tender: bool = False

    def address(self, seen: ContractSeen) -> str:
        if self.of_tender:
            return url_for(self.endpoint, tender=seen.tender.token)
        return url_for(self.endpoint, contract=seen.token)


TABS: tuple[Tab, ...] = (
    Tab("The contract", "contract_clauses.contract"),
    Tab("Obligations", "contract_clauses.obligations"),
    Tab("Risks", "scoring.own_register", Permission.RISK_READ, of_tender=True),
    Tab("Schedule", "contract_clauses.contract_schedule"),
    Tab("Evidence", "contract_clauses.contract_evidence"),
    Tab("Indicators", "contract_clauses.kpis"),
    Tab("Outcome", "contract_clauses.contract_outcome"),
    Tab("Assessments", "contract_clauses.reassessments"),
    Tab("Events", "contract_clauses.contract_events"),
    Tab("Sharing", "records.contract_sharing"),
    Tab("Handover", "records.handover", Permission.DOCUMENT_DOWNLOAD),
)
TABS_OF_SUPPLIER: tuple[Tab, ...] = (
    Tab("The contract", "contract_clauses.my_contract", Permission.BID_READ),
    Tab("Obligations", "contract_clauses.my_obligations", Permission.BID_READ),
    Tab("Schedule", "contract_clauses.my_schedule", Permission.BID_READ),
    Tab("Indicators", "contract_clauses.my_kpis", Permission.BID_READ),
    Tab("Outcome", "contract_clauses.my_outcome", Permission.BID_READ),
    Tab("Assessments", "contract_clauses.my_reassessments", Permission.BID_READ),
    Tab("Who reads your answers", "records.my_sharing", Permission.BID_READ),
)


def tabs_of(viewer: Viewer, seen: ContractSeen) -> list[tuple[str, str, str]]:
    """Return (label, endpoint, address) of the pages of a contract that the viewer may open."""
    listed = TABS_OF_SUPPLIER if seen.is_supplier else TABS
    return [
        (tab.label, tab.endpoint, tab.address(seen))
        for tab in listed
        if viewer.may(tab.permission, tender_id=seen.tender.id)
    ]
