"""The dates of tenders as they are known: decided, planned, recorded. None follows from bids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from foundation import clock
from foundation.database import db
from tenders.law import shipped_law
from tenders.models import Amendment, Notice, PlanningSheet, Tender
from tenders.planning import Topic
from tenders.rules.dates import Dated, Point, day_of, in_order
from tenders.rules.law import Group, Period
from tenders.rules.lifecycle import Stage
from tenders.rules.notices import FIRST_DAY
from tenders.rules.planning.dates import last_day
from tenders.rules.planning.minimum import for_bids
from tenders.rules.planning.setting import BELOW_PROCEDURE, setting_of
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
# What officers enter for the drafts of notices, which a later station asks for.
FOR_NOTICES = "notices"
TOPICS = (Topic.TIMETABLE, Topic.DUTIES, FOR_NOTICES)
# A later station knows on which day the contract of an awarded tender was signed.
SIGNED = "days_of_signature"
Signed = Callable[[Sequence[int]], Mapping[int, date]]


@dataclass(frozen=True)
class Known:
    """What several tenders' dates are made of, read in three statements for all of them."""

    timetables: Mapping[int, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    notices: Mapping[int, Mapping[str, date]] = field(default_factory=dict)
    amendments: Mapping[int, int] = field(default_factory=dict)
    duties: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    # How often a contract award notice was recorded or struck out: each moves the standstill.
    award_notices: Mapping[int, int] = field(default_factory=dict)
    signed: Mapping[int, date] = field(default_factory=dict)


def known_of(tenders: Iterable[Tender]) -> Known:
    tenders = list(tenders)
    ids = [tender.id for tender in tenders]
    sheets = sheets_of(ids)
    standing, award_notices = _notices_read(ids)
    return Known(
        {
            tender_id: (version, value)
            for (tender_id, topic), (version, value) in sheets.items()
            if topic == Topic.TIMETABLE
        },
        standing,
        amendments_of(ids),
        {
            tender_id: value
            for (tender_id, topic), (_version, value) in sheets.items()
            if topic == Topic.DUTIES
        },
        award_notices,
        signed_of(tenders),
    )


def signed_of(tenders: Iterable[Tender]) -> Mapping[int, date]:
    """Return on which day the contract was signed, as it was recorded with the award."""
    awarded = [tender.id for tender in tenders if tender.stage is Stage.AWARDED]
    recorded: Signed | None = current_app.extensions.get(SIGNED)
    return recorded(awarded) if awarded and recorded is not None else {}


def sheets_of(tender_ids: Sequence[int]) -> dict[tuple[int, str], tuple[int, Mapping[str, Any]]]:
    """Return the newest timetables, sheets of duties and details for notices, with versions."""
    newest = (
        select(func.max(PlanningSheet.id))
        .where(PlanningSheet.tender_id.in_(tender_ids), PlanningSheet.topic.in_(TOPICS))
        .group_by(PlanningSheet.tender_id, PlanningSheet.topic)
    )
    rows = db.session.execute(
        select(
            PlanningSheet.tender_id,
            PlanningSheet.topic,
            PlanningSheet.version,
            PlanningSheet.text,
        ).where(PlanningSheet.id.in_(newest))
    ).all()
    return {
        (tender_id, topic): (version, json.loads(text)) for tender_id, topic, version, text in rows
    }


def publish_by(tender: Tender, sheet: Mapping[str, Any], duties: Mapping[str, Any]) -> date | None:
    """Return the last day on which a draft can be published as the law wants it: so many days
    before bids close as section 54 demands, where it binds; None without a closing time."""
    if tender.closes_at is None:
        return None
    closes = clock.london(tender.closes_at).date()
    setting = setting_of(tender.facts, duties, shipped_law(), max(closes, FIRST_DAY))
    return closes - timedelta(days=for_bids(setting, sheet).days)


def details_due(
    tender: Tender,
    sheets: Mapping[tuple[int, str], tuple[int, Mapping[str, Any]]],
    signed: date | None = None,
) -> tuple[Period, date | None, Period | None]:
    """Return within what time contract details are published, until when, and within what time a
    copy of the contract, where one must be.

    Counted from the day the contract was signed, as recorded with the award (``signed``), else as
    officers entered it for the notice: None before, whatever is planned. Light touch has longer
    times.
    """
    duties, entered = (
        sheets.get((tender.id, topic), (0, {}))[1] for topic in (Topic.DUTIES, FOR_NOTICES)
    )
    signed = signed or day_of(entered.get("signed_on"))
    counted = max(signed or FIRST_DAY, FIRST_DAY)
    setting = setting_of(tender.facts, duties, shipped_law(), counted)
    light = "-light-touch" if setting.group is Group.LIGHT_TOUCH else ""
    details = setting.law.period("contract-details" + light, counted)
    copied = setting.is_large and setting.group is not Group.BELOW
    copy = setting.law.period("contract-copy" + light, counted) if copied else None
    return details, last_day(signed, details) if signed else None, copy


def notices_of(tender_ids: Sequence[int]) -> dict[int, dict[str, date]]:
    """Return the day of the last notice of each kind that stands, by tender."""
    return _notices_read(tender_ids)[0]


def _notices_read(tender_ids: Sequence[int]) -> tuple[dict[int, dict[str, date]], dict[int, int]]:
    """Return the days of those that stand, and how often award notices came and went."""
    standing: dict[int, dict[str, date]] = {}
    changes: dict[int, int] = {}
    rows = db.session.execute(
        select(Notice.tender_id, Notice.kind, Notice.published_on, Notice.struck_at)
        .where(Notice.tender_id.in_(tender_ids))
        .order_by(Notice.published_on, Notice.id)
    )
    for tender_id, kind, day, struck_at in rows:
        if struck_at is None:
            standing.setdefault(tender_id, {})[kind] = day
        if kind == AWARD_NOTICE:
            changes[tender_id] = changes.get(tender_id, 0) + (1 if struck_at is None else 2)
    return standing, changes


def amendments_of(tender_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Amendment.tender_id, func.count())
        .where(Amendment.tender_id.in_(tender_ids))
        .group_by(Amendment.tender_id)
    )
    return {int(tender_id): int(count) for tender_id, count in rows}


