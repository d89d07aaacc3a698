"""Fields typed into several boxes: dates, times and lengths of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from wtforms.utils import unset_value

from foundation.fields.base import OurField

FIRST_YEAR, LAST_YEAR = 1900, 2200
NOON = 12
TIME = re.compile(r"(?P<hour>[0-9]{1,2})([:.](?P<minute>[0-9]{2}))?(?P<half>am|pm)?")
NAMED_TIMES = {
    "noon": time(NOON),
    "midday": time(NOON),
    "12noon": time(NOON),
    "12:00noon": time(NOON),
}


class PartsField(OurField):
    """A value typed into several boxes, such as day, month and year."""

    shape = "parts"
    parts: tuple[tuple[str, str, int], ...] = ()  # name, label, width in characters

    def process(
        self,
        formdata: Any,
        data: Any = unset_value,
        extra_filters: Sequence[Callable[[Any], Any]] | None = None,
    ) -> None:
        self.process_errors: list[str] = []
        default = self.default() if callable(self.default) else self.default
        self.object_data = default if data is unset_value else data
        self.data = self.object_data
        self.raw_data = None
        self.sent: dict[str, str] = {}
        if formdata is not None:
            self.sent = {
                part: str(formdata.get(f"{self.name}-{part}", "")).strip()
                for part, *_ in self.parts
            }
            # One text, so that required() sees whether anything was typed.
            self.raw_data = ["".join(self.sent.values())]
            self._read_sent()

    def _read_sent(self) -> None:
        self.data = None
        if not any(self.sent.values()):
            return
        try:
            self.data = self.read_parts(self.sent)
        except ValueError as error:
            self.process_errors.append(str(error))

    @property
    def focus_id(self) -> str:
        return f"{self.id}-{self.parts[0][0]}"

    @property
    def boxes(self) -> dict[str, str]:
        """What stands in each box."""
        if self.raw_data is not None:
            return self.sent
        return {} if self.data is None else self.parts_of(self.data)

    def read_parts(self, parts: dict[str, str]) -> Any:
        raise NotImplementedError

    def parts_of(self, value: Any) -> dict[str, str]:
        raise NotImplementedError


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class DateField(PartsField):
    """A day, as three boxes."""

    parts: tuple[tuple[str, str, int], ...] = (
        ("day", "Day", 2),
        ("month", "Month", 2),
        ("year", "Year", 4),
    )

    def read_parts(self, parts: dict[str, str]) -> date:
        return date_from(parts)

    def parts_of(self, value: Any) -> dict[str, str]:
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}


class DateTimeField(DateField):
    """A day and a time of day on London clocks, without a zone: give it to clock.from_london()."""

    parts = (*DateField.parts, ("time", "Time, like 12:00 or 5pm", 5))

    def read_parts(self, parts: dict[str, str]) -> datetime:
        return datetime.combine(date_from(parts), time_from(parts["time"]))

    def parts_of(self, value: Any) -> dict[str, str]:
        return super().parts_of(value) | {"time": f"{value:%H:%M}"}


class DurationField(PartsField):
    """A length of time in whole minutes."""

    parts = (("hours", "Hours", 4), ("minutes", "Minutes", 2))

    def read_parts(self, parts: dict[str, str]) -> int:
        hours = whole_number(parts["hours"] or "0")
        minutes = whole_number(parts["minutes"] or "0")
        if hours is None or minutes is None:
            raise ValueError("Enter hours and minutes as whole numbers, like 4 and 30")
        return hours * 60 + minutes

    def parts_of(self, value: Any) -> dict[str, str]:
        return {"hours": str(value // 60), "minutes": str(value % 60)}


def date_from(parts: dict[str, str]) -> date:
    """Return the day. Raises ValueError naming what is missing."""
    absent = [name for name in ("day", "month", "year") if not parts[name]]
    if absent:
        raise ValueError(f"Enter a date that includes a {' and a '.join(absent)}")
    year, day = (whole_number(parts[name]) or 0 for name in ("year", "day"))
    month = whole_number(parts["month"]) or month_named(parts["month"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("Enter a real date with a year of 4 digits, like 31 3 2027")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("Enter a real date, like 31 3 2027") from None


def month_named(text: str) -> int:
    """Return the number of a month written out or shortened to three letters; 0 for no month."""
    word = text.strip().rstrip(".").casefold()
    names = (name.casefold() for name in MONTHS)
    return next(
        (n for n, name in enumerate(names, 1) if len(word) > 2 and name.startswith(word)), 0
    )


def time_from(text: str) -> time:
    """Return the time of day in "12:00", "17.30", "5pm" or "noon". Raises ValueError.

    "12" alone is refused, and so are "12am" and "12pm": people read each of them both ways.
    """
    plain = "".join(text.lower().split())
    if plain in NAMED_TIMES:
        return NAMED_TIMES[plain]
    found = TIME.fullmatch(plain)
    if found is None or (found["half"] and not 1 <= int(found["hour"]) < NOON):
        raise ValueError("Enter a time, like 12:00 or 5pm")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if not found["half"] and not found["minute"]:
        raise ValueError("Enter a time with its minutes, or with am or pm, like 12:00 or 5pm")
    try:
        return time(hour + (NOON if found["half"] == "pm" else 0), minute)
    except ValueError:
        raise ValueError("Enter a real time, like 12:00 or 5pm") from None


def whole_number(text: str) -> int | None:
    """Return the number of up to 6 plain digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
