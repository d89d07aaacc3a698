"""The pages of the evaluation. Before the bids are opened each of them is a 404."""

from scoring.views import (
    bid_questions,
    bids,
    confidential,
    controls,
    downloads,
    exclusions,
    late,
    marks,
    opening,
    own_registers,
    results,
    risks,
)
from scoring.views.blueprint import pages

__all__ = [
    "bid_questions",
    "bids",
    "confidential",
    "controls",
    "downloads",
    "exclusions",
    "late",
    "marks",
    "opening",
    "own_registers",
    "pages",
    "results",
    "risks",
]
