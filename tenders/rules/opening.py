"""How the bids are opened: by whom, in which time, and how an officer's part is written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.errors import DomainError

# The second officer has this long after the first.
TOGETHER_WITHIN = timedelta(minutes=15)
# Work that came in before the closing time is waited for; not for ever, or one broken connection
# would keep the bids shut.
WAITED_FOR = timedelta(minutes=10)

PARTS = 3

# Without I, L, O and U, which are misread; 28 of them are 140 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 28
CHECK_CHARACTERS = 4
GROUP = 4
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = " -–—.\t\r\n\N{NO-BREAK SPACE}"


class PartMistyped(DomainError):
    """What was typed is not how a part is written."""


class OpeningUnclear(DomainError):
    """What was chosen about the opening does not go together."""


class StillStoring(DomainError):
    """Work that came in before the closing time is not done yet."""


@dataclass(frozen=True)
class Custodian:
    """An officer who is to hold a part, as of now."""

    number: int
    person_id: int
    name: str
    email: str
    has_taken: bool
    may_open: bool


def part_in_groups(random_characters: str) -> str:
    """Return a part as it is printed: groups of four, the last of them for checking."""
    whole = random_characters + _check(random_characters)
    return " ".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def part_typed(text: str) -> str:
    """Return the random characters of a part as somebody typed it. Raises PartMistyped.

    Spaces, dashes and small letters do not matter, and O, I and L are read as 0 and 1.
    """
    plain = text.upper().translate({ord(one): None for one in BETWEEN}).translate(READ_AS)
    wanted = RANDOM_CHARACTERS + CHECK_CHARACTERS
    if len(plain) != wanted or any(one not in ALPHABET for one in plain):
        raise PartMistyped(
            f"Enter your part as it is printed: {wanted // GROUP} groups of {GROUP} letters and "
            "digits",
            field="opening_part",
        )
    said, check = plain[:RANDOM_CHARACTERS], plain[RANDOM_CHARACTERS:]
    if _check(said) != check:
        raise PartMistyped(
            "Enter your part again: a character is not as it is printed", field="opening_part"
        )
    return said


def pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of parts, each kept with its first: (1, 2), (2, 3), (3, 1)."""
    return list(zip(numbers, [*numbers[1:], *numbers[:1]], strict=True))


def pair_of(one: int, other: int) -> tuple[int, int]:
    """Return two parts in the order in which they were sealed together."""
    return (one, other) if (one, other) in pairs(range(1, PARTS + 1)) else (other, one)


def must_be_three_people(people: Sequence[int | None]) -> None:
    if None in people or len(people) != PARTS:
        raise OpeningUnclear("Select three officers", field="custodian_1")
    if len(set(people)) != PARTS:
        raise OpeningUnclear(
            "Select three different officers: two of them have to open the bids together",
            field="custodian_1",
        )


def missing_for_publication(custodians: Iterable[Custodian]) -> str:
    """Return why a tender that opens strictly cannot be published yet; empty if it can."""
    found = list(custodians)
    if len(found) != PARTS:
        return "Name the three officers who hold the parts of the opening key"
    gone = [one.name for one in found if not one.may_open]
    if gone:
        return f"Name somebody else for {gone[0]}, who may not open bids any more"
    waits = [one.name for one in found if not one.has_taken]
    if waits:
        return f"{', '.join(waits)} {'has' if len(waits) == 1 else 'have'} not taken the part yet"
    return ""


def must_be_stored(under_way: int, closes_at: datetime | None, moment: datetime) -> None:
    """Raise StillStoring while work from before the closing time is under way, for a while."""
    if under_way and closes_at is not None and moment < closes_at + WAITED_FOR:
        raise StillStoring(
            "You cannot open the bids yet because the service is still storing what came in before "
            "the closing time: try again in a minute"
        )


def _check(random_characters: str) -> str:
    digest = hashlib.sha256(f"opening-part:{random_characters}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(CHECK_CHARACTERS):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)
