"""What the supplier's pages show of a bid, put together from the rules."""

from supplier_portal.overview.closing import closing_of, is_closed, why_closed
from supplier_portal.overview.standing import (
    asked_of_the_clock,
    closing_reasons,
    has_unsent_changes,
    state_of,
)
from supplier_portal.overview.workspace import Leads, Workspace

__all__ = [
    "Leads",
    "Workspace",
    "asked_of_the_clock",
    "closing_of",
    "closing_reasons",
    "has_unsent_changes",
    "is_closed",
    "state_of",
    "why_closed",
]
