"""Reading tasks the service gave: those of the viewer's organisation, as far as he may be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation import clock
from foundation.database import db
from tenders.models import GivenTask, Tender
from tenders.tasks import guard, kind_of, title_of, told_of
from tenders.today import Task

# Who reads a task beside those who are told of it.
READS = {
    OrganisationKind.AUTHORITY: Permission.CONTRACT_READ,
    OrganisationKind.SUPPLIER: Permission.BID_READ,
}
MOST_ENDED = 50


def given_tasks(viewer: Viewer, tenders: Sequence[Tender], _moment: datetime) -> Iterable[Task]:
    """Return what the service gave the viewer's authority to do, for its start page."""
    by_id = {tender.id: tender for tender in tenders}
    for task in _told(viewer, _open_tasks(viewer, list(by_id))):
        if task.tender_id is not None:
            due = datetime.combine(task.due_on + timedelta(days=1), time(), clock.LONDON)
            link = url_for("tenders.task", task=task.token)
            yield Task(
                title_of(task),
                link,
                by_id[task.tender_id],
                due,
                task.due_on,
                alike=title_of(task),
                together=url_for("tenders.tasks"),
            )


def open_tasks_of(viewer: Viewer, tender_ids: Sequence[int] | None = None) -> list[GivenTask]:
    """Return the open tasks the viewer is told of or may read, the earliest day first."""
    return _readable(viewer, _open_tasks(viewer, tender_ids))


def ended_tasks_of(viewer: Viewer) -> list[GivenTask]:
    """Return the last tasks that were ended, the newest first."""
    found = db.session.scalars(
        _tasks(viewer)
        .where(GivenTask.done_at.is_not(None))
        .order_by(GivenTask.done_at.desc(), GivenTask.id.desc())
        .limit(MOST_ENDED)
    )
    return _readable(viewer, list(found))


def task_for(viewer: Viewer, token: str) -> GivenTask:
    """Return one task. Raises NoResultFound, also for one the viewer may not be told of."""
    found = _readable(viewer, list(db.session.scalars(_tasks(viewer, GivenTask.token == token))))
    if not found:
        raise NoResultFound
    return found[0]


def is_told(viewer: Viewer, task: GivenTask) -> bool:
    """Return whether the task is the viewer's to deal with."""
    return any(_may(viewer, one, task) for one in told_of(kind_of(task), task.organisation))


def _may(viewer: Viewer, permission: Permission, task: GivenTask) -> bool:
    """What a company keeps for all its bids is not for people brought in for one of them."""
    if task.tender_id is None:
        return viewer.may_everywhere(permission)
    return viewer.may(permission, tender_id=task.tender_id)


def _tasks(viewer: Viewer, *which: ColumnElement[bool]) -> Select[GivenTask]:
    return (
        select(GivenTask)
        .options(
            joinedload(GivenTask.organisation, innerjoin=True),
            joinedload(GivenTask.tender),
            joinedload(GivenTask.done_by),
        )
        .where(GivenTask.organisation_id == viewer.organisation_id, *which)
    )


def _open_tasks(viewer: Viewer, tender_ids: Sequence[int] | None) -> list[GivenTask]:
    wanted = _tasks(viewer, GivenTask.done_at.is_(None))
    if tender_ids is not None:
        wanted = wanted.where(
            or_(GivenTask.tender_id.in_(tender_ids), GivenTask.tender_id.is_(None))
        )
    return list(db.session.scalars(wanted.order_by(GivenTask.due_on, GivenTask.id)))


def _told(viewer: Viewer, tasks: Sequence[GivenTask]) -> list[GivenTask]:
    return _not_hidden(viewer, [task for task in tasks if is_told(viewer, task)])


def _readable(viewer: Viewer, tasks: Sequence[GivenTask]) -> list[GivenTask]:
    reads = READS[viewer.kind]
    return _not_hidden(
        viewer,
        [task for task in tasks if _may(viewer, reads, task) or is_told(viewer, task)],
    )


def _not_hidden(viewer: Viewer, tasks: list[GivenTask]) -> list[GivenTask]:
    if viewer.kind is not OrganisationKind.AUTHORITY or not tasks:
        return tasks
    hidden = guard().hidden(viewer, tasks)
    return [task for task in tasks if task.id not in hidden]
