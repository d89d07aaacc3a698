"""The line to PostgreSQL breaks while a bid is handed in: sent again, it is exactly one version.

Also where the database had the whole of a commit and the service never learned so.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from supplier_portal.models import Submission
from tests import proving
from tests.factories import make_person, make_supplier
from tests.pages.supplier_portal.conftest import start
from tests.pages.supplier_portal.test_cut_off import form
from tests.postgresql_cut import Between
from tests.served import Served, Visitor

# The line is cut so many times, at places spread over the conversation from the offset on.
CUTS = proving.size("cuts", 12)
EVERY, OFFSET = proving.size("every", 64), proving.size("offset", 0)


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.skipif(
    not proving.size("durable", 0),
    reason="A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one",
)
def test_a_bid_whose_database_was_cut_off_and_that_is_sent_again_is_one_version(
    app, tender, tmp_path, database
):
    lead = make_person(Role.BID_LEAD, make_supplier("Larkfield Sensors"))
    bid = start(tender, lead)
    url, bid_id = f"/bids/{bid.token}/check", bid.id
    # The path of a socket may be 107 characters long.
    folder = Path(tempfile.mkdtemp(prefix="cut-"))
    address = make_url(database)
    between = Between(folder, Path(str(address.query["host"])))
    through = address.update_query_dict({"host": str(folder)})
    server = Served(tmp_path, through.render_as_string(hide_password=False))
    try:
        visitor = Visitor(server.port, lead)
        db.session.commit()
        visitor.post(url, form(visitor, url))
        length, numbers, first_answers = conversation(between, visitor, url), [], []
        places = range(OFFSET, length, EVERY)
        chosen = places[:: max(1, len(places) // CUTS)]
        for place in chosen:
            fields = form(visitor, url)
            between.cut_after(place)
            first_answers.append(visitor.post(url, fields)[0])
            between.whole()
            status, leads_to, _ = again(visitor, url, fields)
            assert status == 302, place
            numbers.append(int(leads_to.rstrip("/").rpartition("/")[2]))
    finally:
        server.kill_all()
        between.close()

    made = count(select(func.count()).where(Submission.bid_id == bid_id))
    proving.tell(
        database_lines_cut=len(chosen),
        told_of_a_fault=sum(answer >= 500 for answer in first_answers),
        versions_too_many=made - len(chosen) - 2,
    )
    assert numbers == list(range(3, len(chosen) + 3))
    assert made == len(chosen) + 2
    assert count(select(func.count()).where(AuditEntry.action == "bid.submitted")) == made
    assert count(select(func.count()).where(Message.kind == "bid.submitted")) == made
    assert set(first_answers) <= {302, 500, 503}
    assert sum(answer >= 500 for answer in first_answers) > 0


def conversation(between, visitor, url):
    """Return how many bytes go over the line while a bid is handed in."""
    fields = form(visitor, url)
    between.whole()
    assert visitor.post(url, fields)[0] == 302
    return between.passed


def again(visitor, url, fields):
    """Send it until there is an answer that is not of a fault, as a person would."""
    for _ in range(5):
        answer = visitor.post(url, fields)
        if answer[0] < 500:
            break
    return answer


def count(statement):
    db.session.expire_all()
    return db.session.scalar(statement)
