"""What boroughs that agree show each other, and a supplier's word that its answers may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from contract_clauses.rules.obligations_due import months_after
from foundation.errors import DomainError

LONGEST_WORDS = 2000
# After so many months what somebody found out of a supplier is old, after so many it is not shown.
STALE_AFTER, HIDDEN_AFTER = 12, 36
# A word may be given for so long at the most: then it is asked for again.
LONGEST_CONSENT = timedelta(days=366 * 2)


class Age(StrEnum):
    CURRENT = "Current"
    STALE = "More than a year old"
    HIDDEN = "More than three years old"


def age_of(day: date, today: date) -> Age:
    """Return how old a finding is: its anniversaries are the last days on which it is fresher."""
    if today > months_after(day, HIDDEN_AFTER):
        return Age.HIDDEN
    return Age.STALE if today > months_after(day, STALE_AFTER) else Age.CURRENT


class SharingRefused(DomainError):
    """A step of sharing cannot be taken now, or lacks words."""


class Consent(StrEnum):
    """How a request to read answers stands."""

    NONE = "Not asked for"
    ASKED = "Waits for the supplier"
    GIVEN = "Given"
    RAN_OUT = "Ran out"
    REFUSED = "Refused"
    TAKEN_BACK = "Taken back"


@dataclass(frozen=True, slots=True)
class Said:
    """One step: asked for (``given`` None), given until a day, or refused or taken back."""

    given: bool | None
    until: date | None = None


def consent_of(steps: Sequence[Said], today: date) -> Consent:
    """Return how a request stands after its steps, the first first. The last day counts."""
    if not steps:
        return Consent.NONE
    last = steps[-1]
    if last.given is None:
        return Consent.ASKED
    if last.given:
        return Consent.GIVEN if last.until and today <= last.until else Consent.RAN_OUT
    before = next((one for one in reversed(steps[:-1]) if one.given is not False), None)
    return Consent.TAKEN_BACK if before is not None and before.given else Consent.REFUSED


def may_ask(consent: Consent) -> bool:
    """Whether to ask says something new: not while the supplier is asked, or has said yes."""
    return consent not in (Consent.ASKED, Consent.GIVEN)


def checked_until(until: date | None, today: date) -> date:
    """Return the last day of a consent. Raises SharingRefused."""
    if until is None or until < today:
        raise SharingRefused("Enter a day that is not past", field="until")
    if until > today + LONGEST_CONSENT:
        raise SharingRefused(
            "Enter a day within two years: later you can be asked again", field="until"
        )
    return until


def checked_words(words: str, missing: str) -> str:
    """Return what was written. Raises SharingRefused where nothing was."""
    found = words.strip()
    if not found:
        raise SharingRefused(missing, field="words")
    if len(found) > LONGEST_WORDS:
        raise SharingRefused(f"Enter {LONGEST_WORDS} characters or fewer", field="words")
    return found
