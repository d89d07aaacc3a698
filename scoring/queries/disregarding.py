"""Why a tender is disregarded, in the words its bidder was told when that was decided."""

from __future__ import annotations

from scoring.queries.bids import EvaluatedBid
from scoring.queries.exclusions import parties_of
from scoring.queries.low_prices import case_of
from scoring.rules.exclusions import DECISIONS, DISREGARDING, Kind
from scoring.rules.low_prices import Step


def why_disregarded(bid: EvaluatedBid) -> str:
    """Return the decisions that count and their reasons, for the bidder; "" for one that stays.

    Only what the bidder reads anyway: never why a price was looked into, or what a check found.
    """
    if not bid.is_disregarded:
        return ""
    if bid.is_too_low:
        return _too_low(bid)
    return "\n\n".join(_excluded(bid))


def _too_low(bid: EvaluatedBid) -> str:
    decided = [step for step in case_of(bid.opened.bid).steps if step.step is Step.DECIDED]
    last = decided[-1]
    return (
        "Your tender is disregarded because its price is abnormally low. "
        f"{last.decision}. {last.text}"
    )


def _excluded(bid: EvaluatedBid) -> list[str]:
    told = []
    for party in parties_of([bid.opened.bid])[bid.opened.bid.id]:
        decision = party.standing.decision
        if decision is None or decision not in DISREGARDING:
            continue
        words = str(party.of_kind(Kind.DECIDED)[-1].words["text"])
        told.append(f"Your tender is disregarded. {party.name}: {DECISIONS[decision]}. {words}")
    return told
