"""The service's own clock: it begins at the machine's, and is not led astray when that is stepped.

A closing time must not depend on what is done to a machine's clock meanwhile. So the time is told
by what the machine counts since it was started, which nobody can set; the machine's clock only
says where to begin, and is followed where it is put right by a little.

How far apart the two were is kept in a file beside the database, so that a service started again
on a machine that was not goes on by the same clock.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

SECOND = 1_000_000_000
# A machine that stood still while it was moved is put right by so much. No more than the first
# minute after a closing time, in which nothing is opened: what is followed wrongly opens nothing.
FORWARD = 60 * SECOND
# Put back by so much, the service's time stands still until it is reached again.
BACK = 2 * SECOND
FILE = "clock.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)
Clock = Callable[[], int]


def running() -> int:
    """Return the nanoseconds this machine has counted, those in which it slept included."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """Tells the time of one process; its threads share it."""

    def __init__(self, wall: Clock = time.time_ns, running: Clock = running) -> None:
        self._wall, self._running = wall, running
        self._guard = threading.Lock()
        # What the machine shows when it has counted nothing.
        self._from = wall() - running()
        self._last = 0
        self._apart = 0

    def now(self) -> datetime:
        """Return the present moment, UTC; never before one that was returned."""
        with self._guard:
            self._look()
            return EPOCH + timedelta(microseconds=self._last // 1000)

    def apart(self) -> timedelta:
        """Return how far the machine's clock is ahead of this one; nothing while they agree."""
        with self._guard:
            self._look()
            return timedelta(microseconds=self._apart // 1000)

    def carry_on(self, folder: Path) -> None:
        """Go by the clock of the service that ran here before, if the machine ran on since."""
        kept = _read(folder / FILE)
        if kept is not None:
            with self._guard:
                self._from = kept

    def keep(self, folder: Path) -> None:
        """Let a service that is started here after this one carry on."""
        with self._guard:
            self._look()
            came_from = self._from
        boot = _boot()
        if boot and _read(folder / FILE) != came_from:
            draft = folder / f".{FILE}-{os.getpid()}"
            draft.write_text(json.dumps({"boot": boot, "from": came_from}), encoding="utf-8")
            draft.replace(folder / FILE)

    def _look(self) -> None:
        counted, shown = self._running(), self._wall()
        apart = shown - counted - self._from
        agree = -BACK <= apart <= FORWARD
        if agree:
            self._from += apart
        elif not self._apart:
            logger.error(
                "The machine's clock was set to another time: the service goes on by its own, "
                "which is %.0f seconds behind it",
                apart / SECOND,
            )
        self._apart = 0 if agree else apart
        self._last = max(self._last, counted + self._from)


def _boot() -> str:
    """Return what names the time since the machine was started; "" where nothing does."""
    try:
        return BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _read(path: Path) -> int | None:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return int(kept["from"]) if kept["boot"] == _boot() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


STEADY = SteadyClock()
