"""What needs two people: who they may be, how far it has got, and when it is too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from accounts.rules.roles import Permission
from foundation.errors import DomainError


class ApprovalKind(StrEnum):
    PUBLISH = "publish"
    # An amendment that changes the closing time.
    AMEND = "amend"
    OPEN_BIDS = "open-bids"
    CANCEL = "cancel"
    # Of what is recommended once all bids are assessed.
    AWARD = "award"
    # Of what bids said, once it need not be kept any longer.
    DESTROY = "destroy"


class ApprovalState(StrEnum):
    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    # Taken back by whoever asked.
    WITHDRAWN = "withdrawn"
    # Nobody agreed in time.
    LAPSED = "lapsed"
    # What was asked for changed meanwhile.
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class TwoPeople:
    """What the one who asks and the one who agrees must each be allowed; and what it is called."""

    asks: Permission
    agrees: Permission
    # As in "publish this tender".
    words: str


TWO_PEOPLE: Mapping[ApprovalKind, TwoPeople] = MappingProxyType(
    {
        ApprovalKind.PUBLISH: TwoPeople(
            Permission.TENDER_PUBLISH, Permission.TENDER_APPROVE, "publish this tender"
        ),
        ApprovalKind.AMEND: TwoPeople(
            Permission.TENDER_AMEND, Permission.TENDER_APPROVE, "publish this amendment"
        ),
        ApprovalKind.OPEN_BIDS: TwoPeople(
            Permission.BID_OPEN, Permission.BID_OPEN, "open the bids of this tender"
        ),
        ApprovalKind.CANCEL: TwoPeople(
            Permission.TENDER_PUBLISH, Permission.TENDER_APPROVE, "cancel this tender"
        ),
        ApprovalKind.AWARD: TwoPeople(
            Permission.RESULT_RELEASE, Permission.AWARD_APPROVE, "decide as recommended"
        ),
        ApprovalKind.DESTROY: TwoPeople(
            Permission.RECORD_DECIDE, Permission.RECORD_DECIDE, "destroy what the bids say"
        ),
    }
)


class NotApproved(DomainError):
    """Somebody may not ask, agree or refuse. ``why``: one word, for the record."""

    why = "refused"


class SamePerson(NotApproved):
    """Who asked wants to be the second person as well."""

    why = "same-person"


class NotEntitled(NotApproved):
    """The role of one of the two does not allow it, or does not any more."""

    why = "not-entitled"


class NotWaiting(NotApproved):
    """It was decided or taken back already."""

    why = "not-waiting"


class Lapsed(NotApproved):
    """The time in which the second person had to agree is over."""

    why = "lapsed"


class Overtaken(NotApproved):
    """What was to be agreed to is not what there is now."""

    why = "overtaken"


class AskedAlready(NotApproved):
    """The same thing waits for a second person."""

    why = "asked-already"


# Told with the decision that somebody else has made meanwhile.
DECIDED: Mapping[ApprovalState, str] = MappingProxyType(
    {
        ApprovalState.GIVEN: "somebody else has agreed to it already",
        ApprovalState.REFUSED: "it has been refused already",
        ApprovalState.WITHDRAWN: "it was taken back",
        ApprovalState.LAPSED: "nobody agreed in time: ask again",
        ApprovalState.OVERTAKEN: "what was asked for has changed: ask again",
    }
)


@dataclass(frozen=True)
class Request:
    """What somebody asked another to agree to, as the rules see it."""

    kind: ApprovalKind
    about: str
    state: ApprovalState
    asked_by: int
    lapses_at: datetime | None


@dataclass(frozen=True)
class Somebody:
    """A person as of now. ``may_ask``, ``may_agree``: what a role held here allows today."""

    id: int
    may_ask: bool
    may_agree: bool


def has_lapsed(request: Request, moment: datetime) -> bool:
    """Return whether nobody can agree any more; the moment at which it lapses is too late."""
    return request.lapses_at is not None and moment >= request.lapses_at


def must_be_askable(kind: ApprovalKind, asker: Somebody) -> None:
    """Raise NotEntitled unless ``asker`` may ask another to agree to a thing of this kind."""
    if not asker.may_ask:
        words = TWO_PEOPLE[kind].words
        raise NotEntitled(f"You cannot ask to {words} because your role does not allow it")


def must_be_decidable(request: Request, second: Somebody, moment: datetime) -> None:
    """Raise the NotApproved that says why ``second`` cannot agree or refuse at ``moment``."""
    if request.asked_by == second.id:
        raise SamePerson("You cannot agree to this because you asked for it: another person must")
    if not second.may_agree:
        raise NotEntitled("You cannot agree to this because your role does not allow it")
    if request.state is not ApprovalState.WAITING:
        raise NotWaiting(f"You cannot agree to this because {DECIDED[request.state]}")
    if has_lapsed(request, moment):
        raise Lapsed("You cannot agree to this because the time for it is over: ask again")


def must_be_agreeable(
    request: Request, first: Somebody, second: Somebody, about: str, moment: datetime
) -> None:
    """Raise the NotApproved that says why the two do not make two people for ``about``."""
    must_be_decidable(request, second, moment)
    if not first.may_ask:
        raise NotEntitled(
            "You cannot agree to this because the person who asked is not allowed to any more"
        )
    if request.about != about:
        raise Overtaken(
            "You cannot agree to this because it changed after you were asked: look at it again, "
            "and have it asked for again"
        )
