"""What somebody put into a cell, and what it says as text, a number, a date or a tick."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
NAMED_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([A-Za-z]{3,9})\.?,?[\s\-]+(\d{4})")
NUMBERED_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
LONGEST_CELL = 32_767  # in the units a spreadsheet counts


class Held(StrEnum):
    """What a spreadsheet takes the content of a cell for."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    TRUTH = "truth"
    ERROR = "error"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Entered:
    """The content of one cell: text as written, a number as digits, a date as year-month-day."""

    held: Held
    text: str


class Unfit(Exception):
    """What a cell holds cannot be an answer; ``suffix`` names the cell within the answer."""

    def __init__(self, suffix: str, sentence: str) -> None:
        self.suffix = suffix
        self.sentence = sentence
        super().__init__(sentence)


REFUSED = {
    Held.FORMULA: "The cell holds a formula: write the answer itself. To keep what it shows, copy "
    "the cell and paste it as values",
    Held.ERROR: "The cell holds an error of the spreadsheet: write the answer",
    Held.TRUTH: "The spreadsheet made this true or false: write the answer as text",
    Held.TIME: "The spreadsheet made this a time of day: write a length of time like 4h, 90min or "
    "1d 6h, and anything else as text",
    Held.PERCENT: "The spreadsheet made this a percentage: write it as text",
    Held.DATE: "The spreadsheet made this a date: write the answer as text",
}


def size_in_cell(text: str) -> int:
    """Return how long ``text`` is as a spreadsheet counts: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def text_in(entered: Entered, suffix: str = "") -> str:
    """Return what stands in the cell as text. Raises Unfit."""
    if entered.held in REFUSED:
        raise Unfit(suffix, REFUSED[entered.held])
    if size_in_cell(entered.text) > LONGEST_CELL:
        raise Unfit(suffix, f"The cell holds more than {LONGEST_CELL:,} characters: shorten it")
    return entered.text


def number_in(entered: Entered) -> str:
    """Return the number as it would be typed. Raises Unfit."""
    if entered.held is Held.PERCENT:
        raise Unfit("", "The spreadsheet made this a percentage: write the number alone, as text")
    return text_in(entered)


def tick_in(entered: Entered, suffix: str) -> bool:
    """Return whether an option is chosen. Raises Unfit."""
    if entered.held is Held.TRUTH:
        return entered.text == "1"
    word = text_in(entered, suffix).strip().casefold()
    if word in ("yes", "y", "x", "1", "true", "✓"):
        return True
    if word in ("no", "n", "0", "false", ""):
        return False
    raise Unfit(suffix, "Choose Yes, or leave the cell empty")


def day_in(entered: Entered) -> str:
    """Return a date as year-month-day where it is one; other text as it is. Raises Unfit."""
    if entered.held is Held.DATE:
        return entered.text
    if entered.held is Held.NUMBER:
        raise Unfit("", "The spreadsheet made this a number: write the date like 27 March 2026")
    text = " ".join(text_in(entered).split())
    return _named_day(text) or _numbered_day(text) or text


def _named_day(text: str) -> str:
    match = NAMED_DAY.fullmatch(text)
    if match is None:
        return ""
    word = match[2].lower()
    month = next((n for n, name in enumerate(MONTHS, 1) if name.startswith(word)), 0)
    return _iso(int(match[3]), month, int(match[1]))


def _numbered_day(text: str) -> str:
    """British order: the day comes first."""
    match = NUMBERED_DAY.fullmatch(text)
    return _iso(int(match[3]), int(match[2]), int(match[1])) if match else ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def number_text(written: str) -> str:
    """Return the number a spreadsheet stored as people write it: 0.1, not 0.10000000000000001."""
    text = format(Decimal(repr(float(written))), "f")
    return text.removesuffix(".0")
