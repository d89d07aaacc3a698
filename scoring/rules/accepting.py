"""Accepting by name what is left of a risk above the appetite, until a day, and no longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.rules.roles import Role
from scoring.rules.matrix import Scale
from scoring.rules.ratings import Rating


class Standing(StrEnum):
    """How a risk stands against the appetite."""

    NOT_RATED = "not rated"
    WITHIN = "within the appetite"
    ACCEPTED = "accepted"
    NEVER = "not accepted"
    EXPIRED = "acceptance has run out"
    TAKEN_BACK = "acceptance taken back"
    GRAVER = "graver than what was accepted"

    @property
    def needs_acceptance(self) -> bool:
        """Whether somebody has to accept the risk by name, and nobody's word counts now."""
        return self not in {Standing.NOT_RATED, Standing.WITHIN, Standing.ACCEPTED}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody's word on a risk above the appetite, or that it counts no longer."""

    number: int
    accepted: bool
    rating: Rating
    appetite: int
    until: date | None
    role: str
    why: str
    by: str
    on: date


def standing_of(
    residual: Rating | None, appetite: int, last: Acceptance | None, today: date
) -> Standing:
    """Return how what is left of a risk stands against the appetite on a day.

    An acceptance counts through its last day, for the rating that was accepted or a smaller one.
    """
    if residual is None:
        return Standing.NOT_RATED
    if residual.score <= appetite:
        return Standing.WITHIN
    if last is None:
        return Standing.NEVER
    if not last.accepted:
        return Standing.TAKEN_BACK
    if last.until is None or last.until < today:
        return Standing.EXPIRED
    return Standing.GRAVER if residual.score > last.rating.score else Standing.ACCEPTED


def in_words(roles: Iterable[Role]) -> str:
    """Return roles as "An officer or a reviewer"."""
    names = sorted(role.replace("-", " ") for role in roles)
    said = " or ".join(f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in names)
    return said[:1].upper() + said[1:] or "Nobody"


def role_to_accept(scale: Scale, score: int, held: Iterable[Role]) -> Role | None:
    """Return as whom somebody with these roles may accept a score; None if as nobody."""
    allowed = scale.who_may_accept(score)
    return next((role for role in Role if role in allowed and role in set(held)), None)
