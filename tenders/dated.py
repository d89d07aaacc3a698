"""The dates of tenders as they are known: decided, planned, recorded. None follows from bids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from foundation.database import db
from tenders.law import shipped_law
from tenders.models import Amendment, Notice, PlanningSheet, Tender
from tenders.planning import Topic
from tenders.rules.dates import Dated, Point, day_of, in_order
from tenders.rules.working_days import last_of
from tenders.working_calendar import BANK_HOLIDAYS

PLANNED = {
    "decision": Point.DECISION,
    "signature": Point.SIGNATURE,
    "contract_start": Point.CONTRACT_START,
    "contract_end": Point.CONTRACT_END,
}
# The facts that say the same where a tender has no timetable.
FACTS = {
    "award_date": "decision",
    "contract_start": "contract_start",
    "contract_end": "contract_end",
}
AWARD_NOTICE = "UK6"


@dataclass(frozen=True)
class Known:
    """What several tenders' dates are made of, read in three statements for all of them."""

    timetables: Mapping[int, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    notices: Mapping[int, Mapping[str, date]] = field(default_factory=dict)
    amendments: Mapping[int, int] = field(default_factory=dict)


def known_of(tenders: Iterable[Tender]) -> Known:
    ids = [tender.id for tender in tenders]
    newest = (
        select(func.max(PlanningSheet.id))
        .where(PlanningSheet.tender_id.in_(ids), PlanningSheet.topic == Topic.TIMETABLE)
        .group_by(PlanningSheet.tender_id)
    )
    sheets = db.session.execute(
        select(PlanningSheet.tender_id, PlanningSheet.version, PlanningSheet.text).where(
            PlanningSheet.id.in_(newest)
        )
    )
    return Known(
        {tender_id: (version, json.loads(text)) for tender_id, version, text in sheets},
        notices_of(ids),
        amendments_of(ids),
    )


def notices_of(tender_ids: Sequence[int]) -> dict[int, dict[str, date]]:
    """Return the day of the last notice of each kind that stands, by tender."""
    found: dict[int, dict[str, date]] = {}
    rows = db.session.execute(
        select(Notice.tender_id, Notice.kind, Notice.published_on)
        .where(Notice.tender_id.in_(tender_ids), Notice.struck_at.is_(None))
        .order_by(Notice.published_on, Notice.id)
    )
    for tender_id, kind, day in rows:
        found.setdefault(tender_id, {})[kind] = day
    return found


def amendments_of(tender_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Amendment.tender_id, func.count())
        .where(Amendment.tender_id.in_(tender_ids))
        .group_by(Amendment.tender_id)
    )
    return {int(tender_id): int(count) for tender_id, count in rows}


def dates_of(tender: Tender, known: Known) -> tuple[Dated, ...]:
    """Return what is known of when things happen to a tender, the first first."""
    found: list[Dated] = []
    for point, moment in (
        (Point.PUBLISHED, tender.published_at),
        (Point.QUESTIONS, tender.questions_until),
        (Point.CLOSES, tender.closes_at),
        (Point.OPENED, tender.opened_at),
        (Point.CANCELLED, tender.cancelled_at),
    ):
        if moment is not None:
            found.append(Dated(point, moment))
    if tender.cancelled_at is not None:
        # What was planned after it does not happen.
        return in_order(one for one in found if one.moment <= tender.cancelled_at)
    _version, sheet = known.timetables.get(tender.id, (0, {}))
    planned = {name: tender.facts.get(fact) for fact, name in FACTS.items()} | dict(sheet)
    for name, point in PLANNED.items():
        if (day := day_of(planned.get(name))) is not None:
            found.append(Dated(point, day))
    award = known.notices.get(tender.id, {}).get(AWARD_NOTICE) or day_of(sheet.get("award_notice"))
    if award is not None:
        count = shipped_law().period("standstill", award).count
        found.append(Dated(Point.STANDSTILL, last_of(count, award, BANK_HOLIDAYS)))
    return in_order(found)


def sequence_of(tender: Tender, known: Known) -> int:
    """Return how often the dates may have changed: a calendar takes the higher for the newer."""
    version, _sheet = known.timetables.get(tender.id, (0, {}))
    return version + known.amendments.get(tender.id, 0) + (1 if tender.cancelled_at else 0)
