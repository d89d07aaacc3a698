"""Tenders of the demonstration that are further on: one to be decided, one in its standstill, and
one whose contract is signed and runs, with the results as each bidder reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from records.demonstration import contract, making
from records.demonstration.awarding import decide, sign
from records.demonstration.calendar import CLOSED, calendar_closed
from records.demonstration.evaluated import Panel, evaluate
from records.demonstration.people import BRIGHTWATER, LARKMEAD
from tenders.service import Details

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """A tender, how many days ago it closed, and how many days after that it was decided, and the
    contract signed; None: that is still to come."""

    title: str
    reference: str
    closed: int
    released: int | None = None
    signed: int | None = None


# In the content a contract begins so many days after its tender closed: the first has run two
# months.
BEGINS = 195
PLANS = (
    Plan("Sensors at the first five school streets", "MW-2026-003", 255, released=113, signed=133),
    Plan("Sensors around the hospital and the bus station", "MW-2026-011", 70, released=66),
    Plan("Sensors along the new cycle route", "MW-2026-012", 40),
)


def decide_some(
    now: datetime,
    details: Details,
    facts: Mapping[str, Any],
    answers: Mapping[str, Mapping[str, Any]],
    *,
    panel: Panel,
    leads: Mapping[str, Viewer],
    libraries: making.Libraries,
) -> None:
    """Make each tender and bring it as far as its plan says; what is done stays as it is.

    ``details``, ``facts``, ``answers``: those of the content, with its dates, which move with the
    closing.
    """
    for plan in PLANS:
        there = making.known(plan.reference, officer=panel.officer)
        calendar = calendar_closed(
            there.closes_at if there is not None else None, now - plan.closed * DAY
        )
        later = clock.london(calendar.closed).date() - CLOSED.date()
        tender = making.published(
            replace(details, title=plan.title, reference=plan.reference, closes_at=calendar.closed),
            moved(facts, later),
            panel.officer,
            libraries,
            calendar.published,
            evaluators=1,
        )
        both = {name: moved(answers[name], later) for name in (LARKMEAD, BRIGHTWATER)}
        making.hand_in(tender, both, leads, calendar, confidential=())
        evaluate(tender, calendar, panel)
        if plan.released is not None:
            decide(tender, calendar.closed + plan.released * DAY, panel)
        if plan.signed is not None:
            signed, live = (calendar.closed + days * DAY for days in (plan.signed, BEGINS))
            days = contract.Days(signed, live)
            contract.issue(tender, days, panel)
            sign(tender, signed, panel.officer)
            contract.run(tender, days, panel, leads[LARKMEAD])


def moved(value: Any, by: timedelta) -> Any:
    """Return what is written with every date in it moved, however deep it stands."""
    if isinstance(value, Mapping):
        return {name: moved(inner, by) for name, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, by) for inner in value]
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    return value
