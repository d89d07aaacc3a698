"""Giving tasks, and ending them: by hand with words, or when what they waited for has happened."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from accounts.queries import Viewer
from foundation import audit, clock, mail
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders.models import GivenTask
from tenders.rules.tasks import days_in_words, step_reached
from tenders.tasks import WrittenTo, days_left, kind_named, kind_of, title_of

TASK = "task.given"
LONGEST_WORDS = 4000
# What a task is known by: organisation, kind, subject and day.
Key = tuple[int, str, str, date]
_KEY = (GivenTask.organisation_id, GivenTask.kind, GivenTask.subject, GivenTask.due_on)
# A database takes so many values in one statement.
AT_ONCE = 5000


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

    @property
    def key(self) -> Key:
        return self.organisation_id, self.kind, self.subject, self.due_on


def keep_tasks(
    kinds: Collection[str], wanted: Iterable[Wanted], gone: str, *, about: str = ""
) -> None:
    """Give what is wanted, the earliest day first, and end the other open tasks of these kinds.

    ``gone``: why those end, holding nothing of a bid. ``about``: only tasks whose subject begins
    with it. A thousand tasks take as many statements as one; each tender or organisation whose
    record grows takes a few, and so does each bid about which somebody is written to.
    """
    listed = sorted(set(wanted), key=lambda one: (one.due_on, one.kind, one.subject))
    stay = {one.key for one in listed}
    with transaction():
        still = db.session.execute(
            select(GivenTask.id, *_KEY).where(
                GivenTask.kind.in_(kinds),
                GivenTask.done_at.is_(None),
                GivenTask.subject.startswith(about, autoescape=True),
            )
        ).all()
        ended = [number for number, *key in still if tuple(key) not in stay]
        _end([task for task in _to_change(ended) if task.done_at is None], gone, by=None)
        _give(listed)


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
    one = Wanted(organisation_id, tender_id, kind, subject, due_on, details)
    with transaction():
        _give([one])
        return db.session.scalars(select(GivenTask).where(*_is(one))).one()


def _give(listed: Sequence[Wanted]) -> None:
    """Write down what is not there yet, and the reminders whose day has come."""
    known = _known(listed)
    new = set(_added([one for one in listed if one.key not in known]))
    late = [
        row.id
        for row in known.values()
        if row.done_at is None and _step(row.kind, row.due_on) not in (None, row.told)
    ]
    tasks = _to_change([*new, *late])
    _record("task.given", [task for task in tasks if task.id in new], by=audit.SYSTEM)
    _remind(tasks)


def _known(listed: Sequence[Wanted]) -> dict[Key, Any]:
    """Return what is there of what is wanted, done or not, by its key."""
    rows: list[Any] = []
    for some in _batches([one.subject for one in listed]):
        columns = (GivenTask.id, *_KEY, GivenTask.told, GivenTask.done_at)
        kinds = {one.kind for one in listed}
        rows += db.session.execute(
            select(*columns).where(GivenTask.subject.in_(some), GivenTask.kind.in_(kinds))
        ).all()
    wanted = {one.key for one in listed}
    found = {(row.organisation_id, row.kind, row.subject, row.due_on): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


def _added(missing: Sequence[Wanted]) -> list[int]:
    """Add tasks and return the ids of those that are new: somebody else may give one meanwhile."""
    if not missing:
        return []
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [
        {
            "token": new_token(),
            "organisation_id": one.organisation_id,
            "tender_id": one.tender_id,
            "kind": one.kind,
            "subject": one.subject,
            "due_on": one.due_on,
            "details": dict(one.details),
            "given_at": clock.now(),
            "told": None,
            "words": "",
        }
        for one in missing
    ]
    add = dialect.insert(GivenTask.__table__).on_conflict_do_nothing()
    return list(db.session.execute(add.returning(GivenTask.id), rows).scalars())


def _to_change(ids: Sequence[int]) -> list[GivenTask]:
    """Return tasks by id as they stand, in the order they were given; nobody else changes them."""
    if not ids:
        return []
    found: list[GivenTask] = []
    for some in _batches(sorted(ids)):
        found += db.session.scalars(
            select(GivenTask)
            .options(selectinload(GivenTask.tender), selectinload(GivenTask.organisation))
            .where(GivenTask.id.in_(some))
            .order_by(GivenTask.id)
            .with_for_update(of=GivenTask)
            .execution_options(populate_existing=True)
        )
    return found


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
        found = db.session.scalars(
            wanted.with_for_update(of=GivenTask).execution_options(populate_existing=True)
        ).all()
        _end(found, words, by=None)
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
        _end([current], said, by=by)
    return current


def _end(tasks: Sequence[GivenTask], words: str, *, by: Viewer | None) -> None:
    for task in tasks:
        task.done_at = clock.now()
        task.done_by_id = by.person_id if by else None
        task.words = words
    _record("task.done", tasks, by=by.person_token if by else audit.SYSTEM)


def _step(kind: str, due_on: date) -> int | None:
    """Return the reminder of a kind whose day has come, as step_reached() does."""
    return step_reached(kind_named(kind).reminders, days_left(due_on))


def _remind(tasks: Sequence[GivenTask]) -> None:
    """Write to those who are told, once for each step that is reached, by the people of then."""
    letters, written_to = [], WrittenTo()
    for task in tasks:
        step = _step(task.kind, task.due_on)
        if task.done_at is None and step is not None and step != task.told:
            task.told = step
            people = tuple(member.email for member in written_to(task))
            letters.append(_letter(task, step, people))
    if letters:
        mail.post_each(TASK, letters)


def _letter(task: GivenTask, step: int, people: tuple[str, ...]) -> mail.Letter:
    left, title, tender = days_left(task.due_on), title_of(task), task.tender
    of = f"\nTender: {tender.title}\n" if tender else ""
    text = (
        f"{title}: {clock.show_date(task.due_on)}, {days_in_words(left)}.\n{of}\n"
        f"What it is about, why you are told and what to do:\n"
        f"{mail.link('tenders.task', task=task.token)}\n"
    )
    subject = f"{title}: {clock.show_date(task.due_on)}"
    return mail.Letter(f"{task.token}:{step}", people, subject, text)


def _record(action: str, tasks: Iterable[GivenTask], *, by: str) -> None:
    """Write it down with the tender for the authority that leads it, else with the organisation.

    What a company is reminded of is its own affair, before the opening above all.
    """
    chains: dict[audit.Subject, list[Mapping[str, Any]]] = {}
    for task in tasks:
        tender = task.tender
        leads = tender is not None and tender.authority_id == task.organisation_id
        subject = ("organisation", task.organisation.token)
        if tender is not None and leads:
            subject = ("tender", tender.token)
        details = {"kind": task.kind, "due_on": task.due_on.isoformat(), "task": task.token}
        chains.setdefault(subject, []).append(details)
    for subject, each in chains.items():
        audit.record_each(action, each, actor=by, subject=subject)


def _batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _is(one: Wanted) -> list[ColumnElement[bool]]:
    return [column == value for column, value in zip(_KEY, one.key, strict=True)]


def _held(task: GivenTask) -> GivenTask:
    return db.session.scalars(
        select(GivenTask)
        .where(GivenTask.id == task.id)
        .with_for_update(of=GivenTask)
        .execution_options(populate_existing=True)
    ).one()
