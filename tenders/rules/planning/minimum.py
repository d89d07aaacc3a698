"""The shortest time suppliers must have, as section 54 of the Procurement Act 2023 says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenders.rules.law import Force, Group, TimeLimit
from tenders.rules.planning.setting import Setting

# Cases in which the time may be shorter, as the sheet of the timetable has them.
SHORTENED = frozenset({"planned-notice", "selected", "urgent", "dynamic-market"})
AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Minimum:
    """``days`` is 0 where the law sets none. Days count from the day after publication."""

    days: int
    says: str
    source: str
    force: Force


def for_bids(setting: Setting, sheet: Mapping[str, Any]) -> Minimum:
    """Return the shortest time for bids under what the timetable says about them.

    Where it does not say whether bids and documents are electronic, they are taken to be, so that
    nobody is told of a rule that may not hold.
    """
    if not setting.has_time_limits:
        return _none(setting)
    shorter = sheet.get("shorter")
    if shorter == AGREED:
        source = setting.law.time_limit("tendering-shortened", setting.day).source
        says = "no shortest time: agreed with every supplier selected beforehand, alike for all"
        return Minimum(0, says, source, Force.MAY)
    if shorter in SHORTENED:
        return _of(setting.law.time_limit("tendering-shortened", setting.day))
    lacking = [sheet.get(name) == "no" for name in ("electronic", "documents")].count(True)
    name = ("tendering", "tendering-partly", "tendering-neither")[lacking]
    return _of(setting.law.time_limit(name, setting.day))


def for_requests(setting: Setting, sheet: Mapping[str, Any]) -> Minimum:
    """Return the shortest time for requests to participate."""
    if not setting.has_time_limits:
        return _none(setting)
    urgent = sheet.get("shorter") == "urgent"
    name = "participation-shortened" if urgent else "participation"
    return _of(setting.law.time_limit(name, setting.day))


def _of(limit: TimeLimit) -> Minimum:
    return Minimum(limit.days, f"{limit.days} days {limit.says}", limit.source, limit.force)


def _none(setting: Setting) -> Minimum:
    duty = setting.law.duties["equal-time"]
    if setting.procedure is None:
        says = "not worked out: enter the procedure among the facts"
    elif setting.group is Group.LIGHT_TOUCH:
        says = "no shortest time for light touch services: a reasonable one, the same for all"
    else:
        says = "no shortest time in the law: a reasonable one, the same for all"
    return Minimum(0, says, duty.source, duty.force)


def days_given(published: date, closes: date) -> int:
    """Return how many days suppliers have: from the day after publication to the closing day."""
    return (closes - published).days
