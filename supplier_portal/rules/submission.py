"""May a bid be changed, submitted or withdrawn at a given moment, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from foundation.errors import DomainError
from tenders.rules.lifecycle import Stage
from tenders.rules.timetable import is_open

# The fields of what is said when a bid is handed in, "why" where it is late.
DECLARATION = frozenset({"why", "knows_missing", "agreed", "declared_by", "terms"})


class TooLate(DomainError):
    """Something arrived at or after the closing time."""


class NotOpen(DomainError):
    """Something arrived for a tender that does not take bids: cancelled, or not yet published."""


class QuestionsAmended(DomainError):
    """The questions changed between reading a page's request and doing what it asks."""


class NotReady(DomainError):
    """A submission lacks the declaration, or a word on the answers missing."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a tender takes bids; ``closing_words`` say the closing time as pages do."""

    stage: Stage
    published_at: datetime | None
    closes_at: datetime | None
    closing_words: str


def refusal(window: Window, moment: datetime, doing: str) -> DomainError | None:
    """Return why a request that arrived at ``moment`` comes too late or too early, or None.

    In time means before the closing time, to the microsecond. ``doing`` completes "You cannot …".
    """
    if window.stage is Stage.CANCELLED:
        return NotOpen(f"You cannot {doing} because the authority has cancelled this tender")
    if window.closes_at is not None and moment >= window.closes_at:
        return TooLate(f"You cannot {doing} because this tender closed on {window.closing_words}")
    if not is_open(window.closes_at, moment, published_at=window.published_at):
        return NotOpen(f"You cannot {doing} because this tender is not open yet")
    return None


def must_be_open(window: Window, moment: datetime, doing: str) -> None:
    """Raise what ``refusal`` returns, if anything."""
    refused = refusal(window, moment, doing)
    if refused is not None:
        raise refused


def must_be_declared(
    *,
    name: str,
    agreed: bool,
    missing: int,
    knows_missing: bool,
    unconfirmed: int = 0,
    amended: int = 0,
) -> None:
    """Check what a certifier says when submitting. Raises NotReady naming the field.

    A bid may be incomplete: close to the deadline a bid with a gap is worth more than none. But
    nobody submits one without being told, nor an answer taken over that nobody has read again, nor
    one to a question that was ``amended`` since.
    """
    if unconfirmed:
        answers = "1 answer" if unconfirmed == 1 else f"{unconfirmed} answers"
        raise NotReady(
            f"Confirm the {answers} taken over from earlier bids before you submit (on the page "
            "“Answers from your earlier bids”)"
        )
    if amended:
        answers = (
            "1 answer to a question that was"
            if amended == 1
            else (f"{amended} answers to questions that were")
        )
        raise NotReady(
            f"Confirm or change the {answers} amended before you submit (on the page “What "
            "amendments changed for your bid”)"
        )
    lacks = left_out(name=name, agreed=agreed, missing=missing, knows_missing=knows_missing)
    if lacks:
        raise lacks[0]
    if len(name) > 200:
        raise NotReady("Enter a name of 200 characters or fewer", field="declared_by")


def left_out(
    *, name: str, agreed: bool, missing: int, knows_missing: bool, says: str | None = None
) -> list[NotReady]:
    """Return everything that was left out of what is said when submitting, each with its field.

    ``says``: the word on the contract terms; None where none is asked for.
    """
    found = []
    if missing and not knows_missing:
        answers = "1 required answer is" if missing == 1 else f"{missing} required answers are"
        found.append(
            NotReady(
                f"Confirm that you want to submit although {answers} missing", field="knows_missing"
            )
        )
    if not agreed:
        found.append(NotReady("Confirm the declaration to submit the bid", field="agreed"))
    if not name.strip():
        found.append(
            NotReady("Enter the name of whoever makes the declaration", field="declared_by")
        )
    if says == "":
        found.append(NotReady("Select whether you accept the contract terms", field="terms"))
    return found
