"""The only place that reads the time, so tests can hold it still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import has_request_context, request

from foundation.errors import DomainError
from foundation.steady import STEADY

LONDON = ZoneInfo("Europe/London")

# Where the outermost WSGI layer leaves the instant at which a request came in.
ARRIVED_AT = "supplier_assurance.arrived_at"

NOON = 12


class TimeUnclear(DomainError):
    """A wall-clock time that a change of the clocks skips or repeats."""


def now() -> datetime:
    """Return the present moment by the service's own clock, UTC; it never goes back."""
    return STEADY.now()


def no_later_than(moment: datetime) -> datetime:
    """Return ``moment``, or what the machine's clock shows then if that is earlier."""
    return moment + min(STEADY.apart(), timedelta(0))


def arrived_at() -> datetime:
    """Return the instant at which the present request came in, before its body was read.

    It decides whether something was in time, so a slow connection or a busy database costs
    nobody the deadline. Outside a request (jobs, commands) it is the present moment.
    """
    if has_request_context():
        stamped: datetime | None = request.environ.get(ARRIVED_AT)
        if stamped is not None:
            return stamped
    return now()


def from_london(wall: datetime, *, field: str | None = None) -> datetime:
    """Return the moment at which clocks in London show ``wall`` (no zone), in UTC.

    Raises TimeUnclear if that happens twice or never, the nights the clocks change.
    """
    first, second = (wall.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise TimeUnclear("Enter a time outside the hour in which the clocks change", field=field)
    return first.astimezone(UTC)


def london(moment: datetime) -> datetime:
    """Return ``moment`` as clocks in London show it, with its zone."""
    return moment.astimezone(LONDON)


def show_date(day: date) -> str:
    """Return "4 December 2026"; of a moment, the day it is in London."""
    if isinstance(day, datetime):
        day = london(day).date()
    return f"{day.day} {day:%B} {day.year}"


def show_time(moment: datetime) -> str:
    """Return the London time as people say it: "4:02pm", "12:00 noon", "12:00 midnight"."""
    wall = london(moment)
    if wall.minute == 0 and wall.hour in (0, NOON):
        return "12:00 noon" if wall.hour == NOON else "12:00 midnight"
    half = "am" if wall.hour < NOON else "pm"
    return f"{wall.hour % NOON or NOON}:{wall.minute:02d}{half}"


def show_moment(moment: datetime) -> str:
    """Return "4 December 2026, 12:00 noon (UK time)"."""
    return f"{show_date(moment)}, {show_time(moment)} (UK time)"
