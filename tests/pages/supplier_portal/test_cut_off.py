"""The line breaks while a bid is handed in: sent again, the form makes exactly one version."""

from __future__ import annotations

import socket
import struct

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from supplier_portal.models import Submission
from tests import proving
from tests.beginnings import WORLD
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.served import Served, Visitor, hidden

# After how many bytes it breaks: every so many, from the offset on.
STEP = proving.size("step", 300)
OFFSET = proving.size("offset", 0)
# A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one.
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite
# Sent whole, and the answer never read.
WHOLE = -1
NOW = struct.pack("ii", 1, 0)


@DATABASES
@pytest.mark.slow
def test_a_form_cut_off_after_any_byte_and_sent_again_is_one_submission(
    app, tender, tmp_path, database
):
    lead = make_person(Role.BID_LEAD, make_supplier("Larkfield Sensors"))
    bid = start(tender, lead)
    url, bid_id = f"/bids/{bid.token}/check", bid.id
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    server = Served(tmp_path, database)
    visitor = Visitor(server.port, lead)
    db.session.commit()
    numbers = []
    try:
        length = len(visitor.request("POST", url, form(visitor, url)))
        for cut in [*range(OFFSET, length, STEP), WHOLE]:
            fields = form(visitor, url)
            send_and_break(server.port, visitor.request("POST", url, fields), cut)
            status, leads_to, _ = visitor.post(url, fields)
            assert status == 302, cut
            numbers.append(int(leads_to.rstrip("/").rpartition("/")[2]))
    finally:
        server.kill_all()

    proving.tell(lines_cut=len(numbers), versions_too_many=numbers[-1] - len(numbers))
    assert numbers == list(range(1, len(numbers) + 1))
    db.session.expire_all()
    assert count(select(func.count()).where(Submission.bid_id == bid_id)) == len(numbers)
    assert count(select(func.count()).where(AuditEntry.action == "bid.submitted")) == len(numbers)


def count(statement):
    return db.session.scalar(statement)


def form(visitor, url):
    page = visitor.get(url)[2]
    names = ("csrf_token", "questionnaire", "form_key")
    said = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
    return {name: hidden(page, name) for name in names} | said


def send_and_break(port, request, cut):
    """Send so much of it, and reset the connection: the other side learns nothing more."""
    line = socket.create_connection(("127.0.0.1", port), timeout=60)
    line.sendall(request if cut == WHOLE else request[:cut])
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
    line.close()
