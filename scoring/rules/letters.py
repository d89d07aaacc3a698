"""The letter to one bidder about the outcome: what it says, what is withheld, when it may go."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from foundation.canonical import canonical_json
from foundation.errors import DomainError

# Why a bid was not successful has room for what was decided of a price (rules.low_prices) or of
# several parties (rules.exclusions) whole: a letter is prepared with those words.
LONGEST_OPENING, LONGEST_WHY, LONGEST_ADDRESS = 6000, 20_000, 600
LONGEST_PASSAGE, LONGEST_REASON, SHORTEST_REASON = 2000, 2000, 20

# What people write of a letter.
PARTS = ("opening", "why", "address", "withheld")


class LetterUnfit(DomainError):
    """A letter cannot be kept as it was typed."""


class ReviewRefused(DomainError):
    """Somebody cannot say that a letter is right."""


class Exemption(StrEnum):
    """Why something need not be told (Procurement Act 2023, section 94, and data protection)."""

    COMMERCIAL = "commercial"
    SECURITY = "security"
    PERSONAL = "personal"


EXEMPTIONS: Mapping[Exemption, str] = MappingProxyType(
    {
        Exemption.COMMERCIAL: "Sensitive commercial information (section 94 of the Procurement "
        "Act 2023)",
        Exemption.SECURITY: "National security (section 94 of the Procurement Act 2023)",
        Exemption.PERSONAL: "Personal data (data protection law)",
    }
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the other bidders are not told of an explanation. ``passage`` empty: all of it."""

    question: str
    passage: str
    exemption: Exemption
    reason: str

    @property
    def in_words(self) -> str:
        what = "Words are left out." if self.passage else "The explanation is left out."
        return f"{what} {EXEMPTIONS[self.exemption]}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Letter:
    """``address``: where the bidder is reached, told to the others if it is successful.

    ``why``: why it was not successful. ``withheld``: what the others do not get of its marks.
    """

    opening: str
    why: str = ""
    address: str = ""
    withheld: tuple[Withheld, ...] = ()
    # Of what the reviewer read, letter and summary together; empty until then.
    read: str = ""

    def text(self) -> str:
        return canonical_json(asdict(self))


def letter_from(text: str) -> Letter:
    raw: dict[str, Any] = json.loads(text)
    listed = (one | {"exemption": Exemption(one["exemption"])} for one in raw.pop("withheld"))
    return Letter(**raw, withheld=tuple(Withheld(**one) for one in listed))


class State(StrEnum):
    TO_READ = "to be read"
    READ = "read and found right"
    CHANGED = "changed since it was read"
    RELEASED = "released"


def state_of(*, reviewed: bool, read: str, told: str) -> State:
    """Return how far a letter is; ``read`` and ``told``: hashes of what was read, and is now."""
    if not reviewed:
        return State.TO_READ
    return State.READ if read == told else State.CHANGED


def checked(letter: Letter, *, successful: bool) -> Letter:
    """Return the letter with blanks gone, to be read again. Raises LetterUnfit."""
    tidy = replace(
        letter,
        opening=letter.opening.strip(),
        why="" if successful else letter.why.strip(),
        address=letter.address.strip(),
        read="",
    )
    for is_wrong, message, field in (
        (not tidy.opening, "Enter the opening words of the letter", "opening"),
        (len(tidy.opening) > LONGEST_OPENING, _shorter(LONGEST_OPENING), "opening"),
        (not successful and not tidy.why, "Enter why the bid was not successful", "why"),
        (len(tidy.why) > LONGEST_WHY, _shorter(LONGEST_WHY), "why"),
        (len(tidy.address) > LONGEST_ADDRESS, _shorter(LONGEST_ADDRESS), "address"),
    ):
        if is_wrong:
            raise LetterUnfit(message, field=field)
    return tidy


def checked_withheld(typed: Withheld, already: tuple[Withheld, ...]) -> Withheld:
    """Return what is to be withheld with blanks gone. Raises LetterUnfit."""
    tidy = replace(typed, passage=typed.passage.strip(), reason=" ".join(typed.reason.split()))
    same = any((one.question, one.passage) == (tidy.question, tidy.passage) for one in already)
    for is_wrong, message, field in (
        (len(tidy.passage) > LONGEST_PASSAGE, _shorter(LONGEST_PASSAGE), "passage"),
        (same, "You cannot withhold this twice: it is left out already", "passage"),
        (
            len(tidy.reason) < SHORTEST_REASON,
            f"Enter why it is withheld, in at least {SHORTEST_REASON} characters",
            "reason",
        ),
        (len(tidy.reason) > LONGEST_REASON, _shorter(LONGEST_REASON), "reason"),
    ):
        if is_wrong:
            raise LetterUnfit(message, field=field)
    return tidy


def writers_of(versions: Sequence[tuple[int, Letter]]) -> set[int]:
    """Return who wrote what a letter says now; ``versions`` in order, each with its author.

    Of opening words, why, address and what is withheld, whoever changed each last wrote it. The
    first version is drafted by the service: who had it prepared is its author only while nobody
    else wrote anything in it, so that two people stand behind each letter.
    """
    found = set()
    for part in PARTS:
        changed = [
            author
            for (_, before), (author, after) in pairwise(versions)
            if getattr(before, part) != getattr(after, part)
        ]
        found |= set(changed[-1:])
    return found or {author for author, _ in versions[:1]}


def must_be_reviewable(
    letter: Letter, *, successful: bool, by: int, written_by: set[int], withheld_by: set[int]
) -> None:
    """Raise ReviewRefused where ``by`` cannot find a letter right, or nobody can yet.

    A letter, and what is withheld in it, is approved by somebody else than whoever wrote it.
    """
    if successful and not letter.address:
        raise ReviewRefused(
            "You cannot approve this letter because the address of the successful bidder is "
            "missing: the others are told it",
            field="address",
        )
    if letter.withheld and by in withheld_by:
        raise ReviewRefused(
            "You cannot approve this letter because you withheld something in it: a second "
            "officer must"
        )
    if by in written_by:
        raise ReviewRefused(
            "You cannot approve this letter because you wrote it, or a part of it: somebody else "
            "reads it and finds it right"
        )


def opening_words(
    *, legal_name: str, authority: str, title: str, successful: bool, stands_still: bool
) -> str:
    """Return the opening words that are offered; whoever prepares the letter changes them."""
    told = (
        f"Thank you for your bid. We intend to award the contract for “{title}” to {legal_name}."
        if successful
        else f"Thank you for your bid for “{title}”. It was not successful."
    )
    summary = (
        "The assessment summary below says how your bid was assessed, question by question, and "
        "why."
    )
    others = (
        "" if successful else " It also has the scores of the successful bid, with the reasons."
    )
    standstill = (
        "\n\nNo contract is made before the standstill is over. It lasts eight working days, "
        "beginning with the day on which the contract award notice is published; this letter does "
        "not begin it."
        if stands_still
        else ""
    )
    return f"Dear {legal_name}\n\n{told} {summary}{others}{standstill}\n\n{authority}"


def _shorter(most: int) -> str:
    return f"Enter {most:,} characters or fewer"
