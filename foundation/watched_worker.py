"""The worker of the web server, whose machines that watch over it wait behind nobody.

Every thread can be held by somebody who sends slowly. Who asks how the service is then still gets
an answer: such a request has a few threads of its own. It counts as one only when it is here
whole, so that nobody can hold these threads by sending half of it.
"""

from __future__ import annotations

import errno
import re
import selectors
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from gunicorn.workers.gthread import DEFAULT_WORKER_DATA_TIMEOUT, TConn, ThreadWorker

from foundation import clock
from foundation.arrival import UNDER_WAY, received

THREADS_FOR_PROBES = 4
LARGEST_HEAD = 8192
PROBE = re.compile(rb"(?:GET|HEAD) /health/(?:live|ready)[ ?]")
READS = re.compile(rb"(?:GET|HEAD|OPTIONS) ")
# What comes with a body is not asking how the service is.
WITH_BODY = re.compile(rb"\r\n(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)


class WatchedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's worker of threads, which looks at what has arrived before it gives it one."""

    def init_process(self) -> None:
        self._for_probes = ThreadPoolExecutor(THREADS_FOR_PROBES, "probe")
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and give it a thread once something of its request is here."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        connection = TConn(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + DEFAULT_WORKER_DATA_TIMEOUT + self.cfg.keepalive
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, selectors.EVENT_READ, readable)

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection with something to read to a thread; its request came in now.

        Every thread may be at work, and what waits for one is in time if it was here in time.
        """
        head, moment = arrived(conn.sock), clock.now()
        changes = not READS.match(head)
        if changes:
            UNDER_WAY.begin(moment)
        threads = self._for_probes if is_probe(head) else self.tpool
        work = threads.submit(self._handle_received, conn, moment)

        def finish(done: Any) -> None:
            if changes:
                UNDER_WAY.end(moment)
            self.method_queue.defer(self.finish_request, conn, done)

        work.add_done_callback(finish)

    def _handle_received(self, conn: Any, moment: datetime) -> Any:
        with received(moment):
            return self.handle(conn)


def arrived(connection: socket.socket) -> bytes:
    """Return the beginning of what is here, which stays to be read."""
    try:
        return connection.recv(LARGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return b""


def is_probe(head: bytes) -> bool:
    """Return whether it is a whole request that asks how the service is."""
    end = head.find(b"\r\n\r\n")
    return bool(end > 0 and PROBE.match(head) and not WITH_BODY.search(head, 0, end + 2))
