"""Two second officers at once, and an opening while a submission is still being stored."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation.arrival import UNDER_WAY
from foundation.audit import AuditEntry
from foundation.database import db
from scoring import service
from tenders.models import Approval
from tenders.rules.opening import StillStoring
from tenders.service import two_officers
from tests.factories import PASSWORD, make_person, viewer_of
from tests.opening import address_of, be_ready, confirm
from tests.pages.scoring.conftest import CLOSES_AT, OPENS_AT

pytestmark = pytest.mark.both_databases


def count(action):
    return db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)
    )


def at_once(app, client_for, tender, people, **sent):
    """Let each person send the form of the opening page at the same time."""
    name = cookie_name()
    cookies = [client_for(person).get_cookie(name).value for person in people]
    together = threading.Barrier(len(cookies))
    address = address_of(tender)
    db.session.commit()

    def go(cookie):
        browser = FlaskClient(app, app.response_class)
        browser.set_cookie(name, cookie)
        together.wait(60)
        return browser.post(address, data={"password": PASSWORD, **sent}).status_code

    with ThreadPoolExecutor(len(cookies)) as pool:
        statuses = sorted(pool.map(go, cookies))
    db.session.expire_all()
    return statuses


def test_of_several_second_officers_at_once_one_opens(
    app, client_for, tender, make_bid, authority, officer, at
):
    make_bid("Larkfield")
    others = [make_person(Role.OFFICER, authority) for _ in range(4)]
    at(OPENS_AT)
    be_ready(client_for(officer), tender)
    token = two_officers.ready_now(tender, OPENS_AT).token

    statuses = at_once(app, client_for, tender, others, approval=token)

    assert set(statuses) <= {302, 409, 422}
    opened = ("tender.bids_opened", "tender.approval_given", "bid.opened")
    assert [count(action) for action in opened] == [1, 1, 1]


def test_of_several_who_are_ready_at_once_one_waits(app, client_for, tender, authority, at):
    others = [make_person(Role.OFFICER, authority) for _ in range(4)]
    at(OPENS_AT)

    statuses = at_once(app, client_for, tender, others)

    assert statuses == [302, 422, 422, 422]
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 1
    assert tender.opened_at is None


def test_what_came_in_time_and_is_still_being_stored_holds_the_opening_up(
    app, client_for, tender, authority, officer, at
):
    stored, go_on, began = [], threading.Event(), threading.Event()
    second = make_person(Role.OFFICER, authority)

    def slow(environ, start_response):
        began.set()
        assert go_on.wait(60)
        stored.append(environ["supplier_assurance.arrived_at"])
        start_response("204 No Content", [])
        return []

    stamp = type(app.wsgi_app)(slow)
    at(CLOSES_AT.replace(microsecond=0) - (OPENS_AT - CLOSES_AT))
    thread = threading.Thread(target=stamp, args=({"REQUEST_METHOD": "POST"}, lambda *_: None))
    thread.start()
    assert began.wait(60)
    at(OPENS_AT)
    early = be_ready(client_for(officer), tender)
    with pytest.raises(StillStoring):
        service.open_bids(tender, by=viewer_of(officer))
    go_on.set()
    thread.join(60)
    be_ready(client_for(officer), tender)
    sent = confirm(client_for(second), tender)

    assert (early.status_code, sent.status_code, len(stored)) == (422, 302, 1)
    assert UNDER_WAY.from_before(CLOSES_AT) == 0
