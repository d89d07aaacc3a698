"""The bare limit: Flask under the server of ours, without sessions, rights, checks or records.

`python -m benchmarks.bare PORT DATABASE`. A page of 20 boxes (20 kB), and a save: one statement and
a commit that survives a power cut.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, render_template_string, request
from gunicorn.app.base import BaseApplication

from foundation import sqlite
from foundation.serve import options
from foundation.settings import read_settings

PAGE = (
    "<!doctype html><title>Bare</title><form method=post>{% for box in boxes %}"
    "<label for=b{{ loop.index }}>Question {{ loop.index }}</label>"
    "<textarea id=b{{ loop.index }} name=b{{ loop.index }}>{{ box }}</textarea>{% endfor %}</form>"
)
BOXES = ["What we do about it, how often, and who checks that it is done. " * 15] * 20
SAVE = (
    "INSERT INTO bare_answer (id, words) VALUES ({mark}, {mark}) "
    "ON CONFLICT (id) DO UPDATE SET words = excluded.words RETURNING id"
)
MAKE = "CREATE TABLE IF NOT EXISTS bare_answer (id INTEGER PRIMARY KEY, words TEXT)"


class Bare(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, app: Flask, port: str) -> None:
        self._app, self._port = app, port
        super().__init__()

    def load_config(self) -> None:
        settings = read_settings({"ASSURANCE_PORT": self._port})
        for name, value in options(settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def application(database: str) -> Flask:
    app, held = Flask(__name__), threading.local()
    save = saving(database)

    @app.get("/page")
    def page() -> str:
        return render_template_string(PAGE, boxes=BOXES)

    @app.post("/save")
    def keep() -> dict[str, Any]:
        if not hasattr(held, "save"):
            held.save = save()
        sent = json.loads(request.get_data())
        held.save(sent["id"], sent["words"])
        return {"saved": sent["id"]}

    return app


def saving(database: str) -> Callable[[], Callable[[int, str], None]]:
    """Return what opens a connection and gives back how to save by it."""
    return _sqlite(database) if database.endswith(".db") else _postgresql(database)


def _sqlite(path: str) -> Callable[[], Callable[[int, str], None]]:
    def opened() -> Callable[[int, str], None]:
        connection = sqlite.driver().connect(path, isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(MAKE)

        def save(number: int, words: str) -> None:
            connection.execute(SAVE.format(mark="?"), (number, words)).fetchall()

        return save

    return opened


def _postgresql(address: str) -> Callable[[], Callable[[int, str], None]]:
    import psycopg

    def opened() -> Callable[[int, str], None]:
        plain = address.replace("postgresql+psycopg://", "postgresql://")
        connection = psycopg.connect(plain, autocommit=True)
        connection.execute(MAKE)

        def save(number: int, words: str) -> None:
            connection.execute(SAVE.format(mark="%s"), (number, words)).fetchall()

        return save

    return opened


if __name__ == "__main__":
    Bare(application(sys.argv[2]), sys.argv[1]).run()
