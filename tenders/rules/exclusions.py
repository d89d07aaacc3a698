"""Whether marking waits for exclusion checks: what publication writes into the terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Procedures of the Procurement Act that end in a competitive award (section 20).
COMPETITIVE = frozenset({"open", "competitive-flexible"})


def exclusion_terms(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the term of a tender whose bidders are checked before marking (sections 26 to 28).

    Below the threshold the Act asks for no such check; whoever wants to check may.
    """
    above = facts.get("above_threshold")
    is_checked = above != "no" and (above == "yes" or facts.get("procedure") in COMPETITIVE)
    return {"exclusion_checks": True} if is_checked else {}
