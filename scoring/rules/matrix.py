"""The 5 × 5 risk matrix: scores, bands, and the counts of a heat map.

Multiplying ordinal numbers is a sorting aid only; the words of the scales decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

LEVELS = range(1, 6)
# The highest score an authority accepts without somebody accepting it by name.
APPETITE = 9
APPETITE_SECURITY = 6
STRICTER = frozenset({"security", "information"})

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


def band(score: int) -> Band:
    """Return the band of a score: 1–4 low, 5–9 medium, 10–14 high, 15–25 very high."""
    if score <= 4:
        return Band.LOW
    if score <= 9:
        return Band.MEDIUM
    return Band.HIGH if score <= 14 else Band.VERY_HIGH


def appetite_for(category: str) -> int:
    """Return the appetite line: 9, and 6 for security and information risks."""
    return APPETITE_SECURITY if category in STRICTER else APPETITE


def heat_map(placed: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], int]:
    """Return how many risks stand in each of the 25 cells, by (likelihood, impact)."""
    counted = Counter(placed)
    return {
        (likelihood, impact): counted[likelihood, impact]
        for likelihood in LEVELS
        for impact in LEVELS
    }
