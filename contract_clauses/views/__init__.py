"""The pages of clauses and contracts; each module adds its own to the blueprint."""

from contract_clauses.views import (
    commitments,
    contracts,
    draft_terms,
    issuing,
    kpis,
    my_contracts,
    my_reassess_rows,
    my_reassessing,
    obligations,
    other_answers,
    outcomes,
    reassessing,
    schedules,
)
from contract_clauses.views.base import pages

__all__ = [
    "commitments",
    "contracts",
    "draft_terms",
    "issuing",
    "kpis",
    "my_contracts",
    "my_reassess_rows",
    "my_reassessing",
    "obligations",
    "other_answers",
    "outcomes",
    "pages",
    "reassessing",
    "schedules",
]
