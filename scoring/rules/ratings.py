"""How grave a risk is: likelihood and impact on the scale that counts for its tender."""

from __future__ import annotations

from dataclasses import dataclass, field

from scoring.rules.matrix import STANDARD, Band, Scale


@dataclass(frozen=True, slots=True)
class Rating:
    """Likelihood and impact, 1 to 5 each, and the scale that names their band."""

    likelihood: int
    impact: int
    scale: Scale = field(default=STANDARD, compare=False, repr=False)

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def band(self) -> Band:
        return self.scale.band(self.score)


def rating(likelihood: int | None, impact: int | None, scale: Scale = STANDARD) -> Rating | None:
    """Return the rating, or None unless both are given."""
    return None if likelihood is None or impact is None else Rating(likelihood, impact, scale)
