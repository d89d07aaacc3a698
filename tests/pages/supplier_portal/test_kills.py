"""The server is killed while companies save, upload and submit: nothing acknowledged is lost.

Real processes, killed with SIGKILL: the one that serves, at moments nobody chose and at points that
have a name; the one that keeps it running; and all at once.
"""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import select, text

from accounts.rules.roles import Role
from foundation import clock, files
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from records.backups.contents import faults_of_chains, faults_of_receipts
from supplier_portal import queries, seals, service
from supplier_portal.models import AnswerVersion, Bid, Evidence, Submission
from supplier_portal.queries.receipts_kept import that_do_not_open
from tests import proving
from tests.beginnings import WORLD
from tests.crashing_server import POINTS, crash_at, wait_for_crash
from tests.factories import make_person, make_supplier, viewer_of
from tests.served import Served, Visitor, hidden

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
QUESTION, PART, FILE_PART = "SLP-07", "SLP-07.a", "SLP-07.g2"
# A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one.
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite
# Seconds between a server that answers and the next killing.
EVERY = (0.3, 1.2)
HOW = (
    "of_the_master",
    "of_a_worker",
    "at_named_points",
    "of_everything",
    "of_a_worker",
    "at_named_points",
)


@dataclass
class Journal:
    """What one company was told is done; and what it tried and was told nothing of."""

    saved: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)
    unanswered: int = 0

    @property
    def acknowledged(self) -> int:
        return len(self.saved) + len(self.uploaded) + len(self.submitted)


class Company(threading.Thread):
    """Saves, uploads and submits by the pages, one after the other, and keeps a journal."""

    def __init__(self, port: int, lead, bid: Bid, ended: threading.Event) -> None:
        super().__init__()
        self.journal, self.bid_id = Journal(), bid.id
        self._url, self._ended = f"/bids/{bid.token}", ended
        self._visitor = Visitor(port, lead)

    def run(self) -> None:
        for number in itertools.count(1):
            for step in (self._save, self._save, self._upload, self._submit):
                if self._ended.is_set():
                    return
                try:
                    step(number)
                except (OSError, http.client.HTTPException):
                    self.journal.unanswered += 1
                    time.sleep(0.05)

    def _save(self, number: int) -> None:
        path = f"{self._url}/questions/{QUESTION}"
        form = self._visitor.get(path)[2]
        words = f"Saved {number} {time.monotonic_ns()}"
        version = hidden(form, f"v-{PART}")
        fields = {**self._common(form), PART: words, f"v-{PART}": version}
        if self._visitor.post(path, fields)[0] == 302:
            self.journal.saved.append(words)

    def _upload(self, number: int) -> None:
        path = f"{self._url}/questions/{QUESTION}/{FILE_PART}/files"
        form = self._visitor.get(path)[2]
        name = f"plan-{number}-{time.monotonic_ns()}.pdf"
        fields = {**self._common(form), "title": name}
        if self._visitor.upload(path, fields, name, PDF)[0] == 302:
            self.journal.uploaded.append(name)

    def _submit(self, _number: int) -> None:
        form = self._visitor.get(f"{self._url}/check")[2]
        fields = {
            **self._common(form),
            "form_key": hidden(form, "form_key"),
            "agreed": "yes",
            "knows_missing": "yes",
            "declared_by": "Mara Voss",
        }
        status, leads_to, _ = self._visitor.post(f"{self._url}/check", fields)
        if status == 302:
            self.journal.submitted.append(int(leads_to.rstrip("/").rpartition("/")[2]))

    @staticmethod
    def _common(form: str) -> dict[str, str]:
        return {name: hidden(form, name) for name in ("csrf_token", "questionnaire")}


def kill_again_and_again(server: Served, folder: Path, kills: int) -> Counter[str]:
    """Return how often which process was killed."""
    chosen, done = random.Random(proving.seed(kills)), Counter[str]()
    # Each piece of a proof begins at another point.
    points = itertools.cycle(chosen.sample(POINTS, len(POINTS)))
    for number in range(1, kills + 1):
        time.sleep(chosen.uniform(*EVERY))
        how = HOW[number % len(HOW)]
        if how == "at_named_points":
            crash_at(folder, next(points))
            assert wait_for_crash(folder), "Nobody comes to that point"
            server.wait()
        elif how == "of_a_worker":
            server.kill_worker()
            server.wait()
        else:
            server.kill_master() if how == "of_the_master" else server.kill_all()
            server.start()
        done[how] += 1
    return done


