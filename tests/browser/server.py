"""The application behind a real server, in the process of the tests."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from accounts.again import LASTS
from app import create_app
from foundation.database import db

HOST = "127.0.0.1"


class Faults:
    """Wraps the application and keeps what it raised: the browser would only see a bad page."""

    def __init__(self, application):
        self._application = application
        self.seen: list[str] = []

    def __call__(self, environ, start_response):
        try:
            return self._application(environ, start_response)
        except Exception:
            request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            self.seen.append(f"{request}\n{traceback.format_exc()}")
            raise


class Quiet(WSGIRequestHandler):
    """Does not print a line for each request."""

    def log(self, type, message, *arguments):
        pass


class Server:
    """Where the application is, and what went wrong in it."""

    def __init__(self, app: Flask, port: int = 0) -> None:
        self.app = app
        self.faults = Faults(app.wsgi_app)
        app.wsgi_app = self.faults
        self._server = make_server(HOST, port, app, threaded=True, request_handler=Quiet)
        self._server.daemon_threads = True
        self.address = f"http://{HOST}:{self._server.server_port}"

    def check(self) -> None:
        assert not self.faults.seen, "the server raised:\n" + "\n".join(self.faults.seen)

    @contextmanager
    def serving(self) -> Iterator[Server]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


def build_app(instance: Path, database_url: str) -> Flask:
    """Return the application as people run it, but for plain HTTP and with faults let through.

    Who signed in long ago is not asked again: the tests move the clock within one sign-in.
    """
    app = create_app(
        {
            "instance_folder": instance,
            "database_url": database_url,
            "secret_key": "a secret of the tests, 32 letters long",
            "demonstration": False,
            "cookie_secure": False,
            "codes": "offered",
            "TESTING": True,
        }
    )
    app.extensions[LASTS] = timedelta(days=36_500)
    return app


@contextmanager
def in_context(app: Flask) -> Iterator[None]:
    """The test's own work on the database, finished before the browser goes on."""
    with app.app_context():
        yield
        db.session.remove()
