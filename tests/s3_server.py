"""A server of the S3 protocol for tests, and faults at any of its calls.

Moto speaks the protocol over HTTP on loopback. Before it stands what Amazon's server does and moto
does not: it compares the hashes that came with a body. And what happens on any way: a connection
that breaks, an answer that is lost, 500, 503 or 403, other bytes, an answer that takes too long.
"""

from __future__ import annotations

import base64
import hashlib
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count

from werkzeug.serving import WSGIRequestHandler, make_server

from foundation.stores.bucket import BucketStore
from foundation.stores.place import Bucket

NAME, REGION = "evidence-of-tests", "eu-west-2"
# What the server answers itself: status → the protocol's word for it.
CODES = {"500": "InternalError", "503": "ServiceUnavailable", "403": "AccessDenied"}
numbers = count(1)


@dataclass
class Fault:
    """What goes wrong: ``how``, at the calls that ``at`` says, by number and as "PUT key"."""

    how: str
    at: Callable[[int, str], bool] = lambda _number, _call: True


@dataclass
class S3:
    """The server: what it was asked, and what goes wrong next."""

    port: int = 0
    fault: Fault | None = None
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def bucket(self, **more) -> Bucket:
        """Return a place of its own for a test, empty."""
        return Bucket(
            name=NAME,
            prefix=f"test-{next(numbers)}/",
            endpoint=self.endpoint,
            region=REGION,
            **more,
        )

    @contextmanager
    def faulty(self, how: str, at: Callable[[int, str], bool] | None = None) -> Iterator[None]:
        """Let something go wrong meanwhile; calls are counted from 1 anew."""
        self.calls.clear()
        self.headers.clear()
        self.fault = Fault(how) if at is None else Fault(how, at)
        try:
            yield
        finally:
            self.fault = None

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Collect the calls made meanwhile, as "PUT ab/cdef…?query"."""
        self.calls.clear()
        self.headers.clear()
        yield self.calls


class Checking:
    """The application between the tests and moto."""

    def __init__(self, inner, s3: S3) -> None:
        self._inner, self._s3 = inner, s3

    def __call__(self, environ, start_response):
        how = self._noted(environ)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if how == "cut before":
            return cut(environ)
        if how in CODES:
            return refusal(start_response, int(how), CODES[how])
        if how == "other bytes in" and body:
            body = bytes([body[0] ^ 1]) + body[1:]
        if not hashes_agree(environ, body):
            return refusal(start_response, 400, "BadDigest")
        environ["wsgi.input"] = io.BytesIO(body)
        return self._handed_back(how, environ, start_response, *self._answered(environ))

    def _noted(self, environ) -> str:
        """Note the call; return what goes wrong at it, empty for nothing."""
        call, s3 = called(environ), self._s3
        with s3.guard:
            s3.calls.append(call)
            s3.headers.append({name: str(value) for name, value in environ.items()})
            fault, number = s3.fault, len(s3.calls)
        return fault.how if fault is not None and fault.at(number, call) else ""

    def _handed_back(self, how, environ, start_response, status, headers, answer):
        if how == "slow":
            time.sleep(1.5)
        if how == "cut after":
            return cut(environ)
        if how == "503 after":
            return refusal(start_response, 503, "SlowDown")
        start_response(status, headers)
        is_content = bool(answer) and environ["REQUEST_METHOD"] == "GET"
        if how == "other bytes out" and is_content:
            return [answer[:-1] + bytes([answer[-1] ^ 1])]
        # Of half, the rest never comes: the length was promised, and the connection ends.
        return halved(environ, answer) if how == "half" and is_content else [answer]

    def _answered(self, environ):
        told = []

        def start_response(status, headers, exc_info=None):
            told[:] = [status, headers]

        pieces = self._inner(environ, start_response)
        answer = b"".join(pieces)
        if hasattr(pieces, "close"):
            pieces.close()
        return *told, answer


def called(environ) -> str:
    path = environ["PATH_INFO"].removeprefix(f"/{NAME}")
    query = environ.get("QUERY_STRING", "")
    return f"{environ['REQUEST_METHOD']} {path}{'?' if query else ''}{query}"


def hashes_agree(environ, body: bytes) -> bool:
    digest = hashlib.sha256(body)
    signed = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
    beside = environ.get("HTTP_X_AMZ_CHECKSUM_SHA256")
    right = beside in (None, base64.b64encode(digest.digest()).decode())
    return right and signed == digest.hexdigest()


def refusal(start_response, status: int, code: str):
    text = f"<Error><Code>{code}</Code><Message>A fault of the tests</Message></Error>"
    start_response(f"{status} Fault", [("Content-Type", "application/xml")])
    return [text.encode()]


def cut(environ):
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


def halved(environ, answer: bytes):
    yield answer[: len(answer) // 2]
    cut(environ)


class QuietHandler(WSGIRequestHandler):
    """Says nothing of requests, and of connections that tests have cut."""

    def log(self, type, message, *args):
        pass

    def connection_dropped(self, error, environ=None):
        pass


@contextmanager
def server() -> Iterator[S3]:
    """Run the server."""
    # Loaded where it is used: it takes a second.
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        create_backend_app,
    )

    s3 = S3()
    checking = Checking(DomainDispatcherApplication(create_backend_app), s3)
    running = make_server("127.0.0.1", 0, checking, threaded=True, request_handler=QuietHandler)
    running.daemon_threads = True
    s3.port = running.server_address[1]
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield s3
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def make_bucket(s3: S3, spool) -> None:
    client = BucketStore(s3.bucket(), spool).client
    client.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.close()


def use(app, bucket: Bucket | None) -> None:
    """Let the application keep files there; None: in its folder again."""
    app.extensions["settings"] = replace(app.extensions["settings"], files=bucket)
