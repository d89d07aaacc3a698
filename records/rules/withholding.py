"""What is not given out of a record: by the place of a part in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from foundation.errors import DomainError

LONGEST_PATH = 400
LONGEST_REASON = 2000
SHORTEST_REASON = 20
MOST_NEAR = 3


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


def branches_of(paths: Iterable[str]) -> set[str]:
    """Return every path and every branch above one."""
    found = set()
    for path in paths:
        names = path.split("/")
        found |= {"/".join(names[: depth + 1]) for depth in range(len(names))}
    return found


def no_such_place(place: str, known: Iterable[str]) -> str:
    """Return what is said of a place that the record does not have, with those near it."""
    listed = sorted(known)
    near = get_close_matches(place, listed, MOST_NEAR, 0.5)
    near += [path for path in listed if path.rpartition("/")[2] in place.split("/")]
    named = " or ".join(f"“{path}”" for path in list(dict.fromkeys(near))[:MOST_NEAR])
    said = f"did you mean {named}?" if named else "choose one from the list of places"
    return f"“{place}” is no place in this record: {said}"


def checked_reason(text: str, doing: str, *, least: int = 1) -> str:
    """Return the reason, which is given out in place of the part. Raises WithholdingUnclear."""
    reason = text.strip()
    if not reason:
        raise WithholdingUnclear(f"Enter why {doing}", field="reason")
    if len(reason) < least:
        raise WithholdingUnclear(
            f"Enter why {doing} in {least} characters or more: it is given out in its place",
            field="reason",
        )
    if len(reason) > LONGEST_REASON:
        raise WithholdingUnclear(
            f"Enter a reason of {LONGEST_REASON} characters or fewer", field="reason"
        )
    return reason
