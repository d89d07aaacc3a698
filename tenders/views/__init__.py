"""Pages about tenders; each module registers its own on ``base.pages``."""

from tenders.views import (
    amendments,
    bidding,
    clarifications,
    coverage,
    keeping,
    main,
    outcome,
    plan,
    plan_questions,
    triage,
)
from tenders.views.base import pages

__all__ = [
    "amendments",
    "bidding",
    "clarifications",
    "coverage",
    "keeping",
    "main",
    "outcome",
    "pages",
    "plan",
    "plan_questions",
    "triage",
]
