"""The steps between results and contract as recorded, with the notice the standstill runs from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from accounts.models import Person
from foundation.database import db
from scoring.models import StandstillEvent
from scoring.rules.standstill import AWARD_NOTICE, Duty, Event, Kind, Standing, duty_of, standing
from tenders import notices
from tenders.law import shipped_law
from tenders.models import Notice, Tender
from tenders.planning import sheets
from tenders.rules.law import Period
from tenders.timetabled import setting_for


@dataclass(frozen=True)
class Step:
    """A step with who recorded it, and the notice it is about."""

    event: StandstillEvent
    by: str
    notice: Notice | None

    @property
    def is_struck(self) -> bool:
        return self.notice is not None and self.notice.struck_at is not None


def steps_of(tender: Tender) -> list[Step]:
    """Return what was recorded between results and contract, the first first."""
    rows = db.session.execute(
        select(StandstillEvent, Person.name, Notice)
        .join(Person, Person.id == StandstillEvent.recorded_by_id)
        .outerjoin(Notice, Notice.id == StandstillEvent.notice_id)
        .where(StandstillEvent.tender_id == tender.id)
        .order_by(StandstillEvent.number)
    )
    return [Step(event, name, notice) for event, name, notice in rows]


def signed_in(tender_ids: Sequence[int]) -> dict[int, date]:
    """Return the day the contract was signed, by tender, as recorded with the award."""
    rows = db.session.execute(
        select(StandstillEvent.tender_id, StandstillEvent.ends_on)
        .where(StandstillEvent.tender_id.in_(tender_ids), StandstillEvent.kind == Kind.AWARDED)
        .order_by(StandstillEvent.number)
    )
    return {tender_id: day for tender_id, day in rows if day is not None}


def standing_of(tender: Tender, steps: Sequence[Step] | None = None) -> Standing:
    """Return where a tender stands between results and contract."""
    listed = steps_of(tender) if steps is None else steps
    events = [
        Event(
            Kind(step.event.kind), step.event.notice_id, step.event.ends_on, struck=step.is_struck
        )
        for step in listed
    ]
    return standing(events, duty_now(tender))


def duty_now(tender: Tender) -> Duty:
    """Return whether the tender has to keep a standstill."""
    return duty_of(setting_for(tender, sheets(tender)))


def award_notice(tender: Tender) -> Notice | None:
    """Return the award notice that stands, the last one where there are several."""
    found = [one for one in notices.standing(tender) if one.kind == AWARD_NOTICE]
    return found[-1] if found else None


def period_on(day: date, duty: Duty) -> Period:
    return shipped_law().period("standstill" if duty is Duty.MUST else "standstill-voluntary", day)
