"""When the service was running, and when it was not: told by the beats its workers leave."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import Index, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import audit, clock
from foundation.arrival import UNDER_WAY
from foundation.database import Base, db, transaction
from foundation.errors import DomainError
from foundation.settings import Settings
from foundation.steady import BACK, SECOND, STEADY
from foundation.tokens import new_token

BEAT_SECONDS = 15.0
# A shorter gap is a restart, or a beat that waited for its turn to write.
SHORTEST = timedelta(seconds=60)
# A beat may wait for its turn as long as a change does, and so may whatever else a process does.
STILL_THERE = timedelta(minutes=3)
# The name under which app.py lists what is done, in the same change, when an outage is noticed.
NOTICED = "outage_noticed"
# The name under which a process that leaves beats keeps the id of its row.
RUN = "service_run"
# What entries about the machine's clock are filed under.
CLOCK = ("service", "clock")

logger = logging.getLogger(__name__)


class ClockBehind(DomainError):
    """The service was to start at a time before one that it has recorded."""


class ServiceRun(Base):
    """A worker process from its start to the last beat it left."""

    __tablename__ = "service_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    # When the oldest request came in that may change something and was not done at the last beat.
    under_way_since: Mapped[datetime | None]


class Outage(Base):
    """A time in which no worker left a beat, noticed by the first one after it."""

    __tablename__ = "outage"
    __table_args__ = (Index("ix_outage_began_at_ended_at", "began_at", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # The last beat before, and the first after.
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    noticed_at: Mapped[datetime]


WhenNoticed = Callable[[Outage], None]


def beat(run_id: int | None = None) -> int:
    """Note that a worker runs now, and an outage if no worker left a beat for a minute before.

    ``run_id`` is what the worker's first beat returned; without it a run begins.
    """
    with transaction():
        _one_after_the_other()
        moment = clock.now()
        last = db.session.scalar(select(func.max(ServiceRun.last_seen_at)))
        if last is not None and moment - last >= SHORTEST:
            _note(last, moment)
        run = db.session.get(ServiceRun, run_id) if run_id else None
        if run is None:
            run = ServiceRun(started_at=moment, last_seen_at=moment)
            db.session.add(run)
        # A clock set back takes nothing away: what was seen was seen.
        run.last_seen_at = max(run.last_seen_at, moment)
        # Looked at after the moment was taken: what is not seen here came in after it.
        run.under_way_since = UNDER_WAY.oldest()
        db.session.flush()
        return run.id


def elsewhere_from_before(moment: datetime, own: int | None, *, at: datetime) -> int:
    """Return how many other processes may, ``at`` a time, still store what came before ``moment``.

    One that runs counts until a beat after ``moment`` says that it is done. One that left no beat
    for minutes does not run: what it had begun is stored, or never will be.
    """
    return (
        db.session.scalar(
            select(func.count(ServiceRun.id)).where(
                ServiceRun.id != (own or 0),
                ServiceRun.last_seen_at > at - STILL_THERE,
                or_(ServiceRun.last_seen_at <= moment, ServiceRun.under_way_since < moment),
            )
        )
        or 0
    )


def outages_between(first: datetime, last: datetime) -> list[Outage]:
    """Return the outages that touch the time from ``first`` until before ``last``, in order."""
    return list(
        db.session.scalars(
            select(Outage)
            .where(Outage.began_at < last, Outage.ended_at > first)
            .order_by(Outage.began_at, Outage.id)
        )
    )


def carry_on_the_clock(settings: Settings) -> None:
    """Go by the clock of the service that ran here before, if the machine ran on since."""
    STEADY.carry_on(settings.instance_folder)


def note_step(known: timedelta) -> timedelta:
    """Record that the machine's clock was set to another time, or right again, unless that is
    ``known``; return how far it is ahead of the service's."""
    apart = STEADY.apart()
    if bool(apart) != bool(known):
        action = "service.clock_stepped" if apart else "service.clock_agrees"
        with transaction():
            audit.record(
                action,
                actor=audit.SYSTEM,
                subject=CLOCK,
                seconds_ahead=round(apart.total_seconds()),
            )
    return apart


def the_clock_is_not_behind() -> None:
    """Raise ClockBehind if the machine shows a time before the last at which the service ran."""
    last = db.session.scalar(select(func.max(ServiceRun.last_seen_at)))
    moment = clock.now()
    db.session.rollback()
    if last is not None and moment < last - timedelta(seconds=BACK / SECOND):
        raise ClockBehind(
            f"The clock of this machine shows {clock.show_moment(moment)}, but the service ran "
            f"until {clock.show_moment(last)}: set the clock; if it is right, wait until then"
        )


def _one_after_the_other() -> None:
    """Let two processes not notice the same outage: the first run's row is held by one of them.

    On SQLite transaction() has done so already.
    """
    db.session.execute(
        select(ServiceRun.id).order_by(ServiceRun.id).limit(1).with_for_update()
    ).first()


def _note(began_at: datetime, ended_at: datetime) -> None:
    outage = Outage(token=new_token(), began_at=began_at, ended_at=ended_at, noticed_at=clock.now())
    db.session.add(outage)
    db.session.flush()
    told: Sequence[WhenNoticed] = current_app.extensions.get(NOTICED, ())
    for tell in told:
        tell(outage)
    logger.warning(
        "The service did not run from %s to %s", began_at.isoformat(), ended_at.isoformat()
    )


class Pulse:
    """A thread beside the web server that leaves beats: its own, so that no long job stops it."""

    def __init__(self, app: Flask, seconds: float = BEAT_SECONDS) -> None:
        self._app, self._seconds = app, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        run_id: int | None = None
        known = timedelta(0)
        while not self._over.is_set():
            try:
                with self._app.app_context():
                    run_id = self._app.extensions[RUN] = beat(run_id)
                    known = note_step(known)
                    STEADY.keep(self._app.extensions["settings"].instance_folder)
            except Exception:
                # The database is away: the first beat that gets through tells since when.
                logger.exception("The service could not leave a beat")
            self._over.wait(self._seconds)
