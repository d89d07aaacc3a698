"""Daily duties: what the service does of itself each day, once, and later if it was down.

A duty is a function of the first and the last day it has to make up for, as London counts days.
It comes to the same result if it is done twice, for the service may stop at any moment.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock
from foundation.database import Base, db, queue_for, transaction

# The name under which app.py lists the duties: name → what does it.
DUTIES = "duties"
# A day is taken up from this hour in London on, so that nobody is written to at night.
FROM_HOUR = time(6)
# Nobody else takes a duty up while one is at it; a process that was killed loses it after this.
LEASE = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
LOOK_SECONDS = 30.0

Duty = Callable[[date, date], None]
logger = logging.getLogger(__name__)


class DutyDone(Base):
    """Through which day a duty is done. Days it was not are made up for at the next run."""

    __tablename__ = "duty_done"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    # None until it was done for the first time.
    through: Mapped[date | None]
    done_at: Mapped[datetime | None]
    # The first day it was ever wanted: nothing is made up for before it.
    since: Mapped[date]
    # Until when nobody else takes it up: somebody is at it, or it failed a moment ago.
    not_before: Mapped[datetime | None]
    # Failures one after the other, and the type of the last: never its text.
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


@dataclass(frozen=True)
class Standing:
    """How a duty stands: through which day it is done, and what kept it from the rest."""

    name: str
    through: date | None
    done_at: datetime | None
    behind: int
    failures: int
    last_error: str | None


def day_of(moment: datetime) -> date:
    """Return the last day whose duties can be done at ``moment``."""
    there = clock.london(moment)
    return there.date() if there.time() >= FROM_HOUR else there.date() - timedelta(days=1)


def do_due(duties: Mapping[str, Duty], *, insist: bool = False) -> dict[str, bool]:
    """Do every duty that is behind and return, by name, whether it could be done.

    One that fails is tried again later and keeps none of the others. ``insist``: also those that
    failed a moment ago.
    """
    found = {}
    for name, duty in duties.items():
        days = _take(name, insist=insist)
        if days is not None:
            found[name] = _do(name, duty, *days)
    return found


def standings(duties: Mapping[str, Duty]) -> list[Standing]:
    """Return how every duty stands, in the order they are done in."""
    today = day_of(clock.now())
    rows = {row.name: row for row in db.session.scalars(select(DutyDone))}
    return [_standing(name, rows.get(name), today) for name in duties]


def _standing(name: str, row: DutyDone | None, today: date) -> Standing:
    if row is None:
        return Standing(name, None, None, 1, 0, None)
    first = row.since if row.through is None else row.through + timedelta(days=1)
    behind = max(0, (today - first).days + 1)
    return Standing(name, row.through, row.done_at, behind, row.failures, row.last_error)


def _take(name: str, *, insist: bool) -> tuple[date, date] | None:
    """Take a duty up and return its days; None where it is done, or somebody else is at it."""
    moment = clock.now()
    today = day_of(moment)
    # Most looks find nothing to do, and a look must not take the right to write.
    known = db.session.scalars(
        select(DutyDone).where(DutyDone.name == name).execution_options(populate_existing=True)
    ).one_or_none()
    if known is not None and not _wanted(known, today, moment, insist=insist):
        return None
    with transaction():
        queue_for(f"duty:{name}")
        row = _row(name)
        if row is None:
            row = DutyDone(name=name, since=today, through=None, done_at=None, not_before=None)
            db.session.add(row)
        elif not _wanted(row, today, moment, insist=insist):
            return None
        row.not_before = moment + LEASE
        first = row.since if row.through is None else row.through + timedelta(days=1)
    return first, today


def _wanted(row: DutyDone, today: date, moment: datetime, *, insist: bool) -> bool:
    if row.through is not None and row.through >= today:
        return False
    waits = row.not_before is not None and moment < row.not_before
    return not waits or (insist and row.failures > 0)


def _row(name: str) -> DutyDone | None:
    return db.session.scalars(
        select(DutyDone)
        .where(DutyDone.name == name)
        .with_for_update(of=DutyDone)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _do(name: str, duty: Duty, first: date, last: date) -> bool:
    try:
        duty(first, last)
    except Exception as error:
        logger.exception("Duty %s failed", name)
        db.session.rollback()
        _note_failure(name, type(error).__name__)
        return False
    with transaction():
        row = _row(name)
        if row is not None:
            # Somebody may have taken it over and been faster.
            row.through = last if row.through is None else max(row.through, last)
            row.done_at = clock.now()
            row.not_before, row.failures, row.last_error = None, 0, None
    return True


def _note_failure(name: str, error: str) -> None:
    with transaction():
        row = _row(name)
        if row is not None:
            wait = min(FIRST_WAIT * 2 ** min(row.failures, 16), LONGEST_WAIT)
            row.failures, row.last_error = row.failures + 1, error
            row.not_before = clock.now() + wait


class Rounds:
    """A thread beside the web server, or a process of its own, that does what a day asks for."""

    def __init__(self, app: Flask, seconds: float = LOOK_SECONDS) -> None:
        self._app, self._seconds = app, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self.go_round, name="duties", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.ask_to_stop()
        self._thread.join()

    def ask_to_stop(self) -> None:
        """End after the duty that is being done."""
        self._over.set()

    def go_round(self) -> None:
        """Look again and again, until asked to stop."""
        while not self._over.is_set():
            try:
                with self._app.app_context():
                    do_due(self._app.extensions[DUTIES])
            except Exception:
                # The database may be away for a moment; the next look tries again.
                logger.exception("The duties of the day could not be looked at")
            self._over.wait(self._seconds)
