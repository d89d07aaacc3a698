"""The dates of a tender in their order: for lists, the small picture of a timetable, calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# The picture: a line as wide as this, from the first date to the last.
LEFT, RIGHT = 8, 292


class Point(StrEnum):
    """What happens on a date; the value is its permanent name in calendars."""

    PUBLISHED = "published"
    QUESTIONS = "questions"
    CLOSES = "closes"
    OPENED = "opened"
    DECISION = "decision"
    STANDSTILL = "standstill"
    SIGNATURE = "signature"
    CONTRACT_START = "contract-start"
    CONTRACT_END = "contract-end"
    CANCELLED = "cancelled"


IN_WORDS: Mapping[Point, str] = {
    Point.PUBLISHED: "Published",
    Point.QUESTIONS: "Questions until",
    Point.CLOSES: "Bids close",
    Point.OPENED: "Bids opened",
    Point.DECISION: "Decision planned",
    Point.STANDSTILL: "Standstill ends",
    Point.SIGNATURE: "Contract signed, planned",
    Point.CONTRACT_START: "Contract starts",
    Point.CONTRACT_END: "Contract ends",
    Point.CANCELLED: "Cancelled",
}

DONE_IN_WORDS: Mapping[Point, str] = {**IN_WORDS, Point.SIGNATURE: "Contract signed"}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a tender: a moment, or a whole day. ``is_done``: recorded, no longer planned."""

    point: Point
    at: datetime | date
    is_done: bool = False

    @property
    def words(self) -> str:
        return (DONE_IN_WORDS if self.is_done else IN_WORDS)[self.point]

    @property
    def moment(self) -> datetime:
        """Return the moment; for a day, its beginning in London."""
        if isinstance(self.at, datetime):
            return self.at
        return datetime(self.at.year, self.at.month, self.at.day, tzinfo=LONDON).astimezone(UTC)

    @property
    def is_day(self) -> bool:
        return not isinstance(self.at, datetime)


@dataclass(frozen=True, slots=True)
class Mark:
    """A date in the picture. ``x``: where on the line; ``is_past``: whether it is over."""

    dated: Dated
    x: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn. ``now``: where today is on the line; None where it lies outside."""

    marks: tuple[Mark, ...]
    now: int | None


def in_order(found: Iterable[Dated]) -> tuple[Dated, ...]:
    """Return the dates, the first first; of the same moment in the order things happen."""
    order = list(Point)
    return tuple(sorted(found, key=lambda one: (one.moment, order.index(one.point))))


def picture(dates: Sequence[Dated], now: datetime) -> Picture | None:
    """Return the small picture of a timetable; None where there are not two dates to tell apart.

    The line is true to scale up to the start of the contract; its end, years later, is not drawn.
    """
    drawn = [one for one in dates if one.point is not Point.CONTRACT_END]
    if len({one.moment for one in drawn}) < 2:
        return None
    first, last = drawn[0].moment, drawn[-1].moment

    def place(moment: datetime) -> int:
        share = (moment - first) / (last - first)
        return LEFT + round(share * (RIGHT - LEFT))

    marks = tuple(Mark(one, place(one.moment), one.moment <= now) for one in drawn)
    return Picture(marks, place(now) if first <= now <= last else None)


def day_of(text: object) -> date | None:
    """Return a day as a sheet or a fact stores it; None for anything else."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None


def is_soon(moment: datetime, now: datetime, *, days: int) -> bool:
    """Return whether ``moment`` comes within so many days; what is over is not soon."""
    return now <= moment < now + timedelta(days=days)
