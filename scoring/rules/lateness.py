"""What may be decided about a bid that came late, and what its company reads of it."""

from __future__ import annotations

from foundation.errors import DomainError


class CannotAdmit(DomainError):
    """A late bid can no longer be admitted."""


class LateDecidedAlready(DomainError):
    """Somebody decided on a late bid, or the company replaced it, while the form was open."""


def must_be_unmarked(marks: int) -> None:
    """A late bid takes the place of the one in time: marks given to that are about other words."""
    if marks:
        raise CannotAdmit(
            "You cannot admit this late bid because the bid this company handed in in time is "
            "marked already",
            field="decision",
        )
