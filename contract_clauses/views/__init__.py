"""The pages of clauses; each module adds its own to the blueprint."""

from contract_clauses.views import commitments, draft_terms, other_answers, schedules
from contract_clauses.views.base import pages

__all__ = ["commitments", "draft_terms", "other_answers", "pages", "schedules"]
