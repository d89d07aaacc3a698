"""Where a party stands on its way from "to be checked" to a decision about exclusion.

A party is a supplier, a person connected or associated with it, or a subcontractor it intends. Each
step is an event that is only added; where the party stands follows from its events. "Must" and
"may" of the law are different decisions, and a person takes each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError

# The day of the decision is the first of the 30 (section 59), so the last is 29 days later.
NOTIFY_WITHIN = 30
LONGEST_TEXT = 4000
LONGEST_NAME = 200


class PartyRole(StrEnum):
    SUPPLIER = "supplier"
    CONNECTED = "connected-person"
    ASSOCIATED = "associated-person"
    SUBCONTRACTOR = "subcontractor"


ROLES: Mapping[PartyRole, str] = MappingProxyType(
    {
        PartyRole.SUPPLIER: "Supplier",
        PartyRole.CONNECTED: "Connected person",
        PartyRole.ASSOCIATED: "Associated person",
        PartyRole.SUBCONTRACTOR: "Intended subcontractor",
    }
)
# Those a supplier may put somebody else in the place of.
REPLACEABLE = frozenset({PartyRole.ASSOCIATED, PartyRole.SUBCONTRACTOR})


class Kind(StrEnum):
    CHECKED = "checked"
    NOTICE = "notice"
    REPLY = "reply"
    REPLACED = "replaced"
    DECIDED = "decided"
    NOTIFIED = "notified"
    STRUCK = "struck"


class Found(StrEnum):
    NOTHING = "nothing"
    MANDATORY = "mandatory"
    DISCRETIONARY = "discretionary"
    DEBARRED_MANDATORY = "debarred-mandatory"
    DEBARRED_DISCRETIONARY = "debarred-discretionary"


FOUND: Mapping[Found, str] = MappingProxyType(
    {
        Found.NOTHING: "Nothing",
        Found.MANDATORY: "A mandatory ground (schedule 6)",
        Found.DISCRETIONARY: "A discretionary ground (schedule 7)",
        Found.DEBARRED_MANDATORY: "On the debarment list, for a mandatory ground",
        Found.DEBARRED_DISCRETIONARY: "On the debarment list, for a discretionary ground",
    }
)
DEBARRED = frozenset({Found.DEBARRED_MANDATORY, Found.DEBARRED_DISCRETIONARY})
MUST = frozenset({Found.MANDATORY, Found.DEBARRED_MANDATORY})


class Decision(StrEnum):
    MUST_DISREGARD = "must-disregard"
    MAY_DISREGARD = "may-disregard"
    KEPT = "kept"
    NO_GROUND = "no-ground"


DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.MUST_DISREGARD: "Excluded: the tender must be disregarded",
        Decision.MAY_DISREGARD: "Excludable: the tender may be disregarded, and is",
        Decision.KEPT: "Excludable: the tender may be disregarded, and is not",
        Decision.NO_GROUND: "Neither: the matter is over and not likely to occur again",
    }
)
DISREGARDING = frozenset({Decision.MUST_DISREGARD, Decision.MAY_DISREGARD})


class State(StrEnum):
    """Where a party stands, as pages say it."""

    TO_CHECK = "To be checked"
    CLEAR = "Nothing found"
    FOUND = "Something found: tell the supplier"
    TOLD = "Supplier told, reply awaited"
    TO_DECIDE = "To be decided"
    DISREGARDED = "Tender disregarded"
    STAYS = "Stays in the competition"
    REPLACED = "Replaced"
    STRUCK = "Struck out: no party of this bid"


SETTLED = frozenset({State.CLEAR, State.DISREGARDED, State.STAYS, State.REPLACED, State.STRUCK})

# What can be done next, by where a party stands. A supplier's reply is an event like any other.
STEPS: Mapping[State, frozenset[Kind]] = MappingProxyType(
    {
        State.TO_CHECK: frozenset({Kind.CHECKED, Kind.STRUCK}),
        State.CLEAR: frozenset({Kind.CHECKED, Kind.STRUCK}),
        State.FOUND: frozenset({Kind.CHECKED, Kind.NOTICE}),
        State.TOLD: frozenset({Kind.REPLY, Kind.REPLACED}),
        State.TO_DECIDE: frozenset({Kind.NOTICE, Kind.REPLACED, Kind.DECIDED, Kind.CHECKED}),
        State.DISREGARDED: frozenset({Kind.NOTIFIED, Kind.DECIDED}),
        State.STAYS: frozenset({Kind.CHECKED, Kind.DECIDED}),
        State.REPLACED: frozenset({Kind.NOTIFIED}),
        State.STRUCK: frozenset(),
    }
)


class NotNow(DomainError):
    """A step that does not follow from where the party stands."""


class WrongEntry(DomainError):
    """Something entered about a party cannot be so; the message names the field."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step, as far as the rules need it. ``outcome`` is what was found or decided."""

    kind: Kind
    outcome: str
    done_on: date
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a party stands. ``notify_by``: the last day to notify; None where nobody is."""

    state: State = State.TO_CHECK
    found: Found | None = None
    reply_by: date | None = None
    decision: Decision | None = None
    notify_by: date | None = None
    notified_on: date | None = None

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED

    @property
    def must_notify(self) -> bool:
        return self.notify_by is not None and self.notified_on is None


def standing(events: Iterable[Event], today: date) -> Standing:
    """Return where a party stands on ``today``: when the time to reply is over, it is to decide."""
    now = Standing()
    for event in events:
        now = _after(now, event)
    if now.state is State.TOLD and now.reply_by is not None and today > now.reply_by:
        return replace(now, state=State.TO_DECIDE)
    return now


def _after(now: Standing, event: Event) -> Standing:
    match event.kind:
        case Kind.CHECKED:
            found = Found(event.outcome)
            state = State.CLEAR if found is Found.NOTHING else State.FOUND
            return Standing(state=state, found=found)
        case Kind.NOTICE:
            return replace(now, state=State.TOLD, reply_by=event.due_on)
        case Kind.REPLY:
            return replace(now, state=State.TO_DECIDE)
        case Kind.REPLACED:
            return replace(now, state=State.REPLACED, notify_by=last_day_to_notify(event.done_on))
        case Kind.DECIDED:
            return _decided(now, event)
        case Kind.NOTIFIED:
            return replace(now, notified_on=event.done_on)
        case Kind.STRUCK:
            return replace(now, state=State.STRUCK)


def _decided(now: Standing, event: Event) -> Standing:
    decision = Decision(event.outcome)
    out = decision in DISREGARDING
    return replace(
        now,
        state=State.DISREGARDED if out else State.STAYS,
        decision=decision,
        notify_by=last_day_to_notify(event.done_on) if out else None,
        notified_on=None,
    )


def last_day_to_notify(decided_on: date, days: int = NOTIFY_WITHIN) -> date:
    return decided_on + timedelta(days=days - 1)


def steps_of(now: Standing, role: PartyRole) -> frozenset[Kind]:
    """Return what can be done next."""
    steps = STEPS[now.state]
    if role not in REPLACEABLE:
        steps -= {Kind.REPLACED}
    if role is PartyRole.SUPPLIER:
        # Who bids is a party of the bid, whatever else is.
        steps -= {Kind.STRUCK}
    return steps if now.must_notify else steps - {Kind.NOTIFIED}


def must_be_next(kind: Kind, now: Standing, role: PartyRole) -> None:
    """Raise NotNow unless the step follows from where the party stands."""
    if kind in steps_of(now, role):
        return
    if kind is Kind.DECIDED and now.state in (State.FOUND, State.TOLD):
        raise NotNow(
            "You cannot decide yet because the supplier must first be told and have the chance to "
            "speak and bring evidence"
        )
    raise NotNow(f"You cannot do this because of where the party stands: {now.state.value}")


def decisions_for(found: Found | None) -> tuple[Decision, ...]:
    """Return what can be decided where this was found: by an entry on the list no self-cleaning."""
    if found is Found.DEBARRED_MANDATORY:
        return (Decision.MUST_DISREGARD,)
    if found is Found.MANDATORY:
        return (Decision.MUST_DISREGARD, Decision.NO_GROUND)
    if found is Found.DEBARRED_DISCRETIONARY:
        return (Decision.MAY_DISREGARD, Decision.KEPT)
    if found is Found.DISCRETIONARY:
        return (Decision.MAY_DISREGARD, Decision.KEPT, Decision.NO_GROUND)
    return ()


def checked_decision(decision: str, found: Found | None) -> Decision:
    """Return the decision. Raises WrongEntry where the law gives no such choice."""
    choices = decisions_for(found)
    if decision not in choices:
        raise WrongEntry("Select one of the decisions the law allows here", field="decision")
    return Decision(decision)


def checked_text(text: str, *, field: str, ask: str, least: int = 20) -> str:
    """Return the text without blanks around it. Raises WrongEntry naming the field."""
    plain = text.strip()
    if len("".join(plain.split())) < least:
        raise WrongEntry(f"{ask}, in at least {least} characters", field=field)
    if len(plain) > LONGEST_TEXT:
        raise WrongEntry(
            f"Enter {LONGEST_TEXT:,} characters or fewer: this is {len(plain):,}", field=field
        )
    return plain


def checked_name(name: str, *, field: str = "name") -> str:
    plain = " ".join(name.split())
    if not plain:
        raise WrongEntry("Enter the name of the person or company", field=field)
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        raise WrongEntry(f"Enter a name of {LONGEST_NAME} characters or fewer", field=field)
    return plain


def must_be_past(day: date, today: date, *, field: str) -> None:
    if day > today:
        raise WrongEntry("Enter a day that is not in the future", field=field)


def must_be_recent(day: date, opened_on: date) -> None:
    """Raise WrongEntry for a check done more than twelve months before the bids were opened."""
    # From 29 February the year before begins on the 1st of March.
    leap = (opened_on.month, opened_on.day) == (2, 29)
    first = date(opened_on.year - 1, 3, 1) if leap else opened_on.replace(year=opened_on.year - 1)
    if day < first:
        raise WrongEntry(
            "Check again: the debarment list changes. Enter a day no more than 12 months before "
            "the bids were opened",
            field="done_on",
        )


def must_give_time(until: date, today: date) -> None:
    """Raise WrongEntry unless the supplier has a whole day at least to reply."""
    if until <= today:
        raise WrongEntry("Enter a day after today: the supplier needs time", field="due_on")
