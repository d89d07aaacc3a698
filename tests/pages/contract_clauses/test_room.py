"""The files under a contract, and the schedules that came back for a bid, come to two gigabytes at
most: the page says so beside the field, nothing is kept, and of two at a time one fits."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import func, select

from accounts.views import cookie_name
from contract_clauses.models import NegotiatedSchedule, ObligationFile, ReassessmentFile
from contract_clauses.queries.issuing import issues_of_bid, last_approved, schedule_in
from contract_clauses.queries.room import bytes_came_back, bytes_of_contract
from contract_clauses.rules.obligations_due import Timing
from contract_clauses.service import reassessing
from contract_clauses.views.issuing import issue_as_word
from foundation import files
from foundation.database import db
from supplier_portal.seals import opened_key
from tests.factories import viewer_of
from tests.pages.contract_clauses.test_obligation_pages import (  # noqa: F401
    bid,
    lead,
    page_of,
    pick,
    seen,
    tender,
)

LEFT = 1000
FULL = "MB are left: all files of {}, older ones"
WORDS = "The heron stands at weir nine"


@pytest.fixture
def room(monkeypatch):
    """Let no more be kept together than ``size``: two gigabytes would take a while to send."""
    return lambda size: monkeypatch.setattr("foundation.uploads.MOST_TOGETHER", size)


@pytest.fixture
def stored(app):
    folder = app.extensions["settings"].files_folder
    return lambda: sum(path.is_file() for path in folder.rglob("*"))


@pytest.fixture
def at_once(app, monkeypatch):
    """Send forms at the same time: none is stored before there was room for each."""

    def send(client, *forms):
        name, together, store = cookie_name(), Barrier(len(forms)), files.store
        cookie = client.get_cookie(name).value
        db.session.commit()

        def store_together(*args, **more):
            together.wait(60)
            return store(*args, **more)

        def send_one(form):
            browser = FlaskClient(app, app.response_class)
            browser.set_cookie(name, cookie)
            address, data = form
            return browser.post(address, data=data, buffered=True)

        monkeypatch.setattr(files, "store", store_together)
        with ThreadPoolExecutor(len(forms)) as pool:
            answers = list(pool.map(send_one, forms))
        monkeypatch.setattr(files, "store", store)
        db.session.expire_all()
        return sorted(answers, key=lambda answer: answer.status_code)

    return send


def a_file(size):
    return (io.BytesIO(b"x" * size), "notes.txt")


def beside_the_file(answer):
    """Return the sentence at the field of the file, to which the top of the page leads."""
    tree = html.fromstring(answer.data)
    field = tree.xpath("//input[@type='file']")[0]
    assert tree.xpath(f"//*[contains(@class, 'error-summary')]//a[@href='#{field.get('id')}']")
    ids = field.get("aria-describedby").split()
    return " ".join(tree.get_element_by_id(one).text_content() for one in ids)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_evidence_and_files_of_a_yearly_assessment_share_the_room_of_their_contract(
    client_for, seen, lead, officer, room, stored, at_once  # noqa: F811
):  # fmt: skip
    client, one = client_for(lead), pick(seen, Timing.BEFORE)
    assessment = reassessing.open_round(seen, date(2027, 6, 1), by=viewer_of(officer)).token
    part = f"/my-contracts/{seen.token}/assessments/{assessment}/parts/SLP-07.g2"

    def evidence(size):
        address = page_of(seen, one, f"/due/{one.current.token}", mine=True)
        return address, {"words": WORDS, "file": a_file(size)}

    def report(size):
        return f"{part}/files", {"title": WORDS, "file": a_file(size)}

    def kept():
        return count(ObligationFile), count(ReassessmentFile), bytes_of_contract(seen.contract)

    first = [client.post(address, data=data) for address, data in (evidence(10), report(20))]
    assert [answer.status_code for answer in first] == [302, 302]
    room(30 + LEFT)
    before = stored()

    for address, data in (evidence(LEFT + 1), report(LEFT + 1)):
        refused = client.post(address, data=data)
        assert refused.status_code == 422
        assert FULL.format("this contract") in beside_the_file(refused)
        assert WORDS in refused.text
    assert (kept(), stored()) == ((1, 1, 30), before)

    taken, late = at_once(client, evidence(LEFT), report(LEFT))
    assert (taken.status_code, late.status_code) == (302, 422)
    assert FULL.format("this contract") in beside_the_file(late)
    assert kept() in [(2, 1, 30 + LEFT), (1, 2, 30 + LEFT)]


def test_the_schedules_that_came_back_for_a_bid_share_its_room(
    client_for, seen, bid, officer, room, stored, at_once  # noqa: F811
):  # fmt: skip
    client, issue = client_for(officer), last_approved(issues_of_bid(bid.id))
    sent = issue_as_word(issue, schedule_in(issue, opened_key(bid)), "Larkfield").get_data()

    def came_back(data):
        form = {"remark": WORDS, "file": (io.BytesIO(data), "negotiated.docx")}
        return f"/schedules/{bid.token}/negotiated", form

    first, second = packed_anew(sent, 1), packed_anew(sent, 9)
    room(len(sent) - 1)
    before = stored()
    address, data = came_back(sent)

    refused = client.post(address, data=data)

    assert refused.status_code == 422
    assert FULL.format("this negotiation") in beside_the_file(refused)
    assert WORDS in refused.text
    assert (count(NegotiatedSchedule), stored()) == (0, before)

    room(len(first) + len(second) - 1)
    taken, late = at_once(client, came_back(first), came_back(second))
    assert (taken.status_code, late.status_code) == (302, 422)
    assert FULL.format("this negotiation") in beside_the_file(late)
    assert count(NegotiatedSchedule) == 1
    assert bytes_came_back(bid.id) in (len(first), len(second))


def packed_anew(document, level):
    """Return another file with the same in it, packed as tightly as ``level`` says."""
    packed = io.BytesIO()
    with (
        ZipFile(io.BytesIO(document)) as old,
        ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return packed.getvalue()
