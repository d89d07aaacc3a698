"""Questions to a bidder about its opened bid: when they are answered, and what becomes of that.

An answer is read beside the bid and changes no word of it. Whether it may count for a mark, an
officer decides with a reason, under the rules the tender published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.errors import DomainError

LONGEST_QUESTION = 4000
LONGEST_ANSWER = 8000
LONGEST_WRITER = 200


class AskedState(StrEnum):
    """Where a question to a bidder stands, as pages say it."""

    WAITING = "Waiting for the bidder"
    NOT_ANSWERED = "Not answered in time"
    TO_DECIDE = "Answered: decide whether it may count"
    COUNTS = "May count"
    DOES_NOT_COUNT = "May not count"


class WrongQuestion(DomainError):
    """A question to a bidder that cannot be sent as it is."""


class CannotAnswer(DomainError):
    """An answer came too late, twice, or where none is taken."""


@dataclass(frozen=True, slots=True)
class Waited:
    """What decides where a question stands. ``may_count`` is None until somebody decides."""

    answer_until: datetime
    is_answered: bool
    may_count: bool | None


def state_of(asked: Waited, moment: datetime) -> AskedState:
    """Return where the question stands at ``moment``."""
    if asked.may_count is not None:
        return AskedState.COUNTS if asked.may_count else AskedState.DOES_NOT_COUNT
    if asked.is_answered:
        return AskedState.TO_DECIDE
    return AskedState.WAITING if moment < asked.answer_until else AskedState.NOT_ANSWERED


def must_be_answerable(asked: Waited, moment: datetime, *, until: str) -> None:
    """Raise CannotAnswer unless an answer that arrived at ``moment`` is taken.

    In time means before the deadline, to the microsecond. ``until`` says it as pages do.
    """
    if asked.is_answered:
        raise CannotAnswer(
            "You cannot send another answer because your company has answered this question"
        )
    if moment >= asked.answer_until:
        raise CannotAnswer(f"You cannot answer because the time to answer ended on {until}")


def must_be_enterable(
    asked: Waited, received_at: datetime, moment: datetime, *, until: str
) -> None:
    """Raise CannotAnswer unless a reply from another portal may be entered at ``moment``.

    What counts is when that portal received it, whenever the officer enters it here.
    """
    if asked.is_answered:
        raise CannotAnswer("You cannot enter another reply because one is entered already")
    if received_at > moment:
        raise CannotAnswer("Enter a time that is not in the future", field="received_at")
    if received_at >= asked.answer_until:
        raise CannotAnswer(
            f"You cannot enter this reply because the time to answer ended on {until}",
            field="received_at",
        )


def entered_reply(written_by: str, text: str) -> str:
    """Return a reply as it is kept, opening with who wrote it. Raises WrongQuestion."""
    writer = " ".join(written_by.split())
    if not writer:
        raise WrongQuestion("Enter who wrote the reply", field="written_by")
    if len(writer) > LONGEST_WRITER:
        raise WrongQuestion(f"Enter {LONGEST_WRITER} characters or fewer", field="written_by")
    return f"{writer} wrote: {_checked(text, 'the reply', LONGEST_ANSWER)}"


def checked_question(
    text: str, answer_until: datetime, moment: datetime, *, elsewhere: bool = False
) -> str:
    """Return the question without blanks around it. Raises WrongQuestion naming the field.

    A question put ``elsewhere`` may be recorded here when its time is over.
    """
    if answer_until <= moment and not elsewhere:
        raise WrongQuestion("Enter a time to answer in the future", field="answer_until")
    return _checked(text, "your question", LONGEST_QUESTION)


def checked_answer(text: str) -> str:
    return _checked(text, "your answer", LONGEST_ANSWER)


def _checked(text: str, what: str, longest: int) -> str:
    plain = text.strip()
    if not plain:
        raise WrongQuestion(f"Enter {what}", field="text")
    if len(plain) > longest:
        raise WrongQuestion(
            f"Enter {longest:,} characters or fewer: this is {len(plain):,}", field="text"
        )
    return plain
