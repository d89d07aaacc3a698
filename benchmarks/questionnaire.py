"""Pages of a large questionnaire: `python -m benchmarks.questionnaire [questions] [parts each]`.

A draft with that many questions of its own in a temporary folder, asked for by a client in the same
process. Prints for each page the first and the middle time of several requests, its statements and
its size, and the time to freeze. Exits 1 if a page takes more than half a second or 15 statements.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from accounts.rules.roles import Role
from benchmarks.pages import MOST_STATEMENTS, application, client_of, statements
from foundation.database import db
from tenders import planned, service
from tenders.libraries import frozen_libraries
from tests import factories
from tests.synthetic import large_plan

TIMES = 7
MOST_MS = 500


def main() -> int:
    questions, parts = (int(text) for text in (*sys.argv[1:], *("150", "4")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            upgrade()
            return measured(app, questions, parts)


def measured(app: Flask, questions: int, parts: int) -> int:
    officer = factories.make_person(Role.OFFICER)
    by = factories.viewer_of(officer)
    details = service.Details(
        title="Large", reference="L-1", pack_id="", quality_weight=60, closes_at=None
    )
    tender = service.create_tender(details, by=by, plan=large_plan(questions, parts))
    client = client_of(app, officer)
    db.session.commit()
    root = f"/tenders/{tender.token}"
    pages = ["/build", "/build/weights", "/build/questions/SYN-001", "/preview"]
    pages += ["/preview/SYN-001", "/publish", "/questions"]
    slow = [page for page in pages if not is_quick(page, partial(client.get, root + page))]
    print(f"{questions} questions, {questions * parts} parts; goal {MOST_MS} ms")
    libraries = frozen_libraries(tender)
    if not is_quick("freeze", lambda: service.frozen_questionnaire(tender, libraries)):
        slow.append("freeze")
    plan = planned.plan_of_draft(tender)
    if not is_quick("read the plan", lambda: planned.read(plan)):
        slow.append("read the plan")
    return 1 if slow else 0


def is_quick(what: str, ask: Callable[[], Any]) -> bool:
    """Print how long something takes; the first time stands apart, because nothing is cached."""
    took = []
    with statements() as sent:
        for number in range(TIMES):
            if number == TIMES - 1:
                sent.clear()
            began = time.perf_counter()
            answer = ask()
            took.append((time.perf_counter() - began) * 1000)
    middle = statistics.median(took[1:])
    status, size = getattr(answer, "status_code", 200), len(getattr(answer, "data", ""))
    print(
        f"{what:28} first {took[0]:6.0f} ms, then {middle:6.0f} ms, {len(sent):2} statements, "
        f"{size // 1024:4} kB"
    )
    return status == 200 and middle <= MOST_MS and len(sent) <= MOST_STATEMENTS


if __name__ == "__main__":
    sys.exit(main())
