"""Types a stored value into the inputs of a page, kind by kind, as a person would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page

from question_bank.rules.kinds.amounts import minutes_in
from question_bank.rules.questions import Asked, Kind


def box(page: Page, name: str) -> Locator:
    """Return the input, of whatever sort, with this name."""
    return page.locator(f'[name="{name}"]')


def option(page: Page, name: str, value: str) -> Locator:
    return page.locator(f'[name="{name}"][value="{value}"]')


def fill(page: Page, name: str, asked: Asked, value: Any) -> None:
    """Type ``value`` into the inputs called ``name``."""
    FILL[asked.kind](page, name, value)


def _text(page: Page, name: str, value: Any) -> None:
    box(page, name).fill(str(value))


def _lines(page: Page, name: str, value: list[str]) -> None:
    box(page, name).fill("\n".join(value))


def _radio(page: Page, name: str, value: str) -> None:
    option(page, name, value).check()


def _checkboxes(page: Page, name: str, value: list[str]) -> None:
    for item in value:
        option(page, name, item).check()


def _select(page: Page, name: str, value: str) -> None:
    box(page, name).select_option(value)


def _commitment(page: Page, name: str, value: Any) -> None:
    answer = {"answer": value} if isinstance(value, str) else value
    option(page, name, answer["answer"]).check()
    if answer.get("exception"):
        box(page, f"{name}-exception").fill(answer["exception"])


def _date(page: Page, name: str, value: str) -> None:
    year, month, day = value.split("-")
    for part, text in (("day", day), ("month", month), ("year", year)):
        box(page, f"{name}-{part}").fill(text)


def _duration(page: Page, name: str, value: str) -> None:
    hours, minutes = divmod(minutes_in(value) or 0, 60)
    box(page, f"{name}-hours").fill(str(hours))
    box(page, f"{name}-minutes").fill(str(minutes))


FILL: Mapping[Kind, Callable[[Page, str, Any], None]] = {
    Kind.COMMITMENT: _commitment,
    Kind.CHOICE: _radio,
    Kind.CHOICES: _checkboxes,
    Kind.SHORT_TEXT: _text,
    Kind.NARRATIVE: _text,
    Kind.NUMBER: _text,
    Kind.MONEY: _text,
    Kind.DURATION: _duration,
    Kind.DATE: _date,
    Kind.URL: _text,
    Kind.COUNTRY: _select,
    Kind.COUNTRIES: _lines,
    Kind.LINES: _lines,
}
