"""Every line of the log is one line of JSON, in UTC, without a secret or a word anybody typed."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.access import public
from accounts.rules.roles import Role
from foundation import clock, jobs
from foundation.database import db, transaction
from foundation.logs import JsonLines
from foundation.mail import post
from foundation.settings_read import MailServer
from supplier_portal import service
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tests.factories import make_person, make_supplier, make_tender, viewer_of

CLOSES_AT = datetime(2026, 12, 15, 12, tzinfo=UTC)
# What begins each canary stands nowhere else; what follows would begin a line, or colour one.
STEM = "Quincunx"
BREAKS = '\r\n{"level": "forged"}\x1b[31m\u2028\x85'
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%Quincunx\ntrailer\n<<>>\n%%EOF\n"
PASSWORD = "Quincunx password of somebody"


@pytest.fixture
def lines(own_app, app):
    """Everything that is logged from now on, as the service writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: stream.getvalue()
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def history(app, lines, client, client_for, at):
    """Save, upload and hand in; a wrong password; a page that fails; a mail that does."""

    @public
    def fails():
        raise RuntimeError(f"{STEM}{BREAKS} in the text of a fault")

    app.add_url_rule("/fails", "fails", fails)
    app.testing = False
    app.config["TESTING"] = False
    at(CLOSES_AT - timedelta(days=2))
    officer, lead = make_person(Role.OFFICER), make_person(Role.BID_LEAD, make_supplier())
    tender = make_tender(officer, closes_at=CLOSES_AT)
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    browser, page = client_for(lead), f"/bids/{bid.token}/questions/SLP-07"
    words = f"{STEM}{BREAKS}"
    statuses = [
        browser.post(page, data={"v-SLP-07.d": "1", "SLP-07.d": words}).status_code,
        browser.post(
            f"{page}/SLP-07.g2/files",
            data={"title": words, "file": (io.BytesIO(PDF), f"{STEM}.pdf")},
            content_type="multipart/form-data",
        ).status_code,
        browser.get(f"/bids/{STEM}").status_code,
        browser.get("/nowhere", query_string={STEM: words}).status_code,
        client.post("/sign-in", data={"email": lead.email, "password": PASSWORD}).status_code,
        browser.get("/fails", headers={"User-Agent": STEM, "X-Request-Id": STEM}).status_code,
    ]
    saved = browser.post(page, data={"v-SLP-07.d": "0", "SLP-07.d": STEM}).status_code
    assert [saved, *statuses[:4], statuses[-1]] == [302, 422, 302, 404, 404, 500]
    service.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by=STEM, knows_missing=True
    )
    # A mail server that is not there, with a password of its own.
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        smtp=MailServer(host="127.0.0.1", port=1, encrypted=False, user=STEM, password=PASSWORD),
    )
    with transaction():
        post("kind", "about", [f"{STEM}@council.example"], words, words)
    jobs.run_due_jobs(app.extensions["job_handlers"])
    db.session.commit()
    return lead


def test_a_history_leaves_no_word_and_no_secret_in_the_log(app, history, lines):
    written = lines()
    secrets = [
        app.extensions["settings"].secret_key,
        PASSWORD,
        history.email,
        history.password_hash,
    ]

    assert STEM not in written
    assert [secret for secret in secrets if secret in written] == []
    assert '"fault"' in written


def test_each_line_is_one_object_with_its_time_and_request(history, lines):
    # As a program reads it that also takes other signs for the end of a line.
    entries = [json.loads(line) for line in lines().splitlines()]
    asked = [entry for entry in entries if entry["message"] == "request"]

    assert len(asked) >= 6
    assert {datetime.fromisoformat(entry["time"]).utcoffset() for entry in entries} == {
        timedelta(0)
    }
    assert {len(entry["request"]) for entry in asked} == {16}
    assert len({entry["request"] for entry in asked}) == len(asked)
    assert {entry["level"] for entry in entries} <= {"DEBUG", "INFO", "WARNING", "ERROR"}


def test_no_text_that_is_logged_can_begin_a_line(lines):
    logging.getLogger("a station").warning("%s", f"first{BREAKS}second")

    written = lines()

    assert len(written.splitlines()) == 1
    assert json.loads(written)["message"] == f"first{BREAKS}second"
    assert "\x1b" not in written


def test_the_search_would_find_a_word_that_is_logged(lines):
    logging.getLogger("a station").warning("Somebody logs %s", STEM)

    assert STEM in lines()
