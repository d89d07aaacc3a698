"""How long what bids say is kept: as the Procurement Act 2023 asks, or longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from foundation.errors import DomainError
from tenders.rules.lifecycle import Stage

# Section 98: three years from the day the contract is entered into, or is awarded and not entered.
YEARS = 3
LONGEST_YEARS = 50
LONGEST_REASON = 2000
# A tender that may still be decided is never done with.
DONE_WITH = frozenset({Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED, Stage.CANCELLED})


class RetentionUnclear(DomainError):
    """A date of retention is missing or cannot be."""


class NotYet(DomainError):
    """What is kept may not be destroyed yet."""


@dataclass(frozen=True)
class Kept:
    """From which day it is counted, and the council's own date where that is later."""

    counted_from: date
    own_until: date | None
    reason: str


def law_until(counted_from: date) -> date:
    """Return the first day on which the law no longer asks to keep the record.

    The same day three years on; for 29 February the first of March, so that no day is missing.
    """
    try:
        return counted_from.replace(year=counted_from.year + YEARS)
    except ValueError:
        return date(counted_from.year + YEARS, 3, 1)


def keep_until(kept: Kept) -> date:
    """Return the later of the law's date and the council's own."""
    least = law_until(kept.counted_from)
    return max(least, kept.own_until) if kept.own_until else least


def checked(kept: Kept, today: date) -> Kept:
    """Return what was entered. Raises RetentionUnclear, naming the field."""
    if kept.counted_from > today:
        raise RetentionUnclear(
            "Enter a day that has come: the three years count from something that happened",
            field="counted_from",
        )
    if kept.counted_from.year < 2000:
        raise RetentionUnclear("Enter a day after 1 January 2000", field="counted_from")
    least = law_until(kept.counted_from)
    if kept.own_until and kept.own_until < least:
        raise RetentionUnclear(
            "Enter a day that is not before the law’s own, or leave it empty", field="own_until"
        )
    if kept.own_until and kept.own_until.year > today.year + LONGEST_YEARS:
        raise RetentionUnclear(
            f"Enter a day within the next {LONGEST_YEARS} years", field="own_until"
        )
    reason = kept.reason.strip()
    if not reason:
        raise RetentionUnclear("Enter what the date rests on", field="reason")
    if len(reason) > LONGEST_REASON:
        raise RetentionUnclear(
            f"Enter a reason of {LONGEST_REASON} characters or fewer", field="reason"
        )
    return Kept(kept.counted_from, kept.own_until, reason)


def must_be_destroyable(
    stage: Stage, until: date | None, today: date, *, is_destroyed: bool
) -> None:
    """Raise NotYet with the reason why what is kept may not be destroyed on ``today``."""
    cannot = "You cannot destroy what the bids say because"
    if is_destroyed:
        raise NotYet(f"{cannot} it is destroyed already")
    if stage not in DONE_WITH:
        raise NotYet(f"{cannot} the tender is at the {stage} stage")
    if until is None:
        raise NotYet(f"{cannot} nobody has entered how long it is kept")
    if today < until:
        raise NotYet(f"{cannot} it is kept until {until.day} {until:%B %Y}")
