"""The disk fills up while companies save, upload and submit: a sentence, and nothing half done."""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress

import pytest
from sqlalchemy import make_url

from accounts.rules.roles import Role
from foundation import sqlite
from foundation.database import db
from tests import postgresql, proving
from tests.beginnings import WORLD
from tests.conftest import DATABASE
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_kills import Company, half_done, lost_of
from tests.served import Served, Visitor
from tests.small_disk import SmallDisk

COMPANIES, MEGABYTES = 3, 96
# What is left free: nothing, a block, enough for a row and no file, for some of either.
LEFT = (0, 4096, 16_384, 65_536, 262_144, 1_048_576)[: proving.size("fillings", 3)]
ROUNDS = proving.size("rounds", 1)
SENTENCE = "There is no room at the moment"
# A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one.
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite


class Told(Visitor):
    """Keeps what each form was answered that was not taken."""

    def __init__(self, *who):
        super().__init__(*who)
        self.refused = []

    def _ask(self, method, *rest):
        answer = super()._ask(method, *rest)
        if answer[0] >= 400:
            self.refused.append((answer[0], answer[2]))
        return answer


@DATABASES
@pytest.mark.slow
def test_a_full_disk_costs_nothing_acknowledged_and_says_so_of_the_rest(
    app, tender, tmp_path, tmp_path_factory, database
):
    leads, bids = companies_of(app, tender)
    disk = SmallDisk(tmp_path, tmp_path_factory.mktemp("beside"), MEGABYTES)
    try:
        unready = fill_again_and_again(disk, leads, bids, tmp_path, database)
    finally:
        db.session.remove()
        db.engine.dispose()
        disk.take_away()

    assert unready == len(LEFT) * ROUNDS


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.skipif(
    not proving.size("postgresql_megabytes", 0),
    reason="PostgreSQL has a small disk of its own in a proof alone",
)
def test_a_full_disk_beneath_postgresql_costs_nothing_acknowledged_and_says_so_of_the_rest(
    app, tender, tmp_path, database
):
    leads, bids = companies_of(app, tender)
    disk = postgresql.disks[make_url(database).query["host"]]
    # The service does not see that disk: it is ready, as what is only read goes on.
    assert fill_again_and_again(disk, leads, bids, tmp_path, database) == 0


def companies_of(app, tender):
    """Return who bids, with the bids; nothing is held open."""
    leads = [make_person(Role.BID_LEAD, make_supplier(f"Company {n}")) for n in range(COMPANIES)]
    bids = [start(tender, lead) for lead in leads]
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    return leads, bids


def fill_again_and_again(disk, leads, bids, folder, database):
    """Fill the disk while companies are at work; assert what holds of each that is refused.

    Returns how often the service said that it is not ready.
    """
    server, ended = Served(folder, database), threading.Event()
    at_work = [
        Company(server.port, lead, bid, ended) for lead, bid in zip(leads, bids, strict=True)
    ]
    for company, lead in zip(at_work, leads, strict=True):
        company._visitor = Told(server.port, lead)
    watching, unready = Visitor(server.port, leads[0]), 0
    db.session.remove()
    try:
        for company in at_work:
            company.start()
        for left in LEFT * ROUNDS:
            let_work_on(at_work, 2)
            disk.fill(left)
            let_be_refused(at_work, disk, left)
            unready += watching.get("/health/ready")[0] == 503
            disk.empty()
        # Once there is room, everybody goes on, in the same process.
        let_work_on(at_work, 4)
    finally:
        ended.set()
        for company in at_work:
            company.join()
        server.kill_all()
    refused = [one for company in at_work for one in company._visitor.refused]
    lost = [what for company in at_work for what in lost_of(company)]
    halves = half_done()
    log = (folder / "log").read_text()

    # What follows from a page that could not be shown, a form without its token, is no matter.
    answers = [(status, page) for status, page in refused if status >= 500]
    wordless = [(status, page[:2000]) for status, page in answers if SENTENCE not in page]
    proving.tell(
        disks_filled=len(LEFT) * ROUNDS,
        acknowledged=sum(company.journal.acknowledged for company in at_work),
        refused_with_a_sentence=len(answers) - len(wordless),
        refused_without=len(wordless),
        lost=len(lost),
        half_done=len(halves),
    )
    assert (lost, halves, wordless) == ([], [], [])
    assert len(answers) >= len(LEFT) * ROUNDS
    assert "No room is left" in log
    return unready


def let_work_on(at_work, times):
    """Return once each was acknowledged so often again, or after a long while."""
    wanted = [company.journal.acknowledged + times for company in at_work]
    gives_up = time.monotonic() + 60
    while any(
        company.journal.acknowledged < number
        for company, number in zip(at_work, wanted, strict=True)
    ):
        assert time.monotonic() < gives_up, "Nobody goes on"
        time.sleep(0.02)


def let_be_refused(at_work, disk, left):
    """Return once somebody was told that there is no room; what is left is used up meanwhile."""
    before = sum(len(company._visitor.refused) for company in at_work)
    gives_up = time.monotonic() + 60
    while sum(len(company._visitor.refused) for company in at_work) < before + len(at_work):
        assert time.monotonic() < gives_up, f"Nobody is refused with {left} bytes left"
        time.sleep(0.02)


@pytest.mark.sqlite
def test_a_database_without_room_says_so_and_shows_what_was_typed(
    client_for, bid, lead, app, monkeypatch, tmp_path
):
    monkeypatch.setitem(app.config, "TESTING", False)
    client, url = client_for(lead), f"/bids/{bid.token}/questions/SLP-07"
    fields = {"v-SLP-07.a": "0", "SLP-07.a": "Quincunxzephyrquartzjockeyvixen " * 120}
    db.session.commit()
    use_up(tmp_path / DATABASE)
    limit(1)

    refused = client.post(url, data=fields)
    limit(1 << 30)
    db.session.rollback()
    taken = client.post(url, data=fields)

    assert (refused.status_code, SENTENCE in refused.text) == (503, True)
    assert "Nothing of this form was saved" in refused.text
    assert refused.text.count("Quincunx") >= 120
    assert taken.status_code == 302


def limit(pages):
    """Let the database not grow beyond so many pages, or beyond what it has."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def use_up(path):
    """Leave no page of the database free."""
    with closing(sqlite.driver().connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE filler (x)")
        connection.execute("PRAGMA max_page_count = 1")
        with suppress(sqlite.driver().OperationalError):
            while True:
                connection.execute("INSERT INTO filler VALUES (zeroblob(900))")
