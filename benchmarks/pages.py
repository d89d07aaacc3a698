"""What measurements of pages share: a service of their own, people, and how long it took."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from accounts import queries as people
from accounts import service as accounts
from accounts.models import Person
from accounts.views import cookie_name
from app import create_app
from foundation.database import db

TIMES = 5
MOST_SECONDS = 1.5
MOST_STATEMENTS = 15
# Rows are written so many at a time, so that 1,500,000 of them need little memory.
AT_ONCE = 50_000


def application(folder: Path) -> Flask:
    """Return a service that keeps all it has in a folder."""
    return create_app(
        {
            "instance_folder": folder,
            "database_url": f"sqlite:///{folder}/benchmark.db",
            "cookie_secure": False,
            "codes": "offered",
        }
    )


def client_of(app: Flask, person: Person) -> FlaskClient:
    client = app.test_client()
    token = accounts.start_session(person, people.organisations_of(person)[0])
    client.set_cookie(cookie_name(), token)
    return client


def is_quick(what: str, ask: Callable[[], Any], most: float = MOST_SECONDS) -> bool:
    took, worked = [], []
    with statements() as sent:
        for number in range(TIMES):
            if number == TIMES - 1:
                sent.clear()
            began, busy = time.perf_counter(), time.process_time()
            answer = ask()
            took.append(time.perf_counter() - began)
            worked.append(time.process_time() - busy)
    # By processor time, which depends less than the clock on what else the machine does.
    middle, status = statistics.median(worked[1:]), getattr(answer, "status_code", 200)
    size = len(getattr(answer, "data", "")) // 1024
    print(
        f"{what:28} {middle:5.2f} s of processor time, {statistics.median(took[1:]):5.2f} s by the "
        f"clock, first {took[0]:5.2f} s, {len(sent):2} statements, {size:4} kB"
    )
    return status == 200 and middle <= most and (not size or len(sent) <= MOST_STATEMENTS)


@contextmanager
def statements() -> Any:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def write(model: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Insert rows, so many at a time."""
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == AT_ONCE:
            db.session.execute(insert(model.__table__), waiting)
            waiting = []
    if waiting:
        db.session.execute(insert(model.__table__), waiting)
