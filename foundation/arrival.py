"""The outermost layer: stamps when a request came in, before a byte of its body is read.

It is the moment at which the server had something of it, also where every thread was at work then.
It also knows which requests are not done yet, so that nothing is opened over the head of one that
came in time and is still waiting to be stored.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from foundation import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class UnderWay:
    """The requests of this process that may change something and are not done yet."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._arrived: list[datetime] = []

    def begin(self, arrived_at: datetime) -> None:
        with self._guard:
            self._arrived.append(arrived_at)

    def end(self, arrived_at: datetime) -> None:
        with self._guard:
            self._arrived.remove(arrived_at)

    @contextmanager
    def since(self, arrived_at: datetime) -> Iterator[None]:
        self.begin(arrived_at)
        try:
            yield
        finally:
            self.end(arrived_at)

    def oldest(self) -> datetime | None:
        """Return when the first of those came in that are not done yet; None where all are."""
        with self._guard:
            return min(self._arrived, default=None)

    def from_before(self, moment: datetime) -> int:
        """Return how many requests that came in before ``moment`` are not done yet."""
        with self._guard:
            return sum(arrived < moment for arrived in self._arrived)


UNDER_WAY = UnderWay()
# What the server knows of the request that this thread is about to take up.
_received = threading.local()


@contextmanager
def received(moment: datetime) -> Iterator[None]:
    """Let the request taken up meanwhile in this thread have come in at ``moment``."""
    _received.at = moment
    try:
        yield
    finally:
        _received.at = None


def _received_at() -> datetime:
    """Return when the present request came in: once, for the next is another."""
    moment: datetime | None = getattr(_received, "at", None)
    _received.at = None
    return clock.now() if moment is None else moment


class ArrivalStamp:
    """Wraps the application; clock.arrived_at() reads what is written here."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        arrived_at = environ[clock.ARRIVED_AT] = _received_at()
        if environ.get("REQUEST_METHOD") in READING:
            return self._application(environ, start_response)
        with UNDER_WAY.since(arrived_at):
            return self._application(environ, start_response)
