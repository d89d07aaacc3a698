"""A soft word at the box of a date that is a weekend or a bank holiday: nothing is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from foundation import clock
from foundation.fields import Form
from tenders.working_calendar import day_off


def hint_at(form: Form, names: Iterable[str]) -> None:
    """Say in the hint of each box that holds such a day what it is."""
    for name in names:
        if name in form and isinstance(day := form[name].data, date):
            form[name].hint = f"{form[name].hint} {_said(day)}".strip()


def after_saving(*days: date | None) -> str:
    """Return the same for the line that says that something was saved; "" where all is well."""
    return "".join(f". {said.removesuffix('.')}" for day in days if day and (said := _said(day)))


def _said(day: date) -> str:
    """A moment with a zone falls on the day that London has then."""
    if isinstance(day, datetime):
        day = clock.london(day).date() if day.tzinfo else day.date()
    return day_off(day)