def dates_of(tender: Tender, known: Known) -> tuple[Dated, ...]:
    """Return what is known of when things happen to a tender, the first first."""
    found = all_dates_of(tender, known)
    if tender.cancelled_at is None:
        return found
    # What was planned after it does not happen.
    return tuple(one for one in found if one.moment <= tender.cancelled_at)


def all_dates_of(tender: Tender, known: Known) -> tuple[Dated, ...]:
    """Return the dates also of what a cancellation keeps from happening."""
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
    _version, sheet = known.timetables.get(tender.id, (0, {}))
    planned = {name: tender.facts.get(fact) for fact, name in FACTS.items()} | dict(sheet)
    signed = known.signed.get(tender.id)
    if signed is not None:
        found.append(Dated(Point.SIGNATURE, signed, is_done=True))
    for name, point in PLANNED.items():
        if point is Point.SIGNATURE and signed is not None:
            continue
        if (day := day_of(planned.get(name))) is not None:
            found.append(Dated(point, day))
    if (ends := _standstill_ends(tender, known)) is not None:
        found.append(Dated(Point.STANDSTILL, ends))
    return in_order(found)


def _standstill_ends(tender: Tender, known: Known) -> date | None:
    """Return the last day of the standstill; None where none is due, or none can have begun.

    A recorded notice counts once bids are opened: nobody can have awarded anything before.
    """
    _version, sheet = known.timetables.get(tender.id, (0, {}))
    recorded = known.notices.get(tender.id, {}).get(AWARD_NOTICE) if tender.opened_at else None
    begins = recorded or day_of(sheet.get("award_notice"))
    if begins is None or begins < FIRST_DAY:
        return None
    setting = setting_of(tender.facts, known.duties.get(tender.id, {}), shipped_law(), begins)
    is_small = setting.group is None and tender.facts.get("procedure") == BELOW_PROCEDURE
    if setting.group is Group.BELOW or is_small:
        return None
    return last_of(shipped_law().period("standstill", begins).count, begins, BANK_HOLIDAYS)


def sequence_of(tender: Tender, known: Known) -> int:
    """Return how often the dates may have changed: a calendar takes the higher for the newer."""
    version, _sheet = known.timetables.get(tender.id, (0, {}))
    return (
        version
        + known.amendments.get(tender.id, 0)
        + known.award_notices.get(tender.id, 0)
        + (1 if tender.cancelled_at else 0)
        + (1 if tender.id in known.signed else 0)
    )
