"""What makes documents is killed again and again: none is lost, doubled, or shown half made.

The worker is killed at any moment, or LibreOffice beneath it. What is made in the end is what
would have been made undisturbed.
"""

# ruff: noqa: F811  (a fixture is asked for by its name)
from __future__ import annotations

import os
import random
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from foundation import soffice
from foundation.audit import AuditEntry
from foundation.canonical import sha256_hex
from foundation.database import db
from records.models import MadeRecord
from tests import proving
from tests.beginnings import WORLD
from tests.pages.records.test_schedules_made import (  # noqa: F401  (fixtures)
    address,
    authority,
    bids,
    evaluator,
    forget_the_lease,
    make_bid,
    officer,
    opened,
    run,
    small_parts,
    tender,
)

KILLS = proving.size("document_kills", 4)
# Of so many looks for something to kill, some find it.
MOST_LOOKS = 10 * KILLS
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite
ARCHIVE, PDF = "schedules", "schedule_pdf"


@DATABASES
@pytest.mark.libreoffice
@pytest.mark.slow
def test_documents_are_made_once_and_whole_however_often_what_makes_them_is_killed(
    app, client_for, officer, tender, bids, small_parts, tmp_path, monkeypatch
):
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(soffice, "IN_MEMORY", memory)
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    chosen, client = random.Random(proving.seed(KILLS)), client_for(officer)
    pages = {ARCHIVE: address(tender), PDF: f"/schedules/{bids[0].token}/files"}
    longest, expected = {}, {}
    for kind, page in pages.items():
        began = time.monotonic()
        ask(client, kind, page)
        run(app)
        longest[kind] = time.monotonic() - began
        expected[kind] = shown(client, page)[0]

    killed, asked, looks = {"worker": 0, "soffice": 0}, {ARCHIVE: 1, PDF: 1}, 0
    while sum(killed.values()) < KILLS:
        kind = chosen.choice((ARCHIVE, PDF))
        ask(client, kind, pages[kind])
        asked[kind] += 1
        while unfinished() and sum(killed.values()) < KILLS:
            what = "soffice" if kind == PDF and chosen.random() < 0.5 else "worker"
            killed[what] += work_and_kill(app, what, chosen.uniform(0, longest[kind]))
            looks += 1
            assert looks < MOST_LOOKS, "Nobody works on what is not done"
            forget_the_lease()
            assert_whole(client, pages[kind], expected[kind] if kind == ARCHIVE else None)
        run(app)
        assert unfinished() == 0

    made = {kind: entries(f"{kind}.made") for kind in pages}
    proving.tell(
        **{f"{what}_kills": times for what, times in killed.items()},
        documents_asked_for=sum(asked.values()),
        documents_made=sum(made.values()),
    )
    assert made == asked
    for kind, page in pages.items():
        assert_whole(client, page, expected[kind] if kind == ARCHIVE else None)
        assert len(shown(client, page)) == asked[kind]
    assert set(db.session.scalars(select(MadeRecord.failed_because))) == {""}


def ask(client, kind, page):
    sent = {"beside": "notes"} if kind == ARCHIVE else {"version": "draft"}
    assert client.post(page, data=sent).status_code == 302


def shown(client, page):
    """Return the bytes of every document that the page offers, the newest first."""
    links = re.findall(rf'href="({re.escape(page)}/[^"/]+)"', client.get(page).text)
    answers = [client.get(link) for link in dict.fromkeys(links)]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    return [answer.data for answer in answers]


def assert_whole(client, page, expected):
    hashes = set(db.session.scalars(select(MadeRecord.sha256)))
    db.session.rollback()
    for content in shown(client, page):
        assert sha256_hex(content) in hashes
        assert expected in (None, content)
        assert content.startswith((b"%PDF-", b"PK"))


def unfinished():
    db.session.expire_all()
    return db.session.scalar(
        select(func.count()).where(MadeRecord.made_at.is_(None), MadeRecord.failed_because == "")
    )


def entries(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def work_and_kill(app, what, after):
    """Let a worker of its own do what is due, kill it or its LibreOffice; return 1 if it could."""
    db.session.remove()
    db.engine.dispose()
    worker = os.fork()
    if not worker:
        # Nothing of the test's goes on here, whatever happens.
        with suppress(BaseException):
            run(app)
        os._exit(0)
    time.sleep(after)
    beneath = children(worker)
    victims = [worker] if what == "worker" else offices(worker)
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
    ended = os.waitpid(worker, 0)[1]
    for left in beneath if os.WIFSIGNALED(ended) else ():
        # What a killed worker leaves works for nobody.
        with suppress(ProcessLookupError):
            os.killpg(left, signal.SIGKILL)
    return int(bool(victims) if what == "soffice" else os.WIFSIGNALED(ended))


def offices(worker):
    """Return the processes of LibreOffice beneath a worker."""
    found, waiting = [], children(worker)
    while waiting:
        process = waiting.pop()
        waiting += children(process)
        with suppress(OSError):
            if "soffice" in Path(f"/proc/{process}/comm").read_text():
                found.append(process)
    return found


def children(process):
    found = []
    with suppress(OSError):
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            found += [int(one) for one in path.read_text().split()]
    return found
