"""Giving tasks, and ending them: by hand with words, or when what they waited for has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock, mail
from foundation.database import db, queue_for, transaction
from foundation.errors import DomainError
from tenders.models import GivenTask
from tenders.rules.tasks import days_in_words, step_reached
from tenders.tasks import days_left, kind_of, title_of, who_is_written_to

TASK = "task.given"
LONGEST_WORDS = 4000


class CannotEndTask(DomainError):
    """Somebody says a task is done without saying how, or one that only its cause ends."""


@dataclass(frozen=True)
class Wanted:
    """A task that there is to be, as give_task() takes it."""

    organisation_id: int
    tender_id: int | None
    kind: str
    subject: str
    due_on: date
    details: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


def keep_tasks(
    kinds: Collection[str], wanted: Iterable[Wanted], gone: str, *, about: str = ""
) -> None:
    """Give what is wanted, the earliest day first, and end the other open tasks of these kinds.

    ``gone``: why those end, holding nothing of a bid. ``about``: only tasks whose subject begins
    with it.
    """
    listed = sorted(set(wanted), key=lambda one: (one.due_on, one.kind, one.subject))
    stay = {(one.organisation_id, one.kind, one.subject, one.due_on) for one in listed}
    still = db.session.scalars(
        select(GivenTask).where(
            GivenTask.kind.in_(kinds),
            GivenTask.done_at.is_(None),
            GivenTask.subject.startswith(about, autoescape=True),
        )
    ).all()
    for task in still:
        if (task.organisation_id, task.kind, task.subject, task.due_on) not in stay:
            done_task(task.organisation_id, task.kind, task.subject, gone, due_on=task.due_on)
    for one in listed:
        give_task(
            one.organisation_id, one.tender_id, one.kind, one.subject, one.due_on, one.details
        )


def give_task(
    organisation_id: int,
    tender_id: int | None,
    kind: str,
    subject: str,
    due_on: date,
    details: Mapping[str, Any],
) -> GivenTask:
    """Give an organisation one thing to do, once for its kind, subject and day, and remind of it.

    Called again, as a duty does each day, it writes the reminder whose day has come; a task that is
    done stays done. ``kind``: one of those app.py registers. ``details``: ids, dates and choices
    only; ``bid``: the id of the bid it is about, if it is about one.
    """
    with transaction():
        queue_for(f"task:{organisation_id}:{kind}:{subject}:{due_on}")
        task = _known(organisation_id, kind, subject, due_on)
        if task is None:
            task = GivenTask(
                organisation_id=organisation_id,
                tender_id=tender_id,
                kind=kind,
                subject=subject,
                due_on=due_on,
                details=dict(details),
                given_at=clock.now(),
                told=None,
            )
            db.session.add(task)
            db.session.flush()
            _record("task.given", task, by=audit.SYSTEM)
        _remind(task)
    return task


def done_task(
    organisation_id: int, kind: str, subject: str, words: str, *, due_on: date | None = None
) -> int:
    """End the open tasks of this kind and subject because their cause is gone; return how many.

    ``due_on``: only the one for that day. ``words``: why, holding nothing of a bid.
    """
    with transaction():
        wanted = select(GivenTask).where(
            GivenTask.organisation_id == organisation_id,
            GivenTask.kind == kind,
            GivenTask.subject == subject,
            GivenTask.done_at.is_(None),
        )
        if due_on is not None:
            wanted = wanted.where(GivenTask.due_on == due_on)
        found = list(
            db.session.scalars(
                wanted.with_for_update(of=GivenTask).execution_options(populate_existing=True)
            )
        )
        for task in found:
            _end(task, words, by=None)
    return len(found)


def end_task(task: GivenTask, words: str, *, by: Viewer) -> GivenTask:
    """End a task by hand, with what was done about it; one ended meanwhile stays as it was ended.

    Raises CannotEndTask.
    """
    said = words.strip()
    with transaction():
        current = _held(task)
        if current.done_at is not None:
            return current
        if not kind_of(current).done_by_hand:
            raise CannotEndTask(
                "You cannot end this task by hand because it ends when what it waits for happens"
            )
        if not said:
            raise CannotEndTask("Enter what was done about it", field="words")
        if len(said) > LONGEST_WORDS:
            raise CannotEndTask(
                f"What was done must be {LONGEST_WORDS} characters or fewer", field="words"
            )
        _end(current, said, by=by)
    return current


def _end(task: GivenTask, words: str, *, by: Viewer | None) -> None:
    task.done_at = clock.now()
    task.done_by_id = by.person_id if by else None
    task.words = words
    _record("task.done", task, by=by.person_token if by else audit.SYSTEM)


def _remind(task: GivenTask) -> None:
    """Write to those who are told, once for each step that is reached, by the people of then."""
    left = days_left(task.due_on)
    step = step_reached(kind_of(task).reminders, left)
    if task.done_at is not None or step is None or step == task.told:
        return
    task.told = step
    title, tender = title_of(task), task.tender
    of = f"\nTender: {tender.title}\n" if tender else ""
    text = (
        f"{title}: {clock.show_date(task.due_on)}, {days_in_words(left)}.\n{of}\n"
        f"What it is about, why you are told and what to do:\n"
        f"{mail.link('tenders.task', task=task.token)}\n"
    )
    subject = f"{title}: {clock.show_date(task.due_on)}"
    people = [member.email for member in who_is_written_to(task)]
    mail.post(TASK, f"{task.token}:{step}", people, subject, text)


def _record(action: str, task: GivenTask, *, by: str) -> None:
    """Write it down with the tender for the authority that leads it, else with the organisation.

    What a company is reminded of is its own affair, before the opening above all.
    """
    tender = task.tender
    leads = tender is not None and tender.authority_id == task.organisation_id
    subject = ("organisation", task.organisation.token)
    if tender is not None and leads:
        subject = ("tender", tender.token)
    details = {"kind": task.kind, "due_on": task.due_on.isoformat()}
    audit.record(action, actor=by, subject=subject, task=task.token, **details)


def _known(organisation_id: int, kind: str, subject: str, due_on: date) -> GivenTask | None:
    return db.session.scalars(
        select(GivenTask).where(
            GivenTask.organisation_id == organisation_id,
            GivenTask.kind == kind,
            GivenTask.subject == subject,
            GivenTask.due_on == due_on,
        )
    ).one_or_none()


def _held(task: GivenTask) -> GivenTask:
    return db.session.scalars(
        select(GivenTask)
        .where(GivenTask.id == task.id)
        .with_for_update(of=GivenTask)
        .execution_options(populate_existing=True)
    ).one()
