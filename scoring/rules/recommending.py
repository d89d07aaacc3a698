"""What is recommended: which bids are successful, checked against the ranking, and its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.canonical import canonical_json, sha256_hex
from foundation.errors import DomainError

LONGEST_REASON, SHORTEST_REASON, LONGEST_SEVERAL = 8000, 40, 2000
SEVERAL = 2
SUCCESSFUL, UNSUCCESSFUL = "successful", "unsuccessful"


class CannotRecommend(DomainError):
    """A recommendation that does not go with what was decided before."""


@dataclass(frozen=True, slots=True)
class Place:
    """A bid in the ranking. ``out``: why it cannot be successful, such as "is not ranked: failed
    SLP-02"; empty for one that can."""

    key: str
    name: str
    rank: str
    out: str = ""


def hash_of(rests_on: Mapping[str, Any]) -> str:
    """Return the hash of everything a recommendation rests on."""
    return sha256_hex(canonical_json(dict(rests_on)))


def about(token: str, sha256: str) -> str:
    """Return what two people agree on: this recommendation, on this record."""
    return sha256_hex(canonical_json({"recommendation": token, "rests_on": sha256}))


def wrong_outcomes(
    places: Sequence[Place], chosen: Mapping[str, str], *, in_order: bool
) -> list[CannotRecommend]:
    """Return everything that is wrong with the outcomes, bid by bid.

    ``places`` in the order of the ranking. ``in_order``: nobody is successful while a bid above it
    is not; otherwise something outside this service decides, such as a price or another lot.
    """
    found: list[CannotRecommend] = []
    passed_over: Place | None = None
    for place in places:
        outcome, field = chosen.get(place.key, ""), f"result-{place.key}"
        if outcome not in (SUCCESSFUL, UNSUCCESSFUL):
            found.append(CannotRecommend(f"Select the result of {place.name}", field=field))
        elif outcome == UNSUCCESSFUL:
            passed_over = passed_over or place
        elif place.out:
            found.append(
                CannotRecommend(
                    f"You cannot recommend {place.name} because it {place.out}", field=field
                )
            )
        elif in_order and passed_over is not None and passed_over.rank != place.rank:
            found.append(
                CannotRecommend(
                    f"You cannot recommend {place.name} and not {passed_over.name}, which is "
                    "ranked above it: the contract goes to the most advantageous tender",
                    field=field,
                )
            )
    if not found and SUCCESSFUL not in chosen.values():
        words = "Select at least one bid as successful, or recommend to award nothing"
        first = f"result-{places[0].key}" if places else None
        found.append(CannotRecommend(words, field=first))
    return found


def checked_outcomes(
    places: Sequence[Place], chosen: Mapping[str, str], *, in_order: bool
) -> dict[str, str]:
    """Return the outcome of every bid by key. Raises CannotRecommend with the first thing wrong."""
    for wrong in wrong_outcomes(places, chosen, in_order=in_order):
        raise wrong
    return {place.key: chosen[place.key] for place in places}


def checked_reason(reason: str) -> str:
    tidy = reason.strip()
    if len(tidy) < SHORTEST_REASON:
        raise CannotRecommend(
            f"Enter the reason, in at least {SHORTEST_REASON} characters", field="reason"
        )
    if len(tidy) > LONGEST_REASON:
        raise CannotRecommend(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    return tidy


def checked_several(outcomes: Mapping[str, str], *, several: bool, because: str) -> str:
    """Return why the contract goes to more than one supplier, "" where one wins or none.

    No published term says that a contract has several suppliers, so it takes a tick and a reason.
    Raises CannotRecommend.
    """
    winners = sum(outcome == SUCCESSFUL for outcome in outcomes.values())
    if several and winners < SEVERAL:
        raise CannotRecommend(
            "You cannot say that this contract goes to more than one supplier because you "
            "recommend fewer than two",
            field="several",
        )
    if winners < SEVERAL:
        return ""
    if not several:
        raise CannotRecommend(
            f"Select that this contract goes to more than one supplier: {winners} bids are "
            "successful as you selected; or select one",
            field="several",
        )
    tidy = because.strip()
    if len(tidy) < SHORTEST_REASON:
        raise CannotRecommend(
            "Enter why this contract goes to more than one supplier, in at least "
            f"{SHORTEST_REASON} characters",
            field="several_because",
        )
    if len(tidy) > LONGEST_SEVERAL:
        raise CannotRecommend(
            f"Enter {LONGEST_SEVERAL:,} characters or fewer", field="several_because"
        )
    return tidy


def why_not_in_words(place: Place, total: str = "") -> str:
    """Return why a bid was not successful, as it is offered for its letter; no other is named.

    ``total``: its figure in words, such as "a total of 63.2 of 100".
    """
    if place.out:
        return f"Your bid {place.out}."
    told = "Other bids were assessed as better."
    if not place.rank:
        return told
    return f"{told} Yours is ranked {place.rank.rstrip('=')}{f' with {total}' if total else ''}."
