"""Takes requests in turn, the first come the first served.

Python runs one thread at a time, so sixteen requests at once only take the floor from each other
at every statement: each is done as late as the last. One that runs through is done sooner, and
nobody waits much longer than his neighbour. What waits holds nothing: its body is here already
and no statement has run.
"""

from __future__ import annotations

import io
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Whoever takes longer (a sign-in, a large document) goes on, but no longer keeps others waiting.
PATIENCE_SECONDS = 0.05
# Larger bodies are files, whose time goes into receiving them.
LARGEST_AT_ONCE = 256 * 1024


class Turns:
    """Wraps the application and gives the floor to one request after the other."""

    def __init__(self, application: WSGIApplication, patience: float = PATIENCE_SECONDS) -> None:
        self._application = application
        self._patience = patience
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._on_the_floor: threading.Event | None = None
        self._since = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_watching(environ) or not _received(environ):
            return self._application(environ, start_response)
        turn = threading.Event()
        self._wait(turn)
        try:
            return self._application(environ, start_response)
        finally:
            # Sending the answer needs no floor: a slow reader keeps nobody waiting.
            self._leave(turn)

    def _wait(self, turn: threading.Event) -> None:
        with self._guard:
            if self._on_the_floor is None:
                self._give_floor_to(turn)
                return
            self._queue.append(turn)
        while not turn.wait(self._patience):
            with self._guard:
                overdue = time.monotonic() - self._since >= self._patience
                if overdue and self._queue and self._queue[0] is turn:
                    self._give_floor_to(self._queue.popleft())

    def _leave(self, turn: threading.Event) -> None:
        with self._guard:
            # Who was overtaken has nothing left to hand on.
            if self._on_the_floor is turn:
                self._give_floor_to(self._queue.popleft() if self._queue else None)

    def _give_floor_to(self, turn: threading.Event | None) -> None:
        self._on_the_floor = turn
        self._since = time.monotonic()
        if turn is not None:
            turn.set()


def _is_watching(environ: WSGIEnvironment) -> bool:
    """Return whether a machine asks how the service is: it waits behind nobody."""
    return str(environ.get("PATH_INFO", "")).startswith("/health/")


def _received(environ: WSGIEnvironment) -> bool:
    """Receive a body of usual size; return whether nothing more is to come from the sender."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if environ.get("HTTP_TRANSFER_ENCODING") or not (length.isascii() and length.isdigit()):
        return False
    if int(length) > LARGEST_AT_ONCE:
        return False
    if int(length):
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(length)))
    return True
