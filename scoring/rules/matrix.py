"""The 5 × 5 risk matrix: scores, bands, appetite, and the counts of a heat map.

What the levels are called, where the bands end, how much an authority bears and who may accept
more are data of the authority (``Scale``); ``STANDARD`` counts until it sets its own. Multiplying
ordinal numbers is a sorting aid only; the words of the scales decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from accounts.rules.roles import PERMISSIONS, Permission, Role

LEVELS = range(1, 6)
HIGHEST_SCORE = 25
# The highest score an authority accepts without somebody accepting it by name.
APPETITE = 9
APPETITE_SECURITY = 6
STRICTER = frozenset({"security", "information"})
CATEGORIES = (
    "commercial",
    "information",
    "legal",
    "operations",
    "project",
    "reputational",
    "security",
    "technology",
)

LIKELIHOOD: Mapping[int, str] = {
    1: "Rare: below 5% in the contract term",
    2: "Unlikely: 5% to 20%",
    3: "Possible: 20% to 50%",
    4: "Likely: 50% to 80%",
    5: "Almost certain: above 80%, or already happening",
}
IMPACT: Mapping[int, str] = {
    1: "Negligible",
    2: "Minor: local, no personal data",
    3: "Moderate: service disrupted for less than a day, or a small personal-data incident",
    4: "Major: more than a day, a reportable breach, media interest",
    5: "Severe: safety, a large breach, legal sanction, or the project ends",
}


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


# Who may be named in a scale: no other role may accept a risk at all.
MAY_BE_NAMED: tuple[Role, ...] = tuple(
    role for role in Role if Permission.RISK_ACCEPT in PERMISSIONS[role]
)


@dataclass(frozen=True, slots=True)
class Scale:
    """The matrix and the appetite of an authority, as plain values that compare and hash.

    ``ends``: the highest score of low, medium and high; very high goes on to 25. ``appetite``: the
    highest score borne without anybody's name, by category; ``otherwise`` for any other category.
    ``acceptors``: the roles that may accept a score of a band, low to very high.
    """

    likelihood: tuple[str, ...]
    impact: tuple[str, ...]
    ends: tuple[int, int, int]
    appetite: tuple[tuple[str, int], ...]
    otherwise: int
    acceptors: tuple[frozenset[Role], ...]

    def band(self, score: int) -> Band:
        """Return the band of a score, 1 to 25."""
        for end, found in zip(self.ends, Band, strict=False):
            if score <= end:
                return found
        return Band.VERY_HIGH

    def appetite_for(self, category: str) -> int:
        """Return the highest score of that category which nobody has to accept by name."""
        return dict(self.appetite).get(category, self.otherwise)

    def who_may_accept(self, score: int) -> frozenset[Role]:
        """Return the roles that may accept a score above the appetite by name."""
        return self.acceptors[list(Band).index(self.band(score))]

    def scores_of(self, wanted: Band) -> tuple[int, int]:
        """Return the lowest and the highest score of a band."""
        place = list(Band).index(wanted)
        starts, ends = (0, *self.ends), (*self.ends, HIGHEST_SCORE)
        return starts[place] + 1, ends[place]

    @property
    def likelihood_words(self) -> Mapping[int, str]:
        """Return the words of each level of likelihood, 1 to 5."""
        return MappingProxyType(dict(zip(LEVELS, self.likelihood, strict=True)))

    @property
    def impact_words(self) -> Mapping[int, str]:
        return MappingProxyType(dict(zip(LEVELS, self.impact, strict=True)))


STANDARD = Scale(
    likelihood=tuple(LIKELIHOOD.values()),
    impact=tuple(IMPACT.values()),
    ends=(4, 9, 14),
    appetite=tuple(
        (category, APPETITE_SECURITY if category in STRICTER else APPETITE)
        for category in CATEGORIES
    ),
    otherwise=APPETITE,
    acceptors=(
        frozenset({Role.OFFICER, Role.REVIEWER}),
        frozenset({Role.OFFICER, Role.REVIEWER}),
        frozenset({Role.OFFICER, Role.REVIEWER}),
        frozenset({Role.REVIEWER}),
    ),
)


def band(score: int) -> Band:
    """Return the band of a score by the standard scale: 1–4 low, 5–9 medium, 10–14 high."""
    return STANDARD.band(score)


def appetite_for(category: str) -> int:
    """Return the standard appetite: 9, and 6 for security and information risks."""
    return STANDARD.appetite_for(category)


def heat_map(placed: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
    """Return how many risks stand in each of the 25 cells, by (likelihood, impact)."""
    counted = Counter(placed)
    return {
        (likelihood, impact): counted[likelihood, impact]
        for likelihood in LEVELS
        for impact in LEVELS
    }