def let_them_work_on(at_work: list[Company], times: int) -> None:
    """Return once each has been answered so often, or after a long while on a busy machine."""
    gives_up = time.monotonic() + 300
    while (
        min(company.journal.acknowledged for company in at_work) < times
        and time.monotonic() < gives_up
    ):
        time.sleep(0.2)


@DATABASES
@pytest.mark.parametrize(
    ("kills", "companies"),
    [
        (proving.size("kills", 10), proving.size("companies", 2)),
        pytest.param(200, 8, marks=pytest.mark.slow),
    ],
)
def test_no_acknowledged_save_upload_or_submission_is_lost_and_none_half_done(
    app, tender, tmp_path, database, kills, companies
):
    leads = [make_person(Role.BID_LEAD, make_supplier(f"Company {n}")) for n in range(companies)]
    bids = [service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now()) for lead in leads]
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    server, ended = Served(tmp_path, database, "tests.crashing_server"), threading.Event()
    at_work = [
        Company(server.port, lead, bid, ended) for lead, bid in zip(leads, bids, strict=True)
    ]
    db.session.remove()
    try:
        for company in at_work:
            company.start()
        killed = kill_again_and_again(server, tmp_path, kills)
        let_them_work_on(at_work, proving.size("acknowledged_each", kills))
    finally:
        ended.set()
        for company in at_work:
            company.join()
        server.kill_all()

    lost = [what for company in at_work for what in lost_of(company)]
    halves = half_done()
    proving.tell(
        kills=kills,
        **{f"kills_{how}": times for how, times in killed.items()},
        acknowledged=sum(company.journal.acknowledged for company in at_work),
        lost=len(lost),
        half_done=len(halves),
    )
    assert lost == []
    assert halves == []
    assert min(company.journal.acknowledged for company in at_work) >= kills
    assert sum(company.journal.unanswered for company in at_work) > 0


def lost_of(company: Company):
    """Yield what was acknowledged and is not there as it was given."""
    bid, journal = db.session.get_one(Bid, company.bid_id), company.journal
    key = seals.supplier_key(bid)
    versions = db.session.scalars(
        select(AnswerVersion).where(AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == PART)
    )
    kept = {seals.open_answer(bid, key, PART, one.version, one.sealed) for one in versions}
    yield from (words for words in journal.saved if words not in kept)
    named = {file.name for file in queries.evidence_of(bid).values()}
    yield from (name for name in journal.uploaded if name not in named)
    numbers = set(db.session.scalars(select(Submission.number).where(Submission.bid_id == bid.id)))
    yield from (number for number in journal.submitted if number not in numbers)


def path_of(name):
    return current_app.extensions["settings"].files_folder / name[:2] / name[2:]


def half_done():
    """Return what stands alone that belongs together: rows, files, entries, receipts, mails."""
    connection = db.session.connection()
    found = [str(fault) for fault in faults_of_chains(connection)]
    found += [*faults_of_receipts(connection), *that_do_not_open()]
    if connection.dialect.name == "sqlite":
        found += [one for one in connection.scalars(text("PRAGMA integrity_check")) if one != "ok"]
    evidence = db.session.scalars(select(Evidence)).all()
    stored = [one for one in evidence if path_of(one.stored_name).is_file()]
    found += [one.token for one in evidence if one not in stored]
    bids = {bid.id: bid for bid in db.session.scalars(select(Bid))}
    for one in stored:
        bid = bids[one.bid_id]
        key = seals.unwrap_file_key(one, seals.supplier_key(bid))
        whole = files.read(one.stored_name, key=key, context=seals.file_context(one.token))
        found += [] if whole == PDF else [one.token]
    for action, rows in (("evidence.added", len(evidence)), ("bid.submitted", submissions())):
        entries = db.session.scalars(select(AuditEntry.id).where(AuditEntry.action == action))
        found += [] if len(entries.all()) == rows else [action]
    mails = db.session.scalars(select(Message.id).where(Message.kind == "bid.submitted")).all()
    found += [] if len(mails) == submissions() else ["mails of receipts"]
    answers = {
        (bid, part): number
        for bid, part, number in db.session.execute(
            text("SELECT bid_id, part_id, version FROM answer")
        )
    }
    last = db.session.execute(
        text("SELECT bid_id, part_id, max(version), count(*) FROM answer_version GROUP BY 1, 2")
    ).all()
    found += [f"{bid} {part}" for bid, part, most, of in last if most != of]
    found += [f"{bid} {part}" for bid, part, most, _ in last if answers[bid, part] != most]
    return found


def submissions() -> int:
    return len(db.session.scalars(select(Submission.id)).all())
