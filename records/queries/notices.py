"""The notices of a tender as officers recorded them, and the details only officers know."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from foundation.database import db
from records.rules.ocds import Noticed
from tenders import planning
from tenders.law import shipped_law
from tenders.models import Notice, Tender
from tenders.notices import shipped_notices
from tenders.rules import working_days
from tenders.working_calendar import BANK_HOLIDAYS

# The sheet of the plan with what notices ask for and nothing else here knows.
DETAILS = "notices"


def notices_of(tender: Tender) -> list[Notice]:
    """Return every notice that was recorded, the earliest first, also those struck out."""
    found = db.session.scalars(
        select(Notice).where(Notice.tender_id == tender.id).order_by(Notice.recorded_at, Notice.id)
    )
    return list(found)


def kind_of(notice: Notice) -> str:
    """Return the kind as the forms are numbered: UK4 for a notice below the threshold too."""
    return notice.kind.split("-")[0].upper()


def noticed(notice: Notice, *, struck: bool = False) -> Noticed:
    kind, kinds = kind_of(notice), shipped_notices().kinds
    return Noticed(
        id=notice.token,
        kind=kind,
        title=kinds[kind].title if kind in kinds else "Notice",
        number=notice.number,
        address=notice.address,
        published_on=notice.published_on,
        struck=(notice.struck_because or "no reason given") if struck else "",
    )


def details_of(tender: Tender) -> dict[str, Any]:
    """Return what officers entered for notices, by field."""
    return planning.sheet(tender, DETAILS) or {}


def standstill_ends(published_on: date) -> date:
    """Return the last day of the standstill that begins with the award notice."""
    period = shipped_law().period("standstill", published_on)
    return working_days.last_of(period.count, published_on, BANK_HOLIDAYS)


def has_standstill(procedure: str, *, above_threshold: bool) -> bool:
    """Return whether the law demands a standstill for what is bought in this way."""
    known = shipped_law().procedures.get(procedure)
    return above_threshold and known is not None and known.standstill
