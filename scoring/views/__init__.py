"""The pages of the evaluation. Before the bids are opened each of them is a 404."""

from scoring.views import (
    agreeing,
    allocating,
    bid_questions,
    bids,
    confidential,
    controls,
    downloads,
    exclusions,
    interests,
    late,
    marks,
    opening,
    own_registers,
    results,
    risks,
    trying,
)
from scoring.views.blueprint import pages

__all__ = [
    "agreeing",
    "allocating",
    "bid_questions",
    "bids",
    "confidential",
    "controls",
    "downloads",
    "exclusions",
    "interests",
    "late",
    "marks",
    "opening",
    "own_registers",
    "pages",
    "results",
    "risks",
    "trying",
]
