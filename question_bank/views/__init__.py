"""Pages of the question bank; each module registers its own on ``base.pages``."""

from question_bank.views import (
    browse,
    editions,
    frameworks,
    own_conditions,
    own_packs,
    own_parts,
    own_questions,
    proposals,
    sharing,
)
from question_bank.views.base import pages

__all__ = [
    "browse",
    "editions",
    "frameworks",
    "own_conditions",
    "own_packs",
    "own_parts",
    "own_questions",
    "pages",
    "proposals",
    "sharing",
]
