"""How a company shares the work on a bid: what may be said, and what a sign-off is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.errors import DomainError

LONGEST_REMARK = 2000


class WrongRemark(DomainError):
    """A comment or a reason that is missing or too long."""


class SignOffNeeded(DomainError):
    """The company wants a certifier's word before the bid is handed in."""


class NobodyCertifies(DomainError):
    """Nobody in the company could sign the bid off."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a certifier said of the bid as it stood at ``revision``."""

    revision: int
    agreed: bool
    reason: str
    by: str
    at: datetime


def checked_remark(text: str, what: str) -> str:
    """Return the remark as it is kept. ``what`` completes "Enter …". Raises WrongRemark."""
    plain = text.strip()
    if not plain:
        raise WrongRemark(f"Enter {what}", field="text")
    if len(plain) > LONGEST_REMARK:
        raise WrongRemark(
            f"Enter {LONGEST_REMARK:,} characters or fewer; you have written {len(plain):,}",
            field="text",
        )
    return plain


def is_signed_off(revision: int, last: Decision | None) -> bool:
    """Return whether the last word of a certifier is a yes to the answers as they stand."""
    return last is not None and last.agreed and last.revision == revision


def must_be_signed_off(needed: bool, revision: int, last: Decision | None) -> None:
    """Raise SignOffNeeded unless nobody asked for a sign-off or it stands."""
    if not needed or is_signed_off(revision, last):
        return
    if last is None:
        why = "a certifier of your company has not signed it off yet"
    elif not last.agreed:
        why = f"{last.by} declined to sign it off: {last.reason}"
    else:
        why = f"answers were changed after {last.by} signed it off"
    raise SignOffNeeded(f"You cannot submit this bid because {why}")


def sign_off_in_words(revision: int, last: Decision | None) -> str:
    """Return how the sign-off stands, in a few words without a full stop."""
    if last is None:
        return "not signed off yet"
    if is_signed_off(revision, last):
        return f"signed off by {last.by}"
    if not last.agreed:
        return f"{last.by} declined to sign it off"
    return f"answers were changed after {last.by} signed it off"


def state_of_work(
    complete_at: datetime | None, last_saved: datetime | None, complete_by: str, missing: int = 0
) -> str:
    """Return what is said of a question somebody marked complete; empty if nobody did.

    A mark holds nothing back, so where required answers are missing it says so beside the name.
    """
    if complete_at is None:
        return ""
    if last_saved is not None and last_saved > complete_at:
        said = f"Changed since {complete_by} marked it complete"
    else:
        said = f"Marked complete by {complete_by}"
    if not missing:
        return said
    answers = "1 required answer is" if missing == 1 else f"{missing} required answers are"
    return f"{said}, although {answers} missing"
