"""Figures are for whoever has the token, and tell nothing of a bid to them either."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock, jobs, metrics
from foundation.database import db, transaction
from foundation.jobs import Job, JobState
from foundation.mail import Message, post
from foundation.metrics import METRICS, Metrics
from supplier_portal import service
from tenders import service as tenders
from tenders.libraries import frozen_libraries
from tests.factories import make_person, make_supplier, make_tender, viewer_of

TOKEN = "Zk3Jq0vWm8ZrT5xYb2NdFhGsLpQcVtXaE"
CLOSES_AT = datetime(2026, 12, 15, 12, tzinfo=UTC)


@pytest.fixture
def watched(app):
    app.extensions["settings"] = replace(app.extensions["settings"], metrics_token=TOKEN)
    app.extensions[METRICS] = Metrics()
    return app


@pytest.fixture
def figures(watched, client):
    """Return every sample as name and labels → value."""

    def read():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}

    return read


def test_without_a_token_in_the_settings_there_are_no_figures(app, client):
    assert client.get("/metrics").status_code == 404
    given = client.get("/metrics", headers={"Authorization": "Bearer None"})
    assert given.status_code == 404


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"bearer {TOKEN}", TOKEN, "é"]
)
def test_without_the_right_token_nothing_is_told(watched, client, client_for, given):
    headers = {"Authorization": given.encode().decode("latin-1")} if given is not None else {}

    for somebody in (client, client_for(Role.ADMINISTRATOR), client_for(Role.OFFICER)):
        answer = somebody.get("/metrics", headers=headers)
        assert (answer.status_code, answer.data) == (401, b"")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_requests_are_counted_by_pattern_method_and_class_of_status(watched, client_for, figures):
    officer = client_for(Role.OFFICER)
    for _ in range(3):
        officer.get("/tenders/")
    officer.get("/tenders/unknown-token-of-nobody")
    officer.get("/nowhere/at/all")

    found = figures()

    assert found['assurance_requests_total{method="GET",route="/tenders/",status="2xx"}'] == 3
    assert found['assurance_requests_total{method="GET",route="none",status="4xx"}'] >= 1
    assert found['assurance_request_seconds_count{route="/tenders/"}'] == 3
    assert not [name for name in found if "unknown-token" in name or "_created" in name]


def test_how_the_service_stands(watched, figures):
    found = figures()

    assert found["assurance_database_up"] == 1
    assert found[f'assurance_version{{version="{metrics.product_version()}"}}'] == 1
    assert found["assurance_uptime_seconds"] > 0
    assert 0 <= found["assurance_disk_free_ratio"] < 1
    assert found["assurance_disk_free_ratio"] * 100 % 1 == pytest.approx(0, abs=1e-6)
    assert found["assurance_database_connections"] == 64


@pytest.mark.both_databases
def test_work_is_told_once_it_is_late(watched, figures, at):
    noon = at(clock.now())
    with transaction():
        jobs.enqueue("no.such.kind", "one")
        jobs.enqueue("no.such.kind", "two", run_at=noon + timedelta(days=30))
        jobs.enqueue("no.such.kind", "three").state = JobState.FAILED
        post("kind", "about", ["a@b.example", "c@b.example"], "Subject", "Text")
        db.session.query(Message).filter_by(recipient="c@b.example").one().gave_up_at = noon
    late = ("jobs_waiting", "jobs_oldest_seconds", "jobs_failed", "mails_waiting", "mails_given_up")

    def told():
        found = figures()
        return tuple(found[f"assurance_{name}"] for name in late)

    at(noon + timedelta(seconds=59))
    assert told() == (0, 0, 1, 0, 1)
    at(noon + timedelta(seconds=90))
    waiting = db.session.query(Job).filter_by(state=JobState.WAITING).count() - 1
    assert told() == (waiting, 90, 1, 1, 1)


def test_figures_are_told_while_the_database_is_away(watched, figures, tmp_path):
    (tmp_path / "supplier_assurance.db").rename(tmp_path / "elsewhere.db")

    found = figures()

    assert found["assurance_database_up"] == 0
    assert "assurance_jobs_waiting" not in found


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def bid_of(tender, client_for):
    lead = make_person(Role.BID_LEAD, make_supplier())
    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    client, page = client_for(lead), f"/bids/{bid.token}/questions/SLP-07"
    client.get(f"/bids/{bid.token}")
    client.post(page, data={"v-SLP-07.d": "1", "SLP-07.d": "words"})
    file = {"title": "A file", "file": (io.BytesIO(PDF), "a.pdf")}
    client.post(f"{page}/SLP-07.g2/files", data=file, content_type="multipart/form-data")
    client.post(f"/bids/{bid.token}/check", data={})
    service.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="A", knows_missing=True
    )


def test_two_worlds_differ_in_nothing_but_that_companies_use_the_service(
    watched, figures, client_for, at
):
    """One with three bids, one with none: apart from the one line of suppliers, the same."""
    at(CLOSES_AT - timedelta(days=2))
    officer = make_person(Role.OFFICER)
    tender = make_tender(officer, closes_at=CLOSES_AT)
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=frozen_libraries(tender))
    worlds = []
    for bids in (0, 3):
        watched.extensions[METRICS] = Metrics()
        for _ in range(bids):
            bid_of(tender, client_for)
        jobs.run_due_jobs(watched.extensions["job_handlers"])
        client_for(officer).get(f"/tenders/{tender.token}")
        worlds.append(figures())

    # Times and the disk differ between any two moments.
    moving = ("_bucket", "_sum", "uptime", "disk_free", "connections_in_use")
    none, three = (
        {name: value for name, value in world.items() if not any(word in name for word in moving)}
        for world in worlds
    )
    assert {name: three[name] for name in three if three[name] != none.get(name)} == {
        'assurance_requests_total{method="any",route="supplier",status="other"}': 12,
        'assurance_request_seconds_count{route="supplier"}': 12,
    }
    assert set(none) <= set(three)
