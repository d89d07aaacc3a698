"""Many companies press submit around a true closing time, against a server as it is run.

What arrived before it is accepted and nothing else is, also where every thread of the server was
at work when it came; and the decision, the receipt, the record and the letter say the same.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from supplier_portal.models import Bid, Submission
from tenders.models import Tender
from tests import proving
from tests.beginnings import WORLD
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_busy_at_closing import locked
from tests.pages.supplier_portal.test_cut_off import form
from tests.served import Served, Visitor

CLIENTS = proving.size("clients", 12)
# More than the server has threads.
MANY = 70
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite
SECOND = timedelta(seconds=1)


@dataclass
class Sent:
    """A form that was sent: when it was on its way, when it had been, and how it was answered."""

    bid_id: int
    token: str
    first: datetime
    last: datetime
    status: int
    location: str


class Crowd:
    """Companies, each with a form filled in; they send it over connections of their own."""

    def __init__(self, server, tender, number):
        leads = [make_person(Role.BID_LEAD, make_supplier(f"Company {n}")) for n in range(number)]
        self.bids = [start(tender, lead) for lead in leads]
        db.session.commit()
        self._server, self._leads = server, leads
        self.requests = []

    def fill_in(self):
        for bid, lead in zip(self.bids, self._leads, strict=True):
            visitor, url = Visitor(self._server.port, lead), f"/bids/{bid.token}/check"
            db.session.commit()
            request = visitor.request("POST", url, form(visitor, url))
            self.requests.append(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    def send(self, moments):
        """Send each form at its moment; return what became of them."""

        async def everybody():
            each = zip(self.bids, self.requests, moments, strict=True)
            return await asyncio.gather(*(self._send(*one) for one in each))

        return asyncio.run(everybody())

    async def _send(self, bid, request, moment):
        await asyncio.sleep(max(0.0, (moment - clock.now()).total_seconds()))
        first = clock.now()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
        writer.write(request)
        await writer.drain()
        last, answer = clock.now(), await reader.read()
        writer.close()
        head = answer.partition(b"\r\n\r\n")[0].decode()
        location = re.search(r"(?mi)^location: (\S+)", head)
        status = int(head.split()[1])
        return Sent(bid.id, bid.token, first, last, status, location[1] if location else "")


@pytest.fixture
def crowd(app, tender, tmp_path, database):
    made = []

    def gather(number):
        there = Crowd(None, tender, number)
        if WORLD in app.extensions:
            app.extensions[WORLD].end()
        db.session.commit()
        there._server = Served(tmp_path, database)
        made.append(there._server)
        there.fill_in()
        db.session.remove()
        return there

    yield gather
    for server in made:
        server.kill_all()


def close_at(tender, moment):
    with transaction():
        db.session.get_one(Tender, tender.id).closes_at = moment
    db.session.remove()
    return moment


def differing(sent, closes_at):
    """Return the bids of which decision, receipt, record and letter do not say the same."""
    db.session.expire_all()
    found = []
    for one in sent:
        accepted = one.status == 302
        row = db.session.scalars(select(Submission).where(Submission.bid_id == one.bid_id)).first()
        entry = entry_of(one.token, "bid.submitted" if accepted else "bid.refused_late")
        moment = datetime.fromisoformat(entry) if entry else None
        letters = db.session.scalars(
            select(Message.text).where(Message.about.startswith(f"{one.token}:"))
        ).all()
        exactly = f"Exactly: {moment:%Y-%m-%dT%H:%M:%S.%fZ} (UTC)" if moment else "no entry"
        stage = db.session.get_one(Bid, one.bid_id).stage
        as_accepted = (
            row is not None
            and row.arrived_at == moment
            and [exactly in letter for letter in letters] == [True]
            and stage == "submitted"
        )
        as_refused = row is None and letters == [] and stage == "draft" and one.status == 422
        in_time = moment is not None and moment < closes_at
        right = as_accepted if in_time else as_refused
        if not right or accepted != in_time or moment is None or moment < one.first:
            found.append(one)
    return found


def entry_of(token, action):
    details = db.session.scalars(
        select(AuditEntry.details).where(AuditEntry.subject == token, AuditEntry.action == action)
    ).first()
    return details and json.loads(details)["arrived_at"]


@DATABASES
@pytest.mark.slow
def test_what_arrived_before_the_closing_time_is_accepted_and_nothing_else(crowd, tender):
    there, chosen = crowd(CLIENTS), random.Random(proving.seed(CLIENTS))
    spread = max(1.0, CLIENTS / 100)
    closes_at = close_at(tender, clock.now() + (spread + 3) * SECOND)
    # Half of them within a tenth of a second of it.
    beside = [chosen.uniform(-spread, spread) for _ in range(CLIENTS // 2)]
    beside += [chosen.uniform(-0.1, 0.1) for _ in range(CLIENTS - len(beside))]

    sent = there.send([closes_at + each * SECOND for each in beside])

    wrong = differing(sent, closes_at)
    proving.tell(
        clients_straddling=len(sent),
        accepted=sum(one.status == 302 for one in sent),
        refused=sum(one.status == 422 for one in sent),
        accepted_late=sum(one.status == 302 and one.first >= closes_at for one in sent),
        records_that_differ=len(wrong),
    )
    assert wrong == []
    assert {one.status for one in sent} == {302, 422}
    assert [one for one in sent if one.status == 302 and one.first >= closes_at] == []


@DATABASES
@pytest.mark.slow
def test_what_waits_for_a_thread_across_the_closing_time_arrived_when_it_came(
    crowd, tender, database
):
    there = crowd(MANY)
    closes_at = close_at(tender, clock.now() + 6 * SECOND)
    with locked(database):
        waiting = Waiting(there, [clock.now()] * MANY)
        while clock.now() < closes_at + SECOND:
            time.sleep(0.05)
    sent = waiting.result()

    in_time = [one for one in sent if one.last < closes_at]
    proving.tell(
        waited_for_a_thread=len(in_time),
        of_them_refused=sum(one.status != 302 for one in in_time),
    )
    assert len(in_time) == MANY
    assert [one.status for one in in_time] == [302] * MANY
    assert differing(sent, closes_at) == []


class Waiting:
    """A crowd that sends while the test does something else."""

    def __init__(self, crowd, moments):
        self._pool = ThreadPoolExecutor(1)
        self._sent = self._pool.submit(crowd.send, moments)

    def result(self):
        with self._pool:
            return self._sent.result(120)
