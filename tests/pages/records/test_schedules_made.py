"""The contract schedules of all bids of a tender in one archive, made part by part."""

# ruff: noqa: F811  (a fixture is asked for by its name)
from __future__ import annotations

import csv
import hashlib
import html
import io
import random
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.service.templates import add_template, choose
from contract_clauses.word.on_template import TEMPLATE_PROPERTY
from foundation import clock, jobs
from foundation.database import db, transaction
from records import schedule_batch, schedules_made, schedules_making
from records.demonstration.word_template import house_style
from records.models import MadeRecord
from records.rules.kinds import RecordKind
from tests import contracting
from tests.documents.scoring.bids import answer, full
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import (  # noqa: F401  (fixtures)
    CLOSES_AT,
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
)

NAMES = ("Rook Systems", "Larkfield", "=HYPERLINK(1)", "Ærø & Søn Ltd", "Tern")


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bids(make_bid, opened):
    bids = [make_bid(name, best=place % 2 == 0) for place, name in enumerate(NAMES)]
    opened()
    return bids


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(schedule_batch, "BIDS_A_PART", 2)


def address(tender, rest=""):
    return f"/tenders/{tender.token}/schedules{rest}"


def row_of(tender):
    return db.session.scalars(
        select(MadeRecord)
        .where(MadeRecord.tender_id == tender.id, MadeRecord.kind == RecordKind.SCHEDULES)
        .order_by(MadeRecord.id.desc())
    ).first()


def run(app):
    return jobs.run_due_jobs(app.extensions["job_handlers"])


def taken_away(client, tender):
    page = client.get(address(tender)).text
    return client.get(re.search(rf'href="({address(tender)}/[^"]+)"', page)[1])


