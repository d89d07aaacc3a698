"""Makes the archive of all schedules of a tender: part by part, in lanes, whoever stops when.

Each lane is a stretch of the bids and a job of its own, so that several workers make one archive at
once. What is done stands in the row with the wish (``schedules_made``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from contract_clauses.queries import NoLibrary
from foundation import clock, files, jobs, keys
from foundation.database import db, transaction
from foundation.errors import DomainError
from records.models import MadeRecord
from records.pack.reader import reader
from records.pack.zipping import PiecesSource
from records.schedule_batch import Part, Wished, archive, kept_part, next_bids
from records.schedules_made import (
    MAKE,
    MAKE_LANE,
    lanes_of,
    must_see_schedules,
    note,
    parts_of,
    row_at,
    row_to_change,
)
from tenders.models import Tender
from tenders.seals import ContentDestroyed, must_not_be_destroyed

NO_LONGER = "Whoever asked for it may not see the schedules of all bids any more"


class TakenOver(RuntimeError):
    """Another worker has gone on with the same archive: this one stops."""


def make_schedules(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job from where it was left: one part a turn, so that mail and whatever else is due
    is not kept waiting by a large archive; the last turn puts the parts together."""
    _make(subject, 0)


def make_lane(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job of a lane, one part a turn; the last lane has the parts put together."""
    token, _, lane = subject.rpartition("/")
    _make(token, int(lane))


def _make(token: str, lane: int) -> None:
    row = row_at(token)
    if row is None or row.made_at is not None or row.failed_because:
        return
    try:
        if _made_another_part(token, lane):
            with transaction():
                jobs.enqueue(*((MAKE, token) if lane == 0 else (MAKE_LANE, f"{token}/{lane}")))
        elif not _lanes_at_work(token):
            if lane == 0:
                _put_together(token)
            else:
                jobs.enqueue(MAKE, token)
    except (ContentDestroyed, NoLibrary) as error:
        _give_up(token, str(error))
    except (DomainError, NoResultFound):
        _give_up(token, NO_LONGER)


def _made_another_part(token: str, lane: int = 0) -> bool:
    row, tender, viewer = _at_work(token)
    ids = _next_of(row, tender, lane)
    if not ids:
        return False
    made = len(_in_lane(row, lane))
    part = kept_part(tender, viewer, ids, Wished.read(row.options or {}, row.asked_at))
    with transaction():
        current = row_to_change(token)
        ended = current.made_at is not None or current.failed_because
        if ended or len(_in_lane(current, lane)) != made:
            raise TakenOver
        options = dict(current.options or {})
        options["parts"] = [*options["parts"], part.plain]
        options["of"] = max(options["of"], sum(one["bids"] for one in options["parts"]))
        current.options = options
    return True


def _in_lane(row: MadeRecord, lane: int) -> list[Part]:
    after, until = lanes_of(row)[lane]
    return [one for one in parts_of(row) if one.last > after and (not until or one.last <= until)]


def _next_of(row: MadeRecord, tender: Tender, lane: int) -> list[int]:
    after, until = lanes_of(row)[lane]
    return next_bids(tender, max([after, *(one.last for one in _in_lane(row, lane))]), until=until)


def _lanes_at_work(token: str) -> list[int]:
    """Return the lanes that have not made all their parts. Raises as ``_at_work``."""
    row, tender, _ = _at_work(token)
    return [lane for lane in range(len(lanes_of(row))) if _next_of(row, tender, lane)]


def _put_together(token: str) -> None:
    row, tender, viewer = _at_work(token)
    parts, key, context = parts_of(row), keys.new_data_key(), f"record:{token}"
    pieces = archive(tender, parts, Wished.read(row.options or {}, row.asked_at))
    stored = files.store(PiecesSource(pieces), key=key, context=context)
    with transaction():
        current = row_to_change(token)
        if current.made_at is not None or len(parts_of(current)) != len(parts):
            raise TakenOver
        current.made_at = clock.now()
        current.stored_name, current.size = stored.name, stored.size
        current.sha256, current.wrapped_key = stored.sha256, keys.wrap(key, purpose=context)
        must_not_be_destroyed(db.session.get_one(Tender, tender.id, populate_existing=True))
        made = sum(one.bids for one in parts)
        held = sum(one.held for one in parts)
        current.options = {**(current.options or {}), "of": made, "held": held, "parts": []}
        note("schedules.made", tender, viewer, record=token, sha256=stored.sha256)
    _remove(parts)


def _at_work(token: str) -> tuple[MadeRecord, Tender, Viewer]:
    """Return the row, its tender and whoever asked, with the roles held now. Raises as
    ``must_see_schedules`` does."""
    row = row_at(token)
    if row is None:
        raise NoResultFound
    tender = db.session.get_one(Tender, row.tender_id)
    viewer = reader(row.asked_by_id, row.authority_id)
    if viewer is None:
        raise NoResultFound
    must_not_be_destroyed(tender)
    must_see_schedules(viewer, tender)
    return row, tender, viewer


def _give_up(token: str, why: str) -> None:
    db.session.rollback()
    with transaction():
        row = row_to_change(token)
        parts = parts_of(row)
        row.failed_because = why
        row.options = {**(row.options or {}), "parts": []}
    _remove(parts)


def _remove(parts: list[Part]) -> None:
    for part in parts:
        files.remove(part.name)
