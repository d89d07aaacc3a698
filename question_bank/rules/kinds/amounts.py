"""Measured answers: numbers, money, durations and dates. Exact, never floating point."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from question_bank.rules.kinds.base import KindRules, Read, problem
from question_bank.rules.questions import Asked

MINUTES = {"d": 1440, "h": 60, "min": 1, "m": 1}
DURATION = re.compile(r"(\d{1,7})\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m)(?=\d|\s|$)")
MOST_MINUTES = 10 * 365 * 1440
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Beyond this no figure in a tender means anything, and arithmetic on it is only a way to be slow.
PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


def as_decimal(value: Any) -> Decimal | None:
    """Return the exact number written in ``value`` (text, int or Decimal), or None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip().replace(",", "").removeprefix("£")
    if not PLAIN_NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def plain(number: Decimal) -> str:
    """Return ``number`` as stored: no exponent, no trailing zeros after the point."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(asked: Asked, value: Any) -> Read:
    number = as_decimal(value)
    if number is None:
        wrong = problem(asked, "not_a_number", what=_what(asked), like=_example(asked))
        return Read(None, (wrong,))
    text = plain(number)
    if len(text.partition(".")[2]) > asked.decimals:
        return Read(None, (problem(asked, "too_precise", decimals=asked.decimals),))
    if asked.at_least is not None and number < asked.at_least:
        return Read(None, (problem(asked, "too_small", at_least=plain(asked.at_least)),))
    if asked.at_most is not None and number > asked.at_most:
        return Read(None, (problem(asked, "too_big", at_most=plain(asked.at_most)),))
    return Read(text)


def _what(asked: Asked) -> str:
    if asked.unit == "%":
        return "a percentage"
    return f"a number of {asked.unit}" if asked.unit else "a number"


def _example(asked: Asked) -> str:
    """Return a number that would do: one of its own limits where the usual example does not."""
    usual = Decimal(60 if asked.unit == "%" else 24)
    if asked.at_most is not None and usual > asked.at_most:
        return plain(asked.at_most)
    if asked.at_least is not None and usual < asked.at_least:
        return plain(asked.at_least)
    return plain(usual)


def minutes_in(value: Any) -> int | None:
    """Return the minutes in a duration such as "4h", "90min" or "1d 6h"; None if it is not one."""
    return _minutes(value) if isinstance(value, str) and len(value) <= 40 else None


@lru_cache(maxsize=1024)
def _minutes(duration: str) -> int | None:
    """Suppliers write the same few again and again."""
    text = duration.strip().lower()
    found = list(DURATION.finditer(text))
    if not found or DURATION.sub("", text).strip(" ,"):
        return None
    total = sum(int(match[1]) * MINUTES[_unit(match[2])] for match in found)
    return total if total <= MOST_MINUTES else None


def _unit(word: str) -> str:
    return "min" if word.startswith("m") else word[0]


def duration_text(minutes: int) -> str:
    """Return ``minutes`` as stored: "26h", "4h30min", "45min", "0h"."""
    hours, rest = divmod(minutes, 60)
    if not rest:
        return f"{hours}h"
    return f"{hours}h{rest}min" if hours else f"{rest}min"


def read_duration(asked: Asked, value: Any) -> Read:
    minutes = minutes_in(value)
    if minutes is None:
        return Read(None, (problem(asked, "not_a_duration"),))
    return Read(duration_text(minutes))


def show_duration(_asked: Asked, value: Any) -> str:
    """Return a duration in words; whole days from two days on, hours and minutes below."""
    minutes = minutes_in(value) or 0
    if minutes >= 2 * MINUTES["d"] and minutes % MINUTES["d"] == 0:
        return _counted(minutes // MINUTES["d"], "day")
    hours, rest = divmod(minutes, 60)
    parts = [_counted(hours, "hour")] if hours or not rest else []
    if rest:
        parts.append(_counted(rest, "minute"))
    return " ".join(parts)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def as_date(value: Any) -> date | None:
    """Return the date written as "2026-03-27" (or a date itself), or None."""
    if isinstance(value, str):
        text = value.strip()
        return _day_in(text) if len(text) == len("2026-03-27") else None
    return value if isinstance(value, date) else None


@lru_cache(maxsize=1024)
def _day_in(text: str) -> date | None:
    """Bids name the same few days again and again."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_date(asked: Asked, value: Any) -> Read:
    day = as_date(value)
    if day is None or not 1900 <= day.year <= 2200:
        return Read(None, (problem(asked, "not_a_date"),))
    return Read(day.isoformat())


def show_date(_asked: Asked, value: Any) -> str:
    day = as_date(value)
    return _in_words(day) if day else str(value)


@lru_cache(maxsize=1024)
def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def show_number(asked: Asked, value: Any) -> str:
    return f"{value} {asked.unit}".strip()


def show_money(_asked: Asked, value: Any) -> str:
    number = as_decimal(value)
    if number is None:
        return str(value)
    return f"£{number:,.0f}" if number == number.to_integral_value() else f"£{number:,.2f}"


def _number_schema(asked: Asked) -> Mapping[str, Any]:
    schema: dict[str, Any] = {"type": ["number", "string"], "description": asked.unit or "number"}
    return schema


NUMBER = KindRules(read_number, show_number, as_decimal, _number_schema)
MONEY = KindRules(read_number, show_money, as_decimal, _number_schema)
DURATION_RULES = KindRules(
    read_duration,
    show_duration,
    minutes_in,
    lambda _asked: {"type": "string", "description": "A length of time: 4h, 90min, 1d 6h"},
)
DATE = KindRules(read_date, show_date, as_date, lambda _asked: {"type": "string", "format": "date"})
