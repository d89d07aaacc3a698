"""The closing time of a tender that is changed while it is open: later only, and how much later."""

from __future__ import annotations

from datetime import datetime, timedelta

from foundation.errors import DomainError
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law

SATURDAY = 5
DAY = timedelta(days=1)
# The time limit of content/law.yml, and the rule about it.
LIMIT, RULE = "amendment", "amendments"


class NotLater(DomainError):
    """An amendment would take time from suppliers who count on it."""


class QuestionsTooLate(DomainError):
    """Questions could be asked until after the closing time."""


def must_be_later(before: datetime, after: datetime) -> None:
    """Raise NotLater unless bids close at ``before`` still, or later."""
    if after < before:
        raise NotLater(
            "Enter a closing time that is not earlier than the published one", field="closes_at"
        )


def must_come_first(questions_until: datetime | None, closes_at: datetime) -> None:
    """Raise QuestionsTooLate if questions could be asked until bids close or after."""
    if questions_until is not None and questions_until >= closes_at:
        raise QuestionsTooLate(
            "Enter a time before bids close, or leave it empty", field="questions_until"
        )


def time_left_after(closes_at: datetime, moment: datetime, law: Law) -> Finding | None:
    """Return what to think about when suppliers keep too few days for changed questions.

    Days count from the day after the amendment. Both times are given in London.
    """
    limit = law.time_limit(LIMIT, moment.date())
    left = (closes_at.date() - moment.date()).days
    if left >= limit.days:
        return None
    return Finding(
        f"Suppliers have {left} {'day' if left == 1 else 'days'} left for what changes",
        Place.DETAILS,
        why=f"{limit.days} days {limit.says}.",
        urgency=Urgency.SHOULD,
        remedy="Close later, or say in the reason why the time left is enough.",
        source=limit.source,
    )


def proposed_closing(closes_at: datetime, moment: datetime, law: Law) -> datetime:
    """Return when bids could close so that suppliers have the days: the same time of day, on the
    first weekday that leaves enough. Both times are given in London."""
    proposed = closes_at
    wanted = law.time_limit(LIMIT, moment.date()).days
    while (proposed.date() - moment.date()).days < wanted or proposed.weekday() >= SATURDAY:
        proposed += DAY
    return proposed
