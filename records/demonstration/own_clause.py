"""A clause of the council's own, ready for the tenders it publishes from now on."""

from __future__ import annotations

from accounts.queries import Viewer
from contract_clauses.queries.own_clauses import own_clauses
from contract_clauses.rules.own_clauses import blank_clause
from contract_clauses.service import own_clauses as service
from foundation.canonical import fingerprint
from question_bank.loader import shipped_bank
from question_bank.queries.own import prefix_of, prefixes_taken
from question_bank.rules.own import ids
from question_bank.service.own import choose_prefix

TITLE = "Works in streets and parks"
CLAUSE = {
    "purpose": "Make sure that streets and parks are left as they were found, and that residents "
    "know before work begins.",
    "otherwise": "Nothing is put up in public space.",
    "note": "Ask the highways team and the parks team before you choose a longer time for making "
    "good. The enhanced depth suits work in conservation areas, where photographs settle disputes.",
    "included_when": {"fact": "public_space_devices", "is": "yes"},
    "variables": {
        "notice_days": {
            "label": "Working Days before work by which residents are told",
            "kind": "days",
            "from": [{"default": 5}],
            "minimum": {"at_least": 3, "deviation": "Residents are told too late before work"},
        },
        "repair_days": {
            "label": "Working Days within which a place is made good",
            "kind": "days",
            "from": [{"default": 10}],
            "minimum": {"at_most": 20, "deviation": "Places are made good later than we accept"},
        },
    },
    "text": [
        {
            "text": "The Supplier must tell residents beside a place of work, in writing, at least "
            "{notice_days} Working Days before it begins there.",
            "depths": ["standard", "enhanced"],
            "obligation": {
                "who": "supplier",
                "what": "Tell residents before work begins",
                "working_days_before": "notice_days",
                "evidence": "Copy of the notice with the streets it went to",
            },
        },
        {
            "text": "The Supplier must leave each place as it found it within {repair_days} "
            "Working Days after it ends work there.",
            "depths": ["short", "standard", "enhanced"],
            "obligation": {
                "who": "supplier",
                "what": "Make good each place after work",
                "within_working_days": "repair_days",
                "evidence": "Photograph of the place",
            },
        },
        {
            "text": "The Supplier must photograph each place before it begins work there, and must "
            "give the Council the photographs when asked.",
            "depths": ["enhanced"],
            "obligation": {
                "who": "supplier",
                "what": "Photograph each place before work begins",
                "evidence": "Dated photographs",
            },
        },
    ],
}


def keep_a_clause(officer: Viewer, reviewer: Viewer) -> None:
    """Write the clause and have it agreed to, where that was not done before."""
    if own_clauses(officer.organisation_id):
        return
    bank = shipped_bank()
    if prefix_of(officer.organisation_id) is None:
        taken = prefixes_taken() | ids.reserved(bank.questions)
        letters = ids.suggested_prefix(officer.organisation_name, taken)
        choose_prefix(letters, by=officer, bank=bank)
    own = service.create_clause(TITLE, by=officer, start=blank_clause(TITLE) | CLAUSE)
    seen = fingerprint(own.raw)
    words = "Agreed with the highways team and the parks team."
    service.ask_for_agreement(own, words, by=officer, bank=bank, based_on=seen)
    service.agree_to_clause(own, by=reviewer, bank=bank, based_on=seen)
