"""The risk profiles of bids beside each other: how many, how grave, what is above the appetite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.rules.matrix import CATEGORIES, Band
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, RiskState, band_counts
from scoring.rules.register_filters import is_above, now


@dataclass(frozen=True, slots=True)
class Profile:
    """The risks of one bid that stand. ``key``: what names the bid in an address."""

    key: str
    name: str
    rows: tuple[RegisterRow, ...]
    # As the risks stand now, and as they were before contract terms.
    bands: Mapping[Band, int]
    bands_before: Mapping[Band, int]
    by_category: Mapping[str, tuple[RegisterRow, ...]]

    @property
    def undecided(self) -> int:
        return sum(row.state is RiskState.PROPOSED for row in self.rows)

    @property
    def above(self) -> int:
        """Return how many are graver now than the appetite for their category."""
        return sum(is_above(row) for row in self.rows)

    @property
    def worst_left(self) -> Rating | None:
        """Return the gravest of what is left, of the risks that were rated after contract terms."""
        return gravest([row.residual for row in self.rows if row.residual is not None])

    @property
    def not_rated(self) -> int:
        return sum(row.residual is None for row in self.rows)

    def of(self, risk_id: str) -> RegisterRow | None:
        return next((row for row in self.rows if row.risk_id == risk_id), None)

    def worst_in(self, category: str) -> Rating | None:
        return gravest([now(row) for row in self.by_category.get(category, ())])


@dataclass(frozen=True, slots=True)
class Compared:
    """Profiles with what they have in common: categories and risks that any of them has."""

    profiles: tuple[Profile, ...]
    categories: tuple[str, ...]
    # Id and title of each risk, those that most bids raise first.
    risks: tuple[tuple[str, str], ...]

    def raised_by(self, risk_id: str) -> int:
        return sum(one.of(risk_id) is not None for one in self.profiles)


def profile_of(key: str, name: str, rows: Sequence[RegisterRow]) -> Profile:
    """Return the profile of a bid: what was dropped, merged or closed is no part of it."""
    standing = tuple(row for row in rows if row.stands)
    categories = sorted({row.category for row in standing})
    return Profile(
        key,
        name,
        standing,
        band_counts(now(row) for row in standing),
        band_counts(row.inherent for row in standing),
        {name: tuple(row for row in standing if row.category == name) for name in categories},
    )


def compare(profiles: Sequence[Profile]) -> Compared:
    """Return profiles beside each other, in the order given."""
    held = {name for one in profiles for name in one.by_category}
    categories = [name for name in CATEGORIES if name in held]
    titles: dict[str, str] = {}
    counted: dict[str, int] = {}
    worst: dict[str, int] = {}
    for row in (row for one in profiles for row in one.rows):
        # What officers wrote by hand is called OWN-1 in each bid and is never the same risk.
        titles.setdefault(row.risk_id, row.title if not row.risk_id.startswith("OWN-") else OWN)
        counted[row.risk_id] = counted.get(row.risk_id, 0) + 1
        worst[row.risk_id] = max(worst.get(row.risk_id, 0), now(row).score)
    order = sorted(titles, key=lambda risk: (-counted[risk], -worst[risk], risk))
    return Compared(
        tuple(profiles),
        (*categories, *sorted(held - set(categories))),
        tuple((risk, titles[risk]) for risk in order),
    )


def gravest(ratings: Sequence[Rating]) -> Rating | None:
    return max(ratings, key=lambda one: (one.score, one.impact), default=None)


OWN = "added by hand, another one in each bid"
