"""Serves the application: `python -m foundation.serve`. One process, many threads, one worker."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from foundation import health, logs
from foundation.duties import Rounds
from foundation.errors import DomainError
from foundation.jobs import Worker
from foundation.keys import make_private_folder
from foundation.outages import Pulse
from foundation.settings import Settings, SettingsError, read_settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our options instead of its command line and its control socket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        # The application is built here, in the process that serves: SQLite connections opened
        # before a fork would damage the database.
        app: Flask = importlib.import_module("app").create_app()
        Worker(app).start()
        Pulse(app).start()
        Rounds(app).start()
        app.extensions[health.BESIDE] = ("jobs", "pulse", "duties")
        # What is loaded now stays: looking through it for rubbish again and again would stop
        # every request for a tenth of a second.
        gc.collect()
        gc.freeze()
        return app


def options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": 1,
        "worker_class": "foundation.watched_worker.WatchedWorker",
        "threads": settings.threads,
        "timeout": 120,
        "graceful_timeout": 30,
        "accesslog": None,
        "loglevel": "warning",
        "control_socket_disable": True,
        "proc_name": "supplier-assurance",
    }


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


def main() -> None:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        raise SystemExit(f"The service did not start. {error.message}") from None
    logs.set_up(settings.log_level)
    make_folders(settings)
    app = importlib.import_module("app").create_app()
    check(app)
    announce(app, settings)
    Server(settings).run()


if __name__ == "__main__":
    main()
