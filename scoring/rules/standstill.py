"""Between the results and the contract: the standstill, and the first day to sign.

It begins with the day on which the contract award notice is published, never with the letters
(Procurement Act 2023, sections 50 and 51).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from foundation.errors import DomainError
from tenders.rules.law import Group
from tenders.rules.planning.setting import Setting
from tenders.rules.working_days import last_of

LONGEST_REASON, SHORTEST_REASON, LONGEST_NAME = 4000, 20, 200
AWARD_NOTICE = "UK6"
DAY = timedelta(days=1)


class Kind(StrEnum):
    BEGUN = "begun"
    SKIPPED = "skipped"
    HELD = "held"
    RESUMED = "resumed"
    AWARDED = "awarded"


class Duty(StrEnum):
    MUST = "must"
    MAY = "may"


class StandstillRefused(DomainError):
    """A step between results and contract that cannot be taken, or not yet."""


@dataclass(frozen=True, slots=True)
class Event:
    """``notice``: id of the award notice; ``struck``: whether its record was struck out since."""

    kind: Kind
    notice: int | None = None
    ends_on: date | None = None
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a tender stands. ``ends_on``: None while no standstill runs from a standing notice."""

    duty: Duty
    ends_on: date | None = None
    notice: int | None = None
    skipped: bool = False
    held: bool = False
    awarded: bool = False

    @property
    def may_sign_from(self) -> date | None:
        """Return the first day on which the contract may be signed; None while none is known."""
        if self.held or self.ends_on is None:
            return None
        return self.ends_on + DAY

    @property
    def waits_for_notice(self) -> bool:
        return self.ends_on is None and not self.skipped and not self.awarded


def duty_of(setting: Setting) -> Duty:
    """Return whether a standstill must be kept; where the facts do not tell, it must."""
    if setting.group in (Group.BELOW, Group.LIGHT_TOUCH):
        return Duty.MAY
    known = setting.procedure
    if known is not None and not known.standstill:
        return Duty.MAY
    return Duty.MUST


def ends_on(published_on: date, days: int, holidays: Container[date]) -> date:
    """Return the last day: ``days`` working days, the day of publication being the first."""
    return last_of(days, published_on, holidays)


def standing(events: Iterable[Event], duty: Duty) -> Standing:
    """Return where a tender stands after what was recorded, in its order."""
    end, notice, skipped, held, awarded = None, None, False, False, False
    for event in events:
        if event.kind is Kind.BEGUN:
            skipped = False
            end, notice = (None, None) if event.struck else (event.ends_on, event.notice)
        elif event.kind is Kind.SKIPPED:
            skipped = True
        elif event.kind is Kind.HELD:
            held = True
        elif event.kind is Kind.RESUMED:
            held = False
            if end is not None and event.ends_on is not None:
                end = max(end, event.ends_on)
        else:
            awarded = True
    return Standing(duty, end, notice, skipped and duty is Duty.MAY, held, awarded)


def checked_reason(reason: str, *, of: str) -> str:
    tidy = reason.strip()
    if len(tidy) < SHORTEST_REASON:
        raise StandstillRefused(
            f"Enter why {of}, in at least {SHORTEST_REASON} characters", field="reason"
        )
    if len(tidy) > LONGEST_REASON:
        raise StandstillRefused(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    return tidy


def must_be_skippable(now: Standing) -> None:
    if now.duty is Duty.MUST:
        raise StandstillRefused(
            "You cannot skip the standstill because the law demands it for this tender"
        )
    if now.skipped or now.awarded:
        raise StandstillRefused("You cannot skip the standstill because that is recorded already")
    if now.ends_on is not None:
        raise StandstillRefused(
            "You cannot skip the standstill because it has begun: whoever read of it relies on it"
        )


def must_be_holdable(now: Standing) -> None:
    if now.held or now.awarded:
        raise StandstillRefused(
            f"You cannot hold the award because it is {'held' if now.held else 'recorded'} already"
        )


def must_be_resumable(now: Standing, until: date | None) -> None:
    if not now.held:
        raise StandstillRefused("You cannot resume because nothing is held")
    if until is not None and (now.ends_on is None or until < now.ends_on):
        raise StandstillRefused(
            "Enter a day that is not before the standstill ends, or leave it empty", field="until"
        )


def must_be_signable(now: Standing, signed_on: date, today: date) -> None:
    """Raise StandstillRefused unless a contract may have been signed on that day."""
    if signed_on > today:
        raise StandstillRefused(
            "Enter the day on which the contract was signed: it cannot be in the future",
            field="signed_on",
        )
    if now.awarded:
        raise StandstillRefused("You cannot record the award because it is recorded already")
    if now.held:
        raise StandstillRefused(
            "You cannot record the award because it is held: resume first, with the reason"
        )
    if now.skipped:
        return
    if now.may_sign_from is None:
        raise StandstillRefused(
            "You cannot record the award because no standstill has begun: it begins with the day "
            "on which the contract award notice (UK6) is published; record that notice"
        )
    if signed_on < now.may_sign_from:
        raise StandstillRefused(
            "You cannot record the award because the contract may be signed only after the "
            "standstill is over",
            field="signed_on",
        )
