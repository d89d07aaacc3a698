"""The pages of clauses and contracts; each module adds its own to the blueprint."""

from contract_clauses.views import (
    commitments,
    contracts,
    draft_terms,
    issuing,
    my_contracts,
    obligations,
    other_answers,
    schedules,
)
from contract_clauses.views.base import pages

__all__ = [
    "commitments",
    "contracts",
    "draft_terms",
    "issuing",
    "my_contracts",
    "obligations",
    "other_answers",
    "pages",
    "schedules",
]
