"""What is not given out of a record: by the place of a part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from foundation.errors import DomainError

LONGEST_PATH = 400
LONGEST_REASON = 2000


class WithholdingUnclear(DomainError):
    """A decision on what is withheld lacks its reason or names nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A decision that a part is not given out. ``item``: its place, or that of a whole branch."""

    item: str
    exemption: str
    reason: str


def is_within(path: str, branch: str) -> bool:
    """Return whether ``path`` is ``branch`` or lies below it; names count whole."""
    return path == branch or path.startswith(f"{branch}/")


def held_at(path: str, decisions: Iterable[Held]) -> Held | None:
    """Return the decision by which ``path`` is withheld: the one about the largest branch."""
    reaching = [one for one in decisions if is_within(path, one.item)]
    return min(reaching, key=lambda one: len(one.item), default=None)


def touches(branch: str, decisions: Iterable[Held]) -> bool:
    """Return whether anything at, above or below ``branch`` is withheld.

    A file that repeats what the branch says cannot be given out then.
    """
    return any(is_within(one.item, branch) or is_within(branch, one.item) for one in decisions)


def checked_reason(text: str, doing: str) -> str:
    """Return the reason, which is given out in place of the part. Raises WithholdingUnclear."""
    reason = text.strip()
    if not reason:
        raise WithholdingUnclear(f"Enter why {doing}", field="reason")
    if len(reason) > LONGEST_REASON:
        raise WithholdingUnclear(
            f"Enter a reason of {LONGEST_REASON} characters or fewer", field="reason"
        )
    return reason
