"""Cancelling a tender: what has to be said of it, and what follows from where it stands."""

from __future__ import annotations

from foundation.errors import DomainError

SHORTEST_REASON = 20
LONGEST_REASON = 2000


class ReasonUnfit(DomainError):
    """The reason for cancelling is missing, says next to nothing, or is too long."""


def checked_reason(text: str, *, is_published: bool) -> str:
    """Return the reason: of a published tender everybody who follows it reads it, of a draft
    nobody outside does, so that a short one will do.

    Raises ReasonUnfit, naming the field.
    """
    reason = text.strip()
    if not reason:
        what = "tender" if is_published else "draft"
        raise ReasonUnfit(f"Enter why the {what} is cancelled", field="reason")
    if is_published and len(reason) < SHORTEST_REASON:
        raise ReasonUnfit(
            f"Enter why the tender is cancelled in at least {SHORTEST_REASON} characters: "
            "suppliers who worked on a bid read it",
            field="reason",
        )
    if len(reason) > LONGEST_REASON:
        raise ReasonUnfit(f"Enter a reason of {LONGEST_REASON} characters or fewer", field="reason")
    return reason


def needs_second_person(*, is_published: bool) -> bool:
    """Return whether two people are needed: nobody outside has seen a draft, so one is enough."""
    return is_published


def what_follows(*, is_published: bool, is_opened: bool) -> tuple[str, ...]:
    """Return, in sentences, what cancelling does; the law's "must" is named as such."""
    if not is_published:
        return (
            "No supplier ever saw this draft, so nobody is told.",
            "It stays in your list as cancelled and cannot be taken up again.",
        )
    bids = (
        "The bids are opened: they and what was decided on them stay readable for your record."
        if is_opened
        else "Whatever was sent stays sealed for good: nobody at the council can ever open it."
    )
    return (
        bids,
        "Everybody who follows the tender is told by e-mail, with your reason as you wrote it.",
        "Nothing about the tender can be changed afterwards, and it cannot be taken up again.",
        "Where a tender or transparency notice was published for a procurement the Procurement "
        "Act 2023 covers, you must publish a procurement termination notice (UK12) as soon as "
        "reasonably practicable (section 55). For others you may.",
    )
