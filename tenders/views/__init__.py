"""Pages about tenders; each module registers its own on ``base.pages``."""

from tenders.views import (
    amendments,
    bidding,
    cancelling,
    clarifications,
    coverage,
    inviting,
    joint,
    keeping,
    lots,
    main,
    opening,
    outages,
    outcome,
    plan,
    plan_questions,
    taking_part,
    triage,
)
from tenders.views.base import pages

__all__ = [
    "amendments",
    "bidding",
    "cancelling",
    "clarifications",
    "coverage",
    "inviting",
    "joint",
    "keeping",
    "lots",
    "main",
    "opening",
    "outages",
    "outcome",
    "pages",
    "plan",
    "plan_questions",
    "taking_part",
    "triage",
]