def register_in(archive):
    with ZipFile(io.BytesIO(archive)) as found:
        text = found.read("register.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.both_databases
def test_an_archive_holds_the_schedule_of_every_bid_and_a_register(
    app,
    client_for,
    officer,
    tender,
    bids,
    small_parts,
):
    client = client_for(officer)
    asked = client.post(address(tender), data={"beside": "notes"})
    waiting = client.get(address(tender)).text
    run(app)
    sent = taken_away(client, tender)

    assert (asked.status_code, sent.status_code) == (302, 200)
    assert "0 of 5 bids done" in waiting
    listed = register_in(sent.data)
    with ZipFile(io.BytesIO(sent.data)) as archive:
        names = archive.namelist()
        documents = {name: archive.read(name) for name in names if name.endswith(".docx")}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert [row["bid"] for row in listed] == [bid.token for bid in bids]
    assert [row["supplier"] for row in listed][2] == "'=HYPERLINK(1)"
    assert names == ["README.txt", *(row["file"] for row in listed if row["file"]), "register.csv"]
    assert {row["file"]: row["sha256"] for row in listed if row["file"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in documents.items()
    }
    for bid, row in zip(bids, listed, strict=True):
        schedule = contracting.read(bid, officer).schedule
        counted = (len(schedule.brackets), len(schedule.deviations))
        assert (int(row["brackets"]), int(row["deviations"])) == counted
    assert re.fullmatch(r"rook-systems-[a-z0-9]{1,6}\.docx", listed[0]["file"])
    assert all(b"word/comments.xml" in data for data in documents.values())


def test_an_issued_schedule_is_in_it_as_it_was_issued(
    app,
    client_for,
    officer,
    authority,
    tender,
    bids,
):
    won = bids[0]
    contracting.award_to(won)
    contracting.settle(won, officer)
    contracting.issue(won, officer, make_person(Role.REVIEWER, authority, name="Ruth Okafor"))
    client = client_for(officer)
    client.post(address(tender))
    run(app)

    listed = register_in(taken_away(client, tender).data)

    assert [row["version"] for row in listed][0] == "1"
    assert listed[0]["brackets"] == "0"


def test_the_bytes_are_the_same_however_often_the_worker_stopped(
    app,
    client_for,
    officer,
    tender,
    bids,
    small_parts,
    monkeypatch,
):
    monkeypatch.setattr(schedule_batch, "MOST_LANES", 1)
    client = client_for(officer)
    client.post(address(tender))
    run(app)
    undisturbed = row_of(tender)

    client.post(address(tender))
    row = row_of(tender)
    stops = iter(range(3))

    class Stopped(BaseException):
        pass

    def stopping(*args, _real=schedule_batch.kept_part):
        if next(stops, None) is not None:
            part = _real(*args)
            if args[2][0] == bids[2].id:
                return part
            raise Stopped
        return _real(*args)

    monkeypatch.setattr(schedules_making, "kept_part", stopping)
    turns = 0
    while row_of(tender).made_at is None and (turns := turns + 1) < 20:
        try:
            schedules_making.make_schedules(row.token, {})
        except Stopped:
            db.session.rollback()

    assert row.id != undisturbed.id
    assert row_of(tender).sha256 == undisturbed.sha256


def test_the_bytes_are_the_same_in_however_many_lanes(
    app, client_for, officer, tender, bids, small_parts, monkeypatch
):
    client = client_for(officer)
    hashes = []
    for most in (1, 2, 4):
        monkeypatch.setattr(schedule_batch, "MOST_LANES", most)
        client.post(address(tender))
        row = row_of(tender)
        # The last lane is done first, and the archive waits for all of them.
        for lane in reversed(range(1, len(schedules_made.lanes_of(row)))):
            while row_of(tender).made_at is None and schedules_making._made_another_part(
                row.token, lane
            ):
                pass
        run(app)
        hashes.append((len(schedules_made.lanes_of(row)), row_of(tender).sha256))

    assert [lanes for lanes, _ in hashes] == [1, 2, 3]
    assert len({sha256 for _, sha256 in hashes}) == 1


def test_the_schedules_are_on_the_template_that_was_in_use_when_they_were_asked_for(
    app, client_for, officer, authority, tender, bids, small_parts, at
):
    reviewer = viewer_of(make_person(Role.REVIEWER, authority, name="Ruth Okafor"))
    template = add_template("House style", "house.docx", house_style(), by=reviewer)
    choose(template, "Our own look", based_on=0, by=reviewer)
    client = client_for(officer)
    client.post(address(tender))
    run(app)
    undisturbed = row_of(tender)

    client.post(address(tender))
    schedules_making.make_schedules(row_of(tender).token, {})
    at(clock.now() + timedelta(minutes=1))
    choose(None, "Too green", based_on=1, by=reviewer)
    run(app)
    again = row_of(tender)
    archive = taken_away(client, tender).data

    with ZipFile(io.BytesIO(archive)) as found:
        written = [found.read(name) for name in found.namelist() if name.endswith(".docx")]
    assert (again.id == undisturbed.id, again.sha256) == (False, undisturbed.sha256)
    assert [template.sha256 in properties_of(one) for one in written] == [True] * len(written)
    assert written


def properties_of(document):
    with ZipFile(io.BytesIO(document)) as package:
        text = package.read("docProps/custom.xml").decode()
    return text.partition(f'name="{TEMPLATE_PROPERTY}"')[2]


def test_of_a_finished_archive_no_part_is_left_on_disk(
    app,
    client_for,
    officer,
    tender,
    bids,
    small_parts,
):
    folder = app.extensions["settings"].files_folder
    before = {path.name for path in folder.rglob("*") if path.is_file()}
    client_for(officer).post(address(tender))
    run(app)

    after = {path.name for path in folder.rglob("*") if path.is_file()}
    row = row_of(tender)
    assert after - before == {row.stored_name[2:]}
    assert row.options["parts"] == []


def test_a_part_lies_encrypted_and_goes_with_the_content_of_the_tender(
    app,
    client_for,
    officer,
    tender,
    bids,
    small_parts,
):
    client_for(officer).post(address(tender))
    token = row_of(tender).token
    schedules_making._made_another_part(token)
    row = row_of(tender)
    (part,) = schedules_made.parts_of(row)
    path = app.extensions["settings"].files_folder / part.name[:2] / part.name[2:]

    assert b"word/document.xml" not in path.read_bytes()
    with transaction():
        assert schedules_made.forget_parts(row) == [part.name]
    assert row_of(tender).options["parts"] == []


def test_before_the_opening_and_for_others_there_is_nothing(
    app,
    client_for,
    officer,
    tender,
    make_bid,
    opened,
):
    make_bid("Early")
    before = client_for(officer).get(address(tender)).status_code
    opened()
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere")))
    client = client_for(officer)
    client.post(address(tender))
    run(app)
    own = re.search(rf'href="({address(tender)}/[^"]+)"', client.get(address(tender)).text)[1]

    assert before == 404
    assert [stranger.get(one).status_code for one in (address(tender), own)] == [404, 404]
    assert stranger.post(address(tender)).status_code == 404


def test_a_part_takes_as_many_statements_for_few_bids_as_for_many(
    app,
    officer,
    tender,
    bids,
    statements_counted,
):
    ids = [bid.id for bid in bids]
    wished = schedule_batch.Wished(CLOSES_AT.date())
    viewer = viewer_of(officer)
    schedule_batch.kept_part(tender, viewer, ids[:1], wished)

    taken = []
    for some in (ids[:1], ids):
        with statements_counted() as counted:
            schedule_batch.kept_part(tender, viewer, some, wished)
        taken.append(len(counted))

    assert taken[0] == taken[1]
    assert taken[1] <= 14


def test_the_page_takes_few_statements(
    app,
    client_for,
    officer,
    tender,
    bids,
    statements_counted,
):
    client = client_for(officer)
    client.post(address(tender))
    client.get(address(tender))

    with statements_counted() as counted:
        assert client.get(address(tender)).status_code == 200
    assert len(counted) <= 15


@pytest.fixture
def one_held(make_bid, opened):
    """Three bids, of which a check holds one back: it promises encryption without a date."""
    record = answer(full().parts["SLP-08.h"], True, "We do this with care.") | {"status": "partly"}
    record.pop("exception_ends", None)
    bids = [
        make_bid("Rook Systems"),
        make_bid("Larkfield"),
        make_bid("Tern", **{"SLP-08.h": record}),
    ]
    opened()
    return bids


def test_the_button_counts_only_what_will_be_written_and_says_what_is_held_back_and_why(
    app, client_for, officer, tender, one_held
):
    client = client_for(officer)

    page = client.get(address(tender)).text

    assert "Write the 2 schedules" in page
    assert "2 of 3 schedules will be written" in page
    assert "1 is held back until somebody decides" in page
    assert f'<a class="govuk-link" href="/schedules/{one_held[2].token}">Tern</a>: ' in page
    assert "A gap in encryption has no date by which it is closed" in html.unescape(page)
    client.post(address(tender))
    run(app)
    assert "1 held back" in client.get(address(tender)).text
    files = [row["file"] for row in register_in(taken_away(client, tender).data) if row["file"]]
    assert len(files) == 2


def test_of_very_many_bids_the_page_reads_none_to_count_them(
    client_for, officer, tender, bids, monkeypatch
):
    monkeypatch.setattr("records.schedules_to_write.MOST_COUNTED", 4)

    page = client_for(officer).get(address(tender)).text

    assert "There are 5 bids" in page
    assert "Write the schedules" in page


@pytest.mark.slow
@pytest.mark.both_databases
def test_a_worker_killed_at_several_points_leads_to_the_same_bytes(
    app, client_for, officer, tender, bids, monkeypatch
):
    monkeypatch.setattr(schedule_batch, "BIDS_A_PART", 1)
    client = client_for(officer)
    client.post(address(tender))
    run(app)
    undisturbed = row_of(tender)
    expected, first = undisturbed.sha256, undisturbed.id

    client.post(address(tender))
    reached = []
    for wanted in (0, 1, 3):
        kill_a_worker_once(app, tender, lambda parts, wanted=wanted: parts >= wanted)
        reached.append(parts_written(tender))
        forget_the_lease()
    run(app)

    assert row_of(tender).id != first
    assert reached == sorted(reached)
    assert 1 <= reached[1] < len(NAMES)
    assert (row_of(tender).sha256, row_of(tender).options["parts"]) == (expected, [])


@pytest.mark.slow
@pytest.mark.postgresql
def test_four_workers_share_one_archive_and_killing_them_loses_and_doubles_nothing(
    app, client_for, officer, tender, make_bid, opened, monkeypatch
):
    monkeypatch.setattr(schedule_batch, "BIDS_A_PART", 1)
    bids = [make_bid(f"Company {number}") for number in range(24)]
    opened()
    client = client_for(officer)
    client.post(address(tender))
    run(app)
    undisturbed = row_of(tender).sha256

    client.post(address(tender))
    chosen = random.Random(24)
    for _ in range(4):
        workers = [a_worker(app) for _ in range(4)]
        known = parts_written(tender)
        until(lambda known=known: row_of(tender).made_at or parts_written(tender) > known + 3)
        for worker in chosen.sample(workers, 3):
            worker.kill()
        for worker in workers:
            worker.wait(120)
        forget_the_lease()
    run(app)

    assert row_of(tender).sha256 == undisturbed
    listed = [row["bid"] for row in register_in(taken_away(client, tender).data)]
    assert listed == [bid.token for bid in bids]


def a_worker(app):
    settings = app.extensions["settings"]
    where = (str(settings.instance_folder), settings.database_url)
    command = [sys.executable, "-m", "tests.one_worker", *where, "1", clock.now().isoformat()]
    return subprocess.Popen(command, cwd=Path(__file__).parents[3])


def until(is_so):
    ended = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < ended
        time.sleep(0.05)


def kill_a_worker_once(app, tender, is_time):
    """Start a worker, kill it without a warning once so many parts are written, and wait."""
    settings = app.extensions["settings"]
    command = [
        *(sys.executable, "-m", "tests.one_worker"),
        *(str(settings.instance_folder), settings.database_url, "1", clock.now().isoformat()),
    ]
    worker = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        for _ in range(1200):
            if is_running() and is_time(parts_written(tender)):
                return
            if worker.poll() is not None:
                raise AssertionError("The worker ended before it was killed")
            time.sleep(0.05)
        raise AssertionError("The worker did not get so far")
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def is_running():
    db.session.rollback()
    states = select(jobs.Job.state).where(
        jobs.Job.kind.in_((schedules_made.MAKE, schedules_made.MAKE_LANE))
    )
    return jobs.JobState.RUNNING in db.session.scalars(states).all()


def parts_written(tender):
    db.session.rollback()
    db.session.expire_all()
    return len(row_of(tender).options["parts"])


def forget_the_lease():
    """Let the time of the killed worker's lease be over."""
    with transaction():
        for job in db.session.scalars(select(jobs.Job).where(jobs.Job.lease_until.is_not(None))):
            job.lease_until = clock.now() - jobs.LEASE
