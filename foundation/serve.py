"""Serves the application: `python -m foundation.serve`. One process, many threads, one worker."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from foundation import logs
from foundation.duties import Rounds
from foundation.errors import DomainError
from foundation.jobs import Worker
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
        # What is loaded now stays: looking through it for rubbish again and again would stop
        # every request for a tenth of a second.
        gc.collect()
        gc.freeze()
        return app


def options(settings: Settings) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
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


def main() -> None:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        raise SystemExit(f"The service did not start. {error.message}") from None
    logs.set_up(settings.log_level)
    app = importlib.import_module("app").create_app()
    check(app)
    announce(app, settings)
    Server(settings).run()


if __name__ == "__main__":
    main()
