"""The contract after award: what is recorded of it, and whether its days fit what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from foundation.errors import DomainError

LONGEST_REFERENCE = 60
LONGEST_WORDS = 2000
LONGEST_YEARS = 40


class EventKind(StrEnum):
    """What happens to a contract. Later pages add kinds of their own to the events."""

    SIGNED = "signed"
    LIVE = "gone live"
    EXTENDED = "extended"
    MANAGER = "manager named"
    ENDED = "ended"
    SCHEDULE = "new issue of the schedule"
    HANDED_OVER = "handed over"


class State(StrEnum):
    SIGNED = "Signed, not started"
    PREPARING = "Started, not live"
    LIVE = "Live"
    OVER = "Past its last day"
    ENDED = "Ended"


class ContractUnclear(DomainError):
    """A day or a word of the contract does not fit."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A contract as an officer records it."""

    reference: str
    signed_on: date
    starts_on: date
    ends_on: date
    # The last day with every extension the contract allows; the same as ends_on where none.
    latest_end: date
    value: Decimal | None = None
    # Why it differs from what the tender said.
    words: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What the tender said of the contract; None where it said nothing."""

    starts_on: date | None = None
    ends_on: date | None = None
    latest_end: date | None = None
    value: Decimal | None = None

    def differences(self, entered: Entered) -> Iterator[str]:
        """Yield, in words, where a contract differs from the tender it follows from."""
        if self.starts_on and entered.starts_on != self.starts_on:
            yield f"the tender said that it starts on {shown(self.starts_on)}"
        if self.ends_on and self.starts_on and _term(entered) != _term_said(self):
            yield f"the tender said that it ends on {shown(self.ends_on)}"
        if self.latest_end and entered.latest_end > self.latest_end:
            yield f"the tender said that extensions last until {shown(self.latest_end)} at most"
        if self.value is not None and entered.value is not None and entered.value > self.value:
            yield f"the tender estimated £{self.value:,.2f} with all extensions"


def _term(entered: Entered) -> tuple[date, date]:
    return entered.starts_on, entered.ends_on


def _term_said(said: Published) -> tuple[date | None, date | None]:
    return said.starts_on, said.ends_on


def shown(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def checked(entered: Entered, said: Published, today: date) -> Entered:
    """Return what is recorded. Raises ContractUnclear with the field to look at."""
    for wrong, says, field in _faults(entered, today):
        if wrong:
            raise ContractUnclear(says, field=field)
    differs = list(said.differences(entered))
    if differs and not entered.words.strip():
        raise ContractUnclear(f"Enter why: {'; '.join(differs)}", field="words")
    return entered


def _faults(entered: Entered, today: date) -> Iterator[tuple[bool, str, str]]:
    reference, starts = entered.reference.strip(), entered.starts_on
    too_long = f"Enter a day within {LONGEST_YEARS} years of the start"
    yield not reference, "Enter the reference of the contract", "reference"
    longest = f"Enter {LONGEST_REFERENCE} characters or fewer"
    yield len(reference) > LONGEST_REFERENCE, longest, "reference"
    yield entered.signed_on > today, "Enter a day on which it was signed already", "signed_on"
    yield entered.ends_on <= starts, "Enter a day after the one it starts on", "ends_on"
    early = entered.ends_on < entered.signed_on
    yield early, "Enter a day after the one it was signed on", "ends_on"
    yield entered.ends_on.year - starts.year > LONGEST_YEARS, too_long, "ends_on"
    least = "Enter the day it ends on, or a later one with extensions"
    yield entered.latest_end < entered.ends_on, least, "latest_end"
    yield entered.latest_end.year - starts.year > LONGEST_YEARS, too_long, "latest_end"


@dataclass(frozen=True, slots=True)
class Held:
    """What the rules ask of a contract that is recorded: its days."""

    signed_on: date
    starts_on: date
    ends_on: date
    latest_end: date
    live_on: date | None = None
    ended_on: date | None = None


def state_on(held: Held, today: date) -> State:
    """Return how a contract stands on a day."""
    if held.ended_on is not None and held.ended_on <= today:
        return State.ENDED
    if held.ends_on < today:
        return State.OVER
    if held.live_on is not None and held.live_on <= today:
        return State.LIVE
    return State.PREPARING if held.starts_on <= today else State.SIGNED


def checked_live(day: date, held: Held, today: date) -> date:
    if day > today:
        raise ContractUnclear("Enter the day it went live, today or before", field="day")
    if day < held.signed_on:
        raise ContractUnclear(
            f"Enter a day on or after {shown(held.signed_on)}, when it was signed", field="day"
        )
    if day > held.ends_on:
        raise ContractUnclear(
            f"Enter a day before {shown(held.ends_on)}, when it ends", field="day"
        )
    return day


def checked_extension(day: date, held: Held, words: str) -> date:
    """Return the new last day. Beyond what the contract allows it takes words. Raises
    ContractUnclear."""
    if held.ended_on is not None:
        raise ContractUnclear("You cannot extend this contract because it has ended", field="day")
    if day <= held.ends_on:
        raise ContractUnclear(
            f"Enter a day after {shown(held.ends_on)}, the last day now", field="day"
        )
    if day.year - held.starts_on.year > LONGEST_YEARS:
        raise ContractUnclear(f"Enter a day within {LONGEST_YEARS} years of the start", field="day")
    if day > held.latest_end and not words.strip():
        raise ContractUnclear(
            f"Enter on what ground: the contract lets it be extended until "
            f"{shown(held.latest_end)}, and later is a modification (Procurement Act 2023, "
            "section 74)",
            field="words",
        )
    return day


def checked_end(day: date, held: Held, words: str, today: date) -> date:
    if held.ended_on is not None:
        raise ContractUnclear("You cannot end this contract because it has ended", field="day")
    if day > today:
        raise ContractUnclear("Enter the day it ended, today or before", field="day")
    if day < held.signed_on:
        raise ContractUnclear(
            f"Enter a day on or after {shown(held.signed_on)}, when it was signed", field="day"
        )
    if not words.strip():
        raise ContractUnclear("Enter why it ended", field="words")
    return day


def latest_end_of(details: Mapping[str, Any], ends_on: date) -> date:
    """Return the last day with every extension, as the first event of a contract keeps it."""
    kept = details.get("latest_end")
    return date.fromisoformat(kept) if isinstance(kept, str) else ends_on
