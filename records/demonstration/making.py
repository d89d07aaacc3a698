"""Tenders of the demonstration made and published, and bids for them, unless they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation.database import db
from records.demonstration import bids, library, prices, publishing
from records.demonstration.calendar import Calendar
from records.demonstration.outcome import write_outcome
from records.demonstration.past import as_of
from records.demonstration.people import LARKMEAD
from records.demonstration.plan import write_plan
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

Libraries = Mapping[str, Callable[[], Any]]


def known(reference: str, *, officer: Viewer) -> Tender | None:
    return db.session.scalars(
        select(Tender).where(
            Tender.authority_id == officer.organisation_id, Tender.reference == reference
        )
    ).one_or_none()


def made(details: tenders.Details, officer: Viewer) -> Tender:
    existing = known(details.reference, officer=officer)
    return existing or tenders.create_tender(details, by=officer)


def published(
    details: tenders.Details,
    facts: Mapping[str, Any],
    officer: Viewer,
    libraries: Libraries,
    moment: datetime,
    *,
    evaluators: int = 2,
) -> Tender:
    """Return the tender of these details, published at ``moment`` if nobody did it yet.

    ``evaluators``: how many mark each of its questions at least.
    """
    with as_of(moment):
        tender = made(details, officer)
        if tender.stage is Stage.DRAFT:
            tenders.set_facts(tender, facts, by=officer)
            write_outcome(tender, officer=officer, shown=True)
            write_plan(tender, officer=officer)
            publishing.ask_for_evaluators(tender, evaluators, officer=officer)
            publishing.publish(tender, officer=officer, libraries=libraries)
    return tender


def hand_in(
    tender: Tender,
    answers: Mapping[str, Mapping[str, Any]],
    leads: Mapping[str, Viewer],
    calendar: Calendar,
    *,
    confidential: Iterable[str] = (LARKMEAD,),
) -> None:
    """Hand in a bid of each company with its ``answers``, by its name, unless they are opened.

    ``confidential``: who marks something as confidential.
    """
    if tender.opened_at is not None:
        return
    for name, answered in answers.items():
        with as_of(calendar.saved):
            bid = bids.enter_bid(tender, answered, by=leads[name], arrived_at=calendar.saved)
            prices.offer(bid, by=leads[name], arrived_at=calendar.saved)
            if name in confidential:
                library.mark_confidential(bid, by=leads[name], arrived_at=calendar.saved)
        with as_of(calendar.submitted):
            bids.hand_in(bid, by=leads[name], arrived_at=calendar.submitted)
