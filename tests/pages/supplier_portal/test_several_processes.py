"""Several processes on PostgreSQL are one service: none loses, hides or opens what another has."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from contextlib import closing

import pytest

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from tests import postgresql, proving
from tests.beginnings import WORLD
from tests.conftest import execute
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_kills import Company, half_done, lost_of
from tests.served import Served

TOKEN = "the figures are read with this and nothing else"
SETTINGS = {
    "ASSURANCE_WORKERS": "2",
    "ASSURANCE_THREADS": "6",
    "ASSURANCE_SLOW_WORK": "apart",
    "ASSURANCE_METRICS_TOKEN": TOKEN,
}


@pytest.fixture
def durable(postgresql_server):
    with postgresql.as_durable(lambda statement: execute(postgresql_server, statement)):
        yield


@pytest.mark.postgresql
def test_processes_are_replaced_while_companies_save_and_nobody_notices(
    app, tender, tmp_path, database, durable
):
    leads = [make_person(Role.BID_LEAD, make_supplier(f"Company {number}")) for number in range(3)]
    bids = [start(tender, lead) for lead in leads]
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    ended = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as kept_open:
        server = Served(tmp_path, database, environ=SETTINGS, kept_open=kept_open)
        companies = [
            Company(server.port, lead, bid, ended) for lead, bid in zip(leads, bids, strict=True)
        ]
        db.session.remove()
        try:
            begun = len(server.workers)
            for company in companies:
                company.start()
            for _ in range(proving.size("restarts", 1)):
                known = sum(company.journal.acknowledged for company in companies)
                server.replace()
                _wait_until(
                    lambda known=known: (
                        sum(company.journal.acknowledged for company in companies) > known + 6
                    )
                )
            ended.set()
            for company in companies:
                company.join(60)
            counted = _requests_counted(server.port, 8)
        finally:
            ended.set()
            server.kill_all()

    assert begun == 2
    assert [company.journal.unanswered for company in companies] == [0, 0, 0]
    assert [what for company in companies for what in lost_of(company)] == []
    assert half_done() == []
    # Each of the eight was answered by one of two processes and tells of all before it.
    assert counted == sorted(counted)
    assert len(set(counted)) == len(counted)
    proving.tell(restarts=proving.size("restarts", 1), lost=0)


def _wait_until(is_so):
    ended = clock.now().timestamp() + 60
    while not is_so():
        assert clock.now().timestamp() < ended
        threading.Event().wait(0.05)


def _requests_counted(port, times):
    """Ask for the figures so often; return how many such requests each answer knows of."""
    found = []
    for _ in range(times):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
            page = connection.getresponse().read().decode()
        known = re.search(r'assurance_requests_total\{[^}]*route="/metrics"[^}]*\} (\S+)', page)
        found.append(float(known[1]) if known else 0.0)
    return found
