"""Who asks how the service is gets an answer while every thread is held by somebody slow."""

from __future__ import annotations

import select
import socket
from contextlib import ExitStack

import pytest

from foundation.serve import options
from foundation.settings import read_settings
from foundation.watched_worker import THREADS_FOR_PROBES, is_probe
from tests.beginnings import WORLD
from tests.served import Served

PAGE = b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
SLOW = (
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nemail="
)


def probe(which):
    return f"GET /health/{which} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


def everything_from(connection):
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


@pytest.mark.sqlite
def test_a_probe_is_answered_while_all_threads_wait_for_slow_senders(app, tmp_path, database):
    app.extensions[WORLD].end()
    threads = options(read_settings({"ASSURANCE_INSTANCE_FOLDER": str(tmp_path)}))["threads"]
    server = Served(tmp_path, database)
    try:
        with ExitStack() as held:

            def send(data):
                connection = socket.create_connection(("127.0.0.1", server.port), 60)
                held.enter_context(connection).sendall(data)
                return connection

            slow = [send(SLOW) for _ in range(threads)]
            # Half a request that looks like a probe holds none of their threads either.
            slow += [send(probe("live")[:-2]) for _ in range(THREADS_FOR_PROBES)]
            waiting = send(PAGE)

            answers = [everything_from(send(probe(which))) for which in ("live", "ready")]

            assert [answer[:15] for answer in answers] == [b"HTTP/1.1 200 OK"] * 2
            # They were held all the time: the page came before the probes and has no answer yet.
            assert select.select([waiting], [], [], 0)[0] == []
            for connection in slow:
                connection.close()
            assert everything_from(waiting).startswith(b"HTTP/1.1 200 OK")
    finally:
        server.kill_all()


@pytest.mark.parametrize(
    ("head", "counts"),
    [
        pytest.param(probe("live"), True, id="live"),
        pytest.param(probe("ready").replace(b"ready", b"ready?now"), True, id="with a query"),
        pytest.param(probe("live")[:-2], False, id="half of it"),
        pytest.param(probe("lively"), False, id="another address"),
        pytest.param(probe("live").replace(b"GET", b"POST"), False, id="sends something"),
        pytest.param(
            probe("live").replace(b"Host", b"content-length : 9\r\nHost"), False, id="has a body"
        ),
        pytest.param(b"", False, id="nothing yet"),
    ],
)
def test_only_a_whole_request_about_health_counts_as_a_probe(head, counts):
    assert is_probe(head) is counts
