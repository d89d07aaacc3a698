"""What needs an officer once results are released: the standstill, and the award."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import url_for
from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.clock import show_date
from foundation.database import db
from scoring.models import StandstillEvent
from scoring.queries.interests import barrier_in, standings_in
from scoring.rules.standstill import Duty, Event, Kind, Standing, standing
from tenders.models import Notice, Tender
from tenders.rules.lifecycle import Stage
from tenders.today import Task, end_of

AFTER_RESULTS = (Stage.DECIDED, Stage.STANDSTILL)


def after_results(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return what is to be done between results and contract, in two statements."""
    mine = {
        tender.id: tender
        for tender in tenders
        if tender.stage in AFTER_RESULTS
        and viewer.may(Permission.RESULT_RELEASE, tender_id=tender.id)
    }
    if not mine:
        return []
    stands, events = standings_in(mine), _events([*mine])
    # Before anything is recorded, the award notice is what needs somebody (tenders.today).
    return [
        _task(mine[tender_id], known, moment)
        for tender_id, known in events.items()
        if barrier_in(stands, viewer, mine[tender_id]).is_open
    ]


def _events(tender_ids: list[int]) -> dict[int, list[Event]]:
    rows = db.session.execute(
        select(
            StandstillEvent.tender_id,
            StandstillEvent.kind,
            StandstillEvent.notice_id,
            StandstillEvent.ends_on,
            Notice.struck_at,
        )
        .outerjoin(Notice, Notice.id == StandstillEvent.notice_id)
        .where(StandstillEvent.tender_id.in_(tender_ids))
        .order_by(StandstillEvent.number)
    )
    found: dict[int, list[Event]] = {}
    for tender_id, kind, notice_id, ends_on, struck_at in rows:
        event = Event(Kind(kind), notice_id, ends_on, struck=struck_at is not None)
        found.setdefault(tender_id, []).append(event)
    return found


def _task(tender: Tender, events: list[Event], moment: datetime) -> Task:
    # Whether one is demanded, its own page says: what was skipped was not.
    now = standing(events, Duty.MAY)
    words, day = _words(now, moment)
    link = url_for("scoring.standstill", tender=tender.token)
    return Task(words, link, tender, end_of(day) if day else None, day)


def _words(now: Standing, moment: datetime) -> tuple[str, date | None]:
    if now.held:
        return "The award is held: say when it goes on", None
    if now.skipped:
        return "Record that the contract is signed", None
    day = now.may_sign_from
    if day is None:
        return "Record the award notice again: the one the standstill ran from is struck out", None
    if day <= clock.london(moment).date():
        return "The standstill is over: record when the contract is signed", None
    return f"The contract may be signed from {show_date(day)}", day
