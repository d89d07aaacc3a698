"""The last complete saved version counting at the closing time, where the company asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.errors import DomainError


class NotOffered(DomainError):
    """The tender does not let the last saved version count."""


@dataclass(frozen=True, slots=True)
class AsItStands:
    """What decides whether a bid is complete; ``signed_off`` and ``terms_answered`` also where
    nobody asks for that."""

    missing: int
    unconfirmed: int
    signed_off: bool
    # Files that the scanner refused and answers name.
    refused: int = 0
    terms_answered: bool = True
    # Lines of the price schedule without a price.
    unpriced: int = 0


def must_be_offered(last_saved_counts: bool) -> None:
    """Raise NotOffered unless the tender lets the last saved version count."""
    if not last_saved_counts:
        raise NotOffered(
            "You cannot choose this because in this tender only what is submitted counts"
        )


def in_the_way(stands: AsItStands) -> list[str]:
    """Return why a bid is not complete, each a clause that completes "because …"; none if it is.

    Nothing of an answer is said, so that it can stand in an e-mail.
    """
    reasons = []
    if stands.missing:
        reasons.append(
            "1 required answer is missing"
            if stands.missing == 1
            else f"{stands.missing} required answers are missing"
        )
    if stands.unconfirmed:
        reasons.append(
            "1 answer is still to be confirmed"
            if stands.unconfirmed == 1
            else f"{stands.unconfirmed} answers are still to be confirmed"
        )
    if stands.unpriced:
        reasons.append(
            "1 line of the price schedule has no price"
            if stands.unpriced == 1
            else f"{stands.unpriced} lines of the price schedule have no price"
        )
    if not stands.signed_off:
        reasons.append("the answers as they stand are not signed off by a certifier")
    if stands.refused:
        reasons.append("the scanner found malicious software in a file that is attached")
    if not stands.terms_answered:
        reasons.append("your company has not answered about the contract terms as they stand")
    return reasons


def closing_line(reasons: list[str] | None) -> str:
    """Return what happens to the bid at the closing time; ``reasons`` None: not looked at here."""
    if reasons is None:
        return "The last complete version will be handed in at the closing time"
    if reasons:
        return f"It will not be handed in at the closing time, because {joined(reasons)}"
    return "It will be handed in as it stands at the closing time"


def joined(reasons: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(reasons) < 2:
        return "".join(reasons)
    return f"{', '.join(reasons[:-1])} and {reasons[-1]}"
