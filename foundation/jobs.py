"""Slow work: written down in the change that asks for it, done by a worker, never lost.

A job is known by (kind, subject) and may run more than once, if a worker dies at the wrong
moment: a handler must come to the same result the second time.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from sqlalchemy import JSON, Index, Text, UniqueConstraint, insert, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock
from foundation.database import Base, db, transaction
from foundation.stores.base import FilesUnreachable

LEASE = timedelta(minutes=5)
HEARTBEAT_SECONDS = 60.0
IDLE_SECONDS = 1.0
# How long a worker that is asked to stop waits for the job at hand.
LAST_SECONDS = 10.0
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
# What is away comes back: such a job is tried for about a day before it is given up.
AWAY = (OperationalError, FilesUnreachable)
MOST_ATTEMPTS_AWAY = 30
LONGEST_ERROR = 500

Handler = Callable[[str, Mapping[str, Any]], None]
logger = logging.getLogger(__name__)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (UniqueConstraint("kind", "subject"), Index("ix_job_due", "state", "run_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # The token of what the work is about.
    subject: Mapped[str]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    run_at: Mapped[datetime]
    # While running: when another worker may take the job for abandoned.
    lease_until: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # Type of the last failure; never its text, which might quote content.
    last_error: Mapped[str | None] = mapped_column(Text)
    # Ids and choices only: this column is not encrypted.
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Mine:
    """What one worker is doing, and whether it is asked to stop."""

    def __init__(self) -> None:
        self.over = threading.Event()
        # Id and attempt of the job at hand.
        self.job: tuple[int, int] | None = None


def enqueue(
    kind: str,
    subject: str,
    payload: Mapping[str, Any] | None = None,
    *,
    run_at: datetime | None = None,
) -> Job:
    """Ask for work, in the caller's transaction(); asking again renews a job not yet running."""
    with transaction():
        job = db.session.scalars(
            select(Job).where(Job.kind == kind, Job.subject == subject).with_for_update()
        ).first()
        if job is None:
            job = Job(kind=kind, subject=subject)
            db.session.add(job)
        job.state = JobState.WAITING
        job.run_at = run_at or clock.now()
        job.attempts = 0
        job.lease_until = None
        job.last_error = None
        job.payload = dict(payload or {})
        db.session.flush()
    return job


def enqueue_new(kind: str, subjects: Sequence[str]) -> None:
    """Ask for work on one thing or more that were just made, in the caller's transaction().

    Nobody can have asked for it before, so that no row is looked for: as many statements for many
    as for one.
    """
    with transaction():
        db.session.execute(
            insert(Job),
            [
                {
                    "kind": kind,
                    "subject": subject,
                    "state": JobState.WAITING,
                    "run_at": clock.now(),
                    "attempts": 0,
                    "payload": {},
                }
                for subject in subjects
            ],
        )


def run_due_jobs(handlers: Mapping[str, Handler], mine: Mine | None = None) -> int:
    """Do everything that is due, or until asked to stop, and return how many were taken up."""
    taken, mine = 0, mine or Mine()
    while not mine.over.is_set() and (job := _take_one(list(handlers))) is not None:
        mine.job = (job.id, job.attempts)
        _run(job, handlers[job.kind])
        mine.job = None
        taken += 1
    return taken


def _take_one(kinds: list[str]) -> Job | None:
    moment = clock.now()
    due = (
        select(Job)
        .where(
            Job.kind.in_(kinds),
            or_(
                (Job.state == JobState.WAITING) & (Job.run_at <= moment),
                # A worker that was killed: its lease ran out.
                (Job.state == JobState.RUNNING) & (Job.lease_until <= moment),
            ),
        )
        .order_by(Job.run_at, Job.id)
        .limit(1)
    )
    # Most looks find nothing, and a look must not take the right to write.
    if db.session.scalars(due).first() is None:
        db.session.rollback()
        return None
    with transaction():
        job = db.session.scalars(
            due.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        ).first()
        if job is not None:
            job.state = JobState.RUNNING
            job.attempts += 1
            job.heartbeat_at = moment
            job.lease_until = moment + LEASE
    return job


def _run(job: Job, handler: Handler) -> None:
    job_id, attempt = job.id, job.attempts
    with _Heartbeat(current_app._get_current_object(), job_id, attempt):  # type: ignore[attr-defined]
        try:
            handler(job.subject, job.payload)
        except Exception as error:
            logger.exception("Job %s %s failed", job.kind, job.subject)
            failure: str | None = type(error).__name__
            most = MOST_ATTEMPTS_AWAY if isinstance(error, AWAY) else MOST_ATTEMPTS
            db.session.rollback()
        else:
            failure, most = None, MOST_ATTEMPTS
    _finish(job_id, attempt, failure, most)


def _finish(job_id: int, attempt: int, failure: str | None, most: int) -> None:
    with transaction():
        job = db.session.get_one(Job, job_id, populate_existing=True)
        if job.attempts != attempt or job.state is not JobState.RUNNING:
            # Renewed, or taken over after the lease ran out: the result is not ours to write.
            return
        job.lease_until = None
        if failure is None:
            job.state, job.last_error = JobState.DONE, None
            return
        job.last_error = failure[:LONGEST_ERROR]
        job.state = JobState.FAILED if attempt >= most else JobState.WAITING
        job.run_at = clock.now() + min(FIRST_WAIT * 2 ** min(attempt - 1, 16), LONGEST_WAIT)


class _Heartbeat:
    """Renews the lease while a handler works, from a thread with a session of its own."""

    def __init__(self, app: Flask, job_id: int, attempt: int) -> None:
        self._app, self._job_id, self._attempt = app, job_id, attempt
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(HEARTBEAT_SECONDS):
            with self._app.app_context(), transaction():
                job = db.session.get_one(Job, self._job_id)
                if job.attempts == self._attempt and job.state is JobState.RUNNING:
                    job.heartbeat_at = clock.now()
                    job.lease_until = clock.now() + LEASE


class Worker:
    """A thread beside the web server, or a process of its own, that does what is due."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._mine = Mine()
        self._thread = threading.Thread(target=self.work, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End after the job that is being done."""
        self._mine.over.set()

    def stop(self, seconds: float = LAST_SECONDS) -> None:
        """End, and give back a job that takes longer than ``seconds``: the process ends now, and
        whoever looks next begins it again without waiting for the lease to run out."""
        self.ask_to_stop()
        self._thread.join(seconds)
        job = self._mine.job
        if job is not None:
            with self._app.app_context():
                _give_back(*job)

    def work(self) -> None:
        """Look again and again, until asked to stop."""
        while not self._mine.over.wait(IDLE_SECONDS):
            try:
                with self._app.app_context():
                    run_due_jobs(self._app.extensions["job_handlers"], self._mine)
            except Exception:
                # The database may be away for a moment; the next look tries again.
                logger.exception("The worker could not look for jobs")


def _give_back(job_id: int, attempt: int) -> None:
    with transaction():
        job = db.session.get_one(Job, job_id, populate_existing=True, with_for_update=True)
        if job.attempts == attempt and job.state is JobState.RUNNING:
            job.state, job.lease_until, job.run_at = JobState.WAITING, None, clock.now()
            # It did not fail. The next attempt must still be another than this one.
            job.last_error = None


def try_failed_again() -> int:
    """Let every job that was given up be tried again, and return how many there were."""
    with transaction():
        failed = db.session.scalars(select(Job).where(Job.state == JobState.FAILED)).all()
        for job in failed:
            job.state, job.attempts, job.run_at = JobState.WAITING, 0, clock.now()
    return len(failed)
