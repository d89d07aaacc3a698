"""Serves the application: `python -m foundation.serve`. Many threads in one process, or in several.

The process that was started listens and keeps the others running. It never loads the application,
so it stays small, and what a start costs is paid once.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from foundation import database, health, logs
from foundation.duties import Rounds
from foundation.errors import DomainError
from foundation.jobs import Worker
from foundation.keys import make_private_folder
from foundation.outages import Pulse
from foundation.settings import COUNTED_TOGETHER, Settings, SettingsError, read_settings

CHECK = "--check"

# Where the application says which page to be ready to show first: an address.
SHOWN_FIRST = "shown_first"

# How many heaps there may be, as the C library of most Linux systems names it (mallopt(3)).
M_ARENA_MAX = -8


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our options instead of its command line and its control socket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._jobs: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", self._announce)
        self.cfg.set("worker_exit", self._end)

    def load(self) -> Flask:
        # The application is built here, in the process that serves: SQLite connections opened
        # before a fork would damage the database.
        try:
            app = build(self._settings)
        except SystemExit as stopped:
            # With this status the process that listens ends too, instead of starting another.
            print(stopped.code, file=sys.stderr, flush=True)
            raise SystemExit(Arbiter.APP_LOAD_ERROR) from None
        app.extensions[health.BESIDE] = self._start_beside(app)
        warm(app)
        # What is loaded now stays: looking through it for rubbish again and again would stop
        # every request for a tenth of a second.
        gc.collect()
        gc.freeze()
        return app

    def _start_beside(self, app: Flask) -> tuple[str, ...]:
        Pulse(app).start()
        if self._settings.slow_work == "apart":
            return ("pulse",)
        self._jobs = Worker(app)
        self._jobs.start()
        Rounds(app).start()
        return ("jobs", "pulse", "duties")

    def _announce(self, worker: Any) -> None:
        # The first worker has the age 1; whatever follows it is announced by nobody.
        if worker.age == 1:
            announce(worker.wsgi, self._settings)

    def _end(self, _arbiter: Any, _worker: Any) -> None:
        if self._jobs is not None:
            self._jobs.stop()


def options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.workers,
        "worker_class": "foundation.watched_worker.WatchedWorker",
        "threads": settings.threads,
        "timeout": 120,
        "graceful_timeout": 30,
        "accesslog": None,
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "supplier-assurance",
    }


def build(settings: Settings) -> Flask:
    """Return the application, ready to serve; SystemExit with a sentence where it must not."""
    limits = database.options_of_a_server(settings.database_url, settings.threads)
    app: Flask = importlib.import_module("app").create_app({"SQLALCHEMY_ENGINE_OPTIONS": limits})
    check(app)
    return app


def warm(app: Flask) -> None:
    """Show nobody the page most people see first: its templates are compiled, its queries made.

    The port is open already, and whoever asks waits no longer than the first would have. What does
    not work here is told in the log, and again to whoever asks.
    """
    try:
        with app.test_request_context(app.extensions[SHOWN_FIRST]):
            if app.preprocess_request() is None:
                app.dispatch_request()
    except Exception:
        logs.logger.exception("The first page cannot be shown")


def announce(app: Flask, settings: Settings) -> None:
    """Say where the service is and, in the demonstration, who may sign in."""
    print(f"Supplier Assurance is at http://{settings.host}:{settings.port}/")
    if settings.demonstration:
        for line in app.extensions.get("demonstration_sign_ins", ()):
            print(f"  {line}")
    sys.stdout.flush()


def check(app: Flask) -> None:
    """Stop the start with a sentence if what a station requires of it does not hold."""
    with app.app_context():
        for must_hold in app.extensions.get("start_checks", ()):
            try:
                must_hold()
            except DomainError as error:
                raise SystemExit(f"The service did not start. {error}") from None


def make_folders(settings: Settings) -> None:
    """Make what the service writes into. Later a folder that is not there is a fault, not a
    beginning: a disk that is gone must not be written to as if it were there."""
    own = () if settings.files is not None else (settings.files_folder,)
    for folder in (*own, settings.spool_folder, settings.keys_folder):
        # One that others may read is not put right in silence: the start stops and says so.
        if not folder.exists():
            make_private_folder(folder)


def share_one_heap() -> bool:
    """Let all threads take memory from one heap; return whether this system can be told so.

    The C library gives each thread a heap of its own, so that none waits for another. Python runs
    one at a time anyway; what each heap keeps for later took 50 MB after 3,000 requests.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(M_ARENA_MAX, 1) == 1


def main(arguments: Sequence[str] = ()) -> None:
    """Serve; with ``--check`` only say whether the service could start as it is set up now."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        raise SystemExit(f"The service did not start. {error.message}") from None
    logs.set_up(settings.log_level)
    make_folders(settings)
    # Before there is a second thread; the processes forked from here keep to it.
    share_one_heap()
    if CHECK in arguments:
        build(settings)
        print("The service can start")
        return
    if settings.workers > 1:
        _count_together(settings.counted_folder)
    listens = os.getpid()
    try:
        Server(settings).run()
    except SystemExit as ended:
        # Processes that serve are forked in there, and their way out leads by here too. Why the
        # service did not start has been said by them.
        failed = ended.code == Arbiter.APP_LOAD_ERROR and os.getpid() == listens
        raise SystemExit(1 if failed else ended.code) from None


def _count_together(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    make_private_folder(folder)
    os.environ[COUNTED_TOGETHER] = str(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
