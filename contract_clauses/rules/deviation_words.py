"""What a bid gives and the minimum position it falls short of, with units, as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
# A figure that states its unit itself, such as "4 hours", or none, such as "48" or "£5,000".
AMOUNT = re.compile(r"£?(\d[\d,]*(?:\.\d+)?)(?: (minute|hour|day|week)s?)?")
BETWEEN = re.compile(r"; and |, | and |; ")
# With these a label begins whose figure is printed without its unit.
UNIT = re.compile(r"(Working Days|days|hours|months)\b")


def minimum_in_words(given: str, minimum: str, label: str) -> str:
    """Return the limit and on which side of it a figure may lie: "at most 24 hours".

    The side is the one on which the bid does not lie; a list of countries has none.
    """
    least, offered, words = _amounts(minimum), _amounts(given), with_unit(minimum, label)
    if len(least) != 1 or not offered:
        return words
    above, below = max(offered) > least[0], min(offered) < least[0]
    if above and not below:
        return f"at most {words}"
    return f"at least {words}" if below and not above else words


def _amounts(words: str) -> list[Decimal]:
    """Return the figures, lengths of time in minutes; none where one of them is no figure."""
    found = [AMOUNT.fullmatch(part) for part in BETWEEN.split(words)]
    return [] if None in found else [*_figures(found)]


def _figures(found: list[re.Match[str] | None]) -> Iterator[Decimal]:
    for one in found:
        if one is not None:
            yield Decimal(one[1].replace(",", "")) * MINUTES.get(one[2] or "", 1)


def with_unit(words: str, label: str) -> str:
    """Return a figure with the unit with which its label begins: "48 hours"."""
    unit = UNIT.match(label)
    plain = all(part.replace(".", "").isdigit() for part in BETWEEN.split(words))
    if not plain:
        return words
    if label.startswith("percentage"):
        return f"{words}%"
    if unit is None:
        return words
    return f"{words} {unit[1].removesuffix('s') if words == '1' else unit[1]}"
